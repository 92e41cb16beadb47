"""Objects against their image: what lies in it is kept, and malformed ones may go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from dtl_engine.sdk import AnnotationError, Polygon, ReadLog, Shape, Size
from dtl_nodes.formats.repairs import CROSSED, CUT

T = TypeVar("T")
V = TypeVar("V")


def read_each(values: Iterable[V], read: Callable[[V], Iterable[T]], log: ReadLog) -> list[T]:
    """Read the objects of an image one by one.

    Args:
        values: as their file has them.
        read: returns what one of them makes.
        log: takes what is wrong with them.

    Raises:
        AnnotationError: an object is malformed and must not be left out; the message says the
            number of it, from 1.
    """
    found: list[T] = []
    for log.number, value in enumerate(values, start=1):
        try:
            found.extend(read(value))
        except AnnotationError as error:
            if log.policy.drops_bad and error.code in ("F603", "F604"):
                log.drop(error)
                continue
            message = f"object {log.number}: {error.message}"
            raise AnnotationError(error.code, message, path=error.path) from error
    log.number = 0
    return found


def cut_to_image(shape: Shape, size: Size) -> tuple[Shape, ...]:
    """Return what lies of a shape in an image of ``size``; the shape itself if it is all of it."""
    x0, y0, x1, y1 = shape.bbox
    if x0 >= 0 and y0 >= 0 and x1 <= size.width and y1 <= size.height:
        return (shape,)
    return shape.clip((0, 0, size.width, size.height))


def require_inside_image(shape: Shape, label: str, size: Size, log: ReadLog) -> tuple[Shape, ...]:
    """Return what lies of a shape in an image of ``size``; tell ``log`` if that is not all.

    Raises:
        AnnotationError: F604, nothing does; R601, the rest must not be cut off; R610, an outline
            crosses itself and must not.
    """
    if isinstance(shape, Polygon) and _crosses_itself(shape):
        log.repair(CROSSED, f"an outline of class '{label}' crosses itself: it is filled even-odd")
    pieces = cut_to_image(shape, size)
    if not pieces:
        raise AnnotationError("F604", f"an object of class '{label}' lies outside the image")
    if pieces[0] is not shape:
        log.repair(CUT, f"an object of class '{label}' leaves the image: it is cut at its border")
    return pieces


def _crosses_itself(polygon: Polygon) -> bool:
    import shapely

    return not shapely.is_simple(shapely.linearrings(polygon.exterior)).item()
