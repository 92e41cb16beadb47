from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask, Rectangle, Shape
from dtl_nodes.models.inference.nms import surviving

SIZE = Size(40, 40)
CHAIN = (Rectangle(0, 0, 10, 10), Rectangle(4, 0, 14, 10), Rectangle(9, 0, 19, 10))


def mask_of(shape: Shape) -> Mask:
    mask = Mask.tight(shape.paint(SIZE), 0, 0)
    assert mask is not None
    return mask


def test_worked_number_9() -> None:
    assert surviving(CHAIN, (0.9, 0.8, 0.7), 0.3, SIZE) == [0]
    assert surviving(CHAIN, (0.9, 0.8, 0.7), 0.3, SIZE, "greedy") == [2, 0]


def test_the_ious_of_worked_number_9() -> None:
    assert surviving(CHAIN[:2], (0.9, 0.8), 60 / 140, SIZE) == [1, 0]
    assert surviving(CHAIN[:2], (0.9, 0.8), 60 / 140 - 1e-9, SIZE) == [0]
    assert surviving(CHAIN[1:], (0.8, 0.7), 50 / 150, SIZE) == [1, 0]
    assert surviving(CHAIN[1:], (0.8, 0.7), 50 / 150 - 1e-9, SIZE) == [0]


def test_masks_are_compared_by_their_pixels() -> None:
    masks = [mask_of(shape) for shape in CHAIN]
    assert surviving(masks, (0.9, 0.8, 0.7), 0.3, SIZE) == [0]
    assert surviving(masks, (0.9, 0.8, 0.7), 0.3, SIZE, "greedy") == [2, 0]
    diagonal = Mask.tight(np.eye(10, dtype=bool), 0, 0)
    other = Mask.tight(np.eye(10, dtype=bool)[::-1], 0, 0)
    assert diagonal is not None
    assert other is not None
    assert surviving((diagonal, other), (0.9, 0.8), 0.0, SIZE) == [1, 0]


def test_of_equal_confidences_the_later_one_stays() -> None:
    assert surviving(CHAIN[:2], (0.5, 0.5), 0.0, SIZE) == [1]


def test_touching_boxes_share_nothing() -> None:
    boxes = (Rectangle(0, 0, 10, 10), Rectangle(10, 0, 20, 10), Rectangle(9, 9, 20, 20))
    assert surviving(boxes[:2], (0.9, 0.8), 0.0, SIZE) == [1, 0]
    assert surviving((boxes[0], boxes[2]), (0.9, 0.8), 0.0, SIZE) == [0]


def test_nothing() -> None:
    assert surviving((), (), 0.0, SIZE) == []


boxes = st.builds(
    lambda x, y, w, h: Rectangle(x, y, x + w, y + h),
    st.integers(0, 20), st.integers(0, 20), st.integers(1, 15), st.integers(1, 15),
)  # fmt: skip


@given(
    st.lists(st.tuples(boxes, st.integers(0, 4)), max_size=12),
    st.sampled_from([0.0, 0.1, 0.3, 0.5]),
)
def test_boxes_and_their_masks_agree(found: list[tuple[Rectangle, int]], threshold: float) -> None:
    shapes = [shape for shape, _ in found]
    scores = [score / 4 for _, score in found]
    transitive = surviving(shapes, scores, threshold, SIZE)
    greedy = surviving(shapes, scores, threshold, SIZE, "greedy")
    assert set(transitive) <= set(greedy)
    assert [scores[at] for at in greedy] == sorted(scores[at] for at in greedy)
    masks = [mask_of(shape) for shape in shapes]
    assert surviving(masks, scores, threshold, SIZE) == transitive
    assert surviving(masks, scores, threshold, SIZE, "greedy") == greedy
