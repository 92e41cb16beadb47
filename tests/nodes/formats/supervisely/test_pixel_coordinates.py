from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Keypoints, Node, Point, Polygon, Polyline, Rectangle, Shape
from dtl_nodes.formats.supervisely.options import Rules
from dtl_nodes.formats.supervisely.pixel_coordinates import to_pixels, to_positions
from dtl_nodes.formats.supervisely.reader import open_project
from tests.fixtures.cli import run_cli
from tests.fixtures.projects import write_project

SIZE = Size(80, 60)
X, Y = st.integers(0, SIZE.width - 1), st.integers(0, SIZE.height - 1)
PIXELS = st.lists(st.tuples(X, Y), min_size=3, max_size=8, unique=True)


def write_graph(path: Path, layers: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"version": 1, "layers": layers}))
    return path


def shapes(points: list[tuple[int, int]]) -> list[Shape]:
    places = np.array(points, np.float64)
    corners = [[float(x), float(y)] for x, y in points[:2]]
    return [
        Point(*corners[0]),
        Rectangle.from_corners(corners),
        Polyline(places),
        Polygon(places, (places[::-1].copy(),)),
        Keypoints(tuple(Node(str(at), x, y) for at, (x, y) in enumerate(points))),
    ]


@given(PIXELS)
def test_there_and_back_is_the_identity(points: list[tuple[int, int]]) -> None:
    for shape in shapes(points):
        assert to_pixels(to_positions(shape), SIZE) == shape


@pytest.mark.parametrize(
    ("position", "pixel"),
    [
        ((2, 2, 7, 6), (2, 2, 6, 5)),
        ((0, 0, 1, 1), (0, 0, 0, 0)),
        ((2.4, 2.5, 6.5, 5.4), (2, 3, 6, 4)),
        ((5.4, 5.4, 5.6, 5.6), (5, 5, 5, 5)),
        ((79.6, 59.7, 80, 60), (79, 59, 79, 59)),
    ],
)
def test_rectangles(position: tuple[float, ...], pixel: tuple[float, ...]) -> None:
    assert to_pixels(Rectangle(*position), SIZE) == Rectangle(*pixel)


def test_vertices_name_the_pixel_that_they_lie_in() -> None:
    far = np.array([(0, 0), (80, 59.99), (79.5, 60)], np.float64)
    assert to_pixels(Polyline(far), SIZE).points.tolist() == [[0, 0], [79, 59], [79, 59]]  # type: ignore[attr-defined]


def content(project: Path) -> Any:
    return json.loads((project / "ds1" / "ann" / "one.png.json").read_text())


def test_a_zero_thick_box_is_a_pixel(tmp_path: Path) -> None:
    project = write_project(tmp_path, classes=("box",))
    value = content(project)
    value["objects"][0]["points"]["exterior"] = [[39, 29], [39, 29]]
    (project / "ds1" / "ann" / "one.png.json").write_text(json.dumps(value))
    origin = next(open_project(project, "mini", ("*",)).datasets[0].origins())
    (there,) = open_project(project, "mini", ("*",), Rules(is_pixel=True)).read(origin).instances
    assert there.shape == Rectangle(39, 29, 40, 30)
    assert open_project(project, "mini", ("*",)).read(origin).instances == ()


@pytest.mark.parametrize(
    ("action", "more"),
    [("supervisely", {}), ("save", {}), ("export", {"format": "supervisely"})],
)
def test_pixels_in_pixels_out_changes_nothing(
    mini: Path, tmp_path: Path, action: str, more: dict[str, str]
) -> None:
    data = {"format": "supervisely", "coordinates": "pixel"}
    layers = [
        {"action": "data", "src": ["mini"], "dst": "$in", "settings": data},
        {"action": action, "src": ["$in"], "dst": "same",
         "settings": {"coordinates": "pixel", **more}},
        {"action": action, "src": ["$in"], "dst": "moved", "settings": more},
    ]  # fmt: skip
    outcome = run_cli(
        "run", write_graph(tmp_path / "g.json", layers), "--data", mini, "--out", tmp_path / "out"
    )
    assert outcome.code == 0, outcome.err
    before, after = content(mini / "mini"), content(tmp_path / "out" / "same")
    moved = content(tmp_path / "out" / "moved")
    for one, other in zip(before["objects"], after["objects"], strict=True):
        for key in ("points", "nodes", "bitmap"):
            assert one.get(key) == other.get(key)
    box, found = before["objects"][1]["points"], moved["objects"][1]["points"]
    assert found["exterior"][0] == box["exterior"][0]
    assert found["exterior"][1] == [value + 1 for value in box["exterior"][1]]
    dot = moved["objects"][0]["points"]["exterior"][0]
    assert dot == [value + 0.5 for value in before["objects"][0]["points"]["exterior"][0]]


def test_two_layers_may_read_one_project_in_two_ways(mini: Path, tmp_path: Path) -> None:
    layers = [
        {"action": "data", "src": ["mini/ds1"], "dst": "$a", "settings": {"format": "supervisely"}},
        {"action": "data", "src": ["mini/ds1"], "dst": "$b",
         "settings": {"format": "supervisely", "coordinates": "pixel"}},
        {"action": "supervisely", "src": ["$a"], "dst": "a", "settings": {}},
        {"action": "supervisely", "src": ["$b"], "dst": "b", "settings": {}},
    ]  # fmt: skip
    outcome = run_cli(
        "run", write_graph(tmp_path / "g.json", layers), "--data", mini, "--out", tmp_path / "out"
    )
    assert outcome.code == 0, outcome.err
    a, b = (content(tmp_path / "out" / name)["objects"][1]["points"] for name in "ab")
    assert a["exterior"][1] == [value - 1 for value in b["exterior"][1]]
