"""Every node by itself: images a second, or microseconds a sample, beside direct calls.

All in one process with one thread: a node and the direct calls beside it take turns.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence

import cv2

from benchmarks.measure import print_table
from benchmarks.options import make_parser
from benchmarks.per_node.annotation_rows import ANNOTATION_ROWS
from benchmarks.per_node.geometry_rows import GEOMETRY_ROWS
from benchmarks.per_node.measuring import Timing, annotation_cells, geometry_cells, pixel_cells
from benchmarks.per_node.pixel_rows import PIXEL_ROWS
from benchmarks.per_node.rows import NOT_MEASURED, Row, title, unmeasured
from benchmarks.per_node.scene import Scene
from dtl_engine.node.catalogue import installed_catalogue

ALL_ROWS: tuple[Row, ...] = (*PIXEL_ROWS, *GEOMETRY_ROWS, *ANNOTATION_ROWS)
MOST_US = 200
"""What the engine may cost for a sample that a node has nothing to do with."""


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__, has_scratch=False)
    parser.add_argument(
        "--only",
        action="append",
        metavar="ACTION",
        choices=sorted({row.action for row in ALL_ROWS}),
        help="measure this node; may be given several times",
    )
    options = parser.parse_args(words)
    missing = unmeasured(ALL_ROWS, installed_catalogue())
    cv2.setNumThreads(1)
    scene = Scene(0.1) if options.quick else Scene()
    timing = Timing(1, 0.0) if options.quick else Timing(options.rounds, 0.05)
    only = options.only or [row.action for row in ALL_ROWS]
    print_pixels(scene, timing, only)
    print_geometry(scene, timing, only)
    print_annotations(scene, timing, only)
    if not options.only:
        for action, reason in NOT_MEASURED.items():
            print(f"not measured: {action} {reason}")
    if missing:
        raise SystemExit(f"no row for: {', '.join(missing)}")


def print_pixels(scene: Scene, timing: Timing, only: Sequence[str]) -> None:
    head = ("pixels", "images/s", "direct", "node / direct", "direct call")
    chosen = [row for row in PIXEL_ROWS if row.action in only]
    _print(head, ((title(row), *pixel_cells(row, scene, timing)) for row in chosen))


def print_geometry(scene: Scene, timing: Timing, only: Sequence[str]) -> None:
    head = (
        "geometry",
        "image and masks/s",
        "direct",
        "node / direct",
        "image alone/s",
        "direct",
        "node / direct",
        "direct calls",
    )
    chosen = [row for row in GEOMETRY_ROWS if row.action in only]
    _print(head, ((title(row), *geometry_cells(row, scene, timing)) for row in chosen))


def print_annotations(scene: Scene, timing: Timing, only: Sequence[str]) -> None:
    head = ("annotation", "idle us", "8 objects us", "direct us", "node / direct", "direct call")
    chosen = [row for row in ANNOTATION_ROWS if row.action in only]
    found = {title(row): annotation_cells(row, scene, timing) for row in chosen}
    slow = [name for name, (idle_us, *_) in found.items() if float(idle_us) > MOST_US]
    _print(head, ((name, *cells) for name, cells in found.items()))
    if found:
        print(f"idle: nothing to work on; over {MOST_US} us: {', '.join(slow) or 'none'}\n")


def _print(head: Sequence[str], rows: Iterator[Sequence[str]]) -> None:
    gc.collect()
    gc.freeze()
    lines = list(rows)
    if lines:
        print_table(head, lines)


if __name__ == "__main__":
    main()
