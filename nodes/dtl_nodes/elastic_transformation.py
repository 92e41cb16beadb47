"""The ``elastic_transformation`` node: bend images by small random displacements."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field

from dtl_engine.sdk import Draws, RandomMapNode, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.labels import Label, convert_labels
from dtl_nodes.kernels.bending import elastic_maps
from dtl_nodes.kernels.noise import seeded
from dtl_nodes.motion.moved_sample import drawn_as_masks, moved_sample
from dtl_nodes.motion.pixels import remapped
from dtl_nodes.settings.ranges import Range


class AlphaRange(Range):
    """How far pixels are displaced before that is smoothed."""

    min: Annotated[float, Field(ge=0, le=200)]
    """The least, in pixels."""

    max: Annotated[float, Field(ge=1, le=200)]
    """The most, in pixels."""


class SigmaRange(Range):
    """How smooth the displacement is."""

    min: Annotated[float, Field(ge=0, le=50)]
    """The least, in pixels; 0 tears neighbours apart."""

    max: Annotated[float, Field(ge=1, le=50)]
    """The most, in pixels."""


class ElasticSettings(Settings):
    """Settings of ``elastic_transformation``."""

    alpha: AlphaRange
    """Strength, drawn for each image: the largest displacement in pixels before it is smoothed."""

    sigma: SigmaRange
    """Smoothness, drawn for each image: standard deviation of the Gaussian in pixels. The larger
    it is, the weaker the displacement becomes."""

    classes_mapping: dict[Label, str] = Field(default={})
    """Class -> title of the mask class that its objects, drawn filled, belong to from here on;
    ``__default__`` keeps the title. This comes first."""


class Bend(NamedTuple):
    """What is drawn for one image."""

    alpha: float
    sigma: float
    seed: int


class ElasticTransformation(RandomMapNode[ElasticSettings, Bend]):
    """Bend images by small random displacements; annotations follow.

    The displacement of each pixel is drawn from -``alpha`` to ``alpha`` and smoothed by a Gaussian
    of ``sigma``. What comes from outside is black. Masks take the nearest pixel, outlines bend
    along, rectangles become the boxes around what they held. A small ``sigma`` folds the picture:
    a polygon then falls into many pieces, a mask (see ``classes_mapping``) stays one object.

    Example:
        {"alpha": {"min": 10, "max": 40}, "sigma": {"min": 4, "max": 6}, "classes_mapping": {}}

    Source: DTL ``elastic_transformation``, second generation, which left lines, points and
        keypoints where they were.
    """

    action = "elastic_transformation"
    family = "geometry"

    @staticmethod
    def infer_schema(settings: ElasticSettings, schema: Schema) -> Schema:
        """The mapped classes become masks."""
        return convert_labels(settings.classes_mapping, schema, ShapeKind.BITMAP)

    @staticmethod
    def is_random(settings: ElasticSettings) -> bool:
        """Always."""
        return True

    def draw(self, sample: Sample, draws: Draws) -> Bend:
        """Choose strength and smoothness, and a seed for the displacements."""
        settings = self.settings
        alpha, sigma = settings.alpha.draw(draws), settings.sigma.draw(draws)
        return Bend(alpha, sigma, draws.integer(0, 2**64 - 1))

    def apply(self, sample: Sample, values: Bend) -> Sample:
        """Return a bent copy."""
        source = drawn_as_masks(sample, self.settings.classes_mapping)
        maps = elastic_maps(sample.size, values.alpha, values.sigma, seeded(values.seed))
        pixels, motion = remapped(sample.image.pixels(), *maps)
        return moved_sample(source, pixels, (motion,))
