"""The clock of a contestant: times its work and prints the figures for the one who started it."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from time import perf_counter


def time_work(work: Callable[[], int], out: Path, repeat: int) -> None:
    """Do ``work`` ``repeat`` times and print the figures of the fastest time as one JSON line.

    The first time imports and warms up what the next ones find ready; the start of the process
    is measured by the one who started it.

    Args:
        work: fills the folder ``out`` and returns how many samples it wrote.
        out: removed before each time, which is not measured.
        repeat: at least 1.
    """
    figures = []
    for _ in range(repeat):
        shutil.rmtree(out, ignore_errors=True)
        cpu, wall = cpu_seconds(), perf_counter()
        samples = work()
        figures.append(
            {"wall": perf_counter() - wall, "cpu": cpu_seconds() - cpu, "samples": samples}
        )
    print(
        json.dumps(
            {
                "seconds": min(each["wall"] for each in figures),
                "cpu": min(each["cpu"] for each in figures),
                "items": figures[-1]["samples"],
            }
        )
    )


def cpu_seconds() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
