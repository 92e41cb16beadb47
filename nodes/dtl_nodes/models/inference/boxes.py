"""Mode ``bboxes``: the model sees the box of each object that the image has already."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from dtl_engine.sdk import (
    Annotation,
    Instance,
    LabelSpec,
    Schema,
    Shape,
    ShapeKind,
    Size,
    Window,
)
from dtl_nodes.classes.unknown import require_known
from dtl_nodes.models.inference.mode import Job, Mode, Recipe, Result, ScoreMap, frame
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.inference.renaming import ALL, At, Names
from dtl_nodes.models.inference.sides import Sides

NOISE_PX = 1e-6
"""A box does not grow by a pixel for less: it would be noise of the arithmetic."""


class Boxes(Mode):
    """Settings of mode ``bboxes``: the boxes of objects, one by one."""

    name: Literal["bboxes"] = "bboxes"
    """The mode; ``objects`` and ``bboxes_classifier`` are other names of it."""

    from_classes: Names = "__all__"
    """Classes whose objects are looked at: ``"__all__"``, or a list."""

    padding: Sides = Sides()
    """How much each box grows at its sides: ``"12px"``, or ``"10%"`` of the box; negative amounts
    make it smaller. The border of the image ends it."""

    save: bool = False
    """Save each box as a rectangle, with the tags that the model sets."""

    add_suffix: str = "_input_bbox"
    """The class of that rectangle is the one of its object with this behind."""

    intermediate_add_suffix: str | None = None
    """Key of the oldest configurations: save each box under a class with this suffix."""

    @property
    def is_oldest(self) -> bool:
        """Whether the class of boxes is given as in the oldest configurations."""
        return self.intermediate_add_suffix is not None

    @property
    def saved_suffix(self) -> str | None:
        """What the class of a saved box ends with; ``None`` if boxes are not saved."""
        if self.intermediate_add_suffix is not None:
            return self.intermediate_add_suffix
        return self.add_suffix if self.save else None

    def selects(self, label: str) -> bool:
        """Whether objects of a class are looked at."""
        return self.from_classes == ALL or label in self.from_classes

    def frames(self, schema: Schema) -> Iterator[tuple[LabelSpec, At]]:
        """Yield the classes of saved boxes, in the colours of their objects' classes.

        Raises:
            SchemaError: E302, ``from_classes`` names a class that does not enter.
        """
        for number, name in enumerate(self.from_classes if self.from_classes != ALL else ()):
            at = ("mode", "from_classes", number)
            require_known(schema.label_names, name, "to look at", at)
        if (suffix := self.saved_suffix) is None:
            return
        key = "intermediate_add_suffix" if self.is_oldest else "add_suffix"
        for label in schema.labels:
            if self.selects(label.name):
                yield (
                    LabelSpec(label.name + suffix, ShapeKind.RECTANGLE, label.color),
                    ("mode", key),
                )

    def job(self, annotation: Annotation, recipe: Recipe) -> Job:
        """Return the work on one image."""
        return BoxesJob(annotation, recipe, self)


def box_window(shape: Shape, padding: Sides, size: Size) -> Window | None:
    """Return the padded box of an object inside its image; ``None`` if nothing is left.

    The box is of whole pixels: all that the object touches, at least one.
    """
    x0, y0, x1, y1 = shape.bbox
    left, top = math.floor(x0 + NOISE_PX), math.floor(y0 + NOISE_PX)
    right = max(math.ceil(x1 - NOISE_PX), left + 1)
    bottom = max(math.ceil(y1 - NOISE_PX), top + 1)
    grown = padding.of(right - left, bottom - top)
    window = Window(
        max(left - grown.left, 0),
        max(top - grown.top, 0),
        min(right + grown.right, size.width),
        min(bottom + grown.bottom, size.height),
    )
    return None if window.is_empty else window


class BoxesJob(Job):
    """For each object: what was found in its box, the box if it is saved, the object itself."""

    def __init__(self, annotation: Annotation, recipe: Recipe, mode: Boxes) -> None:
        size = annotation.image_size
        self._mode = mode
        boxes = [
            box_window(each.shape, mode.padding, size) if mode.selects(each.label) else None
            for each in annotation.instances
        ]
        super().__init__(annotation, recipe, [box for box in boxes if box is not None])
        self._looked_at = [number for number, box in enumerate(boxes) if box is not None]
        self._sources = [list(recipe.source(each)) for each in annotation.instances]
        self._frames: list[list[Instance]] = [[] for _ in boxes]
        self._found: list[list[Instance]] = [[] for _ in boxes]
        self._maps: list[ScoreMap] = []

    def take(self, number: int, prediction: Prediction) -> None:
        """Take what the model says of one object's box."""
        window, source = self.windows[number], self._looked_at[number]
        instance = self.annotation.instances[source]
        tags = self.recipe.tags.tags(prediction.tags)
        self._sources[source] = list(self.recipe.source(instance, tags))
        self._found[source] = self.recipe.found(prediction, window, self.size)
        if (suffix := self._mode.saved_suffix) is not None:
            self._frames[source] = [frame(instance.label + suffix, window, self.size, tags)]
        self._maps.extend(self.recipe.maps(prediction, window))

    def result(self) -> Result:
        """Return the objects; in the oldest order all sources, all boxes, all that was found."""
        if self.recipe.frames_first:
            kinds = (self._sources, self._frames, self._found)
            ordered = [each for kind in kinds for group in kind for each in group]
        else:
            groups = zip(self._found, self._frames, self._sources, strict=True)
            ordered = [each for group in groups for kind in group for each in kind]
        return Result(tuple(ordered), (), tuple(self._maps))
