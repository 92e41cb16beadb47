"""Direct calls on the photograph: OpenCV, or albumentations where that has no call for it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.per_node.rows import Build, Call
from benchmarks.per_node.scene import Scene

Kernel = NDArray[np.float32]


def call_of(function: Any, *arguments: Any, **named: Any) -> Build:
    """Return calls of ``function`` with the photograph as first argument."""
    return lambda scene: lambda: function(scene.pixels, *arguments, **named)


def pipeline_of(*steps: dict[str, Any]) -> Build:
    """Return calls of a pipeline of albumentations, given by name and arguments of its steps."""

    def build(scene: Scene) -> Call:
        pipeline = made_pipeline(steps)
        return lambda: pipeline(image=scene.pixels)

    return build


def transform(name: str, **arguments: Any) -> Build:
    """Return calls of one transform of albumentations that is always applied."""
    return pipeline_of({"name": name, "p": 1.0, **arguments})


def made_pipeline(steps: Any) -> Any:
    """Return a pipeline as people write it."""
    import albumentations as A

    made = [
        getattr(A, step["name"])(**{k: v for k, v in step.items() if k != "name"}) for step in steps
    ]
    return A.Compose(made, seed=1)


def add_normal(std: float) -> Build:
    """Return calls that add normal noise."""

    def build(scene: Scene) -> Call:
        def call() -> object:
            noise = np.empty(scene.pixels.shape, np.int16)
            cv2.randn(noise, 0, std)
            return cv2.add(scene.pixels, noise, dtype=cv2.CV_8U)

        return call

    return build


def color_under_masks(scene: Scene) -> Call:
    """Return a call that paints the eight masks over a copy."""
    masks = [mask.astype(bool) for mask in scene.full_masks]

    def call() -> object:
        painted = scene.pixels.copy()
        for mask in masks:
            painted[mask] = (20, 20, 20)
        return painted

    return call


def blur_under_masks(scene: Scene) -> Call:
    """Return a call that puts the blurred photograph under the eight masks."""

    def call() -> object:
        hidden, blurred = scene.pixels.copy(), cv2.GaussianBlur(scene.pixels, (0, 0), 50)
        for mask in scene.full_masks:
            cv2.copyTo(blurred, mask, hidden)
        return hidden

    return call


def jpeg(scene: Scene) -> Call:
    """Return a call that encodes and decodes."""

    def call() -> object:
        encoded = cv2.imencode(".jpg", scene.pixels, [cv2.IMWRITE_JPEG_QUALITY, 15])[1]
        return cv2.imdecode(encoded, cv2.IMREAD_COLOR)

    return call


def shrink_and_grow(scene: Scene) -> Call:
    """Return a call that makes pixels of two and a half in size."""
    width, height = scene.size
    small = (max(1, int(width * 0.4)), max(1, int(height * 0.4)))

    def call() -> object:
        shrunk = cv2.resize(scene.pixels, small, interpolation=cv2.INTER_AREA)
        return cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_NEAREST)

    return call


def disc(radius: int) -> Kernel:
    """Return the kernel of a lens out of focus."""
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    inside = (rows**2 + columns**2 <= radius**2).astype(np.float32)
    return inside / np.float32(inside.sum())


def streak(length: int) -> Kernel:
    """Return the kernel of a diagonal motion."""
    return np.eye(length, dtype=np.float32) / np.float32(length)
