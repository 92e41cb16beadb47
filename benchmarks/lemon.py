"""The lemon graph: the engine against a script written by hand for it.

CPU and wall of the work alone, by runner and number of workers; then what a command costs before
its work begins.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import (
    FIGURE_HEAD,
    Command,
    Figures,
    contestant,
    figure_cells,
    print_table,
    take_turns,
)
from benchmarks.options import add_data, make_parser, scratch_folder

RUNNERS = (("serial", 1), ("threads", 1), ("threads", 2), ("processes", 1), ("processes", 2))


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__)
    add_data(parser)
    options = parser.parse_args(words)
    repeat, rounds = (1, 1) if options.quick else (3, options.rounds)
    data = options.data.resolve()
    with scratch_folder(options.scratch) as scratch:
        figures = take_turns(work_commands(data, scratch, repeat), rounds)
        starts = take_turns(start_commands(data), rounds)
    print_table(
        ("lemon graph", *FIGURE_HEAD, "CPU / by hand", "wall / by hand"),
        (row(name, each, figures) for name, each in figures.items()),
    )
    faster = figures["threads 1"].wall / figures["threads 2"].wall
    by_hand = figures["by hand 1"].wall / figures["by hand 2"].wall
    print("aims: CPU and wall within 1.3 of by hand; 1.75 times faster with two threads")
    print(f"two threads are {faster:.2f} times faster than one; by hand {by_hand:.2f} times\n")
    print_table(
        ("start", "wall ms", "CPU ms", "peak MiB"),
        (
            (name, f"{each.wall * 1e3:.0f}", f"{each.cpu * 1e3:.0f}", f"{each.peak >> 20}")
            for name, each in starts.items()
        ),
    )


def work_commands(data: Path, scratch: Path, repeat: int) -> dict[str, Command]:
    """Return the contestants by name; the number in it is that of the workers."""
    often = ("--repeat", repeat)
    commands: dict[str, Command] = {
        f"by hand {workers}": contestant(
            "by_hand", data / "lemon", scratch / "hand", "--workers", workers, *often
        )
        for workers in (1, 2)
    }
    for runner, workers in RUNNERS:
        how = ("--runner", runner, "--workers", workers)
        commands[f"{runner} {workers}"] = contestant(
            "engine", "lemon", data, scratch / "engine", *how, *often
        )
    return commands


def start_commands(data: Path) -> dict[str, Command]:
    """Return commands that show what starting costs, from the bare interpreter on."""
    dtl = (sys.executable, "-m", "dtl_engine")
    return {
        "python -c pass": (sys.executable, "-c", "pass"),
        "import dtl_engine": (sys.executable, "-c", "import dtl_engine"),
        "import dtl_engine.sdk": (sys.executable, "-c", "import dtl_engine.sdk"),
        "dtl --help": (*dtl, "--help"),
        "dtl check lemon": (*dtl, "check", "lemon", "--data", data),
    }


def row(name: str, figures: Figures, everything: Mapping[str, Figures]) -> tuple[str, ...]:
    """Return a line of the table; runners are divided by the script with as many workers."""
    hand = everything[f"by hand {name.rsplit(maxsplit=1)[-1]}"]
    ratios = f"{figures.cpu / hand.cpu:.2f}", f"{figures.wall / hand.wall:.2f}"
    return (name, *figure_cells(figures), *ratios)


if __name__ == "__main__":
    main()
