"""Mode ``full_image``: the model sees the whole image."""

from __future__ import annotations

from typing import Literal

from dtl_engine.sdk import Annotation, Tag, Window
from dtl_nodes.models.inference.mode import Job, Mode, Recipe, Result, ScoreMap
from dtl_nodes.models.inference.predictor import Prediction


class FullImage(Mode):
    """Settings of mode ``full_image``: the whole image goes to the model."""

    name: Literal["full_image"] = "full_image"
    """The mode."""

    def job(self, annotation: Annotation, recipe: Recipe) -> Job:
        """Return the work on one image."""
        return FullImageJob(annotation, recipe)


class FullImageJob(Job):
    """Source objects, then what was found; image tags are added."""

    def __init__(self, annotation: Annotation, recipe: Recipe) -> None:
        super().__init__(annotation, recipe, (Window(0, 0, *annotation.image_size),))
        self._instances = list(recipe.source_instances(annotation))
        self._tags: tuple[Tag, ...] = ()
        self._maps: tuple[ScoreMap, ...] = ()

    def take(self, number: int, prediction: Prediction) -> None:
        """Take the only prediction."""
        window = self.windows[number]
        self._instances.extend(self.recipe.found(prediction, window, self.size))
        self._tags = self.recipe.tags.tags(prediction.tags)
        self._maps = tuple(self.recipe.maps(prediction, window))

    def result(self) -> Result:
        """Return sources and model objects, in this order."""
        return Result(tuple(self._instances), self._tags, self._maps)
