"""A photograph in memory, and objects on it for nodes to work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import (
    Annotation,
    Image,
    Instance,
    LabelSpec,
    Mask,
    Origin,
    Pixels,
    Polygon,
    Polyline,
    Rectangle,
    Sample,
    Schema,
    Shape,
    ShapeKind,
    Size,
)
from dtl_engine.testing import sample_schema

OBJECTS = 8
WIDTH, HEIGHT = 1500, 1000
MASK_WIDTH, MASK_HEIGHT = 260, 250
POINTS = 60

BYSTANDER = "other"
FIELD = "field"
"""Labels of masks that no setting works on, and of one that covers half the picture."""


@dataclass(frozen=True)
class Scene:
    """One photograph; ``scale`` shrinks it with all its objects, for a smoke run."""

    scale: float = 1.0

    @cached_property
    def size(self) -> Size:
        """Width and height in pixels."""
        return Size(self.px(WIDTH), self.px(HEIGHT))

    def px(self, length: float) -> int:
        """Return a length in pixels at this scale."""
        return max(1, round(length * self.scale))

    @cached_property
    def schema(self) -> Schema:
        """What the samples may carry: that of the conformance kit, and two labels of masks."""
        schema = sample_schema()
        more = tuple(LabelSpec(name, ShapeKind.BITMAP, "#808080") for name in (BYSTANDER, FIELD))
        return replace(schema, labels=(*schema.labels, *more))

    @cached_property
    def pixels(self) -> Pixels:
        """The photograph: smooth colours with some grain, (H, W, 3) uint8."""
        rng = np.random.default_rng(1)
        coarse = rng.integers(0, 256, (12, 16, 3), np.uint8)
        smooth = cv2.resize(coarse, tuple(self.size), interpolation=cv2.INTER_CUBIC)
        grain = rng.normal(0, 4, smooth.shape).astype(np.int16)
        return np.clip(smooth + grain, 0, 255).astype(np.uint8)

    def sample(self, instances: Sequence[Instance] = ()) -> Sample:
        """Return the photograph with these objects."""
        image, annotation = Image.from_pixels(self.pixels), Annotation(self.size, tuple(instances))
        return Sample(Origin("benchmark", "ds1", "photo.png", ("photo",)), image, annotation)

    @cached_property
    def masks(self) -> tuple[Instance, ...]:
        """Eight masks of the label ``blob``, each with a hole and three specks beside it."""
        return self._eight("blob", self._blob)

    @cached_property
    def bystanders(self) -> tuple[Instance, ...]:
        """The same masks of a label that no setting works on, all in the middle."""
        return tuple(
            Instance(BYSTANDER, self._blob(number, 500 + 25 * number, 370))
            for number in range(OBJECTS)
        )

    @cached_property
    def field(self) -> tuple[Instance, ...]:
        """One mask over half of the picture."""
        pixels = np.ones((self.px(800), self.px(1000)), np.uint8)
        return (Instance(FIELD, self._mask(pixels, 200, 100)),)

    @cached_property
    def thin_masks(self) -> tuple[Instance, ...]:
        """Eight masks of the label ``blob``: curves one pixel wide that branch once."""
        return self._eight("blob", self._curve)

    @cached_property
    def polygons(self) -> tuple[Instance, ...]:
        """Eight polygons of 60 points of the label ``patch``."""
        return self._eight("patch", self._patch)

    @cached_property
    def lines(self) -> tuple[Instance, ...]:
        """Eight lines of 60 points of the label ``path``, two waves with small gaps."""
        return self._eight("path", self._line)

    @cached_property
    def boxes(self) -> tuple[Instance, ...]:
        """Eight rectangles of the label ``box``."""
        return self._eight("box", self._box)

    @cached_property
    def full_masks(self) -> list[NDArray[np.uint8]]:
        """The eight masks as albumentations takes them: pictures of the photograph's size."""
        return [each.shape.paint(self.size).view(np.uint8) for each in self.masks]

    def _eight(self, label: str, shape: Callable[[int, int, int], Shape]) -> tuple[Instance, ...]:
        """Return two rows of four objects; ``shape`` takes number, x and y at full scale."""
        places = [(30 + 370 * (number % 4), 120 + 480 * (number // 4)) for number in range(OBJECTS)]
        return tuple(Instance(label, shape(number, *at)) for number, at in enumerate(places))

    def _ring(self, number: int, x: int, y: int) -> NDArray[np.float64]:
        """Return the outline of a stone in the box at ``(x, y)``: (60, 2)."""
        angles = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
        radius = np.random.default_rng(number).uniform(0.42, 0.5, (POINTS, 1))
        unit = np.stack((np.cos(angles), np.sin(angles)), axis=1) * radius + 0.5
        return (unit * (MASK_WIDTH, MASK_HEIGHT) + (x, y)) * self.scale

    def _patch(self, number: int, x: int, y: int) -> Polygon:
        return Polygon(self._ring(number, x, y))

    def _box(self, _: int, x: int, y: int) -> Rectangle:
        left, top = self.px(x), self.px(y)
        return Rectangle(left, top, left + self.px(MASK_WIDTH), top + self.px(MASK_HEIGHT))

    def _line(self, _: int, x: int, y: int) -> Polyline:
        along = np.linspace(0, 355, POINTS)
        wave = 40 * np.sin((x + along) / 60)
        return Polyline(np.stack((x + along, y + wave), axis=1) * self.scale)

    def _blob(self, number: int, x: int, y: int) -> Mask:
        pixels = self._blank()
        cv2.fillPoly(pixels, [self._ring(number, 0, 0).astype(np.int32)], 1)
        cv2.circle(pixels, (pixels.shape[1] // 2, pixels.shape[0] // 2), self.px(20), 0, -1)
        side = self.px(4)
        pixels[:side, :side] = pixels[:side, -side:] = pixels[-side:, :side] = 1
        return self._mask(pixels, x, y)

    def _curve(self, number: int, x: int, y: int) -> Mask:
        pixels = self._blank()
        ring = self._ring(number, 0, 0).astype(np.int32)
        cv2.polylines(pixels, [ring[:45]], False, 1)
        cv2.line(pixels, ring[20].tolist(), (pixels.shape[1] // 2, pixels.shape[0] // 2), 1)
        return self._mask(pixels, x, y)

    def _blank(self) -> NDArray[np.uint8]:
        return np.zeros((self.px(MASK_HEIGHT), self.px(MASK_WIDTH)), np.uint8)

    def _mask(self, pixels: NDArray[np.uint8], x: int, y: int) -> Mask:
        mask = Mask.tight(pixels, self.px(x), self.px(y))
        assert mask is not None
        return mask
