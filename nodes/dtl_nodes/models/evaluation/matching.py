"""Which prediction is which object: overlaps, and pairs taken greedily.

Source: models reference 5.1; the rule there is to rasterise always, holes respected, but for two
rectangles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Mask, Rectangle
from dtl_nodes.models.evaluation.poses import similarity
from dtl_nodes.models.evaluation.scene import Found, Scene

Overlaps = NDArray[np.float64]
"""(objects, predictions) float64: intersection over union, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Matched:
    """An object and the prediction that was found to be it, by their places, with the overlap."""

    truth: int
    predicted: int
    iou: float


def object_iou(one: Found, other: Found) -> float:
    """Return the intersection over union of an object and a prediction; 0 where both are empty.

    Rectangles are compared by their edges, keypoints by their similarity (OKS), all else pixel by
    pixel inside the image.
    """
    if one.pose is not None and other.pose is not None:
        return similarity(one.pose, other.pose)
    a, b = one.shape, other.shape
    if isinstance(a, Rectangle) and isinstance(b, Rectangle):
        both = _common_area(a, b)
        union = a.area + b.area - both
    else:
        both = common_pixels(one.mask, other.mask)
        union = one.area_px + other.area_px - both
    return both / union if union else 0.0


def overlaps(truth: Sequence[Found], predicted: Sequence[Found]) -> Overlaps:
    """Return the overlap of every object with every prediction."""
    found: Overlaps = np.zeros((len(truth), len(predicted)))
    for row, one in enumerate(truth):
        for column, other in enumerate(predicted):
            found[row, column] = object_iou(one, other)
    return found


def match(
    ious: Overlaps, threshold: float, may: Callable[[int, int], bool] = lambda *_: True
) -> tuple[Matched, ...]:
    """Return pairs with at least the overlap ``threshold``, largest first, each object once.

    Confidence plays no role. Of equal overlaps the first object, then the first prediction is
    taken.

    Args:
        ious: the overlaps.
        threshold: greater than 0, up to 1.
        may: tells whether the object and the prediction at two places can be a pair.
    """
    rows, columns = np.nonzero(ious >= threshold)
    order = np.lexsort((columns, rows, -ious[rows, columns]))
    matched: list[Matched] = []
    taken: set[int] = set()
    used: set[int] = set()
    for at in order:
        row, column = int(rows[at]), int(columns[at])
        if row not in taken and column not in used and may(row, column):
            taken.add(row)
            used.add(column)
            matched.append(Matched(row, column, float(ious[row, column])))
    return tuple(matched)


class Matching:
    """The matches of one scene: inside each class, and regardless of classes.

    ``ignored`` are the places of predictions that lie on a crowd of their class or on neutral
    ground: where they match nothing, they are not wrong.
    """

    def __init__(self, scene: Scene, threshold: float) -> None:
        truth, predicted = scene.truth, scene.predicted
        ious = overlaps(truth, predicted)
        self.inside = match(
            ious, threshold, lambda row, column: truth[row].number == predicted[column].number
        )
        self.across = match(ious, threshold)
        self.ignored = frozenset(
            place for place, found in enumerate(predicted) if _is_excused(found, scene, threshold)
        )

    def unmatched(self, matches: Sequence[Matched], count: int) -> tuple[int, ...]:
        """Return the places of those of ``count`` predictions that are wrong: in no match."""
        used = {pair.predicted for pair in matches} | self.ignored
        return tuple(place for place in range(count) if place not in used)


def _is_excused(found: Found, scene: Scene, threshold: float) -> bool:
    """Whether enough of a prediction lies on neutral ground, or on one crowd of its class."""
    if not found.area_px:
        return False
    regions = [region for region in scene.crowds if region.number == found.number]
    return any(
        common_pixels(region.mask, found.mask) >= threshold * found.area_px
        for region in (*regions, *scene.neutral)
    )


def common_pixels(one: Mask | None, other: Mask | None) -> int:
    """Return how many pixels two masks share."""
    if one is None or other is None:
        return 0
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    if left >= right or top >= bottom:
        return 0
    parts = (
        mask.pixels[top - mask.y : bottom - mask.y, left - mask.x : right - mask.x]
        for mask in (one, other)
    )
    return int(np.count_nonzero(np.logical_and(*parts)))


def _common_area(one: Rectangle, other: Rectangle) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return width * height if width > 0 and height > 0 else 0.0
