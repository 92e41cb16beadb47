"""Units of work: the source images in their fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import UsageError
from dtl_engine.model.sample import Origin
from dtl_engine.node.models import BatchNode
from dtl_engine.node.source import Dataset


@dataclass(frozen=True, slots=True)
class Unit:
    """One source image and the source nodes through which it enters the graph."""

    index: int
    origin: Origin
    entries: tuple[str, ...]


Group = tuple[Unit, ...]
"""Units that are worked on together."""


def datasets_in_order(graph: CompiledGraph) -> list[Dataset]:
    """Return the selected datasets: projects by first mention, then datasets by name.

    Those of layers that were cut off count too: numbers of images depend on the document alone.

    Raises:
        UsageError: two layers read one dataset in two ways, with other images.
    """
    found: dict[str, Dataset] = {}
    projects: dict[str, None] = {}
    for id, source in graph.sources.items():
        for dataset in source.datasets:
            projects.setdefault(dataset.project)
            known = found.setdefault(dataset.key, dataset)
            if known is not dataset and known.files != dataset.files:
                raise UsageError(
                    f"{graph.by_id[id].location}: another layer reads '{dataset.key}' with other "
                    "images; give both the same options, or read it once"
                )
    rank = {project: at for at, project in enumerate(projects)}
    return sorted(found.values(), key=lambda dataset: (rank[dataset.project], dataset.name))


def units(
    graph: CompiledGraph, only: tuple[str, ...] = (), limit: int | None = None
) -> Iterator[Unit]:
    """Yield the units of ``graph``.

    Args:
        graph: that is run.
        only: patterns; an origin has to match one of them if there are any.
        limit: how many there are at most.
    """
    return islice(_matching(graph, only), limit)


def group_size(graph: CompiledGraph) -> int:
    """Return how many units are worked on together, as nodes that take batches ask for."""
    return max(
        (
            node.node.batch_size(node.node.settings)
            for node in graph.nodes
            if isinstance(node.node, BatchNode)
        ),
        default=1,
    )


def grouped(units: Iterator[Unit], size: int) -> Iterator[Group]:
    """Yield units in groups of ``size``, in order, the last one perhaps smaller."""
    while group := tuple(islice(units, size)):
        yield group


def _matching(graph: CompiledGraph, only: tuple[str, ...]) -> Iterator[Unit]:
    index = 0
    datasets = datasets_in_order(graph)
    total = sum(len(dataset.files) for dataset in datasets)
    for dataset in datasets:
        entries = tuple(
            node.id
            for node in graph.source_nodes
            if any(d.key == dataset.key for d in graph.sources[node.id].datasets)
        )
        for origin in dataset.origins(index + 1, total) if entries else ():
            if not only or any(fnmatchcase(str(origin), pattern) for pattern in only):
                yield Unit(index, origin, entries)
            index += 1
        index += 0 if entries else len(dataset.files)
