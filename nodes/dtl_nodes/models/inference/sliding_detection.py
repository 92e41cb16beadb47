"""Mode ``sliding_window_det``: windows over the image, whose objects are gathered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dtl_engine.sdk import (
    Annotation,
    Instance,
    ModelError,
    ModelFamily,
    ModelSpec,
    SchemaError,
    Settings,
    ShapeKind,
    TagValueType,
)
from dtl_nodes.classes.unknown import require_known
from dtl_nodes.models.inference.mode import Job, Recipe, Result, frame, moved
from dtl_nodes.models.inference.nms import Suppression, surviving
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.inference.renaming import Name
from dtl_nodes.models.inference.window_settings import WindowMode


class NmsAfter(Settings):
    """Settings of the suppression of objects that several windows found."""

    enable: bool = False
    """Suppress objects by how much they overlap others of their class."""

    iou_threshold: Annotated[float, Field(ge=0)] = 0.0
    """An intersection over union above it suppresses; 0: one shared pixel does. Boxes are compared
    by their areas, masks by their pixels."""

    confidence_tag_name: Name = "confidence"
    """The tag with the confidence, as the model knows it: ``model.confidence_tag_name``."""

    kind: Suppression = "transitive"
    """``transitive``: an object that is itself suppressed suppresses others; ``greedy``: it does
    not."""


class SlidingDetection(WindowMode):
    """Settings of mode ``sliding_window_det``: windows for models that find objects."""

    name: Literal["sliding_window_det"] = "sliding_window_det"
    """The mode; ``basic`` and ``advanced`` of newer servers are it, without and with
    suppression."""

    nms_after: NmsAfter = NmsAfter()
    """Suppression of objects that several windows found."""

    @property
    def keeps_maps(self) -> bool:
        """Never: this mode has no use for them."""
        return False

    def check_model(self, spec: ModelSpec) -> None:
        """Refuse a model that finds no objects, and a wrong tag for the suppression.

        Raises:
            SchemaError: E302, the model has no such tag; E310, it finds no objects, or the tag is
                no number.
        """
        if spec.family is ModelFamily.SEMANTIC:
            raise SchemaError(
                "E310",
                f"mode '{self.name}' gathers objects, which a model of kind '{spec.family}' does "
                "not find",
                at=("mode", "name"),
                value=self.name,
                help="mode 'sliding_window' is the one for models that give each pixel a class",
            )
        if spec.family is ModelFamily.TAGS and self.saved_as is None:
            raise SchemaError(
                "E310",
                f"mode '{self.name}' puts what a model of kind '{spec.family}' says on its "
                "windows, which are not saved",
                at=("mode", "name"),
                value=self.name,
                help="write \"save\": true in 'mode'",
            )
        if not self.nms_after.enable:
            return
        name, at = self.nms_after.confidence_tag_name, ("mode", "nms_after", "confidence_tag_name")
        require_known(spec.tag_names, name, "of the model", at, what="tag")
        if any(tag.name == name and tag.value_type != TagValueType.NUMBER for tag in spec.tags):
            raise SchemaError("E310", f"tag '{name}' of the model is no number", at=at, value=name)

    def job(self, annotation: Annotation, recipe: Recipe) -> Job:
        """Return the work on one image.

        Raises:
            DataError: F611, the image is smaller than a window and ``strict`` is set.
        """
        return SlidingDetectionJob(annotation, recipe, self)


class SlidingDetectionJob(Job):
    """Source objects, saved windows, then the objects, by window or as ``surviving`` has them."""

    def __init__(self, annotation: Annotation, recipe: Recipe, mode: SlidingDetection) -> None:
        super().__init__(annotation, recipe, mode.windows(annotation.image_size))
        self._saved_as = mode.saved_as
        self._nms = mode.nms_after
        self._instances: list[Instance] = list(recipe.source_instances(annotation))
        self._found: list[Instance] = []

    def take(self, number: int, prediction: Prediction) -> None:
        """Gather the objects of one window."""
        window = self.windows[number]
        is_boxes = self.recipe.spec.family is ModelFamily.BOXES
        self._found.extend(
            instance
            for instance in moved(prediction.instances, window, self.size)
            if self.recipe.classes.title(instance.label) is not None
            and (not is_boxes or instance.shape.kind is ShapeKind.RECTANGLE)
        )
        if self._saved_as is not None:
            tags = self.recipe.tags.tags(prediction.tags)
            self._instances.append(frame(self._saved_as, window, self.size, tags))

    def result(self) -> Result:
        """Return the objects in the order of the class."""
        kept = self._survivors() if self._nms.enable else self._found
        found = self.recipe.classes.instances(kept, self.recipe.tags)
        return Result((*self._instances, *found))

    def _survivors(self) -> list[Instance]:
        """Return the objects that are left, class by class, the least confident first."""
        left: list[Instance] = []
        for label in self.recipe.spec.label_names:
            group = [each for each in self._found if each.label == label]
            numbers = surviving(
                [each.shape for each in group],
                [self._confidence(each) for each in group],
                self._nms.iou_threshold,
                self.size,
                self._nms.kind,
            )
            left.extend(group[number] for number in numbers)
        return left

    def _confidence(self, instance: Instance) -> float:
        name = self._nms.confidence_tag_name
        value = next((tag.value for tag in instance.tags if tag.name == name), None)
        if not isinstance(value, (int, float)):
            raise ModelError(f"the model gave an object of class '{instance.label}' no '{name}'")
        return float(value)
