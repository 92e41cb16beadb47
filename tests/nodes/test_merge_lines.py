from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import SchemaError
from dtl_engine.model.shapes import Point, Polyline
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.merge_lines import MergeLines
from tests.fixtures.nodes import infer, refuses, run, shapes_of, with_shapes

Chain = Sequence[tuple[float, float]]
SETTINGS = {
    "lines_class": "thing",
    "maximal_angle": 20,
    "max_ends_distance": "5px",
    "max_ortho_distance_coefficient": 0.5,
}
AHEAD = [(0, 0), (10, 0)]


def joined(*chains: Chain, size: tuple[int, int] = (40, 40), **settings: Any) -> list[list[Any]]:
    sample = with_shapes(size, *map(Polyline, chains))
    (result,) = run(MergeLines, {**SETTINGS, **settings}, sample)
    lines = [shape for shape in shapes_of(result) if isinstance(shape, Polyline)]
    return [[tuple(point) for point in line.points.tolist()] for line in lines]


def test_gap_becomes_a_segment() -> None:
    assert joined(AHEAD, [(12, 0), (20, 0)]) == [[(0, 0), (10, 0), (12, 0), (20, 0)]]


@pytest.mark.parametrize("first", [AHEAD, AHEAD[::-1]])
@pytest.mark.parametrize("second", [[(12, 0), (20, 0)], [(20, 0), (12, 0)]])
def test_any_ends_meet(first: Chain, second: Chain) -> None:
    (line,) = joined(first, second)
    assert line == [(0, 0), (10, 0), (12, 0), (20, 0)]


def test_lines_that_touch_share_the_vertex() -> None:
    assert joined(AHEAD, [(10, 0), (20, 1)]) == [[(0, 0), (10, 0), (20, 1)]]
    assert joined(AHEAD, [(20, 1), (10, 0)], max_ends_distance="0px") == [
        [(0, 0), (10, 0), (20, 1)]
    ]


@pytest.mark.parametrize(
    ("second", "settings", "count"),
    [([(15, 0), (20, 0)], {}, 1), ([(15.5, 0), (20, 0)], {}, 2),
     ([(16, 0), (20, 0)], {"max_ends_distance": "15%"}, 1),
     ([(17, 0), (20, 0)], {"max_ends_distance": "15%"}, 2),
     ([(14, 2), (20, 2)], {}, 1), ([(14, 3), (20, 3)], {}, 2),
     ([(12, 0), (20, 8)], {}, 2), ([(12, 0), (20, 8)], {"maximal_angle": 45}, 1),
     ([(8, 1), (8, 20)], {"maximal_angle": 180}, 2),
     ([(12, 0), (20, 0)], {"maximal_angle": 0, "max_ortho_distance_coefficient": 0}, 1)],
)  # fmt: skip
def test_limits_are_included(second: Chain, settings: dict[str, Any], count: int) -> None:
    assert len(joined(AHEAD, second, **settings)) == count


def test_slanted_lines_in_one_direction_meet_the_angle_of_0() -> None:
    third = [(x / 3, x / 7) for x in (0, 1, 2, 3)]
    (line,) = joined(
        third[:2], third[2:], maximal_angle=0, max_ortho_distance_coefficient=0, size=(99, 99)
    )
    assert len(line) == 4


def test_the_first_line_that_fits_is_taken() -> None:
    assert joined(AHEAD, [(14, 0), (20, 0)], [(11, 0), (13, 0)]) == [
        [(0, 0), (10, 0), (14, 0), (20, 0)],
        [(11, 0), (13, 0)],
    ]


def test_a_line_grows_at_both_ends_and_over_many() -> None:
    pieces = [[(x, 1.0), (x + 4, 1.0)] for x in (12.0, 0.0, 30.0, 6.0, 18.0, 24.0)]
    (line,) = joined(*pieces)
    assert sorted(line) == sorted(point for piece in pieces for point in piece)
    assert [x for x, _ in line] in (sorted(x for x, _ in line), sorted(x for x, _ in line)[::-1])


def test_lines_without_length_stay_alone() -> None:
    assert len(joined(AHEAD, [(10, 0), (10, 0)], [(11, 0), (11, 0)])) == 3


def test_tags_are_united_and_lines_move_to_the_end() -> None:
    def line(chain: Chain, *tags: Tag, description: str = "") -> Instance:
        return Instance("thing", Polyline(chain), tags, description, {"id": 1})

    alone = line([(0, 30), (9, 30)], Tag("alone"), description="far off")
    point, other = Instance("thing", Point(1, 1)), Instance("other", Polyline(AHEAD))
    wide, deep, deeper = Tag("wide"), Tag("deep", 3), Tag("deep", 4)
    instances = [
        line(AHEAD, wide, deep, description="crack"),
        point,
        line([(12, 0), (20, 0)], deep, deeper, description="crack"),
        alone,
        other,
    ]
    (result,) = run(MergeLines, SETTINGS, make_sample(40, 40, instances))
    assert result.instances[:2] == (point, other)
    one, untouched = result.instances[2:]
    assert (one.tags, one.description, one.extra) == ((wide, deep, deeper), "crack", {})
    assert untouched is alone


def test_hundreds_of_lines() -> None:
    places = [(x, y) for y in range(0, 200, 10) for x in range(0, 300, 15)]
    chains = [[(x, y), (x + 11.0, y)] for x, y in np.random.default_rng(1).permutation(places)]
    lines = joined(*chains, size=(300, 200))
    assert len(lines) == 20
    assert {len(line) for line in lines} == {40}


def test_class_must_be_lines() -> None:
    with pytest.raises(SchemaError, match="polygon") as refused:
        infer(MergeLines, {**SETTINGS, "lines_class": "patch"}, sample_schema())
    assert (refused.value.code, refused.value.at) == ("E306", ("lines_class",))


@pytest.mark.parametrize(
    "settings",
    [{**SETTINGS, key: value} for key, value in
     [("lines_class", ""), ("maximal_angle", 181), ("maximal_angle", -1),
      ("max_ends_distance", 5), ("max_ends_distance", "5"), ("max_ends_distance", "-5px"),
      ("max_ortho_distance_coefficient", -0.1), ("max_ortho_distance_coefficient", "1%")]]
    + [{key: SETTINGS[key] for key in SETTINGS if key != left_out} for left_out in SETTINGS],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(MergeLines, settings)
