"""Settings of modes that can save the parts of an image that the model saw."""

from __future__ import annotations

from collections.abc import Iterator

from dtl_engine.sdk import LabelSpec, Schema, ShapeKind, distinct_color
from dtl_nodes.models.inference.mode import Mode
from dtl_nodes.models.inference.renaming import At, Name


class SavedPart(Mode):
    """What the model sees of an image may be saved as rectangles of one class."""

    save: bool = False
    """Save what the model sees as a rectangle, with the tags that the model sets."""

    class_name: Name
    """The class of these rectangles."""

    intermediate_class: Name | None = None
    """Key of the oldest configurations: save rectangles of this class."""

    @property
    def is_oldest(self) -> bool:
        """Whether that class is given as in the oldest configurations."""
        return self.intermediate_class is not None

    @property
    def saved_as(self) -> str | None:
        """The class of these rectangles; ``None`` if they are not saved."""
        return self.intermediate_class or (self.class_name if self.save else None)

    def frames(self, schema: Schema) -> Iterator[tuple[LabelSpec, At]]:
        """Yield the class of these rectangles."""
        if (title := self.saved_as) is not None:
            color = distinct_color(label.color for label in schema.labels)
            key = "intermediate_class" if self.is_oldest else "class_name"
            yield LabelSpec(title, ShapeKind.RECTANGLE, color), ("mode", key)
