"""Mode ``roi``: the model sees one part of the image, which its four sides bound."""

from __future__ import annotations

from typing import Literal

from dtl_engine.sdk import (
    Annotation,
    DataError,
    Instance,
    Size,
    Tag,
    Window,
)
from dtl_nodes.models.inference.mode import Job, Recipe, Result, ScoreMap, frame
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.inference.renaming import Name
from dtl_nodes.models.inference.saved_part import SavedPart
from dtl_nodes.models.inference.sides import Sides


class Roi(SavedPart):
    """Settings of mode ``roi``: a part of the image, bounded by amounts cut from its sides."""

    name: Literal["roi"] = "roi"
    """The mode."""

    bounds: Sides = Sides()
    """How much is cut from each side: ``"12px"``, or ``"10%"`` of width or height."""

    class_name: Name = "inference_roi"
    """The class of that rectangle."""

    def job(self, annotation: Annotation, recipe: Recipe) -> Job:
        """Return the work on one image.

        Raises:
            DataError: F611, the part is empty or leaves the image.
        """
        return RoiJob(annotation, recipe, roi_window(self.bounds, annotation.image_size), self)


def roi_window(bounds: Sides, size: Size) -> Window:
    """Return the part of an image that is left between the bounds.

    Raises:
        DataError: F611, it is empty or leaves the image.
    """
    cut = bounds.of(*size)
    window = Window(cut.left, cut.top, size.width - cut.right, size.height - cut.bottom)
    outside = window.left < 0 or window.top < 0
    outside = outside or window.right > size.width or window.bottom > size.height
    if outside or window.is_empty:
        raise DataError(
            "F611",
            f"the part from {window.left}, {window.top} to {window.right}, {window.bottom} "
            f"{'leaves' if outside else 'is empty: it has no pixel of'} the image of "
            f"{size.width}x{size.height} pixels",
        )
    return window


class RoiJob(Job):
    """Source objects, what was found in the part, then the part itself if it is saved."""

    def __init__(self, annotation: Annotation, recipe: Recipe, window: Window, mode: Roi) -> None:
        super().__init__(annotation, recipe, (window,))
        self._saved_as = mode.saved_as
        self._instances: list[Instance] = list(recipe.source_instances(annotation))
        self._tags: tuple[Tag, ...] = ()
        self._maps: tuple[ScoreMap, ...] = ()

    def take(self, number: int, prediction: Prediction) -> None:
        """Take the only prediction."""
        window = self.windows[number]
        self._tags = self.recipe.tags.tags(prediction.tags)
        self._maps = tuple(self.recipe.maps(prediction, window))
        found = self.recipe.found(prediction, window, self.size)
        frames = []
        if self._saved_as is not None:
            frames.append(frame(self._saved_as, window, self.size, self._tags))
        self._instances += [*frames, *found] if self.recipe.frames_first else [*found, *frames]

    def result(self) -> Result:
        """Return the objects in the order of the class."""
        return Result(tuple(self._instances), self._tags, self._maps)
