"""Read: from the text of a document, and of those that it names, to a ``GraphSpec``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dtl_engine.errors import Problem, Severity
from dtl_engine.graph.compose import Composer
from dtl_engine.graph.dialect import DialectReader
from dtl_engine.graph.findings import Findings, Spot, spot_of
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.overrides import Override, SetParameter
from dtl_engine.graph.place import Source
from dtl_engine.graph.spec import GraphSpec, NodeSpec

_UNKNOWN = NodeSpec(-1, "", (), (), None, "")
"""Stands for layers that are missing: they may be any."""


@dataclass(frozen=True, slots=True)
class GraphRead:
    """A graph as far as it could be read, and what is wrong with it.

    ``told`` are places of which the problems tell all there is to say, ``misshapen`` the pointers
    of layers and values in them that have the wrong form.
    """

    spec: GraphSpec
    problems: tuple[Problem, ...] = ()
    told: frozenset[Spot] = frozenset()
    misshapen: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every layer could be read."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a document lies, and which others come with the package.

    ``path`` is the file of the document, ``None`` where it is none: then names in it start at
    ``folder``. ``shipped`` are the shipped graphs by name.
    """

    path: Path | None = None
    folder: Path = field(default_factory=Path.cwd)
    shipped: Mapping[str, Path] = field(default_factory=dict)


def read_graph(
    text: bytes,
    file: str,
    home: Home | None = None,
    overrides: Iterable[Override | SetParameter] = (),
) -> GraphRead:
    """Read a document and all that it names, and make them one graph.

    Args:
        text: the document.
        file: its name in messages.
        home: where it lies.
        overrides: what the command line sets.

    Raises:
        GraphInvalid: the document is no JSON that a graph may be.
    """
    home = home or Home()
    path = home.path.resolve() if home.path else None
    folder = path.parent if path else home.folder.resolve()
    findings = Findings()
    composer = Composer(Source(read_json(text, file), folder, folder, path), home.shipped, findings)
    given = tuple(overrides)
    document, generations = composer.compose(
        [each for each in given if isinstance(each, Override)],
        [each for each in given if isinstance(each, SetParameter)],
    )
    reader = DialectReader(document, generations)
    spec = reader.read()
    unread = (*spec.unread, _UNKNOWN) if findings.layers_missing else spec.unread
    spec = replace(
        spec,
        unread=unread,
        documents=tuple(composer.documents),
        parameters=tuple(composer.parameters),
    )
    fresh = [p for p in reader.problems if spot_of(p.location) not in findings.told]
    return GraphRead(
        spec,
        (*findings.problems, *fresh),
        frozenset(findings.told),
        tuple(problem.location.in_graph for problem in fresh),
    )
