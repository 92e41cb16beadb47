"""``data`` reads what datumaro writes, and finds in it what datumaro does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Rectangle
from tests.agreement import conventions
from tests.agreement.comparing import assert_agree, by_stem
from tests.agreement.conftest import Reader
from tests.agreement.conventions import PARTS, Told
from tests.fixtures.conversions import convert


def boxes_and_masks(sample: Sample) -> Told:
    """Rectangles as boxes, and masks."""
    for each in sample.instances:
        if isinstance(each.shape, Rectangle):
            (told,) = conventions.boxes(sample.replace(instances=(each,)))
        else:
            (told,) = conventions.pixels(sample.replace(instances=(each,)))
        yield told


def without_boxes_of_masks(objects: list[list[Any]]) -> Told:
    """Leave out the boxes that COCO tells beside masks; here no class has two objects."""
    masked = {label for label, kind, _ in objects if kind == "mask"}
    return (each for each in objects if each[1] == "mask" or each[0] not in masked)


READING: dict[str, list[dict[str, Any]]] = {
    "open_images": [{"boxes": "all"}],
    # It writes a file for each subset.
    "cvat": [{"annotations": "train.xml"}, {"annotations": "val.xml"}],
}
"""The options with which ``data`` reads what is written, once or more."""


@pytest.mark.parametrize(
    ("format", "reads", "writes", "expected", "parts"),
    [
        ("coco", "coco_instances", "coco_instances", boxes_and_masks, 0),
        ("cvat", "cvat", "cvat", conventions.cvat_of_datumaro, 0),
        ("open_images", "open_images", "open_images", boxes_and_masks, PARTS),
        # It writes the numbers of Pascal VOC as it has read them, from 1 on.
        ("voc", "voc_detection", "voc_detection", conventions.one_based_boxes, 0),
        ("yolo", "yolo", "yolo_ultralytics", conventions.boxes, PARTS),
    ],
    ids=["coco", "cvat", "open_images", "voc", "yolo"],
)
def test_what_datumaro_writes(
    format: str,
    reads: str,
    writes: str,
    expected: Callable[[Sample], Told],
    parts: float,
    drawn: Path,
    told: Reader,
    tmp_path: Path,
) -> None:
    convert(drawn, tmp_path / "ours", format)
    found = told("datumaro", tmp_path / "ours", reads, tmp_path / "theirs", writes)
    if format == "coco":
        found = {stem: list(without_boxes_of_masks(each)) for stem, each in found.items()}
    held: dict[str, Sample] = {}
    for options in READING.get(format, [{}]):
        held |= by_stem(tmp_path / "theirs", format, **options)
    assert_agree(found, {stem: list(expected(each)) for stem, each in held.items()}, held, parts)
