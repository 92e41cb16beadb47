"""A model without a network: it finds the bright part of a picture."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image as Picture

from dtl_engine.sdk import (
    DataError,
    Instance,
    LabelSpec,
    ModelFamily,
    ModelSpec,
    Pixels,
    Rectangle,
    ShapeKind,
    Tag,
)
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.inference.predictor import Prediction

CONFIG = ModelConfig(
    {"name": "faster_rcnn", "backbone": "fake"},
    ModelFamily.BOXES,
    {"bg": 0, "lamp": 1},
    (
        LabelSpec("bg", ShapeKind.RECTANGLE, "#000000"),
        LabelSpec("lamp", ShapeKind.RECTANGLE, "#FFCC00"),
    ),
    {"input_size": {"min_dim": 100, "max_dim": 200}},
)
OPTIONS = {"confidence_tag_name": "confidence", "min_confidence_threshold": 0.7}


class FakePredictor:
    """Says one ``lamp`` for what is bright; a red first pixel breaks it.

    ``calls`` are the numbers of images of its calls, ``threads`` who made them. While ``gate`` is
    closed, it does not return.
    """

    device = "cpu"
    notes = ()

    def __init__(self) -> None:
        self.spec: ModelSpec = CONFIG.spec("_fake")
        self.calls: list[int] = []
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self._busy = threading.Lock()

    def predict(self, images: Sequence[Pixels]) -> list[Prediction]:
        assert self._busy.acquire(blocking=False), "two threads call the model"
        try:
            self.calls.append(len(images))
            self.threads.add(threading.get_ident())
            self.entered.set()
            assert self.gate.wait(timeout=30)
            return [self._one(pixels) for pixels in images]
        finally:
            self._busy.release()

    @staticmethod
    def _one(pixels: Pixels) -> Prediction:
        if (pixels[0, 0] == (255, 0, 0)).all():
            raise RuntimeError("a bug of the model")
        if (pixels[0, 0] == (0, 0, 255)).all():
            raise DataError("F605", "blue is not for me")
        rows, columns = np.nonzero(pixels[:, :, 1] > 200)
        if not len(rows):
            return Prediction()
        shape = Rectangle(
            float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)
        )
        return Prediction((Instance("lamp", shape, (Tag("confidence", 0.875),)),))


def picture(
    box: tuple[int, int, int, int] = (5, 4, 15, 9),
    size: tuple[int, int] = (40, 30),
    first: tuple[int, int, int] = (0, 0, 0),
) -> Pixels:
    """Draw a bright box; ``first`` is the colour of the first pixel."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    left, top, right, bottom = box
    pixels[top:bottom, left:right] = 255
    pixels[0, 0] = first
    return pixels


def png(pixels: Pixels) -> bytes:
    """Encode a picture."""
    done, data = cv2.imencode(".png", pixels[:, :, ::-1])
    assert done
    return data.tobytes()


def turned_jpeg(pixels: Pixels) -> bytes:
    """Encode a picture lying on its side, with the EXIF orientation that sets it up."""
    stored = Picture.fromarray(np.ascontiguousarray(np.rot90(pixels)))
    exif = Picture.Exif()
    exif[0x0112] = 6
    buffer = BytesIO()
    stored.save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def corners(found: dict[str, Any]) -> list[tuple[str, list[float]]]:
    """Return titles and edges of the boxes of an annotation."""
    return [
        (each["classTitle"], [v for corner in each["points"]["exterior"] for v in corner])
        for each in found["objects"]
    ]
