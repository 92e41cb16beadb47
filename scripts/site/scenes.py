"""What each node is shown on: mostly the table, after other layers where it needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.shapes import Polygon, Polyline
from dtl_engine.testing.demo import demo_sample, demo_samples

Layer = tuple[str, Mapping[str, Any]]
"""An action with its settings."""

BEFORE: Mapping[str, tuple[Layer, ...]] = {
    "bitmap2lines": (("skeletonize", {"classes": ["blob"], "method": "thinning"}),),
    "bitwise_masks": (("poly2bitmap", {"classes_mapping": {"patch": "field"}}),),
    "restore_annotation_scale": (
        (
            "resize_annotation",
            {"width": 160, "height": -1, "aspect_ratio": {"keep": True}},
        ),
    ),
}
"""Action -> layers that run first, so that its example finds what it works on."""

SEVERAL = ("split_data",)
"""Actions that only several samples tell something of."""

ADDING = {"add_to_existing_project": "bare.png", "copy_annotations": "table.png"}
"""Action -> the image that the project holds already, without any object."""


def scene_for(action: str) -> Sample:
    """Return the sample that an action is shown on."""
    return SCENES.get(action, demo_sample)()


def existing_image(action: str) -> Sample | None:
    """Return the image without objects that the output of an action holds beforehand."""
    file = ADDING.get(action)
    found = (sample for sample in demo_samples() if sample.origin.file == file)
    sample = next(found, None)
    return sample.replace(instances=(), tags=()) if sample else None


def cracked_asphalt() -> Sample:
    """Return asphalt with a net of cracks, drawn from the lines that annotate it."""
    import cv2

    size = Size(320, 220)
    noise = np.random.Generator(np.random.Philox(key=5))
    lines = [_crack(noise, (60 + 18 * at, 45), (52 + 20 * at, 175)) for at in range(6)]
    lines += [_crack(noise, (52, 50 + 20 * at), (165, 56 + 19 * at)) for at in range(7)]
    lines += [_crack(noise, (165, 100), (318, 140)), _crack(noise, (230, 0), (262, 219))]
    grey = noise.normal(112, 14, (size.height, size.width, 1)).clip(0, 255)
    pixels = np.repeat(grey, 3, axis=2).astype(np.uint8)
    for line in lines:
        cv2.polylines(pixels, [np.rint(line).astype(np.int32)], False, (38, 36, 34), 2)
    instances = tuple(Instance("path", Polyline(line)) for line in lines)
    origin = Origin("road", "ds1", "asphalt.png", ("asphalt",))
    return Sample(origin, Image.from_pixels(pixels), Annotation(size, instances))


def street() -> Sample:
    """Return a road through a meadow, seen from a car."""
    import cv2

    size = Size(320, 220)
    noise = np.random.Generator(np.random.Philox(key=7))
    road = [(146, 68), (176, 68), (262, 218), (58, 218)]
    pixels = np.full((size.height, size.width, 3), (168, 200, 226), np.uint8)
    meadow = np.array([108, 148, 82]) + noise.normal(0, 8, (size.height - 66, size.width, 1))
    pixels[66:] = meadow.clip(0, 255)
    cv2.fillPoly(pixels, [np.array(road)], (112, 112, 116))
    for top in (78, 98, 128, 170):
        height = (top - 50) // 5
        cv2.line(pixels, (160, top), (160, top + height), (236, 236, 230), 1 + height // 7)
    origin = Origin("road", "ds1", "street.png", ("street",))
    annotation = Annotation(size, (Instance("patch", Polygon(road)),))
    return Sample(origin, Image.from_pixels(pixels), annotation)


def _crack(
    noise: np.random.Generator, start: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return a line that strays a little."""
    steps = np.linspace(0, 1, 22)[:, None]
    points = np.array(start) + steps * (np.array(end) - np.array(start))
    points[1:-1] += noise.normal(0, 1.6, (20, 2))
    return [(round(x, 1), round(y, 1)) for x, y in points.tolist()]


SCENES = {"find_cracknets": cracked_asphalt, "road_lines": street}
"""Action -> its own scene, where the table shows nothing."""
