"""Real files, as they came: other tools and ``data`` read the same from them."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.sample import Sample
from tests.agreement import conventions
from tests.agreement.comparing import assert_agree, by_stem
from tests.agreement.conftest import Reader
from tests.agreement.conventions import PARTS, Told
from tests.agreement.readers import report

Files = tuple[str, str, dict[str, Any]]
COCO: Files = ("coco", "coco", {"split": True})
"""Each ring as an object, as datumaro takes them; ``data`` makes one mask of them by default."""


SINGLE = 1e-7
"""How much of each pixel single precision is off, in which datumaro holds outlines."""


def not_boxes(sample: Sample) -> Told:
    """Outlines and masks: boxes of COCO may be a tenth of a pixel off the outlines beside them."""
    return (each for each in conventions.coco_of_datumaro(sample) if each[1] != "box")


def counted_from_one(sample: Sample) -> Told:
    """Boxes of Pascal VOC as their numbers stand in the files, fractions too."""
    for each in sample.instances:
        x0, y0, x1, y1 = each.shape.bbox
        yield [each.label, *report.box(x0 + 1, y0 + 1, x1, y1)]


def without_fractions(sample: Sample) -> Told:
    """The same, as FiftyOne cuts off what some files have after the point."""
    for label, kind, numbers in counted_from_one(sample):
        yield [label, kind, [math.floor(number) for number in numbers]]


VOC: Files = ("pascal_voc/VOC2012", "voc", {})


@pytest.mark.parametrize(
    ("files", "tool", "words", "expected", "parts"),
    [
        (COCO, "datumaro", ("coco_instances",), not_boxes, SINGLE),
        (VOC, "datumaro", ("voc_detection",), counted_from_one, 0),
        (VOC, "fiftyone", ("voc", ""), without_fractions, 0),
        (("lemon", "supervisely", {}), "supervisely", (), conventions.pixel_coordinates, 0),
        (("labelme", "labelme", {"groups": "separate"}), "labelme", (), conventions.labelme, 0),
        (("yolo_seg", "yolo", {}), "ultralytics", ("segment",), conventions.outlines, PARTS),
    ],
    ids=[
        *("datumaro-coco", "datumaro-voc", "fiftyone-voc", "supervisely-lemons"),
        *("labelme", "ultralytics"),
    ],
)
def test_the_same_files(
    files: Files,
    tool: str,
    words: tuple[str, ...],
    expected: Callable[[Sample], Told],
    parts: float,
    shared: Path,
    told: Reader,
    tmp_path: Path,
) -> None:
    name, format, options = files
    # A copy: some tools write their caches beside what they read.
    place = shutil.copytree(shared / "data" / name, tmp_path / "real")
    held = by_stem(place, format, **options)
    found = told(tool, place, *words)
    if tool == "datumaro" and format == "coco":
        found = {stem: [each for each in told if each[1] != "box"] for stem, told in found.items()}
    assert_agree(found, {stem: list(expected(each)) for stem, each in held.items()}, held, parts)
