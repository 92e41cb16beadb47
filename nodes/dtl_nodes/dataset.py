"""The ``dataset`` node: choose the dataset that samples are written to."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import MapNode, Sample, Schema, Settings


class DatasetSettings(Settings):
    """Settings of ``dataset``: exactly one of the two."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9 _-]{1,2048}$")] | None = None
    """The dataset to write to: ASCII letters, digits, space, ``-`` and ``_``."""

    rule: Literal["save_original"] | None = None
    """``save_original``: the source dataset's own name, never prefixed with its project."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.name is None) == (self.rule is None):
            raise PydanticCustomError("exactly_one", "exactly one of 'name' and 'rule' is needed")
        return self


class ChooseDataset(MapNode[DatasetSettings]):
    """Choose the dataset that samples are written to; the last such layer on the way wins.

    Example:
        {"name": "part-1"}
    """

    action = "dataset"
    family = "flow"

    @staticmethod
    def target_datasets(
        settings: DatasetSettings, source_dataset: str, schema: Schema, images: int
    ) -> tuple[str, ...]:
        """Return the chosen name."""
        return (settings.name or source_dataset,)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with its dataset chosen."""
        return sample.in_dataset(self.settings.name or sample.origin.dataset)
