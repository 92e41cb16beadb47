"""The ``anonymize`` node: hide objects in the pixels."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Instance, Sample, Schema, SchemaMapNode, Settings
from dtl_nodes.classes.labels import At, Labels, places
from dtl_nodes.kernels.color import Rgb, rgb_of
from dtl_nodes.kernels.cover import blur_under, paint_over

BLUR_SIGMA_PX = 50.0

Channel = Annotated[int, Field(ge=0, le=255)]


class AnonymizeSettings(Settings):
    """Settings of ``anonymize``."""

    classes: Labels
    """Classes of the objects to hide."""

    type: Literal["blur", "color", "class_color"]
    """How: under the blurred image (sigma 50 pixels), one colour, or the colour of the class."""

    color: tuple[Channel, Channel, Channel] | None = None
    """Red, green and blue, 0 to 255; needed for ``color``, and of no effect otherwise."""

    @model_validator(mode="after")
    def _has_color(self) -> Self:
        if self.type == "color" and self.color is None:
            raise PydanticCustomError(
                "value_error", "type 'color' needs the setting 'color', as in [20, 20, 20]"
            )
        return self


class Anonymize(SchemaMapNode[AnonymizeSettings]):
    """Hide the objects of some classes in the pixels; annotations stay as they are.

    What is hidden are the pixels that the object would be drawn with: all of a polygon, rectangle
    or mask, a thin chain of a line, single pixels of points. Images without such an object are
    not changed.

    Example:
        {"classes": ["box", "patch"], "type": "color", "color": [20, 20, 20]}

    Source: DTL ``anonymize``, second generation.
    """

    action = "anonymize"
    family = "pixels"

    @staticmethod
    def mentioned_labels(settings: AnonymizeSettings) -> dict[At, str]:
        """The classes of the objects to hide."""
        return places("classes", settings.classes)

    def apply(self, sample: Sample, schema: Schema) -> Sample:
        """Return a copy whose objects are hidden; objects on top are painted last."""
        chosen = [each for each in sample.instances if each.label in self.settings.classes]
        if not chosen:
            return sample
        if self.settings.type == "blur":
            shapes = tuple(instance.shape for instance in chosen)
            return sample.map_pixels(partial(blur_under, shapes=shapes, sigma=BLUR_SIGMA_PX))
        layers = tuple((each.shape, self._color(each, schema)) for each in chosen)
        return sample.map_pixels(partial(paint_over, layers=layers))

    def _color(self, instance: Instance, schema: Schema) -> Rgb:
        if self.settings.type == "color":
            assert self.settings.color is not None
            return self.settings.color
        label = schema.label(instance.label)
        assert label is not None, f"label '{instance.label}' was not inferred"
        return rgb_of(label.color)
