"""Options of videos."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_nodes.formats.options import FormatOptions


class VideoReading(FormatOptions):
    """Which frames ``data`` reads of a video."""

    formats: ClassVar[tuple[str, ...]] = ("video",)

    frame_step: Annotated[int, Field(ge=1)] = 1
    """Read every n-th frame."""

    fps: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Frames to read for each second of the video instead, at most all."""

    start: Annotated[int, Field(ge=0)] = 0
    """The number of the first frame to read, from 0."""

    end: Annotated[int, Field(ge=1)] | None = None
    """The number of the first frame that is not read any more; not given: all are."""

    max_frames: Annotated[int, Field(ge=1)] | None = None
    """Read no more frames of each video."""

    frames_as: Literal["png", "jpg"] = "png"
    """The format in which frames are saved; ``png`` keeps every pixel."""

    @model_validator(mode="after")
    def _has_frames(self) -> Self:
        if self.fps is not None and "frame_step" in self.model_fields_set:
            raise PydanticCustomError(
                "value_error", "'fps' and 'frame_step' both say how many frames; give one"
            )
        if self.end is not None and self.end <= self.start:
            raise PydanticCustomError("value_error", "'end' is to be greater than 'start'")
        return self
