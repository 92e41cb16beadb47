"""What is repaired or left out while reading is told: in the summary, in the log, by exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fixtures.cli import Outcome
from tests.fixtures.datasets import export, write_picture

HEAD = "path,label,x0,y0,x1,y1\n"
ROWS = (
    "0.png,cat,8,1,2,5\n",  # corners the wrong way round
    "0.png,cat,1,1,200,9\n",  # leaves the image
    "1.png,cat,1,1,9,9\n",
    "1.png,cat,5,5,5,9\n",  # no area
    "2.png,dog,3,3,90,8\n",  # leaves the image
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    for number in range(3):
        write_picture(folder / f"{number}.png", np.zeros((20, 30), np.uint8))
    (folder / "boxes.csv").write_text(HEAD + "".join(ROWS))
    return folder


def run(data: Path, out: Path, *options: object, **reading: Any) -> Outcome:
    return export(data, out, "coco", *options, reading={"format": "table", **reading})


def objects(out: Path) -> int:
    (path,) = (out / "result" / "annotations").glob("*.json")
    return len(json.loads(path.read_bytes())["annotations"])


def test_repairs_and_dropped_objects_are_counted_with_an_example(
    data: Path, tmp_path: Path
) -> None:
    done = run(data, tmp_path / "out", bad_objects="drop")
    assert done.code == 3
    told = [line for line in done.out.splitlines() if "while reading" in line]
    assert told == [
        "dropped while reading: 1 (F604), first pets/boxes/1.png object 2: a box has no area",
        "repaired while reading: 2 (R601), first pets/boxes/0.png object 2: an object of class "
        "'cat' leaves the image: it is cut at its border",
        "repaired while reading: 1 (R603), first pets/boxes/0.png object 1: the corners of a "
        "box are the wrong way round",
    ]
    assert objects(tmp_path / "out") == 4


def test_repairs_alone_are_no_failure(data: Path, tmp_path: Path) -> None:
    rows = [row for row in ROWS if "5,5,5,9" not in row]
    (data / "boxes.csv").write_text(HEAD + "".join(rows))
    assert run(data, tmp_path / "out").code == 0


def test_strict_reading_sets_aside_what_needs_repair(data: Path, tmp_path: Path) -> None:
    done = run(data, tmp_path / "out", bad_objects="drop", strict=True)
    assert done.code == 3
    reasons = {
        path.name: json.loads(path.read_bytes())["code"]
        for path in (tmp_path / "out" / "failed").rglob("*.json")
    }
    assert reasons == {"0.png.json": "R603", "2.png.json": "R601"}
    assert objects(tmp_path / "out") == 1


@pytest.mark.parametrize("workers", [("--workers", 1), ("--workers", 2, "--runner", "processes")])
def test_the_log_tells_each_note(data: Path, tmp_path: Path, workers: tuple[object, ...]) -> None:
    done = run(data, tmp_path / "out", "--log-format", "json", *workers, bad_objects="drop")
    events = [json.loads(line) for line in done.out.splitlines()]
    notes = {
        event["origin"]: [(note["level"], note["code"], note["number"]) for note in event["notes"]]
        for event in events
        if event["event"] == "image"
    }
    assert notes == {
        "pets/boxes/0.png": [("repaired", "R603", 1), ("repaired", "R601", 2)],
        "pets/boxes/1.png": [("dropped", "F604", 2)],
        "pets/boxes/2.png": [("repaired", "R601", 1)],
    }
    totals = {(each["level"], each["code"]): each["count"] for each in events[-1]["notes"]}
    assert totals == {("dropped", "F604"): 1, ("repaired", "R601"): 2, ("repaired", "R603"): 1}


def test_outlines_that_cross_themselves_are_kept_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "bows"
    write_picture(folder / "a.png", np.zeros((20, 30), np.uint8))
    points = {"bow": [[2, 2], [12, 12], [12, 2], [2, 12]], "box": [[2, 2], [12, 2], [12, 12]]}
    shapes = [
        {"label": name, "points": each, "shape_type": "polygon"} for name, each in points.items()
    ]
    content = {"imagePath": "a.png", "imageWidth": 30, "imageHeight": 20, "shapes": shapes}
    (folder / "a.json").write_text(json.dumps(content))
    done = export(folder, tmp_path / "out", "coco", reading={"format": "labelme"})
    assert done.code == 0
    assert [line for line in done.out.splitlines() if "while reading" in line] == [
        "repaired while reading: 1 (R610), first bows/ds/a.png object 1: an outline of class 'bow' "
        "crosses itself: it is filled even-odd"
    ]
    assert objects(tmp_path / "out") == 2
