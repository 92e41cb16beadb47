"""Every bad object of COCO, and what it yields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.sdk import Polygon, Rectangle
from tests.nodes.formats.coco.drawn import instances, thing, write_coco
from tests.nodes.formats.coco.refusals import GOOD, failure

RING = [2, 2, 12, 3.5, 7, 9]
OBJECTS: dict[str, tuple[Any, str]] = {
    "an unknown category": (thing(category_id=99, bbox=[1, 1, 2, 2]), "F603"),
    "a category of text": (thing(category_id="1", bbox=[1, 1, 2, 2]), "F603"),
    "no category": ({"id": 1, "image_id": 7, "bbox": [1, 1, 2, 2]}, "F603"),
    "no shape": (thing(), "F604"),
    "two points": (thing(segmentation=[[1, 1, 5, 5]]), "F604"),
    "an odd number": (thing(segmentation=[[*RING, 4]]), "F604"),
    "two distinct points": (thing(segmentation=[[1, 1, 5, 5, 1, 1, 5, 5]]), "F604"),
    "a ring of text": (thing(segmentation=[["a"] * 6]), "F604"),
    "a ring of true": (thing(segmentation=[[True] * 6]), "F604"),
    "rings of rings": (thing(segmentation=[[RING]]), "F604"),
    "a text": (thing(segmentation="abc"), "F604"),
    "NaN": (thing(segmentation=[[float("nan"), *RING[1:]]]), "F604"),
    "infinity": (thing(segmentation=[[float("inf"), *RING[1:]]]), "F604"),
    "too far away": (thing(segmentation=[[1e300, *RING[1:]]]), "F604"),
    "a number of 400 digits": (thing(segmentation=[[10**400, *RING[1:]]]), "F604"),
    "outside": (thing(segmentation=[[x + 100 for x in RING]]), "F604"),
    "a box of NaN": (thing(bbox=[float("nan"), 1, 2, 2]), "F604"),
    "a box of three": (thing(bbox=[1, 1, 2]), "F604"),
    "a box of text": (thing(bbox=[1, 1, "2", 2]), "F604"),
    "a box without width": (thing(bbox=[1, 1, 0, 2]), "F604"),
    "a box of negative height": (thing(bbox=[1, 9, 2, -2]), "F604"),
    "a box outside": (thing(bbox=[100, 1, 2, 2]), "F604"),
    "runs too short": (thing(segmentation={"size": [60, 80], "counts": [5]}), "F604"),
    "runs of another size": (thing(segmentation={"size": [80, 60], "counts": [4800]}), "F604"),
    "negative runs": (thing(segmentation={"size": [60, 80], "counts": [4801, -1]}), "F604"),
    "runs of nothing": (thing(segmentation={"size": [60, 80], "counts": [4800]}), "F604"),
    "runs of bad text": (thing(segmentation={"size": [60, 80], "counts": "\x00"}), "F604"),
    "keypoints too few": (thing(category_id=4, keypoints=[1, 1, 2]), "F604"),
    "keypoints of text": (thing(category_id=4, keypoints=["1"] * 6), "F604"),
    "keypoints seen less than not": (thing(category_id=4, keypoints=[1, 1, -1, 0, 0, 0]), "F604"),
    "keypoints of NaN": (thing(category_id=4, keypoints=[float("nan"), 1, 2, 0, 0, 0]), "F604"),
    "a score of text": (thing(bbox=[1, 1, 2, 2], score="high"), "F604"),
    "a score of NaN": (thing(bbox=[1, 1, 2, 2], score=float("nan")), "F604"),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_bad_objects(name: str, tmp_path: Path) -> None:
    """Beside good ones: a box, and a polygon that would be taken over as text."""
    bad, code = OBJECTS[name]
    folder = write_coco(tmp_path, [GOOD, bad, thing(segmentation=[RING])])
    error = failure(folder)
    assert error.code == code
    assert str(error).startswith("object 2: ")
    assert error.path.endswith("instances_train.json")
    kept = [each.shape for each in instances(folder, bad_objects="drop")]
    assert kept == [Rectangle(1, 1, 3, 3), Polygon([(2, 2), (12, 3.5), (7, 9)])]


def test_what_leaves_the_image_is_cut(tmp_path: Path) -> None:
    objects = [
        thing(bbox=[70, 50, 30, 30]),
        thing(segmentation=[[70, 50, 90, 50, 90, 55, 70, 55.5]]),
        thing(category_id=4, keypoints=[90, 5, 2, 8, 8, 2]),
    ]
    box, ring, nodes = instances(write_coco(tmp_path, objects))
    assert box.shape == Rectangle(70, 50, 80, 60)
    assert ring.shape.bbox == (70, 50, 80, 55.5)
    assert nodes.shape.bbox == (8, 8, 8, 8)


def test_rings_that_cross_themselves_are_kept(tmp_path: Path) -> None:
    bow = [2, 2, 12, 12, 12, 2, 2, 12]
    (found,) = instances(write_coco(tmp_path, [thing(segmentation=[bow], bbox=[2, 2, 10, 10])]))
    assert isinstance(found.shape, Polygon)
