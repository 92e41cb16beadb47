from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.shapes import Mask, Polyline, Rectangle
from dtl_nodes.line2bitmap import LineToMask
from tests.fixtures.nodes import refuses, run, shapes_of, with_shapes


def settings(width: Any) -> dict[str, Any]:
    return {"classes_mapping": {"thing": "mask"}, "width": width}


@pytest.mark.parametrize(("width", "rows"), [(1, 1), (2, 3), (3, 3), (4, 5), (5, 5)])
def test_width(width: int, rows: int) -> None:
    sample = with_shapes((40, 30), Polyline([(10, 15), (30, 15)]))
    (result,) = run(LineToMask, settings(width), sample)
    (mask,) = shapes_of(result)
    assert isinstance(mask, Mask)
    assert mask.pixels[:, mask.width // 2].sum() == mask.height == rows


def test_areas_become_frames() -> None:
    sample = with_shapes((20, 20), Rectangle(2, 3, 8, 7))
    (result,) = run(LineToMask, settings(1), sample)
    (mask,) = shapes_of(result)
    assert (mask.bbox, mask.area) == ((2, 3, 9, 8), 2 * 7 + 2 * 3)


def test_what_is_outside_vanishes() -> None:
    sample = with_shapes((20, 20), Polyline([(2, 25), (8, 25)]))
    assert run(LineToMask, settings(9), sample)[0].instances == ()
    assert len(run(LineToMask, settings(13), sample)[0].instances) == 1


@pytest.mark.parametrize("width", [0, -1, 1.5, "3", True, None])
def test_refuses(width: Any) -> None:
    refuses(LineToMask, settings(width), "width")
