"""Small samples for segmentation: bright shapes on dark noise."""

from __future__ import annotations

import numpy as np

from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.shapes import Rectangle

SIDE_PX = 32


def disc_sample(number: int, *instances: Instance, side: int = SIDE_PX) -> Sample:
    """Return a dark noisy picture with one bright ``thing``, and more objects on top."""
    rng = np.random.default_rng(number)
    pixels = rng.integers(0, 60, (side, side, 3)).astype(np.uint8)
    x, y = (int(each) for each in rng.integers(2, side // 2, 2))
    pixels[y : y + side // 3, x : x + side // 3] += 150
    thing = Instance("thing", Rectangle(x, y, x + side // 3, y + side // 3))
    origin = Origin("tiny", "ds", f"{number}.png")
    annotation = Annotation(Size(side, side), (thing, *instances))
    return Sample(origin, Image.from_pixels(pixels), annotation)
