"""The ``background`` node: a rectangle of image size behind everything."""

from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import Instance, MapNode, Rectangle, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.declared import with_made_label


class BackgroundSettings(Settings):
    """Settings of ``background``."""

    label: Annotated[str, Field(alias="class", min_length=1)]
    """The class of the rectangle; declared if it is not yet."""


class Background(MapNode[BackgroundSettings]):
    """Put a rectangle of the size of the image below all other objects.

    The rectangle is ``(0, 0)-(W, H)``: it covers the image and stays complete when cropped.

    Example:
        {"class": "bg"}

    Source: DTL ``background``; the original one ended at ``(W - 1, H - 1)``.
    """

    action = "background"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: BackgroundSettings, schema: Schema) -> Schema:
        """Declare the class as a rectangle."""
        return with_made_label(schema, settings.label, ShapeKind.RECTANGLE, ("class",))

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the rectangle at the bottom."""
        width, height = sample.annotation.size
        rectangle = Rectangle(0.0, 0.0, float(width), float(height))
        return sample.replace(
            instances=(Instance(self.settings.label, rectangle), *sample.instances)
        )
