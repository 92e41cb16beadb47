"""Objects as they are written: inside their image, and such that readers take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dtl_engine.sdk import Instance, Mask, Polygon, Polyline, Rectangle, Shape, Size
from dtl_nodes.formats.losses import (
    CUT,
    MASK,
    NO_AREA,
    NO_PIXEL,
    OUTSIDE,
    SPLIT,
    TOO_FEW_POINTS,
    Lose,
    dropped,
    saved_as,
)
from dtl_nodes.formats.objects_inside import cut_to_image
from dtl_nodes.formats.point_shapes import has_distinct

LEAST_CUT_PX = 0.01
"""What is told of when it is cut off. Turning and scaling leave less where nothing was meant to
reach over the border, and so do numbers of six decimals."""


def pieces_to_write(instances: Iterable[Instance], size: Size, lose: Lose) -> Iterator[Instance]:
    """Yield the instances as they are written: what lies of them in the image, in pieces if cut.

    Masks have no margins. What is cut off is told to ``lose``, and so are objects of which nothing
    is left, or nothing that a reader would take.
    """
    for instance in instances:
        shape = instance.shape
        pieces = cut_to_image(shape, size)
        tell_cut(instance, pieces, size, lose)
        for piece in pieces:
            kept = _taken(piece)
            if kept is None:
                why = NO_PIXEL if isinstance(piece, Mask) else TOO_FEW_POINTS
                lose(instance.label, dropped(shape.kind, why))
            else:
                yield instance if kept is shape else instance.with_shape(kept)


def tell_cut(instance: Instance, pieces: Sequence[Shape], size: Size, lose: Lose) -> None:
    """Tell what an object loses of which these pieces lie in the image."""
    label, shape = instance.label, instance.shape
    if not pieces:
        is_flat = isinstance(shape, Rectangle) and not shape.area
        lose(label, dropped(shape.kind, NO_AREA if is_flat else OUTSIDE))
    elif pieces[0] is not shape and _reaches_out(shape, size):
        lose(label, CUT)
    if len(pieces) > 1:
        lose(label, SPLIT)


def without_holes(instances: Iterable[Instance], size: Size, lose: Lose) -> Iterator[Instance]:
    """Yield the instances with masks for polygons with holes, for formats that have but one ring.

    The masks have the same pixels; what is lost is told to ``lose``.
    """
    for instance in instances:
        shape = instance.shape
        if not isinstance(shape, Polygon) or not shape.holes:
            yield instance
        elif (mask := Mask.tight(shape.paint(size), 0, 0)) is not None:
            lose(instance.label, saved_as(shape.kind, MASK))
            yield instance.with_shape(mask)
        else:
            lose(instance.label, dropped(shape.kind, NO_PIXEL))


def _reaches_out(shape: Shape, size: Size) -> bool:
    """Whether a shape leaves the image by more than rounding."""
    x0, y0, x1, y1 = shape.bbox
    over = max(-x0, -y0, x1 - size.width, y1 - size.height)
    return over > LEAST_CUT_PX


def _taken(shape: Shape) -> Shape | None:
    """Return a shape as readers take it: polygons of three points, lines of two, tight masks."""
    match shape:
        case Mask():
            return shape.tightened()
        case Polygon() if not has_distinct(shape.exterior, 3):
            return None
        case Polyline() if not has_distinct(shape.points, 2):
            return None
    return shape
