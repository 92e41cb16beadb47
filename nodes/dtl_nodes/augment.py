"""The ``augment`` node: any transform of albumentations, or any composition of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from dtl_engine.sdk import Draws, RandomMapNode, Sample, Settings
from dtl_nodes.albumentation.pipeline import applied
from dtl_nodes.albumentation.reading import read_step, step_json
from dtl_nodes.albumentation.steps import Chosen, Group, Leaf, choose, is_fixed

_FORM = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "The transform, such as `GaussNoise`."},
        "p": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "The probability; each transform has its own default.",
        },
    },
}


class AugmentSettings(Settings):
    """Settings of ``augment``."""

    transform: Annotated[
        Leaf | Group,
        PlainValidator(read_step),
        PlainSerializer(step_json, return_type=dict[str, Any]),
        WithJsonSchema(_FORM),
    ]
    """A transform of albumentations 2.0.8 with its arguments beside its ``name``: for example
    ``{"name": "GaussNoise", "p": 0.5, "std_range": [0.05, 0.1]}``. ``Compose``, ``Sequential``,
    ``OneOf``, ``SomeOf`` (with ``n``), ``RandomOrder`` (with ``n``) and ``OneOrOther`` combine the
    transforms in their list ``transforms``, and nest. Constants of OpenCV may be written by name,
    such as ``"INTER_CUBIC"``."""


class Augment(RandomMapNode[AugmentSettings, tuple[Chosen, ...]]):
    """Apply transforms of albumentations to images and carry annotations along exactly.

    Transforms of colour, sharpness and noise leave the annotation alone, and so do those that blot
    parts out (``CoarseDropout``, ``GridDropout``, ``XYMasking``, ``PixelDropout``) and
    ``Morphological``. All others move every shape as they move the pixels: masks by the nearest
    pixel, points of other shapes exactly, rectangles to the box around what is left of them. What
    leaves the image is cut off as by ``crop``. Where a border repeats the image (``border_mode``),
    masks show the repeated parts, other shapes are not doubled.

    An image that a transform cannot work on, such as one smaller than a fixed crop, is set aside.

    Example:
        {"transform": {"name": "Compose", "transforms": [
            {"name": "HorizontalFlip", "p": 0.5},
            {"name": "Affine", "rotate": [-15, 15], "scale": [0.9, 1.1], "p": 0.8},
            {"name": "OneOf", "p": 0.7, "transforms": [
                {"name": "GaussNoise", "std_range": [0.02, 0.08]},
                {"name": "RandomBrightnessContrast", "brightness_limit": 0.2}]}]}}

    Source: albumentations 2.0.8. Masks are never interpolated and points are not dropped, so its
        arguments for that (``mask_interpolation``, ``fill_mask``, ``keypoint_remapping_method``,
        ``rotate_method``) have no effect and are refused; so are transforms that need more than
        one image, run code or do not return 8-bit RGB.
    """

    action = "augment"
    family = "geometry"

    @staticmethod
    def is_random(settings: Any) -> bool:
        """Nearly every transform is; single mirrorings that always happen are not."""
        return not is_fixed(settings.transform)

    def draw(self, sample: Sample, draws: Draws) -> tuple[Chosen, ...]:
        """Choose what is applied, with a seed for each transform."""
        return tuple(choose(self.settings.transform, draws))

    def apply(self, sample: Sample, values: tuple[Chosen, ...]) -> Sample:
        """Return the sample after the chosen transforms."""
        return applied(sample, values)
