"""The engine's own mirroring and cutting of the lemon graph, with pixels, and nothing written."""

from __future__ import annotations

import argparse
import random
from functools import partial
from pathlib import Path

from benchmarks.contestants.clock import time_work

PARTS = 10
LEAST, MOST = 0.7, 0.9


def run(data: Path) -> int:
    """Make all samples of the project ``lemon`` in ``data`` with their pixels; return how many."""
    from dtl_engine.api import compile_graph
    from dtl_engine.plan.units import datasets_in_order
    from dtl_engine.sdk import Axis, Mask, Window

    turns: tuple[tuple[Axis, ...], ...] = (
        (),
        ("vertical",),
        ("horizontal",),
        ("vertical", "horizontal"),
    )
    graph = compile_graph("lemon", data=[data])
    source = next(iter(graph.sources.values()))
    samples = 0
    for dataset in datasets_in_order(graph):
        for origin in dataset.origins():
            sample, rng = source.read(origin), random.Random(origin.file)
            for turn in turns:
                turned = sample
                for axis in turn:
                    turned = turned.mirror(axis)
                for part in range(PARTS + 1):
                    shown = turned
                    if part:
                        width, height = (
                            int(side * rng.uniform(LEAST, MOST)) for side in turned.size
                        )
                        x = rng.randint(0, turned.size.width - width)
                        y = rng.randint(0, turned.size.height - height)
                        shown = turned.crop(Window(x, y, x + width, y + height))
                    shown.image.raster()
                    for instance in shown.instances:
                        if isinstance(instance.shape, Mask):
                            _ = instance.shape.pixels
                    samples += 1
    return samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    time_work(partial(run, options.data), options.out, options.repeat)


if __name__ == "__main__":
    main()
