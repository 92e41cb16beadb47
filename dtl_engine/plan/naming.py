"""Names of outputs: readable, unique and the same whatever the order of work.

A sample keeps the name of its source image. Where one source image has several samples in a
dataset, the first one saved keeps the plain name and the next ones get ``_1``, ``_2`` and so on.
Where source images of equal name meet in one result dataset, the first in the order of the run
keeps its name and the others are numbered from ``_2``. Names that are taken are skipped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.node.source import Dataset
from dtl_engine.plan.units import datasets_in_order


@dataclass(frozen=True, slots=True)
class DatasetNames:
    """The base names in one result dataset.

    ``taken`` holds all of them; ``renamed`` those origins whose base is not their own name.
    """

    taken: frozenset[str]
    renamed: Mapping[Origin, str]

    def base(self, origin: Origin) -> str:
        """Return the name that the first sample of ``origin`` gets."""
        return self.renamed.get(origin, origin.stem)


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one graph: default datasets, and base names by sink and dataset."""

    default_dataset: Mapping[str, str]
    names: Mapping[tuple[str, str], DatasetNames]

    def dataset(self, sample: Sample) -> str:
        """Return the dataset that ``sample`` is written to."""
        origin = sample.origin
        return sample.dataset or self.default_dataset[f"{origin.project}/{origin.dataset}"]


class UnitNames:
    """Gives the names within one unit of work, in the order in which samples are saved."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._used: Counter[tuple[str, str, str]] = Counter()

    def next_name(self, sink: str, sample: Sample) -> tuple[str, str]:
        """Return dataset and name (without suffix) for the next sample saved by ``sink``."""
        dataset = self._naming.dataset(sample)
        names = self._naming.names[sink, dataset]
        base = names.base(sample.origin)
        key = (sink, dataset, base)
        while True:
            number = self._used[key]
            self._used[key] += 1
            if number == 0:
                return dataset, base
            if f"{base}_{number}" not in names.taken:
                return dataset, f"{base}_{number}"


def name_outputs(graph: CompiledGraph) -> Naming:
    """Work out all names that do not depend on what the samples hold."""
    datasets = datasets_in_order(graph)
    default = _default_datasets(datasets)
    by_key = {dataset.key: dataset for dataset in datasets}
    names: dict[tuple[str, str], DatasetNames] = {}
    known: dict[tuple[str, ...], DatasetNames] = {}
    for sink, targets in _targets(graph, datasets, default).items():
        for target, keys in targets.items():
            if keys not in known:
                known[keys] = _dataset_names([by_key[key] for key in keys])
            names[sink, target] = known[keys]
    return Naming(default, names)


def _default_datasets(datasets: list[Dataset]) -> dict[str, str]:
    """A dataset keeps its name unless two of the selected projects have one of that name."""
    count = Counter(dataset.name for dataset in datasets)
    return {d.key: d.name if count[d.name] == 1 else f"{d.project}__{d.name}" for d in datasets}


def _targets(
    graph: CompiledGraph, datasets: list[Dataset], default: Mapping[str, str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return for each sink its possible result datasets, with the datasets that feed them."""
    flow: dict[str, set[tuple[str, str]]] = defaultdict(set)
    by_key = {dataset.key: dataset for dataset in datasets}
    rank = {dataset.key: at for at, dataset in enumerate(datasets)}
    pending = list(graph.source_nodes)
    for node in pending:
        selected = graph.sources[node.id].datasets
        flow[node.id] |= {(dataset.key, default[dataset.key]) for dataset in selected}
    while pending:
        node = pending.pop()
        leaving = set()
        for key, target in flow[node.id]:
            chosen = node.node.target_dataset(node.node.settings, by_key[key].name)
            leaving.add((key, chosen or target))
        for edge in graph.edges:
            if edge.source == node.id and not leaving <= flow[edge.target]:
                flow[edge.target] |= leaving
                pending.append(graph.by_id[edge.target])
    result: dict[str, dict[str, tuple[str, ...]]] = {}
    for sink in graph.sinks:
        feeding: dict[str, set[str]] = defaultdict(set)
        for key, target in flow[sink.id]:
            feeding[target].add(key)
        result[sink.id] = {
            target: tuple(sorted(keys, key=rank.__getitem__)) for target, keys in feeding.items()
        }
    return result


def _dataset_names(datasets: list[Dataset]) -> DatasetNames:
    stems = {stem for dataset in datasets for stem in dataset.stems}
    if len(stems) == sum(len(dataset.files) for dataset in datasets):
        return DatasetNames(frozenset(stems), {})
    taken: set[str] = set()
    renamed: dict[Origin, str] = {}
    for dataset in datasets:
        for origin in dataset.origins():
            base, number = origin.stem, 1
            while base in taken or (number > 1 and base in stems):
                number += 1
                base = f"{origin.stem}_{number}"
            taken.add(base)
            if base != origin.stem:
                renamed[origin] = base
    return DatasetNames(frozenset(taken), renamed)
