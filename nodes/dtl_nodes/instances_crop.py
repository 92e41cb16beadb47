"""The ``instances_crop`` node: an image of its own for each object."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Count, ExpandNode, Mask, Sample, Schema, Settings, Shape, Size, Window
from dtl_nodes.classes.labels import Labels, places
from dtl_nodes.settings.sides import Sides, length_px


class Pad(Settings):
    """How much of the surroundings to keep."""

    sides: Sides
    """How much beyond each side of the object's box; percent of the box, and a missing side gets
    nothing."""


class InstancesCropSettings(Settings):
    """Settings of ``instances_crop``."""

    classes: Annotated[Labels, Field(min_length=1)]
    """The classes whose objects get an image each."""

    pad: Pad
    """The padding around the boxes of the objects."""

    save_classes: Labels = ()
    """Classes whose objects are kept beside the one that the image is for."""

    @model_validator(mode="after")
    def _in_one_list_only(self) -> Self:
        shared = [label for label in self.classes if label in self.save_classes]
        if shared:
            raise PydanticCustomError(
                "value_error",
                "class '{label}' stands in both 'classes' and 'save_classes'",
                {"label": shared[0]},
            )
        return self


class InstancesCrop(ExpandNode[InstancesCropSettings]):
    """Cut out each object of the classes with some padding, as an image of its own.

    The image holds the object and those of ``save_classes``, clipped as by ``crop``; all others
    are gone, further objects of ``classes`` included. Objects without width or height, such as
    points, get no image.

    Example:
        {"classes": ["box"], "save_classes": ["path"],
         "pad": {"sides": {"left": "10%", "bottom": "12px"}}}

    Source: DTL ``instances_crop``.
    """

    action = "instances_crop"
    family = "geometry"

    @staticmethod
    def infer_schema(settings: InstancesCropSettings, schema: Schema) -> Schema:
        """Only the classes of either list are left."""
        kept = (*settings.classes, *settings.save_classes)
        return replace(schema, labels=tuple(label for label in schema.labels if label.name in kept))

    @staticmethod
    def infer_counts(settings: InstancesCropSettings, count: Count) -> tuple[Count, ...]:
        """As many as there are objects, which settings do not tell."""
        return (count.many(),)

    @staticmethod
    def mentioned_labels(settings: Any) -> Mapping[tuple[str | int, ...], str]:
        """Both lists pick objects."""
        return {
            **places("classes", settings.classes),
            **places("save_classes", settings.save_classes),
        }

    def apply(self, sample: Sample) -> Iterable[Sample]:
        """Yield the images in the order of the objects."""
        chosen = self.settings
        whole = sample.replace(annotation=sample.annotation.restored())
        for number, target in enumerate(whole.instances):
            if target.label not in chosen.classes:
                continue
            window = _padded(target.shape, chosen.pad.sides, whole.size)
            if window is not None:
                kept = (
                    instance
                    for at, instance in enumerate(whole.instances)
                    if at == number or instance.label in chosen.save_classes
                )
                yield whole.replace(instances=kept).crop(window)


def _padded(shape: Shape, sides: Sides, size: Size) -> Window | None:
    """Return the padded box of ``shape`` inside an image of ``size``; ``None`` if it is empty."""
    if isinstance(shape, Mask):
        tight = shape.tightened()
        if tight is None:
            return None
        shape = tight
    box = Window(*(math.floor(edge + 0.5) for edge in shape.bbox))
    if box.is_empty:
        return None
    width, height = box.size
    padded = Window(
        max(0, box.left - length_px(sides.left, width)),
        max(0, box.top - length_px(sides.top, height)),
        min(size.width, box.right + length_px(sides.right, width)),
        min(size.height, box.bottom + length_px(sides.bottom, height)),
    )
    return None if padded.is_empty else padded
