"""Samples of lines and polygons on halves and whole numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Polygon, Polyline
from dtl_engine.testing import make_sample

WIDTH, HEIGHT = 40, 30


# Lines on halves and polygons on whole numbers meet, touch and run along each other often.
HALVES = st.integers(-8, 2 * WIDTH + 8).map(lambda number: number / 2)


WHOLES = st.integers(-4, WIDTH + 4)
LINES = st.lists(st.tuples(HALVES, HALVES), min_size=2, max_size=6).map(Polyline)
RINGS = st.lists(st.tuples(WHOLES, WHOLES), min_size=3, max_size=7)
AREAS = st.builds(Polygon, RINGS, st.lists(RINGS, max_size=1))
TAGS = st.sets(st.sampled_from("ab")).map(lambda names: tuple(map(Tag, sorted(names))))


def instances(label: str, shapes: st.SearchStrategy[Any]) -> st.SearchStrategy[Instance]:
    return st.builds(Instance, st.just(label), shapes, TAGS)


SAMPLES: st.SearchStrategy[Sample] = st.lists(
    st.one_of(instances("line", LINES), instances("area", AREAS)), max_size=8
).map(lambda found: make_sample(WIDTH, HEIGHT, found))


def shapes(sample: Sample, label: str) -> list[Any]:
    return [instance.shape for instance in sample.instances if instance.label == label]


def crack_settings(columns: int, dense: bool, label: str = "net") -> dict[str, Any]:
    return {
        "crack_class": "line",
        "cracknet_class": label,
        "mask_resolution": columns,
        "loop_devide_eps": 1,
        "min_area_in_bbox_coef": 0.1,
        "min_poly_bbox_area_coef": 0.001,
        "enable_subclustering": dense,
        "min_points_in_cluster": 3,
    }
