"""Run one node on one sample, outside any graph."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.base import Node, ProcessingNode
from dtl_engine.node.draws import Draws
from dtl_engine.node.ends import SinkNode, SourceNode
from dtl_engine.node.report import ReportNode
from dtl_engine.node.target import Target

OUTPUT = "output"
"""The name of the output that an output node writes."""

MOST_RESULTS = 10_000
"""No node may yield more from one small sample; stops one that never ends."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a node made of a sample: results with their ports, and files by relative path."""

    results: tuple[tuple[int, Sample], ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)


class ForbiddenDraws(Draws):
    """Draws that fail when they are touched."""

    @property
    def of_source(self) -> Draws:
        """Fail too."""
        return self

    def _word(self) -> int:
        raise AssertionError("the node draws although is_random says that it does not")


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A ``Place`` that writes straight into a folder."""

    folder: Path
    dataset: str
    stem: str
    target: Target | None = None

    def path(self, *parts: str) -> Path:
        """Return where to write the file of that relative path; its folder exists."""
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def current(self, *parts: str) -> Path:
        """Return where to read the file of that relative path."""
        return self.folder.joinpath(*parts)

    def lose(self, label: str, what: str) -> None:
        """Forget what the output cannot hold."""


def run_node(
    node: Node[Any], sample: Sample, draws: Draws, schema: Schema, folder: Path
) -> Outcome:
    """Return what ``node`` makes of ``sample``.

    Args:
        node: with its settings.
        sample: that enters; a source node gets it as if it had been read.
        draws: where random numbers come from.
        schema: of the stream that enters.
        folder: where an output node makes its own, ``OUTPUT``.
    """
    if isinstance(node, ProcessingNode):
        results = []
        for result in node.process(sample, draws, schema):
            results.append(result)
            assert len(results) <= MOST_RESULTS, f"{node.action} yields without end"
        return Outcome(tuple(results))
    if isinstance(node, SourceNode):
        return Outcome(((0, node.apply(sample)),))
    if isinstance(node, ReportNode):
        return report_on(node, [sample], schema, folder)
    assert isinstance(node, SinkNode), f"the kit cannot run a {type(node).__name__}"
    output = folder / OUTPUT
    output.mkdir(parents=True, exist_ok=True)
    target = node.open_target(output, schema)
    node.start(schema, output)
    wanted = sample.dataset or sample.origin.dataset
    dataset = node.name_datasets((wanted,), target)[wanted]
    node.write(sample, schema, OutputFolder(output, dataset, sample.origin.stem, target))
    node.finish(schema, output)
    return Outcome(files=files_of(folder))


def report_on(
    node: ReportNode[Any, Any], samples: Iterable[Sample], schema: Schema, folder: Path
) -> Outcome:
    """Return the files that a report node writes on ``samples``, each counted by itself.

    Every sample enters by every input port.
    """
    schemas = {port.name: schema for port in node.signature.inputs}
    node.check_inputs(node.settings, schemas)
    total = node.tally(schemas)
    for sample in samples:
        tally = node.tally(schemas)
        for port in schemas:
            node.observe(tally, sample, port)
        total.add(pickle.loads(pickle.dumps(tally)))
    folder.mkdir(parents=True, exist_ok=True)
    node.conclude(total, schemas, folder)
    return Outcome(files=files_of(folder))


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of all files under ``folder`` by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
