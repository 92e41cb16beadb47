"""Oriented boxes: written, read again, and read by the rules of Ultralytics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.sdk import (
    Annotation,
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Schema,
    Size,
    Tag,
)
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats.round_shapes import turned_box
from dtl_nodes.formats.yolo.format import YoloFormat
from dtl_nodes.formats.yolo.writer import write_sample
from tests.fixtures import datasets
from tests.fixtures.masks import mask
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    Recorder,
    export,
    files_of,
    only_sample,
    open_dataset,
    sample_with,
)
from tests.nodes.formats.yolo.reference import load_config, load_labels

SCHEMA = Schema(
    tuple(
        LabelSpec(name, kind, "#112233")
        for name, kind in (
            ("box", "rectangle"), ("patch", "polygon"), ("path", "line"), ("dot", "point"),
            ("blob", "bitmap"), ("hand", "graph"),
        )
    )
)  # fmt: skip
POLYGON, MASK = "polygon saved as an oriented box", "mask saved as an oriented box"


def written(folder: Path, *instances: Instance, size: Size = SIZE) -> dict[tuple[str, str], int]:
    return dict(export("yolo", [sample_with(instances, size=size)], SCHEMA, folder, task="obb"))


def rows_of(folder: Path, size: Size = SIZE) -> list[list[list[float]]]:
    """Return the corners of each row in pixels, by Ultralytics' rules for its label files."""
    config = load_config(folder / "data.yaml")
    labels = load_labels(folder / "labels" / "ds" / "one.txt", len(config["names"]))
    assert all(len(corners) == 4 for corners in labels.segments)
    return [(corners * size).round(4).tolist() for corners in labels.segments]


def test_the_worked_number(tmp_path: Path) -> None:
    size = Size(80, 60)
    assert not written(tmp_path, Instance("box", Rectangle(2, 2, 7, 6)), size=size)
    (row,) = (tmp_path / "labels" / "ds" / "one.txt").read_text().splitlines()
    assert row == "0 0.025000 0.033333 0.087500 0.033333 0.087500 0.100000 0.025000 0.100000"
    assert (tmp_path / "images" / "ds" / "one.png").is_file()


def test_corners_stay_as_they_are(tmp_path: Path) -> None:
    """In their order too, which says where the front of a thing is; any quadrangle has four."""
    corners = [[9, 5], [5, 9], [1, 5], [5, 1]]
    crooked = [[1, 1], [9, 2], [7, 8], [2, 12.5]]
    ring = Polygon([[12, 2], [20, 2], [20, 9], [12, 9]], [[[14, 4], [15, 4], [15, 5]]])
    losses = written(
        tmp_path,
        Instance("patch", Polygon(corners)),
        Instance("patch", Polygon(crooked)),
        Instance("patch", ring),
    )
    assert losses == {("patch", "holes"): 1}
    expected = [corners, crooked, ring.exterior.tolist()]
    assert rows_of(tmp_path) == expected
    back = only_sample(open_dataset("yolo", tmp_path, task="obb"))
    assert [each.shape for each in back.instances] == [Polygon(points) for points in expected]


def test_everything_else(tmp_path: Path) -> None:
    losses = written(
        tmp_path,
        Instance("patch", Polygon([(1, 1), (6, 1), (6, 4)])),
        Instance("path", Polyline([(0.5, 0.5), (4.5, 3.5)])),
        Instance("dot", Point(23.5, 17.5)),
        Instance("blob", mask("11111/10001/10001/11111", 3, 4)),
        Instance("hand", Keypoints((KeypointNode("n1", 6, 3), KeypointNode("n2", 12, 9)))),
        Instance("box", Rectangle(2, 2, 7, 6), (Tag("ripe"),), "a box"),
    )
    assert losses == {
        ("patch", POLYGON): 1,
        ("path", "line saved as a box"): 1,
        ("dot", "point dropped"): 1,
        ("blob", MASK): 1,
        ("hand", "graph saved as a box"): 1,
        ("box", "object tag"): 1,
        ("box", "object description"): 1,
    }
    assert rows_of(tmp_path) == [
        [[1, 1], [6, 1], [6, 4], [1, 4]],
        [[0.5, 0.5], [4.5, 0.5], [4.5, 3.5], [0.5, 3.5]],
        [[3, 4], [8, 4], [8, 8], [3, 8]],
        [[6, 3], [12, 3], [12, 9], [6, 9]],
        [[2, 2], [7, 2], [7, 6], [2, 6]],
    ]


def test_pixels_are_squares(tmp_path: Path) -> None:
    """A diagonal of four pixels is sqrt(2) wide, not a line through their centres."""
    stairs = mask("1000/0100/0010/0001", 3, 4)
    assert written(tmp_path, Instance("blob", stairs)) == {("blob", MASK): 1}
    (corners,) = np.array(rows_of(tmp_path))
    assert corners.tolist() == [[3.5, 3.5], [7.5, 7.5], [6.5, 8.5], [2.5, 4.5]]
    # OpenCV's rectangle of the pixels' own coordinates would lie half a pixel off, without width.
    assert written(tmp_path / "one", Instance("blob", mask("1", 3, 4)))
    assert rows_of(tmp_path / "one") == [[[3, 4], [4, 4], [4, 5], [3, 5]]]


def test_what_has_no_area(tmp_path: Path) -> None:
    flat = Instance("patch", Polygon([(1, 1), (3, 3), (5, 5), (2, 2), (4, 4)]))
    tiny = Instance("patch", Polygon([(1, 1), (1 + 1e-7, 1), (1 + 1e-7, 1 + 1e-7), (1, 1 + 1e-7)]))
    line = Instance("path", Polyline([(1, 5), (9, 5)]))
    empty = Instance("blob", Mask.lazy(2, 2, 3, 3, "x", _nothing))
    assert written(tmp_path, flat, tiny, line, empty) == {
        ("patch", "polygon without area dropped"): 2,
        ("path", "line without area dropped"): 1,
        ("blob", "mask without a pixel dropped"): 1,
    }
    assert rows_of(tmp_path) == []


def _nothing(text: str) -> np.ndarray:
    return np.zeros((3, 3), bool)


def test_boxes_at_the_edge(tmp_path: Path) -> None:
    # By rounding errors two of its corners are outside.
    touching = turned_box(4, 2, 12, 10, 45).exterior
    moved = touching - touching.min(axis=0) - 1e-13
    assert moved.min() < 0
    assert written(tmp_path, Instance("patch", Polygon(moved))) == {}
    assert np.array(rows_of(tmp_path)[0]) == pytest.approx(np.abs(moved), abs=1e-4)
    # What really leaves the image is cut, and of the rest the box is kept.
    out = Instance("patch", turned_box(-4, 4, 6, 14, 45))
    gone = Instance("patch", turned_box(-14, 4, -6, 8, 30))
    losses = written(tmp_path / "out", out, gone)
    assert losses == {
        ("patch", POLYGON): 1,
        ("patch", "part outside the image"): 1,
        ("patch", "polygon outside the image dropped"): 1,
    }
    (corners,) = np.array(rows_of(tmp_path / "out"))
    assert (corners >= 0).all()
    assert (corners <= SIZE).all()


def test_losses_are_known_before() -> None:
    told = YoloFormat.losses(SCHEMA, ExportSettings(format="yolo", task="obb"))
    assert {loss.label: loss.what for loss in told} == {
        "path": "line saved as a box",
        "dot": "point dropped",
        "blob": MASK,
        "hand": "graph saved as a box",
    }


_BOXES = st.tuples(
    st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(0.02, 0.5), st.floats(0.02, 0.5)
)


@settings(max_examples=60)
@given(
    st.tuples(st.integers(64, 16384), st.integers(64, 16384)),
    st.lists(st.tuples(_BOXES, st.floats(0, 360)), min_size=1, max_size=4, unique=True),
)
def test_turned_boxes_come_back(
    tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int], boxes: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("obb")
    least = min(size)
    shapes = []
    for (x, y, w, h), degrees in boxes:
        cx, cy, w, h = x * size[0], y * size[1], w * least, h * least
        turned = turned_box(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, degrees)
        if (turned.exterior >= 0).all() and (turned.exterior <= size).all():
            shapes.append(turned)
    instances = tuple(Instance("patch", shape) for shape in shapes)
    big = sample_with([]).replace(annotation=Annotation(Size(*size), instances))
    place = Recorder(folder, "ds", "one")
    write_sample(big, SCHEMA, place, ExportSettings(format="yolo", task="obb"))
    assert not place.losses
    labels = load_labels(folder / "labels" / "ds" / "one.txt", len(SCHEMA.labels))
    assert len(labels.segments) == len(shapes)
    for shape, segment in zip(shapes, labels.segments, strict=True):
        # As DOTA's converter of Ultralytics divides corners, up to the six decimals.
        assert np.abs(segment - shape.exterior / np.array(size)).max() <= 5.1e-7
        # What the trainer makes of them: the same centre and sides.
        told = cv2.minAreaRect((segment * size).astype(np.float32))
        sides = np.hypot(*(shape.exterior - np.roll(shape.exterior, 1, axis=0)).T)
        assert told[0] == pytest.approx(shape.exterior.mean(axis=0), abs=0.1)
        assert sorted(told[1]) == pytest.approx(sorted(sides[:2]), abs=0.2)


@settings(max_examples=40)
@given(st.lists(st.one_of(SHAPES["patch"], SHAPES["blob"], SHAPES["box"]), max_size=4))
def test_boxes_hold_their_shapes(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[Any]
) -> None:
    labels = {"polygon": "patch", "bitmap": "blob", "rectangle": "box"}
    for number, shape in enumerate(shapes):
        folder = tmp_path_factory.mktemp(f"obb{number}")
        losses = written(folder, Instance(labels[shape.kind], shape))
        rows = rows_of(folder)
        if not rows:
            assert all(what.endswith("without area dropped") for _, what in losses)
            assert losses
            continue
        (back,) = only_sample(open_dataset("yolo", folder)).instances
        assert isinstance(back.shape, Polygon)
        is_kept = isinstance(shape, Rectangle) or len(getattr(shape, "exterior", ())) == 4
        assert is_kept != any(what in (POLYGON, MASK) for _, what in losses)
        corners = np.array(rows[0])
        inside = (corners > 0).all() and (corners < SIZE).all()
        if isinstance(shape, Mask) and inside:
            painted = back.shape.paint(SIZE)
            assert (painted | shape.paint(SIZE) == painted).all()


def test_what_is_written_is_read_as_oriented_boxes(tmp_path: Path) -> None:
    """Without being told: the YAML file has a key that Ultralytics passes over."""
    written(tmp_path, Instance("patch", Polygon([[9, 5], [5, 9], [1, 5], [5, 1]])))
    assert load_config(tmp_path / "data.yaml")["task"] == "obb"
    source = open_dataset("yolo", tmp_path)
    assert {each.kind for each in source.schema.labels} == {"polygon"}
    losses = export("yolo", [only_sample(source)], source.schema, tmp_path / "b", task="obb")
    assert not losses
    before, after = files_of(tmp_path), files_of(tmp_path / "b")
    assert before["labels/ds/one.txt"] == after["labels/train/one.txt"]


def test_turned_boxes_of_other_formats(tmp_path: Path) -> None:
    """CVAT turns by degrees, and its boxes come out as four corners without a loss."""
    place = tmp_path / "cvat"
    datasets.write_picture(place / "images" / "one.png", np.zeros((60, 80, 3), np.uint8))
    (place / "annotations.xml").write_text(
        "<annotations><version>1.1</version>"
        '<image id="0" name="one.png" width="80" height="60"><box label="a" xtl="20" ytl="20" '
        'xbr="40" ybr="30" rotation="30" occluded="0" z_order="0"></box></image></annotations>'
    )
    ran = datasets.export(place, tmp_path / "out", "yolo", writing={"task": "obb"})
    assert ran.code == 0, ran.err
    result = tmp_path / "out" / "result"
    assert datasets.losses(result) == {}
    (row,) = next(result.rglob("one.txt")).read_text().splitlines()
    corners = np.array(row.split()[1:], float).reshape(4, 2) * (80, 60)
    assert corners == pytest.approx(turned_box(20, 20, 40, 30, 30).exterior, abs=1e-4)


def test_workers_change_no_byte_and_losses_may_be_refused(mini: Path, tmp_path: Path) -> None:
    trees = []
    for runner, workers in (("serial", 1), ("processes", 2)):
        words = ("--runner", runner, "--workers", workers)
        out = tmp_path / runner
        ran = datasets.export(mini / "mini", out, "yolo", *words, writing={"task": "obb"})
        assert ran.code == 0, ran.err
        trees.append(files_of(out / "result"))
    assert trees[0] == trees[1]
    told = json.loads(trees[0]["loss_report.json"])
    assert MASK in {loss["what"] for loss in told["losses"]}
    refusing = {"task": "obb", "on_loss": "error"}
    ran = datasets.export(mini / "mini", tmp_path / "refused", "yolo", writing=refusing)
    assert ran.code == 2
    assert "E308" in ran.err
