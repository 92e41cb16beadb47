"""A large COCO file: speed and memory of converting it, against datumaro on the same file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import (
    FIGURE_HEAD,
    MIB,
    Command,
    contestant,
    figure_cells,
    print_table,
    run,
    take_turns,
)
from benchmarks.options import make_parser, scratch_folder

OBJECTS, QUICK_OBJECTS = 1_000_000, 2_000
COCO, PROJECT = "engine, coco to coco", "engine, coco to supervisely"
DATUMARO, STREAMING = "datumaro, coco to coco", "datumaro, streaming"
AIM_MIB, AIM_RATIO = 1024, 2
_CHUNK = 1 << 20


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.set_defaults(rounds=1)
    parser.add_argument("--objects", type=int, help="in the file (default: a million)")
    parser.add_argument(
        "--datumaro",
        type=Path,
        default=Path(sys.executable),
        metavar="PYTHON",
        help="interpreter that has datumaro, which needs packages of its own",
    )
    options = parser.parse_args(words)
    objects = options.objects or (QUICK_OBJECTS if options.quick else OBJECTS)
    with scratch_folder(options.scratch) as scratch:
        run(contestant("draw_coco", scratch / "large", objects))
        outs = {name: scratch / f"out{number}" for number, name in enumerate(_NAMES)}
        contestants = _engine(scratch, outs)
        if _has_datumaro(options.datumaro):
            contestants |= _datumaro(options.datumaro, scratch, outs)
        else:
            print("datumaro is not installed: it is left out; '--datumaro PYTHON' names one")
        figures = take_turns(contestants, 1 if options.quick else options.rounds)
        written = {name: _count(outs[name]) for name in contestants if name != PROJECT}
    print_table(
        (f"{objects} objects", *FIGURE_HEAD, "objects"),
        ((name, *figure_cells(each), str(written.get(name, ""))) for name, each in figures.items()),
    )
    peak = max(figures[name].peak for name in (COCO, PROJECT)) / MIB
    print(f"engine: peak memory {peak:.0f} MiB (aim: below {AIM_MIB})")
    for name in (DATUMARO, STREAMING):
        if name in figures:
            cpu, wall = (
                getattr(figures[name], k) / getattr(figures[COCO], k) for k in ("cpu", "wall")
            )
            print(f"{name} / {COCO}: CPU {cpu:.2f}, wall {wall:.2f} (aim: {AIM_RATIO})")


_NAMES = (COCO, PROJECT, DATUMARO, STREAMING)


def _engine(scratch: Path, outs: dict[str, Path]) -> dict[str, Command]:
    """Return the engine's turns: one thread, as datumaro has."""
    contestants: dict[str, Command] = {}
    for name, format in ((COCO, "coco"), (PROJECT, "supervisely")):
        layers = [
            {"action": "data", "src": ["large"], "dst": "$a", "settings": {"format": "coco"}},
            {"action": "export", "src": ["$a"], "dst": "made", "settings": {"format": format}},
        ]
        graph = scratch / f"{format}.json"
        graph.write_text(json.dumps(layers))
        contestants[name] = contestant("engine", graph, scratch, outs[name])
    return contestants


def _datumaro(python: Path, scratch: Path, outs: dict[str, Path]) -> dict[str, Command]:
    contestants: dict[str, Command] = {}
    for name, words in ((DATUMARO, ()), (STREAMING, ("--streaming",))):
        _, *command = contestant("by_datumaro", scratch / "large", outs[name], *words)
        contestants[name] = [str(python), *command]
    return contestants


def _has_datumaro(python: Path) -> bool:
    try:
        done = subprocess.run([python, "-c", "import datumaro"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _count(folder: Path) -> int:
    """Return how many objects the JSON files below a folder hold."""
    mark, count = b'"image_id"', 0
    for path in folder.rglob("instances_*.json"):
        rest = b""
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                text = rest + chunk
                count += text.count(mark)
                rest = text[-len(mark) + 1 :]
    return count


if __name__ == "__main__":
    main()
