"""The ``split_data`` node: distribute samples over result datasets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Count, ExpandNode, Origin, Sample, Schema, Settings

UNLABELLED = "unlabeled"
_NEEDED = {"percent": "split_ratio", "number": "split_num", "parts": "split_parts"}
_NOT_IN_A_NAME = re.compile(r'[/\\|:"?*<>\x00-\x1f]|^\.+|^\s+|\s+$')


class SplitDataSettings(Settings):
    """Settings of ``split_data``; of the three numbers only that of the method counts."""

    split_method: Literal["percent", "number", "parts", "classes", "tags"]
    """``percent``: datasets of that share of the source images each; ``number``: of that many
    source images each; ``parts``: that many datasets, source images dealt out in turn;
    ``classes``, ``tags``: one copy into the dataset of each class or tag that is present."""

    split_ratio: Annotated[int, Field(ge=1, le=100)] | None = None
    """Percent of the source images in each dataset, for ``percent``."""

    split_num: Annotated[int, Field(ge=1)] | None = None
    """How many source images each dataset has, for ``number``."""

    split_parts: Annotated[int, Field(ge=1)] | None = None
    """How many datasets there are, for ``parts``."""

    @model_validator(mode="after")
    def _has_its_number(self) -> Self:
        needed = _NEEDED.get(self.split_method)
        if needed is not None and getattr(self, needed) is None:
            raise PydanticCustomError(
                "value_error",
                "split_method '{method}' needs '{needed}'",
                {"method": self.split_method, "needed": needed},
            )
        return self


class SplitData(ExpandNode[SplitDataSettings]):
    """Distribute samples over result datasets, by number or by what is on them.

    By number, all samples of one source image go to one dataset, ``split_1``, ``split_2`` and so
    on (``split_0`` too for ``parts``), by the image's place in the order of the run. By classes
    or tags, a sample is copied into the dataset of each class or tag name that it has, or into
    ``unlabeled``; characters that no folder name can have become ``_``.

    Example:
        {"split_method": "percent", "split_ratio": 50}

    Source: DTL ``split_data``, second generation.
    """

    action = "split_data"
    family = "flow"

    @staticmethod
    def infer_counts(settings: SplitDataSettings, count: Count) -> tuple[Count, ...]:
        """One each, or one for every class or tag on a sample."""
        return (count.many(1) if settings.split_method in ("classes", "tags") else count,)

    @staticmethod
    def target_datasets(
        settings: Any, source_dataset: str, schema: Schema, images: int
    ) -> tuple[str, ...]:
        """Return all that the method can lead to."""
        match settings.split_method:
            case "classes":
                return _named((*schema.label_names, UNLABELLED))
            case "tags":
                return _named((*schema.tag_names, UNLABELLED))
        places = (Origin("", "", "", (), number, images) for number in range(1, images + 1))
        return tuple(dict.fromkeys(_part(settings, place) for place in places))

    def apply(self, sample: Sample) -> Iterable[Sample]:
        """Yield the sample once for each of its datasets."""
        match self.settings.split_method:
            case "classes":
                names = [instance.label for instance in sample.instances]
            case "tags":
                of_objects = (tag for instance in sample.instances for tag in instance.tags)
                names = [tag.name for tag in (*sample.tags, *of_objects)]
            case _:
                return (sample.in_dataset(_part(self.settings, sample.origin)),)
        return [sample.in_dataset(name) for name in _named(names or [UNLABELLED])]


def _part(settings: SplitDataSettings, origin: Origin) -> str:
    """Return the dataset of a source image by its number."""
    match settings.split_method:
        case "percent":
            assert settings.split_ratio is not None
            part = -(-100 * origin.number // (origin.total * settings.split_ratio))
        case "number":
            assert settings.split_num is not None
            part = -(-origin.number // settings.split_num)
        case _:
            assert settings.split_parts is not None
            part = origin.number % settings.split_parts
    return f"split_{part}"


def _named(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names as those of folders, each once."""
    return tuple(dict.fromkeys(_NOT_IN_A_NAME.sub("_", name) or "_" for name in names))
