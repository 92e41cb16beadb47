"""The conditions of ``if``: one model per kind, each with its own test."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Annotated, ClassVar, Literal, NoReturn

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Draws, Sample, Settings, did_you_mean

Names = tuple[str, ...]


class Condition(Settings):
    """Base of all conditions; its name is the key that tells them apart."""

    kind: ClassVar[str]

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Whether the sample leaves by the first output."""
        raise TypeError(f"condition {type(self).__name__} has no test")

    @property
    def chance(self) -> float | None:
        """The probability of ``true`` where chance decides, else ``None``."""
        return None

    @property
    def splits_by_source(self) -> bool:
        """Whether all samples of one source image go the same way."""
        return False


class Probability(Condition):
    """By chance."""

    kind = "probability"

    probability: Annotated[float, Field(ge=0, le=1)]
    """How likely a sample is to leave by the first output."""

    by: Literal["sample", "source"] = "sample"
    """``source``: all samples made of one source image go the same way, so that nothing of it
    leaks from a training into a validation part."""

    @property
    def chance(self) -> float | None:
        """The probability."""
        return self.probability

    @property
    def splits_by_source(self) -> bool:
        """As ``by`` says."""
        return self.by == "source"

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Draw once, where the outcome is open."""
        if self.probability in (0, 1):
            return self.probability == 1
        stream = draws.of_source if self.by == "source" else draws
        return stream.random() < self.probability


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise PydanticCustomError(
            "value_error", "no regular expression: {reason}", {"reason": str(error)}
        ) from error
    return pattern


class RegexNames(Condition):
    """By the source name."""

    kind = "regex_names"

    regex_names: tuple[Annotated[str, AfterValidator(_compiles)], ...]
    """Regular expressions; true if any is found in the source name without suffix."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Search each expression, unanchored."""
        return any(re.search(pattern, sample.origin.stem) for pattern in self.regex_names)


def _two_parts(pattern: str) -> str:
    if len(pattern.split("/")) != 2 or not all(pattern.split("/")):
        raise PydanticCustomError("value_error", "a pattern is written 'project/dataset'")
    return pattern


class ProjectDatasets(Condition):
    """By where the sample was read."""

    kind = "project_datasets"

    project_datasets: tuple[Annotated[str, AfterValidator(_two_parts)], ...]
    """``project/dataset``; ``*`` stands for any of either."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Compare with the source, whatever dataset was chosen since."""
        own = (sample.origin.project, sample.origin.dataset)
        return any(
            all(part in ("*", name) for part, name in zip(pattern.split("/"), own, strict=True))
            for pattern in self.project_datasets
        )


class MinObjectsCount(Condition):
    """By the number of objects."""

    kind = "min_objects_count"

    min_objects_count: Annotated[int, Field(ge=0)]
    """True with at least this many objects."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Count the instances."""
        return len(sample.instances) >= self.min_objects_count


class IncludeClasses(Condition):
    """By class."""

    kind = "include_classes"

    include_classes: Names
    """True if at least one object has one of these classes."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Look for one instance."""
        return any(instance.label in self.include_classes for instance in sample.instances)


class HasTags(Condition):
    """By image tag."""

    kind = "tags"

    tags: Names
    """True if the image has one of these tags, whatever its value."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Compare names; tags of objects do not count."""
        return any(tag.name in self.tags for tag in sample.tags)


class MinHeight(Condition):
    """By height."""

    kind = "min_height"

    min_height: int
    """True if the image is at least this high, in pixels."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Compare."""
        return sample.size.height >= self.min_height


class MinWidth(Condition):
    """By width."""

    kind = "min_width"

    min_width: int
    """True if the image is at least this wide, in pixels."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Compare."""
        return sample.size.width >= self.min_width


class MinArea(Condition):
    """By area."""

    kind = "min_area"

    min_area: int
    """True if the image has at least this many pixels."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Compare."""
        return sample.size.width * sample.size.height >= self.min_area


class SumObjectArea(Condition):
    """By the area of objects."""

    kind = "sum_object_area"

    sum_object_area: float
    """True if the areas of the chosen objects add up to at least this many square pixels;
    holes of polygons count as area."""

    classes: Names
    """Classes of the objects to add up."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Add up."""
        areas = (i.shape.area for i in sample.instances if i.label in self.classes)
        return sum(areas) >= self.sum_object_area


class NameInRange(Condition):
    """By every k-th name of a range."""

    kind = "name_in_range"

    name_in_range: tuple[str, str]
    """First and last source name, compared by code point, both included."""

    frame_step: Annotated[int, Field(ge=1)]
    """True for every ``frame_step``-th name of the range, counted per dataset in name order."""

    def holds(self, sample: Sample, draws: Draws) -> bool:
        """Take the name's place among those of its dataset that lie in the range."""
        first, last = self.name_in_range
        name, siblings = sample.origin.stem, sample.origin.siblings
        if not first <= name <= last:
            return False
        return (bisect_left(siblings, name) - bisect_left(siblings, first)) % self.frame_step == 0


KINDS: tuple[type[Condition], ...] = (
    Probability,
    RegexNames,
    ProjectDatasets,
    MinObjectsCount,
    IncludeClasses,
    HasTags,
    MinHeight,
    MinWidth,
    MinArea,
    SumObjectArea,
    NameInRange,
)


NO_KIND = "[]"
"""The union tag of what is no condition."""


def kind_of(value: object) -> str:
    """Return the union tag of the condition that ``value`` holds, ``NO_KIND`` if it is none."""
    if isinstance(value, Condition):
        return f"[{value.kind}]"
    found = _kinds_in(value)
    return f"[{found[0]}]" if len(found) == 1 else NO_KIND


def refuse_no_kind(value: object) -> NoReturn:
    """Say why ``value`` is no condition.

    Raises:
        PydanticCustomError: always: it is no object, or holds none of the kinds, or several.
    """
    if not isinstance(value, dict):
        raise PydanticCustomError("dict_type", "a condition is an object")
    found = _kinds_in(value)
    names = [kind.kind for kind in KINDS]
    near = (did_you_mean(str(key), names) for key in value)
    raise PydanticCustomError(
        "exactly_one",
        "a condition holds exactly one kind; this holds {what}",
        {
            "what": "several: " + ", ".join(found) if found else "none of them",
            "allowed": names,
            "help": "" if found else next(filter(None, near), f"one of: {', '.join(names)}"),
        },
    )


def _kinds_in(value: object) -> list[str]:
    return [kind.kind for kind in KINDS if isinstance(value, dict) and kind.kind in value]
