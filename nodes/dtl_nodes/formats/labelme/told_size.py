"""The size of the image that a LabelMe file tells, against that of the image itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dtl_engine.sdk import Image, ReadLog, Size
from dtl_nodes.formats.repairs import OTHER_SIZE

_FIRST_TURNED = 5
"""The first EXIF orientation that changes the sides of a picture."""


def size_of_shapes(value: dict[str, Any], image: Image, log: ReadLog) -> Size:
    """Return the size of the picture that the shapes of a file were drawn on.

    It is that of the image, whatever is told. Programs that do not turn pictures by EXIF tell the
    size of the stored one; then the shapes are on that, unless they leave it.
    """
    found = image.size
    told = value.get("imageWidth"), value.get("imageHeight")
    if None in told or told == found:
        return found
    if told == found[::-1] and image.orientation >= _FIRST_TURNED:
        stored = Size(found.height, found.width)
        if all(_lies_in(point, stored) for point in _points(value["shapes"])):
            return stored
    log.repair(
        OTHER_SIZE,
        f"the image has {found.width}x{found.height} pixels, its annotation says "
        f"{told[0]!s:.20}x{told[1]!s:.20}",
    )
    return found


def _points(shapes: list[Any]) -> Iterator[Any]:
    for shape in shapes:
        points = shape.get("points") if isinstance(shape, dict) else None
        yield from points if isinstance(points, list) else ()


def _lies_in(point: Any, size: Size) -> bool:
    """Whether a point is in a picture; what is none is told of when it is read."""
    if not (isinstance(point, list) and len(point) == len(size)):
        return True
    return all(
        0 <= number <= extent
        for number, extent in zip(point, size, strict=True)
        if isinstance(number, (int, float))
    )
