"""Extending: a document together with those that its ``extends`` names become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dtl_engine.graph.dialect import DialectReader
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.form import strings_of
from dtl_engine.graph.library import Library
from dtl_engine.graph.limits import MAX_NESTED
from dtl_engine.graph.merge import Merge
from dtl_engine.graph.parameters import Declaration, read_declarations
from dtl_engine.graph.place import Place, Source, Written

INHERITED = ("seed", "description", "inputs", "outputs")
"""What a document takes over from those that it extends, beside layers and parameters."""


@dataclass(frozen=True, slots=True)
class Extended:
    """What a document and all that it extends say together.

    ``bases`` are the documents extended, in the order of reading, each with the place that names
    it.
    """

    root: Written
    members: Mapping[str, Written]
    layers: Sequence[Written]
    declared: Mapping[str, Declaration]
    bases: Sequence[tuple[Source, Place]]


def extend(
    source: Source, used_by: tuple[Place, ...], library: Library, findings: Findings
) -> Extended:
    """Return a document merged over those that it extends.

    Bases are read first, in order, and each once, however many documents extend it.

    Args:
        source: the document.
        used_by: the layer that it is part of, and the layers which that is part of.
        library: reads the bases.
        findings: where problems go.
    """
    order = _Order(library, findings, used_by)
    order.visit(source, ())
    merge = Merge(findings)
    members: dict[str, Written] = {}
    declared: dict[str, Declaration] = {}
    layers: list[Written] = []
    for document in order.found:
        members |= {k: member for k, member in document.members.items() if k in INHERITED}
        for name, declaration in read_declarations(document, findings).items():
            before = declared[name].keys if name in declared else {}
            declared[name] = Declaration(declaration.place, {**before, **declaration.keys})
        layers = merge.layers(layers, document)
    return Extended(order.found[-1], members, layers, declared, order.bases)


class _Order:
    """Finds the order in which documents are merged: bases before those that extend them."""

    def __init__(self, library: Library, findings: Findings, used_by: tuple[Place, ...]) -> None:
        self.found: list[Written] = []
        self.bases: list[tuple[Source, Place]] = []
        self._library = library
        self._findings = findings
        self._used_by = used_by

    def visit(self, source: Source, chain: tuple[Source, ...]) -> None:
        """Add all that ``source`` extends, and then itself; ``chain`` leads to it."""
        root = Written(source.document.value, Place(source, "", self._used_by))
        reader = DialectReader(source.document)
        reader.check()
        self._findings.adopt(reader.problems, root.place.locate().used_by)
        way = (*chain, source)
        for name in strings_of(root, "extends", self._findings):
            base = self._library.open(name)
            if base is None:
                continue
            if any(base is one for one in way):
                message = f"the documents extend each other in a circle: {shown(way, base)}"
                self._findings.lose("E122", message, name.place, value=name.value)
            elif len(way) == MAX_NESTED:
                message = f"documents extend each other more than {MAX_NESTED} deep"
                self._findings.lose("E123", message, name.place, value=name.value)
            elif not any(base is one for one, _ in self.bases):
                self.visit(base, way)
                self.bases.append((base, name.place))
        self.found.append(root)


def shown(way: Sequence[Source], last: Source) -> str:
    """Return a chain of documents that ends where it has been before."""
    start = next(at for at, source in enumerate(way) if source is last)
    return " -> ".join(source.file for source in (*way[start:], last))
