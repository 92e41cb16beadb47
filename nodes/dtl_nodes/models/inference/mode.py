"""What the ways of feeding images to a model have in common: settings, and the work on one image.

A job names the windows that the model is to see, takes the predictions in that order, and says what
they make of the image.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from dtl_engine.sdk import (
    Annotation,
    Instance,
    LabelSpec,
    ModelError,
    ModelSpec,
    Rectangle,
    Schema,
    Settings,
    Size,
    Tag,
    Window,
)
from dtl_nodes.models.inference.predictor import Prediction, Scores
from dtl_nodes.models.inference.renaming import At, Renamed, RenamedClasses, RenamedTags, Renamer


@dataclass(frozen=True, slots=True)
class ScoreMap:
    """How sure a model is of one class, pixel by pixel.

    ``scores`` are (h, w) float32 in 0…1, their first pixel at ``(x, y)`` of the image.
    """

    label: LabelSpec
    scores: Scores
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Result:
    """What predictions make of an image: all its objects, its new tags, maps to keep."""

    instances: tuple[Instance, ...]
    tags: tuple[Tag, ...] = ()
    maps: tuple[ScoreMap, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What holds for all images: the model's classes and tags, and what becomes of names.

    ``sources`` says the same of the objects that images had before; ``None`` keeps them as they
    are. ``frames_first`` is the order of the oldest configurations: source objects, then windows,
    then what was found.
    """

    spec: ModelSpec
    classes: Renamer
    tags: Renamer
    sources: Renamed | None = None
    frames_first: bool = False
    keeps_maps: bool = False

    def found(self, prediction: Prediction, window: Window, size: Size) -> list[Instance]:
        """Return the objects to keep of a window, under their new titles, in their image.

        Args:
            prediction: of the window.
            window: what the model saw; what reaches beyond the image is cut.
            size: of the image.
        """
        return self.classes.instances(moved(prediction.instances, window, size), self.tags)

    def maps(self, prediction: Prediction, window: Window) -> Iterator[ScoreMap]:
        """Yield the maps to keep of a window that lies in its image."""
        if self.keeps_maps:
            scores = checked_scores(prediction, self.spec, window.size)
            yield from self.titled_maps(scores, window.left, window.top)

    def titled_maps(self, scores: Scores, x: int, y: int) -> Iterator[ScoreMap]:
        """Yield (C, h, w) scores class by class, without the classes that are not kept."""
        for label, plane in zip(self.spec.labels, scores, strict=True):
            if (title := self.classes.title(label.name)) is not None:
                yield ScoreMap(replace(label, name=title), plane, x, y)

    def source(self, instance: Instance, more: tuple[Tag, ...] = ()) -> Iterator[Instance]:
        """Yield an object that the image had before, with ``more`` tags, if it is kept."""
        title = instance.label if self.sources is None else self.sources.title(instance.label)
        if title is None:
            return
        if more or title != instance.label:
            instance = replace(instance, label=title, tags=(*instance.tags, *more))
        yield instance

    def source_instances(self, annotation: Annotation) -> Iterator[Instance]:
        """Yield all objects that are kept of those that the image had before."""
        for instance in annotation.instances:
            yield from self.source(instance)


class Job(ABC):
    """The work on one image; ``windows`` is what the model is to see, in order.

    A window may reach beyond the right and the lower border: the model sees the outermost pixels
    repeated there.
    """

    def __init__(self, annotation: Annotation, recipe: Recipe, windows: Iterable[Window]) -> None:
        self.annotation = annotation
        self.recipe = recipe
        self.windows = tuple(windows)

    @property
    def size(self) -> Size:
        """Of the image in pixels."""
        return self.annotation.image_size

    @abstractmethod
    def take(self, number: int, prediction: Prediction) -> None:
        """Take the prediction of window ``number``; they come in order."""

    @abstractmethod
    def result(self) -> Result:
        """Return what all predictions make of the image."""


class Mode(Settings):
    """Settings that all modes share."""

    model_classes: RenamedClasses | None = None
    """Which classes of the model are kept, and how they are called; not given: all."""

    model_tags: RenamedTags | None = None
    """Which tags of the model are kept, and how they are called; not given: all."""

    save_probabilities: bool = False
    """Keep the scores of each class for each pixel in the annotations of saved projects, under
    ``customBigData``: large. The model must give scores per pixel."""

    @property
    def keeps_maps(self) -> bool:
        """Whether scores come into the results."""
        return self.save_probabilities

    @property
    def needs_scores(self) -> bool:
        """Whether the model is asked for scores per pixel."""
        return self.keeps_maps

    @property
    def is_oldest(self) -> bool:
        """Whether it is written with keys of the oldest configurations."""
        return False

    def check_model(self, spec: ModelSpec) -> None:
        """Refuse a model that cannot work in this mode.

        Raises:
            SchemaError: E302 or E310.
        """

    def frames(self, schema: Schema) -> Iterator[tuple[LabelSpec, At]]:
        """Yield the classes of the windows that are saved, each with the place of its title.

        Args:
            schema: what enters.

        Raises:
            SchemaError: the settings name a class that does not enter.
        """
        return iter(())

    @abstractmethod
    def job(self, annotation: Annotation, recipe: Recipe) -> Job:
        """Return the work on one image.

        Raises:
            DataError: F611, the mode cannot be used on an image of this size.
        """


def moved(instances: Iterable[Instance], window: Window, size: Size) -> Iterator[Instance]:
    """Yield objects found in a window in positions of the image, cut at its border."""
    left, top, right, bottom = window
    inside = (0, 0, min(right, size.width) - left, min(bottom, size.height) - top)
    for instance in instances:
        for piece in instance.shape.clip(inside):
            shape = piece.shift(left, top)
            yield instance if shape is instance.shape else instance.with_shape(shape)


def frame(label: str, window: Window, size: Size, tags: tuple[Tag, ...]) -> Instance:
    """Return a window, as far as it lies in its image, as an object."""
    left, top, right, bottom = window
    return Instance(
        label, Rectangle(left, top, min(right, size.width), min(bottom, size.height)), tags
    )


def checked_scores(prediction: Prediction, spec: ModelSpec, size: Size) -> Scores:
    """Return the scores of a prediction for an image of ``size``.

    Raises:
        ModelError: there are none, or they do not fit the image or the classes.
    """
    scores: Any = prediction.scores
    wanted = (len(spec.labels), size.height, size.width)
    if scores is None or scores.shape != wanted:
        given = "no scores" if scores is None else f"scores of shape {scores.shape}"
        raise ModelError(f"the model gave {given} where {wanted} were due: its network is at fault")
    return prediction.scores  # type: ignore[return-value]
