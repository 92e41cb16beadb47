"""The option ``task``, which several formats have with words of their own."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from dtl_nodes.formats.options import FormatOptions

TASKS = {
    "coco": ("instances", "keypoints", "panoptic", "stuff"),
    "yolo": ("detect", "segment", "obb", "pose"),
}
"""The tasks of each format."""


class TaskReading(FormatOptions):
    """What a dataset was made for, where it holds several things or does not say."""

    formats: ClassVar[tuple[str, ...]] = ("coco", "yolo")

    task: (
        Literal["instances", "keypoints", "panoptic", "stuff", "detect", "segment", "obb", "pose"]
        | None
    ) = None
    """Of COCO ``instances``, ``keypoints``, ``panoptic`` or ``stuff``: which files are read where
    several tell of one split; not given: the first of these that there is. Of YOLO what rows are,
    ``detect``: boxes; ``segment``: polygons; ``obb``: boxes of any direction by their four corners;
    ``pose``: boxes with keypoints; not given: ``task`` of the YAML file, else ``pose`` if that has
    ``kpt_shape``, else what the columns say, file by file: up to six are boxes."""

    @model_validator(mode="after")
    def _task_fits_the_format(self) -> Self:
        format: Any = getattr(self, "format", None)
        known = TASKS.get(format)
        if self.task is not None and known is not None and self.task not in known:
            error = PydanticCustomError(
                "value_error",
                "of {format} it is one of {known}",
                {"format": format, "known": ", ".join(known)},
            )
            details = InitErrorDetails(type=error, loc=("task",), input=self.task)
            raise ValidationError.from_exception_data(type(self).__name__, [details])
        return self
