from __future__ import annotations

import numpy as np

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask
from dtl_nodes.kernels.layering import visible_parts

SIZE = Size(6, 5)


def block(width: int, height: int, x: int, y: int) -> Mask:
    made = Mask.tight(np.ones((height, width), bool), x, y)
    assert made is not None
    return made


def test_later_masks_lie_on_top() -> None:
    below, above = visible_parts([block(4, 4, 0, 0), block(4, 3, 2, 2)], SIZE)
    assert below == Mask.tight(np.array([[1] * 4, [1] * 4, [1, 1, 0, 0], [1, 1, 0, 0]]), 0, 0)
    assert above == block(4, 3, 2, 2)


def test_what_loses_nothing_stays_the_same_object() -> None:
    masks = [block(2, 2, 0, 0), block(2, 2, 2, 0)]
    assert all(a is b for a, b in zip(visible_parts(masks, SIZE), masks, strict=True))


def test_what_is_covered_is_gone() -> None:
    masks = [block(2, 2, 1, 1), block(6, 5, 0, 0), block(1, 1, 3, 3)]
    gone, holed, top = visible_parts(masks, SIZE)
    assert gone is None
    assert holed is not None and holed.area == 29
    assert top is masks[2]


def test_nothing() -> None:
    assert visible_parts([], SIZE) == []
