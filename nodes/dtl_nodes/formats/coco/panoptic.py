"""Panoptic pictures: each pixel tells the number of its segment.

Source: the COCO panoptic format, cocodataset.org/#format-data: number = R + 256 G + 65536 B.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Image, ImageError, Instance, ReadLog, Size
from dtl_nodes.formats.coco.objects import Rules, category_of
from dtl_nodes.formats.coco.tag_types import CROWD, read_tag
from dtl_nodes.formats.data_paths import path_inside
from dtl_nodes.formats.objects_inside import read_each
from dtl_nodes.kernels.pixel_sets import mask_of_pixels


def picture_folders(root: Path, file: Path) -> tuple[tuple[str, ...], ...]:
    """Return the folders in which the pictures of a panoptic file may lie."""
    own = file.parent.relative_to(root).parts
    return tuple(dict.fromkeys(((*own, file.stem), (file.stem,), own)))


def read_segments(
    value: Mapping[str, Any],
    size: Size,
    rules: Rules,
    root: Path,
    folders: tuple[tuple[str, ...], ...],
    log: ReadLog,
) -> list[Instance]:
    """Return an instance for each segment of one image of ``size``.

    Raises:
        AnnotationError: F602, the record is malformed; F605 or F606, the picture has another size
            or is missing; F603 and F604, a segment is malformed; F609, its path leads out of
            ``root``.
    """
    told, segments = value.get("file_name"), value.get("segments_info")
    if not isinstance(told, str) or not isinstance(segments, list):
        raise AnnotationError("F602", "a panoptic annotation has no 'file_name' or segments")
    places = [path_inside(root, parts, told) for parts in folders]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise AnnotationError("F606", "the panoptic picture is missing", path=str(places[0]))
    numbers = _numbers(path, size)
    order = np.argsort(numbers, axis=None, kind="stable")
    ranked = numbers.reshape(-1)[order]

    def read(segment: Any) -> Iterator[Instance]:
        if not isinstance(segment, dict) or type(segment.get("id")) is not int:
            raise AnnotationError("F604", "a segment has no whole 'id'")
        label = category_of(segment, rules).label
        is_crowd = segment.get("iscrowd") in (1, True)
        if is_crowd and rules.skips_crowds:
            return
        first, last = np.searchsorted(ranked, [segment["id"], segment["id"] + 1])
        if first == last:
            raise AnnotationError("F604", f"segment {segment['id']} covers no pixel")
        tags = tuple(read_tag(CROWD, True, rules.types)) if is_crowd else ()
        yield Instance(label, mask_of_pixels(order[first:last], size.width), tags)

    return read_each(segments, read, log)


def _numbers(path: Path, size: Size) -> NDArray[np.int32]:
    """Return the number of each pixel, (H, W) int32; the size is checked before decoding."""
    picture = Image.open(path)
    try:
        found = picture.size
        if found != size:
            raise AnnotationError(
                "F605",
                f"the panoptic picture has {found.width}x{found.height} pixels, its image "
                f"{size.width}x{size.height}",
                path=str(path),
            )
        red, green, blue = np.moveaxis(picture.pixels().astype(np.int32), 2, 0)
    except ImageError as error:
        raise AnnotationError("F606", f"the panoptic picture: {error.message}") from error
    numbers: NDArray[np.int32] = red + (green << 8) + (blue << 16)
    return numbers
