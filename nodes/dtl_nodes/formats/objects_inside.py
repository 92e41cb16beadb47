"""Objects against their image: what lies in it is kept, and malformed ones may go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from dtl_engine.sdk import AnnotationError, Instance, Polygon, Polyline, Shape, Size
from dtl_nodes.formats.point_shapes import has_distinct

OUTSIDE = "outside the image, dropped"
TOO_FEW_POINTS = "too few distinct points, dropped"

T = TypeVar("T")
V = TypeVar("V")


def read_each(values: Iterable[V], read: Callable[[V], Iterable[T]], *, drop: bool) -> list[T]:
    """Read the objects of an image one by one.

    Args:
        values: as their file has them.
        read: returns what one of them makes.
        drop: whether a malformed object is left out; else it is an error.

    Raises:
        AnnotationError: an object is malformed; the message says the number of it, from 1.
    """
    found: list[T] = []
    for number, value in enumerate(values, start=1):
        try:
            found.extend(read(value))
        except AnnotationError as error:
            if drop and error.code in ("F603", "F604"):
                continue
            message = f"object {number}: {error.message}"
            raise AnnotationError(error.code, message, path=error.path) from error
    return found


def cut_to_image(shape: Shape, size: Size) -> tuple[Shape, ...]:
    """Return what lies of a shape in an image of ``size``; the shape itself if it is all of it."""
    x0, y0, x1, y1 = shape.bbox
    if x0 >= 0 and y0 >= 0 and x1 <= size.width and y1 <= size.height:
        return (shape,)
    return shape.clip((0, 0, size.width, size.height))


def require_inside_image(shape: Shape, label: str, size: Size) -> tuple[Shape, ...]:
    """Return what lies of a shape in an image of ``size``.

    Raises:
        AnnotationError: F604, nothing does.
    """
    pieces = cut_to_image(shape, size)
    if not pieces:
        raise AnnotationError("F604", f"an object of class '{label}' lies outside the image")
    return pieces


def pieces_to_write(
    instances: Iterable[Instance], size: Size, lose: Callable[[str, str], None]
) -> Iterator[Instance]:
    """Yield the instances as they are written: what lies of them in the image, in pieces if cut.

    Those of which nothing does are told to ``lose``, and those that no reader would take.
    """
    for instance in instances:
        pieces = cut_to_image(instance.shape, size)
        if not pieces:
            lose(instance.label, OUTSIDE)
        for piece in pieces:
            if _has_enough_points(piece):
                yield instance if piece is instance.shape else instance.with_shape(piece)
            else:
                lose(instance.label, TOO_FEW_POINTS)


def _has_enough_points(shape: Shape) -> bool:
    """Whether a polygon has three distinct points and a line two, as readers demand."""
    if isinstance(shape, Polygon):
        return has_distinct(shape.exterior, 3)
    return not isinstance(shape, Polyline) or has_distinct(shape.points, 2)
