"""The ``generate_hints`` node: random points on and off the objects of a class."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dtl_engine.sdk import (
    Draws,
    Instance,
    Point,
    RandomMapNode,
    Sample,
    Schema,
    Settings,
    ShapeKind,
)
from dtl_nodes.classes.declared import with_made_label
from dtl_nodes.classes.labels import At, Label
from dtl_nodes.kernels.draw import draw_filled
from dtl_nodes.kernels.pixel_sets import nth_outside, pixel_numbers
from dtl_nodes.objects.masks import united

MEAN_POINTS = 2
"""On average this many points beyond the least number, before the fraction is cut off."""


class GenerateHintsSettings(Settings):
    """Settings of ``generate_hints``."""

    label: Annotated[Label, Field(alias="class")]
    """The class of the objects."""

    positive_class: Label
    """The class of the points on the objects; declared if it is not yet."""

    negative_class: Label
    """The class of the points off the objects; declared if it is not yet."""

    min_points_number: Annotated[int, Field(ge=0)]
    """The least number of points of either class, as far as there are pixels."""


class Hints(NamedTuple):
    """Pixels on and off the objects, by their numbers in reading order."""

    positive: list[int]
    negative: list[int]


class GenerateHints(RandomMapNode[GenerateHintsSettings, Hints]):
    """Add points on random pixels that objects of a class cover, and on such that none covers.

    Their numbers vary: the least number and some more, two on average. No pixel is taken twice. A
    point has the column and row of its pixel as coordinates. Points come at the end of the list,
    those on the objects first.

    Example:
        {"class": "patch", "positive_class": "pos", "negative_class": "neg", "min_points_number": 1}

    Source: DTL ``generate_hints``; the second generation swapped x and y.
    """

    action = "generate_hints"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: GenerateHintsSettings, schema: Schema) -> Schema:
        """Declare the two classes of points."""
        for key in ("positive_class", "negative_class"):
            schema = with_made_label(schema, getattr(settings, key), ShapeKind.POINT, (key,))
        return schema

    @staticmethod
    def is_random(settings: Any) -> bool:
        """Whatever the settings."""
        return True

    @staticmethod
    def mentioned_labels(settings: GenerateHintsSettings) -> Mapping[At, str]:
        """The class of the objects."""
        return {("class",): settings.label}

    def draw(self, sample: Sample, draws: Draws) -> Hints:
        """Choose how many points there are, and their pixels."""
        width, height = sample.annotation.size
        covered = self._covered(sample)
        free = width * height - len(covered)
        numbers = [self._number(pixels, draws) for pixels in (len(covered), free)]
        positive = covered[_choose(len(covered), numbers[0], draws)]
        negative = nth_outside(covered, _choose(free, numbers[1], draws))
        return Hints(positive.tolist(), negative.tolist())

    def apply(self, sample: Sample, values: Hints) -> Sample:
        """Return the sample with the points at the end."""
        width = sample.annotation.size.width
        labels = (self.settings.positive_class, self.settings.negative_class)
        points = [
            Instance(label, Point(pixel % width, pixel // width))
            for label, pixels in zip(labels, values, strict=True)
            for pixel in pixels
        ]
        return sample.replace(instances=(*sample.instances, *points))

    def _covered(self, sample: Sample) -> NDArray[np.intp]:
        """Return the numbers of the pixels that objects of the class cover."""
        size = sample.annotation.size
        drawn = [
            draw_filled(instance.shape, size)
            for instance in sample.instances
            if instance.label == self.settings.label
        ]
        mask = united([mask for mask in drawn if mask is not None])
        return np.empty(0, np.intp) if mask is None else pixel_numbers(mask, size.width)

    def _number(self, pixels: int, draws: Draws) -> int:
        """Draw the number of points: an exponential variable, by inversion, and the least."""
        more = math.trunc(-MEAN_POINTS * math.log(1 - draws.random()))
        return min(more + self.settings.min_points_number, pixels)


def _choose(count: int, number: int, draws: Draws) -> NDArray[np.intp]:
    """Draw ``number`` different ones of the whole numbers below ``count``, uniformly.

    Source: Floyd, in Bentley, "Programming pearls: a sample of brilliance", 1987.
    """
    chosen: dict[int, None] = {}
    for last in range(count - number, count):
        drawn = draws.integer(0, last)
        chosen[last if drawn in chosen else drawn] = None
    return np.array(list(chosen), np.intp)
