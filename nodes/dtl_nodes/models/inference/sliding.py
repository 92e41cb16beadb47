"""Mode ``sliding_window``: windows over the image, whose scores are added up pixel by pixel."""

from __future__ import annotations

from typing import Literal

from dtl_engine.sdk import Annotation, Instance, Mask, ModelFamily, ModelSpec, SchemaError
from dtl_nodes.models.inference.mode import Job, Recipe, Result, ScoreMap, checked_scores, frame
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.inference.score_sums import ScoreSums
from dtl_nodes.models.inference.window_settings import WindowMode


class SlidingWindow(WindowMode):
    """Settings of mode ``sliding_window``: windows for models that give each pixel a class."""

    name: Literal["sliding_window"] = "sliding_window"
    """The mode."""

    @property
    def needs_scores(self) -> bool:
        """Always: they are added up."""
        return True

    def check_model(self, spec: ModelSpec) -> None:
        """Refuse a model without scores per pixel.

        Raises:
            SchemaError: E310.
        """
        if not spec.has_scores:
            finds = "'sliding_window_det' is the one for models that find objects"
            tags = "'bboxes' and 'roi' show parts of an image to models that tag what they see"
            raise SchemaError(
                "E310",
                f"mode '{self.name}' adds up scores per pixel, which a model of kind "
                f"'{spec.family}' does not give",
                at=("mode", "name"),
                value=self.name,
                help="mode " + (tags if spec.family is ModelFamily.TAGS else finds),
            )

    def job(self, annotation: Annotation, recipe: Recipe) -> Job:
        """Return the work on one image.

        Raises:
            DataError: F611, the image is smaller than a window and ``strict`` is set.
        """
        return SlidingWindowJob(annotation, recipe, self)


class SlidingWindowJob(Job):
    """Source objects, saved windows, then a mask for each class that has a pixel."""

    def __init__(self, annotation: Annotation, recipe: Recipe, mode: SlidingWindow) -> None:
        super().__init__(annotation, recipe, mode.windows(annotation.image_size))
        self._saved_as = mode.saved_as
        self._instances: list[Instance] = list(recipe.source_instances(annotation))
        self._sums = ScoreSums(len(recipe.spec.labels), self.size, keeps_means=recipe.keeps_maps)

    def take(self, number: int, prediction: Prediction) -> None:
        """Add the scores of one window."""
        window = self.windows[number]
        self._sums.add(window, checked_scores(prediction, self.recipe.spec, window.size))
        if self._saved_as is not None:
            tags = self.recipe.tags.tags(prediction.tags)
            self._instances.append(frame(self._saved_as, window, self.size, tags))

    def result(self) -> Result:
        """Return the objects in the order of the class."""
        decided = self._sums.decided()
        for number, label in enumerate(self.recipe.spec.labels):
            title = self.recipe.classes.title(label.name)
            if title is not None and (mask := Mask.tight(decided == number, 0, 0)) is not None:
                self._instances.append(Instance(title, mask))
        maps: tuple[ScoreMap, ...] = ()
        if self.recipe.keeps_maps:
            maps = tuple(self.recipe.titled_maps(self._sums.means(), 0, 0))
        return Result(tuple(self._instances), (), maps)
