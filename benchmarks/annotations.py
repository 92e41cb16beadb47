"""Graphs that change annotations only: what the engine costs beside the copying of the files."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.graphs import annotation_layers, write_graph
from benchmarks.measure import Command, contestant, print_table, run, take_turns
from benchmarks.options import make_parser, scratch_folder

CASES = {
    "5 bitmaps": ("bitmap", 5),
    "50 bitmaps": ("bitmap", 50),
    "100 rectangles": ("rectangle", 100),
    "20 polygons of 60 points": ("polygon", 20),
}
IMAGES = 1000


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__)
    options = parser.parse_args(words)
    images, repeat, rounds = (20, 1, 1) if options.quick else (IMAGES, 3, options.rounds)
    rows = []
    with scratch_folder(options.scratch) as scratch:
        graph = write_graph(scratch / "annotations.json", annotation_layers())
        for name, (kind, objects) in CASES.items():
            data = scratch / name.replace(" ", "-")
            how = ("--kind", kind, "--objects", objects)
            run(contestant("draw_project", data / "small", images, *how))
            loop = (data / "small", scratch / "loop", "--repeat", repeat)
            contestants: dict[str, Command] = {
                "copy": contestant("file_loop", *loop),
                "tag": contestant("file_loop", *loop, "--tag"),
                "engine": contestant("engine", graph, data, scratch / "out", "--repeat", repeat),
            }
            figures = take_turns(contestants, rounds)
            copy, tag, engine = (
                figures[each].cpu / images * 1e6 for each in ("copy", "tag", "engine")
            )
            cells = (copy, tag, engine, engine - copy, engine - tag)
            rows.append((name, *(f"{cell:.0f}" for cell in cells), f"{engine / tag:.2f}"))
    print_table(
        (
            "objects an image",
            "copying",
            "tag by hand",
            "engine",
            "engine - copying",
            "engine - by hand",
            "engine / by hand",
        ),
        rows,
    )
    print("CPU microseconds a sample, one worker; aim: engine - copying below 60")


if __name__ == "__main__":
    main()
