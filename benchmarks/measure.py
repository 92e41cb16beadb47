"""Start contestants in processes of their own, in turns, and keep what each of them needed.

Only the standard library is imported here: a process inherits the peak memory of the one that
starts it, so the one that starts must be small.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
MIB = 2**20
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one process needed.

    ``wall`` and ``cpu`` are seconds of its work alone, ``whole_wall`` and ``whole_cpu`` those of
    the process with its start; both count its children. ``peak`` is the memory of the largest
    process in bytes, ``samples`` how many it wrote.
    """

    wall: float
    cpu: float
    samples: int
    whole_wall: float
    whole_cpu: float
    peak: int


def contestant(name: str, *arguments: str | Path | int) -> list[str]:
    """Return the command of the contestant ``benchmarks/contestants/<name>.py``."""
    module = f"benchmarks.contestants.{name}"
    return [sys.executable, "-m", module, *(str(argument) for argument in arguments)]


def run(command: Command) -> Figures:
    """Run one process; its last line of output is the JSON of ``contestants.clock``, or nothing.

    Raises:
        SystemExit: the process failed.
    """
    words = [str(word) for word in command]
    start = perf_counter()
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | {"NO_ALBUMENTATIONS_UPDATE": "1"}
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    lines = output.splitlines()
    told = json.loads(lines[-1]) if lines and lines[-1].startswith(b"{") else {}
    return Figures(
        wall=told.get("seconds", wall),
        cpu=told.get("cpu", cpu),
        samples=told.get("items", 0),
        whole_wall=wall,
        whole_cpu=cpu,
        peak=usage.ru_maxrss * _MAXRSS_BYTES,
    )


def take_turns(contestants: Mapping[str, Command], rounds: int) -> dict[str, Figures]:
    """Run all contestants once in each of ``rounds`` rounds (A B C A B C ...).

    What else the machine does hits all of them alike, and it only ever adds: so of each figure
    the least of all rounds is returned.
    """
    found: dict[str, list[Figures]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, command in contestants.items():
            found[name].append(run(command))
    return {name: least(figures) for name, figures in found.items()}


def least(figures: Sequence[Figures]) -> Figures:
    """Return the least of every figure."""
    return Figures(
        wall=min(each.wall for each in figures),
        cpu=min(each.cpu for each in figures),
        samples=figures[0].samples,
        whole_wall=min(each.whole_wall for each in figures),
        whole_cpu=min(each.whole_cpu for each in figures),
        peak=min(each.peak for each in figures),
    )


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table: the first column left, the others right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for line in (lines[0], rule, *lines[1:]):
        first, *others = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("| " + " | ".join((first, *others)) + " |")
    print(flush=True)


def figure_cells(figures: Figures) -> tuple[str, str, str, str]:
    """Return wall ms, CPU ms, samples a second and peak MiB as text."""
    return (
        f"{figures.wall * 1e3:.0f}",
        f"{figures.cpu * 1e3:.0f}",
        f"{figures.samples / figures.wall:.0f}",
        f"{figures.peak / MIB:.0f}",
    )


FIGURE_HEAD = ("wall ms", "CPU ms", "samples/s", "peak MiB")
