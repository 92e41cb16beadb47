"""What the visualizer draws: a small frozen picture of a graph, free of engine types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from dtl_engine.errors import UsageError

ProblemSeverity = Literal["", "warning", "error"]


@dataclass(frozen=True, slots=True)
class NodePicture:
    """One layer of the graph.

    ``family`` is ``source``, ``geometry``, ``pixels``, ``flow``, ``annotation``, ``model``,
    ``sink`` or ``other``; an unknown one is drawn as ``other``. ``subtitle`` is one line of
    settings. ``href`` is where a click leads: an http(s) address, a path or a fragment;
    anything else is not linked. ``problems`` are messages marked at the node.
    """

    id: str
    title: str
    subtitle: str = ""
    family: str = "other"
    href: str = ""
    tooltip: str = ""
    problems: tuple[str, ...] = ()
    problem_severity: ProblemSeverity = ""

    @property
    def severity(self) -> ProblemSeverity:
        """How the node is marked; problems without a severity count as errors."""
        return self.problem_severity or ("error" if self.problems else "")


@dataclass(frozen=True, slots=True)
class EdgePicture:
    """One edge: what flows from the node ``source`` to the node ``target``, by their ids.

    ``kind`` is ``samples``, ``model`` or ``report``; an unknown one is drawn as ``samples``.
    ``port`` names the output of the source (``true`` of an ``if``), ``labels`` are the classes
    on the edge as (title, ``#RRGGBB``), ``count`` the number of samples as text, ``24–264``.
    """

    source: str
    target: str
    name: str
    kind: str = "samples"
    port: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    count: str = ""


@dataclass(frozen=True, slots=True)
class GraphPicture:
    """A graph with everything that is drawn of it; the order of its parts is kept.

    Raises:
        UsageError: two nodes have one id, or an edge names a node that does not exist.
    """

    title: str
    nodes: tuple[NodePicture, ...] = ()
    edges: tuple[EdgePicture, ...] = ()

    def __post_init__(self) -> None:
        counts = Counter(node.id for node in self.nodes)
        twice = [node_id for node_id, count in counts.items() if count > 1]
        if twice:
            raise UsageError(f"two nodes of the picture have the id {twice[0]!r}")
        for edge in self.edges:
            for end in (edge.source, edge.target):
                if end not in counts:
                    raise UsageError(f"edge {edge.name!r} names the unknown node {end!r}")

    def arcs(self) -> tuple[tuple[int, int], ...]:
        """Return every edge as the indices of its source and target in ``nodes``."""
        index = {node.id: position for position, node in enumerate(self.nodes)}
        return tuple((index[edge.source], index[edge.target]) for edge in self.edges)
