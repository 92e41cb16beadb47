"""The flips and crops of the lemon graph: the engine against albumentations called directly."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measure import (
    FIGURE_HEAD,
    Command,
    contestant,
    figure_cells,
    print_table,
    take_turns,
)
from benchmarks.options import add_data, make_parser, scratch_folder


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__)
    add_data(parser)
    options = parser.parse_args(words)
    repeat, rounds = (1, 1) if options.quick else (2, options.rounds)
    data = options.data.resolve()
    with scratch_folder(options.scratch) as scratch:
        out, often = scratch / "out", ("--repeat", repeat)
        direct = ("by_albumentations", data / "lemon", out)
        contestants: dict[str, Command] = {
            "engine, whole graph": contestant("engine", "lemon", data, out, *often),
            "albumentations, whole graph": contestant(*direct, *often),
            "engine, geometry alone": contestant("engine_geometry", data, out, *often),
            "albumentations, geometry alone": contestant(*direct, "--geometry-only", *often),
        }
        figures = take_turns(contestants, rounds)
    print_table(
        ("one worker", *FIGURE_HEAD),
        ((name, *figure_cells(each)) for name, each in figures.items()),
    )
    for part in ("whole graph", "geometry alone"):
        ratio = figures[f"albumentations, {part}"].cpu / figures[f"engine, {part}"].cpu
        print(f"{part}: albumentations / engine: CPU {ratio:.2f}")


if __name__ == "__main__":
    main()
