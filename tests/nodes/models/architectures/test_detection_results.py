"""What a network says becomes objects, by thresholds, in order, inside the image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Tag
from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask, Rectangle
from dtl_nodes.models.architectures.detection_results import paste
from tests.nodes.models.architectures.drawn_discs import detector

PIXELS = np.zeros((40, 60, 3), np.uint8)


def said(*found: tuple[int, float, tuple[float, ...]], masks: Any = None) -> dict[str, Any]:
    outputs = {
        "boxes": np.array([box for *_, box in found], np.float32).reshape(-1, 4),
        "labels": np.array([label for label, *_ in found], np.int64),
        "scores": np.array([score for _, score, _ in found], np.float32),
    }
    return outputs if masks is None else {**outputs, "masks": masks}


def test_the_threshold_keeps_what_has_at_least_it() -> None:
    _, architecture = detector("faster_rcnn")
    outputs = said((1, 0.7, (0, 0, 9, 9)), (2, 0.69999, (0, 0, 9, 9)), (2, 0.123456, (0, 0, 9, 9)))
    (only,) = architecture.finish(outputs, PIXELS, {}).instances
    assert (only.label, only.tags) == ("disc", (Tag("confidence", 0.7),))
    options = {"min_confidence_threshold": 0.0, "confidence_tag_name": "score"}
    found = architecture.finish(outputs, PIXELS, options).instances
    assert [one.tags for one in found] == [
        (Tag("score", 0.7),),
        (Tag("score", 0.7),),
        (Tag("score", 0.1235),),
    ]


def test_the_surest_comes_first() -> None:
    _, architecture = detector("faster_rcnn")
    outputs = said((1, 0.8, (0, 0, 9, 9)), (2, 0.9, (0, 0, 9, 9)))
    labels = [one.label for one in architecture.finish(outputs, PIXELS, {}).instances]
    assert labels == ["square", "disc"]


def test_rectangles_lie_on_whole_pixels_inside_the_image() -> None:
    _, architecture = detector("faster_rcnn")
    outputs = said(
        (1, 0.9, (-3.2, 4.5, 70.1, 39.7)), (1, 0.8, (59.8, 0, 60, 9)), (1, 0.75, (2.1, 2, 2.4, 9))
    )
    shapes = [one.shape for one in architecture.finish(outputs, PIXELS, {}).instances]
    assert shapes == [Rectangle(0, 5, 60, 40)]


def test_masks_are_tight_and_empty_ones_are_left_out() -> None:
    _, architecture = detector("mask_rcnn")
    masks = np.zeros((3, 28, 28), np.float32)
    masks[0] = 1
    masks[2, :, 14:] = 1
    box = (10, 10, 30, 30)
    outputs = said((1, 0.9, box), (2, 0.8, box), (2, 0.75, box), masks=masks)
    whole, half = architecture.finish(outputs, PIXELS, {}).instances
    assert (whole.label, half.label) == ("disc", "square")
    for one in (whole, half):
        assert isinstance(one.shape, Mask)
        assert one.shape.pixels.any(0).all()
        assert one.shape.pixels.any(1).all()
    assert whole.shape.bbox == pytest.approx((10, 10, 31, 31), abs=1)
    assert half.shape.bbox.x0 == pytest.approx(20, abs=1)


def test_masks_are_pasted_as_torchvision_does() -> None:
    torch = pytest.importorskip("torch")
    roi_heads = pytest.importorskip("torchvision.models.detection.roi_heads")
    rng = np.random.default_rng(3)
    size = Size(60, 40)
    for _ in range(40):
        scores = rng.random((28, 28)).astype(np.float32)
        corner = rng.uniform(-10, 50, 2)
        box = np.concatenate((corner, corner + rng.uniform(0.1, 40, 2))).astype(np.float32)
        box = np.clip(box, 0, (60, 40, 60, 40)).astype(np.float32)
        expected = roi_heads.paste_masks_in_image(
            torch.from_numpy(scores)[None, None], torch.from_numpy(box)[None], (40, 60)
        )[0, 0].numpy()
        found = np.zeros((40, 60), bool)
        patch = paste(scores, box, size)
        if patch is not None:
            height, width = patch.pixels.shape
            found[patch.y : patch.y + height, patch.x : patch.x + width] = patch.pixels
        unsure = np.abs(expected - 0.5) < 1e-4
        assert np.array_equal(found | unsure, (expected >= 0.5) | unsure)
