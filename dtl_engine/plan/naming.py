"""Names of outputs: readable, unique and the same whatever the order of work.

A sample keeps the name of its source image. Where one source image has several samples in a
dataset, the first one saved keeps the plain name and the next ones get ``_1``, ``_2`` and so on.
Where source images of equal name meet in one result dataset, the first in the order of the run
keeps its name and the others are numbered from ``_2``. Names that are taken are skipped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dtl_engine.compile.graph import CompiledGraph, CompiledNode
from dtl_engine.errors import UsageError
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.node.ends import SinkNode
from dtl_engine.node.source import Dataset
from dtl_engine.node.target import Target
from dtl_engine.plan.units import datasets_in_order


@dataclass(frozen=True, slots=True)
class DatasetNames:
    """The base names in one result dataset.

    ``taken`` holds all of them; ``renamed`` those origins whose base is not their own name.
    """

    taken: frozenset[str]
    renamed: Mapping[Origin, str]
    repeat: bool = False
    """Whether all samples of one origin get the same name."""

    def base(self, origin: Origin) -> str:
        """Return the name that the first sample of ``origin`` gets."""
        return self.renamed.get(origin, origin.stem)


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one graph.

    ``default_dataset`` maps a source dataset to the one that its samples ask for unless a layer
    chose another; ``given`` maps a sink and what is asked for to the dataset that it writes to;
    ``names`` holds the base names by sink and dataset.
    """

    default_dataset: Mapping[str, str]
    given: Mapping[tuple[str, str], str]
    names: Mapping[tuple[str, str], DatasetNames]

    def dataset(self, sink: str, sample: Sample) -> str:
        """Return the dataset that ``sink`` writes ``sample`` to."""
        origin = sample.origin
        wanted = sample.dataset or self.default_dataset[f"{origin.project}/{origin.dataset}"]
        return self.given[sink, wanted]


class UnitNames:
    """Gives the names within one unit of work, in the order in which samples are saved."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._used: Counter[tuple[str, str, str]] = Counter()

    def next_name(self, sink: str, sample: Sample) -> tuple[str, str]:
        """Return dataset and name (without suffix) for the next sample saved by ``sink``."""
        dataset = self._naming.dataset(sink, sample)
        names = self._naming.names[sink, dataset]
        base = names.base(sample.origin)
        if names.repeat:
            return dataset, base
        key = (sink, dataset, base)
        while True:
            number = self._used[key]
            self._used[key] += 1
            if number == 0:
                return dataset, base
            if f"{base}_{number}" not in names.taken:
                return dataset, f"{base}_{number}"


def name_outputs(graph: CompiledGraph, targets: Mapping[str, Target]) -> Naming:
    """Work out all names that do not depend on what the samples hold.

    Args:
        graph: as it was written.
        targets: what sinks add to, by sink.

    Raises:
        UsageError: names do not fit what a target holds.
    """
    datasets = datasets_in_order(graph)
    default = _default_datasets(datasets)
    by_key = {dataset.key: dataset for dataset in datasets}
    given: dict[tuple[str, str], str] = {}
    names: dict[tuple[str, str], DatasetNames] = {}
    known: dict[tuple[str, ...], DatasetNames] = {}
    for sink, wanted in _wanted(graph, datasets, default).items():
        target = targets.get(sink)
        feeding: dict[str, dict[str, None]] = defaultdict(dict)
        for name, dataset in _given(graph.by_id[sink], tuple(sorted(wanted)), target).items():
            given[sink, name] = dataset
            feeding[dataset] |= dict.fromkeys(wanted[name])
        for dataset, keys in feeding.items():
            fed = [by_key[key] for key in by_key if key in keys]
            if target is not None:
                names[sink, dataset] = _names_in(graph.by_id[sink], dataset, fed, target)
                continue
            key = tuple(dataset.key for dataset in fed)
            if key not in known:
                known[key] = _dataset_names(fed)
            names[sink, dataset] = known[key]
    return Naming(default, given, names)


def _given(sink: CompiledNode, wanted: tuple[str, ...], target: Target | None) -> Mapping[str, str]:
    """Return the dataset that ``sink`` writes to for each one that is asked for."""
    if not isinstance(sink.node, SinkNode):
        return {name: name for name in wanted}
    try:
        return sink.node.name_datasets(wanted, target)
    except UsageError as error:
        raise UsageError(f"{sink.location}: {error}") from error


def _names_in(
    sink: CompiledNode, dataset: str, datasets: list[Dataset], target: Target
) -> DatasetNames:
    """Return the names in a dataset that may hold something already."""
    names = _dataset_names(datasets, target.taken.get(dataset, frozenset()))
    if not target.keeps_names:
        return names
    if names.renamed:
        origin = next(iter(names.renamed))
        raise UsageError(
            f"{sink.location}: {origin} and another image of its name would both be written to "
            f"'{origin.stem}' of dataset '{dataset}'"
        )
    return replace(names, repeat=True)


def _default_datasets(datasets: list[Dataset]) -> dict[str, str]:
    """A dataset keeps its name unless two of the selected projects have one of that name."""
    count = Counter(dataset.name for dataset in datasets)
    return {d.key: d.name if count[d.name] == 1 else f"{d.project}__{d.name}" for d in datasets}


def _wanted(
    graph: CompiledGraph, datasets: list[Dataset], default: Mapping[str, str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return for each sink the datasets that may be asked for, with those that feed them."""
    flow: dict[str, set[tuple[str, str]]] = defaultdict(set)
    by_key = {dataset.key: dataset for dataset in datasets}
    rank = {dataset.key: at for at, dataset in enumerate(datasets)}
    images = sum(len(dataset.files) for dataset in datasets)
    pending = list(graph.source_nodes)
    for node in pending:
        selected = graph.sources[node.id].datasets
        flow[node.id] |= {(dataset.key, default[dataset.key]) for dataset in selected}
    while pending:
        node = pending.pop()
        leaving = set()
        for key, target in flow[node.id]:
            schema = graph.inputs[node.id].schema
            assert schema is not None, "a graph with an unknown schema does not compile"
            chosen = node.node.target_datasets(node.node.settings, by_key[key].name, schema, images)
            leaving |= {(key, name) for name in chosen or (target,)}
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


def _dataset_names(datasets: list[Dataset], occupied: frozenset[str] = frozenset()) -> DatasetNames:
    """Return the names of samples of ``datasets`` beside those that are ``occupied``."""
    stems = {stem for dataset in datasets for stem in dataset.stems}
    images = sum(len(dataset.files) for dataset in datasets)
    if len(stems) == images and stems.isdisjoint(occupied):
        return DatasetNames(occupied | stems, {})
    taken = set(occupied)
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
