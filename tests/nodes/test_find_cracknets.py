from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import SchemaError
from dtl_engine.model.shapes import Point, Polygon, Polyline, ShapeKind
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.find_cracknets import FindCracknets
from tests.fixtures.nodes import infer, refuses, run, with_shapes

SETTINGS: dict[str, Any] = {
    "crack_class": "thing",
    "cracknet_class": "net",
    "mask_resolution": 100,
    "loop_devide_eps": 2,
    "min_area_in_bbox_coef": 0.3,
    "min_poly_bbox_area_coef": 0.005,
    "enable_subclustering": False,
    "min_points_in_cluster": 10,
}


def grid(left: int, top: int, width: int = 30, height: int = 30, step: int = 3) -> list[Polyline]:
    """Return level lines whose vertices form a grid."""
    columns = range(left, left + width, step)
    return [Polyline([(x, y) for x in columns]) for y in range(top, top + height, step)]


def nets(*lines: Polyline, size: tuple[int, int] = (100, 100), **changed: Any) -> list[Polygon]:
    (result,) = run(FindCracknets, {**SETTINGS, **changed}, with_shapes(size, *lines))
    assert len(result.instances) >= len(lines)
    assert [x.shape for x in result.instances[: len(lines)]] == list(lines)
    found = result.instances[len(lines) :]
    assert all(x.label == "net" and not x.tags for x in found)
    return [x.shape for x in found if isinstance(x.shape, Polygon)]


def test_one_net() -> None:
    (net,) = nets(*grid(20, 40))
    assert net.bbox == (19, 39, 48, 68)
    assert net.area > 0.8 * 29 * 29
    assert not net.holes


def test_two_nets() -> None:
    boxes = [net.bbox for net in nets(*grid(10, 10), *grid(60, 50, width=20))]
    assert sorted(boxes) == [(9, 9, 38, 38), (59, 49, 79, 78)]


def test_neck_is_cut() -> None:
    """A string of vertices between two nets is within 2 cells of itself: it separates them."""
    string = Polyline([(x, 25) for x in range(37, 63, 3)])
    left, right = nets(*grid(10, 10), string, *grid(62, 10))
    assert left.bbox.x1 < right.bbox.x0


@pytest.mark.parametrize(
    ("lines", "changed"),
    [(grid(5, 50, width=90, height=6), {}), (grid(5, 5, width=6, height=6), {}),
     ([Polyline([(x, x) for x in range(5, 95, 3)])], {}),
     (grid(20, 40), {"min_area_in_bbox_coef": 1.1}),
     (grid(20, 40), {"min_poly_bbox_area_coef": 0.2})],
    ids=["long", "small", "thin", "not full", "not large"],
)  # fmt: skip
def test_what_is_no_net(lines: list[Polyline], changed: dict[str, Any]) -> None:
    assert nets(*lines, **changed) == []


def test_coordinates_go_back_to_the_image() -> None:
    lines = [Polyline(line.points * (4, 2)) for line in grid(20, 20, step=2)]
    (net,) = nets(*lines, size=(400, 200))
    assert np.allclose(net.bbox, (76, 36, 196, 98), atol=4)
    assert (net.exterior == np.trunc(net.exterior)).all()


def test_more_columns_than_a_byte_counts() -> None:
    for left in (20, 60, 80):
        (net,) = nets(*grid(left, 10, width=15, step=1), mask_resolution=300)
        assert np.allclose(net.bbox, (left, 10, left + 14, 39), atol=1)


def test_cracks_at_the_border() -> None:
    (net,) = nets(*grid(70, 70, width=31, height=31))
    assert net.bbox == (69, 69, 99, 99)
    (net,) = nets(*grid(0, 0))
    assert net.bbox == (0, 0, 28, 28)


def test_cracks_outside_the_image_are_no_net() -> None:
    assert nets(*grid(200, 10)) == []
    for gap in range(1, 9):
        assert nets(Polyline([(-gap, 10), (-gap, 20)]), Polyline([(10, -gap), (20, -gap)])) == []
        assert nets(Polyline([(-gap, -gap), (-gap - 1, -gap)])) == []


def test_wide_image_has_one_row() -> None:
    assert nets(Polyline([(0, 0), (50, 0)]), size=(100, 1), mask_resolution=10) == []


def test_subclustering_leaves_outliers_out() -> None:
    lines = [*grid(10, 10), *grid(60, 60), Polyline([(90, 5), (5, 90)])]
    boxes = [net.bbox for net in nets(*lines, enable_subclustering=True)]
    assert sorted(boxes) == [(9, 9, 38, 38), (59, 59, 88, 88)]


def test_subclustering_of_few_points_takes_all() -> None:
    lines = grid(20, 40)
    few = nets(*lines, enable_subclustering=True, min_points_in_cluster=1000)
    assert few == nets(*lines)


def test_no_cracks() -> None:
    sample = with_shapes((10, 10))
    (result,) = run(FindCracknets, SETTINGS, sample)
    assert result is sample


def test_nets_come_last() -> None:
    other = Instance("other", Point(1, 1), (Tag("old"),))
    cracks = [Instance("thing", line) for line in grid(20, 40)]
    (result,) = run(FindCracknets, SETTINGS, make_sample(100, 100, [*cracks, other]))
    assert [x.label for x in result.instances] == ["thing"] * 10 + ["other", "net"]


def test_another_shape_sets_the_image_aside() -> None:
    with pytest.raises(AnnotationError, match="find_cracknets works on line objects"):
        run(FindCracknets, SETTINGS, with_shapes((9, 9), Point(1, 1)))


def test_declares_the_nets() -> None:
    schema = infer(FindCracknets, {**SETTINGS, "crack_class": "path"}, sample_schema())
    assert (schema.labels[-1].name, schema.labels[-1].kind) == ("net", ShapeKind.POLYGON)


@pytest.mark.parametrize(
    ("settings", "code", "at"),
    [({"crack_class": "patch"}, "E306", "crack_class"),
     ({"cracknet_class": "path"}, "E303", "cracknet_class"),
     ({"cracknet_class": "__ignore__"}, "E305", "cracknet_class")],
)  # fmt: skip
def test_classes_that_do_not_fit(settings: dict[str, str], code: str, at: str) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(FindCracknets, {**SETTINGS, **settings}, sample_schema())
    assert (refused.value.code, refused.value.at) == (code, (at,))


@pytest.mark.parametrize(
    ("key", "value"),
    [("crack_class", ""), ("cracknet_class", ["net"]), ("mask_resolution", 0),
     ("mask_resolution", 10_001), ("mask_resolution", 80.0), ("loop_devide_eps", 0),
     ("min_area_in_bbox_coef", 0), ("min_poly_bbox_area_coef", 0.000001),
     ("enable_subclustering", 1), ("min_points_in_cluster", 0), ("min_points_in_cluster", 2.5)],
)  # fmt: skip
def test_refuses(key: str, value: Any) -> None:
    refuses(FindCracknets, {**SETTINGS, key: value})


@pytest.mark.parametrize("left_out", SETTINGS)
def test_every_setting_is_needed(left_out: str) -> None:
    refuses(FindCracknets, {key: SETTINGS[key] for key in SETTINGS if key != left_out})
