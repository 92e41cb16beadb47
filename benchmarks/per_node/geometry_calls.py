"""Direct calls that move the photograph, with its masks or alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

from benchmarks.per_node.course import in_one_block
from benchmarks.per_node.pixel_calls import made_pipeline
from benchmarks.per_node.rows import Build, Call, Json
from benchmarks.per_node.scene import Scene

DEGREES = 10
WINDOW, OVERLAP = 512, 64
PAD_PX = 10
SIDES = ("left", "top", "right", "bottom")

Steps = Callable[[Scene], list[Json]]
"""Steps of a pipeline of albumentations for one scene."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge in pixels."""


def with_masks(steps: Steps) -> Build:
    """Return calls of a pipeline on the photograph and its eight masks."""

    def build(scene: Scene) -> Call:
        pipeline = made_pipeline(steps(scene))

        def call() -> object:
            made = pipeline(image=scene.pixels, masks=scene.full_masks)
            return [in_one_block(each) for each in (made["image"], *made["masks"])]

        return call

    return build


def alone(steps: Steps) -> Build:
    """Return calls of a pipeline on the photograph."""

    def build(scene: Scene) -> Call:
        pipeline = made_pipeline(steps(scene))
        return lambda: in_one_block(pipeline(image=scene.pixels)["image"])

    return build


def step(name: str, **arguments: Any) -> Steps:
    """Return a pipeline of one transform that does not depend on the scene."""
    return lambda _: [{"name": name, "p": 1.0, **arguments}]


def opencv(function: Callable[[Scene], object]) -> Build:
    """Return calls of a function of the scene."""
    return lambda scene: lambda: in_one_block(function(scene))


def margins(scene: Scene) -> Box:
    """Return the box that is left when a tenth is cut off each side."""
    dx, dy = scene.px(150), scene.px(100)
    return dx, dy, scene.size.width - dx, scene.size.height - dy


def crop_step(box: Box) -> Json:
    """Return the step of a pipeline that cuts out a box."""
    edges = zip(("x_min", "y_min", "x_max", "y_max"), box, strict=True)
    return {"name": "Crop", "p": 1.0, **dict(edges)}


def part(scene: Scene, box: Box) -> Any:
    """Return a box of the photograph, as a view."""
    left, top, right, bottom = box
    return scene.pixels[top:bottom, left:right]


def half_size(scene: Scene) -> tuple[int, int]:
    """Return half the width and half the height."""
    return scene.size.width // 2, scene.size.height // 2


def turned(scene: Scene, interpolation: int = cv2.INTER_LANCZOS4) -> object:
    """Turn the photograph about its middle."""
    width, height = scene.size
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), DEGREES, 1)
    return cv2.warpAffine(scene.pixels, matrix, (width, height), flags=interpolation)


def seen_aslant(scene: Scene) -> object:
    """Move the corners of the photograph."""
    width, height = scene.size
    old = np.array(((20, 10), (width - 30, 0), (width, height - 20), (0, height)), np.float32)
    new = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    return cv2.warpPerspective(scene.pixels, cv2.getPerspectiveTransform(old, new), (width, height))


def bent(scene: Scene) -> object:
    """Bend the photograph by smoothed random displacements."""
    rows, columns = np.indices(scene.pixels.shape[:2], np.float32)
    rng = np.random.default_rng(1)
    for start in (rows, columns):
        field = rng.random(start.shape, np.float32) * 2 - 1
        start += 25 * cv2.GaussianBlur(field, (0, 0), 5)
    return cv2.remap(scene.pixels, columns, rows, cv2.INTER_LINEAR)


def tiles(scene: Scene) -> Iterator[Box]:
    """Yield the windows that cover the photograph, the last ones pulled back to its border."""
    width, height = scene.size
    side, overlap = scene.px(WINDOW), scene.px(OVERLAP)
    for row in range(-(-(height - overlap) // (side - overlap))):
        for column in range(-(-(width - overlap) // (side - overlap))):
            left = min(column * (side - overlap), width - side)
            top = min(row * (side - overlap), height - side)
            yield left, top, left + side, top + side


def around_objects(scene: Scene) -> Iterator[Box]:
    """Yield the padded boxes of the masks."""
    for instance in scene.masks:
        (left, top, right, bottom), pad = map(int, instance.shape.bbox), scene.px(PAD_PX)
        yield left - pad, top - pad, right + pad, bottom + pad


def each_box(boxes: Callable[[Scene], Iterator[Box]], *, one_mask: bool) -> Build:
    """Return calls that cut out all boxes through albumentations, with all masks or their own."""

    def build(scene: Scene) -> Call:
        crops = [made_pipeline([crop_step(box)]) for box in boxes(scene)]

        def call() -> object:
            cut = []
            for number, crop in enumerate(crops):
                masks = scene.full_masks[number : number + 1] if one_mask else scene.full_masks
                made = crop(image=scene.pixels, masks=masks)
                cut.append([in_one_block(each) for each in (made["image"], *made["masks"])])
            return cut

        return call

    return build


def each_part(boxes: Callable[[Scene], Iterator[Box]]) -> Build:
    """Return calls that cut out all boxes as slices."""

    def build(scene: Scene) -> Call:
        found = list(boxes(scene))
        return lambda: [in_one_block(part(scene, box)) for box in found]

    return build
