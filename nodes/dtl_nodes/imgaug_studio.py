"""The ``imgaug_studio`` node: a pipeline of imgaug's augmenters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from dtl_engine.sdk import Draws, Pixels, RandomMapNode, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.labels import Label, convert_labels
from dtl_nodes.imgaug.table import CATEGORIES, check_augmenter
from dtl_nodes.kernels.noise import seeded
from dtl_nodes.motion.motion import Motion
from dtl_nodes.motion.moved_sample import drawn_as_masks, moved_sample
from dtl_nodes.settings.mistakes import refuse


class Entry(Settings):
    """One augmenter of the pipeline."""

    category: Literal[
        "arithmetic",
        "blur",
        "color",
        "contrast",
        "convolutional",
        "flip",
        "geometric",
        "imgcorruptlike",
        "pillike",
        "segmentation",
        "size",
    ]
    """The module of imgaug that it is in."""

    name: str
    """Its name there, such as ``GaussianBlur``."""

    params: dict[str, Any] = Field(default={})
    """Its parameters; what is left out has imgaug's default. A list of two numbers is a range from
    which one is drawn for each image."""

    sometimes: Annotated[float, Field(ge=0, le=1)] | None = None
    """The probability that it is applied; ``null``: always."""

    python: str = ""
    """The same as text, for people; it is never read."""

    @model_validator(mode="after")
    def _is_offered(self) -> Self:
        if found := check_augmenter(self.category, self.name, self.params):
            refuse(found)
        return self


class StudioSettings(Settings):
    """Settings of ``imgaug_studio``."""

    pipeline: tuple[Entry, ...]
    """The augmenters, applied one after the other; none: samples pass."""

    shuffle: bool
    """Apply them in an order that is drawn for each image."""

    classes_to_convert: dict[Label, str]
    """Class -> title of the mask class that its objects, drawn filled, belong to from here on;
    ``__default__`` keeps the title. This comes first."""


class Step(NamedTuple):
    """An entry of the pipeline that is applied, and the seed of what it draws."""

    number: int
    seed: int


class ImgaugStudio(RandomMapNode[StudioSettings, tuple[Step, ...]]):
    """Apply augmenters of imgaug to images; annotations follow those that move content.

    Masks take the nearest pixel, outlines bend along, rectangles become the boxes around what is
    left of them, and what leaves the image is cut off as by ``crop``. Images are interpolated
    linearly, and what comes from outside has the value ``cval``.

    Example:
        {"shuffle": false, "classes_to_convert": {},
         "pipeline": [{"category": "arithmetic", "name": "Add", "params": {"value": [5, 25]},
                       "sometimes": 0.5, "python": "iaa.Add(value=[5, 25])"},
                      {"category": "geometric", "name": "Rotate", "params": {"rotate": [-10, 10]},
                       "sometimes": null, "python": "iaa.Rotate(rotate=[-10, 10])"}]}

    Source: DTL ``imgaug_studio``, second generation, and imgaug 0.4. The effects are written
        anew, so pictures differ in detail; other shapes than masks, polygons and rectangles, which
        stayed where they were, move too. Augmenters that are not offered are refused at once.
    """

    action = "imgaug_studio"
    family = "geometry"

    @staticmethod
    def infer_schema(settings: StudioSettings, schema: Schema) -> Schema:
        """The mapped classes become masks."""
        return convert_labels(
            settings.classes_to_convert, schema, ShapeKind.BITMAP, at=("classes_to_convert",)
        )

    @staticmethod
    def is_random(settings: StudioSettings) -> bool:
        """Whether there is anything in the pipeline."""
        return bool(settings.pipeline)

    def draw(self, sample: Sample, draws: Draws) -> tuple[Step, ...]:
        """Choose order and entries, with a seed for each."""
        settings = self.settings
        left = list(range(len(settings.pipeline)))
        if settings.shuffle:
            left = [left.pop(draws.integer(0, len(left) - 1)) for _ in range(len(left))]
        steps = []
        for number in left:
            chance = settings.pipeline[number].sometimes
            if chance is None or draws.random() < chance:
                steps.append(Step(number, draws.integer(0, 2**64 - 1)))
        return tuple(steps)

    def apply(self, sample: Sample, values: tuple[Step, ...]) -> Sample:
        """Return the sample after the chosen augmenters."""
        settings = self.settings
        source = drawn_as_masks(sample, settings.classes_to_convert)
        if not values:
            return source
        steps = tuple((settings.pipeline[step.number], step.seed) for step in values)
        if not any(CATEGORIES[entry.category][entry.name].moves for entry, _ in steps):
            return source.map_pixels(partial(_recolored, steps))
        pixels, motions = _run(sample.image.pixels(), steps)
        return moved_sample(source, pixels, motions)


def _recolored(steps: Sequence[tuple[Entry, int]], pixels: Pixels) -> Pixels:
    return _run(pixels, steps)[0]


def _run(pixels: Pixels, steps: Sequence[tuple[Entry, int]]) -> tuple[Pixels, tuple[Motion, ...]]:
    motions: tuple[Motion, ...] = ()
    for entry, seed in steps:
        augmenter = CATEGORIES[entry.category][entry.name]
        pixels, more = augmenter.run(pixels, seeded(seed), entry.params)
        motions += more
    return pixels, motions
