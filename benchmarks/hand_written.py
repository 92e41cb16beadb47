"""How fast the hand-written lemon script is, beside the reference's own one where it is there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import (
    FIGURE_HEAD,
    Command,
    contestant,
    figure_cells,
    print_table,
    take_turns,
)
from benchmarks.options import REFERENCE, add_data, make_parser, scratch_folder

REFERENCE_SCRIPT = REFERENCE / "benchmarks" / "limit_seed_graph.py"


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__)
    add_data(parser)
    parser.add_argument(
        "--reference",
        type=Path,
        default=REFERENCE_SCRIPT,
        help="the reference's script (default: looked for beside the repository)",
    )
    options = parser.parse_args(words)
    repeat, rounds = (1, 1) if options.quick else (3, options.rounds)
    project = options.data.resolve() / "lemon"
    with scratch_folder(options.scratch) as scratch:
        contestants: dict[str, Command] = {}
        for workers in (1, 2):
            contestants[f"by hand, {workers}"] = contestant(
                "by_hand", project, scratch / "hand", "--workers", workers, "--repeat", repeat
            )
            if options.reference.is_file():
                arguments = (project, scratch / "reference", 0 if workers == 1 else workers)
                choices = ("--quality", 95, "--repeat", repeat, "--json")
                words_ = (sys.executable, options.reference.resolve(), *arguments, *choices)
                contestants[f"reference, {workers}"] = [str(word) for word in words_]
        figures = take_turns(contestants, rounds)
    print_table(
        ("script, threads", *FIGURE_HEAD),
        ((name, *figure_cells(each)) for name, each in figures.items()),
    )
    for workers in (1, 2):
        hand, reference = figures[f"by hand, {workers}"], figures.get(f"reference, {workers}")
        if reference is not None:
            print(
                f"{workers} threads: by hand / reference: CPU {hand.cpu / reference.cpu:.2f}, "
                f"wall {hand.wall / reference.wall:.2f} (aim: at most 1)"
            )


if __name__ == "__main__":
    main()
