from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.shapes import Mask, Polyline, Shape
from dtl_nodes.bitmap2lines import MaskToLines
from tests.fixtures.nodes import refuses, run, shapes_of, with_shapes


def lines(rows: list[str], x: int, y: int, least: int = 2, **more: Any) -> list[Shape]:
    mask = Mask.tight(np.array([[c == "1" for c in row] for row in rows]), x, y)
    assert mask is not None
    settings = {"classes_mapping": {"thing": "line"}, "min_points_cnt": least, **more}
    (result,) = run(MaskToLines, settings, with_shapes((30, 20), mask))
    return shapes_of(result)


def test_vertices_are_pixels_in_the_image() -> None:
    assert lines(["1111"], 2, 3) == [Polyline([(2, 3), (3, 3), (4, 3), (5, 3)])]


def test_three_pixels_are_a_line_if_three_points_are_enough() -> None:
    assert lines(["111"], 2, 3, 3) == [Polyline([(2, 3), (3, 3), (4, 3)])]
    assert lines(["111"], 2, 3, 4) == []


def test_a_mask_may_become_several_lines_or_none() -> None:
    cross = ["00100", "00100", "11111", "00100", "00100"]
    assert len(lines(cross, 0, 0)) == 2
    assert lines(cross, 0, 0, 6) == []


def test_simplified() -> None:
    assert lines(["111100", "000011"], 2, 3, 5, approx_epsilon=1) == [Polyline([(2, 3), (7, 4)])]
    assert lines(["1111"], 2, 3, 4, approx_epsilon=0) == [Polyline([(2, 3), (5, 3)])]


@pytest.mark.parametrize(
    "change",
    [{"min_points_cnt": 1}, {"min_points_cnt": 2.0}, {"min_points_cnt": None},
     {"approx_epsilon": -1}, {"min_points_count": 3}],
)  # fmt: skip
def test_refuses(change: dict[str, Any]) -> None:
    settings = {"classes_mapping": {"thing": "line"}, "min_points_cnt": 2, **change}
    refuses(MaskToLines, settings, next(iter(change)))


def test_min_points_cnt_is_needed() -> None:
    refuses(MaskToLines, {"classes_mapping": {"thing": "line"}}, "min_points_cnt")
