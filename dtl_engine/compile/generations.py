"""Generations: one JSON that means different things in the two languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dtl_engine.errors import Problem, Severity
from dtl_engine.graph.spec import Dialect, GraphSpec
from dtl_engine.node.catalogue import Catalogue

if TYPE_CHECKING:
    from dtl_engine.compile.bind import Binding


def mixed_generations(
    spec: GraphSpec, bindings: Iterable[Binding], catalogue: Catalogue
) -> Iterator[Problem]:
    """Warn of bare lists that use names of the second generation and mean something else in it.

    A bare list is read as the original engine read it, whatever names it uses.
    """
    if spec.dialect is not Dialect.ORIGINAL:
        return
    bindings = tuple(bindings)
    newer = [b for b in bindings if b.spec.action in catalogue.aliases]
    if not newer:
        return
    name, original = newer[0].spec.action, catalogue.canonical(newer[0].spec.action)
    for binding in bindings:
        settings = binding.spec.settings
        if binding.node_class.from_successor(settings) != settings:
            yield Problem(
                "W508",
                f"'{binding.spec.action}' is read as the original language means it, but "
                f"'{name}' is what the second generation calls '{original}'",
                spec.locate(f"{binding.spec.pointer}/settings"),
                help='write {"version": 2, "layers": [...]} if the second one is meant, '
                "or 1 for the original",
                severity=Severity.WARNING,
                value=binding.spec.action,
            )
