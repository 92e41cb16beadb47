"""Take samples through one node as the workshop of the engine does, and time that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter, process_time
from typing import Any

import numpy as np

from dtl_engine.execute.reports import NodeCounts
from dtl_engine.node.base import Node, ProcessingNode
from dtl_engine.node.draws import Draws
from dtl_engine.node.report import ReportNode
from dtl_engine.sdk import Mask, Sample, Schema

NODE_ID = "layer3"
SEED = 1

Work = Callable[[], int]
"""Does something once and says how many samples came of it."""


def annotation_work(node: Node[Any], sample: Sample, schema: Schema) -> Work:
    """Return the passage of ``sample`` through ``node``: lineage, draws and counts included."""
    counts = NodeCounts()
    if isinstance(node, ReportNode):
        return lambda: _observe(node, sample, schema, counts)
    assert isinstance(node, ProcessingNode)
    return lambda: sum(1 for _ in _pass(node, sample, schema, counts))


def pixel_work(node: Node[Any], sample: Sample, schema: Schema) -> Work:
    """Return the passage with all pixels of what leaves, those of its masks included."""
    assert isinstance(node, ProcessingNode)
    counts = NodeCounts()

    def work() -> int:
        number = 0
        for result in _pass(node, sample, schema, counts):
            in_one_block(result.image.pixels())
            for instance in result.instances:
                if isinstance(instance.shape, Mask):
                    in_one_block(instance.shape.pixels)
            number += 1
        return number

    return work


def in_one_block(array: Any) -> Any:
    """Return the array without gaps in memory: a view of another one is copied."""
    return np.ascontiguousarray(array)


def cpu_seconds(works: Sequence[Work], rounds: int, least_s: float) -> list[float]:
    """Return the CPU seconds of each work for one sample.

    They take turns, and each does its work many times in a turn. What else the machine does only
    ever adds, so the least turn counts.

    Args:
        works: done once before for what is imported and built at first.
        rounds: turns of each work.
        least_s: how long a turn takes at least.
    """
    repeats = []
    for work in works:
        work()
        once, _ = _turn(work, 1)
        repeats.append(max(1, min(100_000, round(least_s / max(once, 1e-9)))))
    least = [float("inf")] * len(works)
    for _ in range(rounds):
        for at, work in enumerate(works):
            seconds, samples = _turn(work, repeats[at])
            least[at] = min(least[at], seconds / max(samples, 1))
    return least


def _turn(work: Work, repeat: int) -> tuple[float, int]:
    start = process_time()
    samples = sum(max(work(), 1) for _ in range(repeat))
    return process_time() - start, samples


def _pass(
    node: ProcessingNode[Any], sample: Sample, schema: Schema, counts: NodeCounts
) -> Iterator[Sample]:
    """Yield what leaves ``node``, with what ``execute.workshop`` does around it."""
    counts.entered += 1
    start = perf_counter()
    results = node.process(sample, Draws(SEED, NODE_ID, sample), schema)
    for number, (_, result) in enumerate(results):
        derived = result.derived(f"{NODE_ID}.{number}" if node.expands else NODE_ID)
        counts.seconds += perf_counter() - start
        counts.left += 1
        yield derived
        start = perf_counter()
    counts.seconds += perf_counter() - start


def _observe(node: ReportNode[Any, Any], sample: Sample, schema: Schema, counts: NodeCounts) -> int:
    """Let a node that reports count one sample, as the only one of its source image."""
    counts.entered += 1
    start = perf_counter()
    port = node.signature.inputs[0].name
    tally = node.tally({each.name: schema for each in node.signature.inputs})
    node.observe(tally, sample.to_save(), port)
    counts.seconds += perf_counter() - start
    return 1
