"""How a run grows with its data: speed and memory for 6, 60, 600 and 6000 photographs."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.graphs import pixel_layers, write_graph
from benchmarks.measure import FIGURE_HEAD, contestant, figure_cells, print_table, run, take_turns
from benchmarks.options import make_parser, scratch_folder

SIZES = (6, 60, 600, 6000)


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--workers", type=int, default=2, help="threads of the engine")
    options = parser.parse_args(words)
    sizes, rounds = ((6, 12, 24), 1) if options.quick else (SIZES, options.rounds)
    with scratch_folder(options.scratch) as scratch:
        graph = write_graph(scratch / "growth.json", pixel_layers())
        for size in sizes:
            run(contestant("draw_project", scratch / str(size) / "small", size))
        how = ("--runner", "threads", "--workers", options.workers)
        figures = take_turns(
            {
                str(size): contestant("engine", graph, scratch / str(size), scratch / "out", *how)
                for size in sizes
            },
            rounds,
        )
    print_table(
        ("photographs", *FIGURE_HEAD, "CPU us a sample"),
        (
            (size, *figure_cells(each), f"{each.cpu / each.samples * 1e6:.0f}")
            for size, each in figures.items()
        ),
    )
    small, large = figures[str(sizes[1])], figures[str(sizes[-1])]
    print(
        f"peak memory of {sizes[-1]} / {sizes[1]} photographs: {large.peak / small.peak:.3f} "
        f"(+{(large.peak - small.peak) / 1024:.0f} KiB; aim: the same)"
    )


if __name__ == "__main__":
    main()
