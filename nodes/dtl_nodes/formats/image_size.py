"""The size that an annotation tells, against that of its image."""

from __future__ import annotations

from pathlib import Path

from dtl_engine.sdk import Affine, Annotation, AnnotationError, Image, ReadLog, Size
from dtl_nodes.formats.repairs import TURNED


def fit_to_image(annotation: Annotation, image: Image, path: Path, log: ReadLog) -> Annotation:
    """Return the annotation for the upright image.

    One that was made on the picture as it is stored, before its EXIF orientation turns it by a
    quarter, is turned along.

    Raises:
        AnnotationError: F605, the sizes differ otherwise; R602, nothing must be turned.
        ImageError: F601 or F607, the image has no readable header.
    """
    told, found = annotation.size, image.size
    if told == found:
        return annotation
    if told == Size(found.height, found.width) and (turn := _turn(told, image.orientation)):
        log.repair(TURNED, "the annotation is of the picture before EXIF turns it", path=str(path))
        return annotation.transform(turn)
    raise AnnotationError(
        "F605",
        f"the image has {found.width}x{found.height} pixels, its annotation says "
        f"{told.width}x{told.height}",
        path=str(path),
    )


def _turn(stored: Size, orientation: int) -> Affine | None:
    """Return the map from stored pixels to upright ones; ``None`` for one that keeps the sides.

    Source: EXIF 2.3, tag 0x0112.
    """
    width, height = stored
    rows = {
        5: ((0, 1, 0), (1, 0, 0)),
        6: ((0, -1, height), (1, 0, 0)),
        7: ((0, -1, height), (-1, 0, width)),
        8: ((0, 1, 0), (-1, 0, width)),
    }.get(orientation)
    return None if rows is None else Affine(stored, Size(height, width), *rows)
