"""Samples for detectors: discs and squares of two colours on noise."""

from __future__ import annotations

import json
from typing import Any

import cv2
import numpy as np

from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import LabelSpec
from dtl_engine.model.shapes import Mask, Shape
from dtl_nodes.models.architectures import load_architecture
from dtl_nodes.models.architectures.detection import DetectionArchitecture
from dtl_nodes.models.config import KINDS, ModelConfig

COLORS = {"disc": (200, 60, 40), "square": (50, 180, 200)}


def sample_of(size: tuple[int, int], *objects: tuple[str, Shape]) -> Sample:
    """Return a grey picture with objects."""
    width, height = size
    pixels = np.full((height, width, 3), 90, np.uint8)
    instances = tuple(Instance(label, shape) for label, shape in objects)
    annotation = Annotation(Size(width, height), instances)
    return Sample(Origin("drawn", "ds", "1.png"), Image.from_pixels(pixels), annotation)


def drawn_sample(number: int, size: tuple[int, int] = (96, 80)) -> Sample:
    """Return a picture with a disc at the left and a square at the right."""
    rng = np.random.default_rng(number)
    width, height = size
    pixels = rng.integers(90, 150, (height, width, 3)).astype(np.uint8)
    instances = []
    for label, first in (("disc", 0), ("square", width // 2)):
        half = min(height, width // 2)
        radius = int(rng.integers(half // 4, half * 2 // 5))
        x = first + int(rng.integers(radius, width // 2 - radius))
        y = int(rng.integers(radius, height - radius))
        canvas = np.zeros((height, width), np.uint8)
        if label == "disc":
            cv2.circle(canvas, (x, y), radius, 1, -1)
        else:
            canvas[y - radius : y + radius, x - radius : x + radius] = 1
        pixels[canvas > 0] = COLORS[label]
        mask = Mask.tight(canvas, 0, 0)
        assert mask is not None
        instances.append(Instance(label, mask))
    annotation = Annotation(Size(width, height), tuple(instances))
    return Sample(Origin("drawn", "ds", f"{number}.png"), Image.from_pixels(pixels), annotation)


def detector(name: str, **settings: Any) -> tuple[Any, DetectionArchitecture]:
    """Return checked settings and the architecture that learns discs and squares."""
    kind = load_architecture(name)
    assert issubclass(kind, DetectionArchitecture)
    text = json.dumps({"architecture": name, **settings})
    checked = kind.settings_model.model_validate_json(text)
    titles = ("bg", "disc", "square")
    config = ModelConfig(
        kind.describe(checked),
        kind.family,
        {title: index for index, title in enumerate(titles)},
        tuple(LabelSpec(title, KINDS[kind.family], "#ff0000") for title in titles),
        checked.model_dump(mode="json"),
    )
    return checked, kind(config)
