"""The ``perspective_transform`` node: look at images from a random direction."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field

from dtl_engine.sdk import Draws, RandomMapNode, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.labels import Label, convert_labels
from dtl_nodes.kernels.noise import seeded
from dtl_nodes.kernels.perspective import jitter, view
from dtl_nodes.motion.moved_sample import drawn_as_masks, moved_sample
from dtl_nodes.motion.pixels import Fetch, projected
from dtl_nodes.settings.ranges import Range

Scale = Annotated[float, Field(ge=0.01, le=0.5)]


class ScaleRange(Range):
    """How far the corners of the image move."""

    min: Scale
    """The least."""

    max: Scale
    """The most."""


class SizeBox(Settings):
    """The size of the result."""

    keep: bool
    """Stretch the result to the size of the image."""

    fit: bool
    """Show all of the image, with stripes around it, and not only what is inside the corners."""


class Fill(Settings):
    """What stands where nothing of the image is shown."""

    value: Annotated[int, Field(ge=0, le=255)] = 0
    """The value of all three channels."""


class PerspectiveSettings(Settings):
    """Settings of ``perspective_transform``."""

    scale: ScaleRange
    """Standard deviation of how far each corner moves inwards, drawn for each image: 0.1 is a
    tenth of the sides."""

    size_box: SizeBox
    """How large the result is, and how much of the image it shows."""

    cval: Fill = Fill()
    """The colour of the stripes where nothing of the image is shown; black if left out."""

    classes_mapping: dict[Label, str] = Field(default={})
    """Class -> title of the mask class that its objects, drawn filled, belong to from here on;
    ``__default__`` keeps the title. This comes first."""


class Direction(NamedTuple):
    """What is drawn for one image."""

    scale: float
    seed: int


class PerspectiveTransform(RandomMapNode[PerspectiveSettings, Direction]):
    """Look at images from a random direction; annotations follow.

    The four corners of the image move inwards, each by its own part of the sides, and what they
    hold is stretched to a rectangle. Straight lines stay straight. Masks take the nearest pixel,
    rectangles become the boxes around their corners, and what leaves the image is cut off.

    Example:
        {"scale": {"min": 0.02, "max": 0.1}, "size_box": {"keep": true, "fit": false},
         "cval": {"value": 0}, "classes_mapping": {}}

    Source: DTL ``perspective_transform``, second generation, which left lines, points and
        keypoints where they were; no corner moves past the middle of a side.
    """

    action = "perspective_transform"
    family = "geometry"

    @staticmethod
    def infer_schema(settings: PerspectiveSettings, schema: Schema) -> Schema:
        """The mapped classes become masks."""
        return convert_labels(settings.classes_mapping, schema, ShapeKind.BITMAP)

    @staticmethod
    def is_random(settings: PerspectiveSettings) -> bool:
        """Always."""
        return True

    def draw(self, sample: Sample, draws: Draws) -> Direction:
        """Choose how far the corners move at most, and a seed for each of them."""
        return Direction(self.settings.scale.draw(draws), draws.integer(0, 2**64 - 1))

    def apply(self, sample: Sample, values: Direction) -> Sample:
        """Return the view from there."""
        settings = self.settings
        source = drawn_as_masks(sample, settings.classes_mapping)
        corners = jitter(values.scale, seeded(values.seed))
        box = settings.size_box
        matrix, after = view(sample.size, corners, keep=box.keep, fit=box.fit)
        pixels, motion = projected(sample.image.pixels(), matrix, after, Fetch(settings.cval.value))
        return moved_sample(source, pixels, (motion,))
