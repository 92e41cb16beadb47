"""The ``data`` node: read samples from a project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, model_validator
from pydantic import Tag as UnionTag
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import (
    DataFolders,
    Sample,
    Schema,
    SchemaError,
    Source,
    SourceNode,
    did_you_mean,
)
from dtl_nodes.class_mapping import map_classes, map_instances
from dtl_nodes.formats import FORMATS, detect_format, load_format
from dtl_nodes.formats.base import DatasetFormat
from dtl_nodes.formats.options import refuse_foreign_options
from dtl_nodes.formats.reading import ReadingOptions
from dtl_nodes.labels import Labels
from dtl_nodes.reserved import IGNORE, KEEP, OTHER
from dtl_nodes.source_patterns import parse_patterns
from dtl_nodes.tag_mapping import map_instance_tags, map_tag_specs, map_tags


def _form(value: object) -> str:
    return "[object]" if isinstance(value, Mapping) else "[string]"


def _known(name: str) -> str:
    if name not in FORMATS:
        hint = did_you_mean(name, FORMATS) or f"formats: {', '.join(sorted(FORMATS))}"
        raise PydanticCustomError("value_error", "unknown format; {hint}", {"hint": hint})
    return name


Mapped = Annotated[
    Annotated[Literal["default"], UnionTag("[string]")]
    | Annotated[dict[str, str], Field(min_length=1), UnionTag("[object]")],
    Discriminator(_form),
]


class DataSettings(ReadingOptions):
    """Settings of ``data``; options of formats need ``format``."""

    format: Annotated[str, AfterValidator(_known)] | None = None
    """The format of the dataset, as ``dtl inspect --formats`` lists them. Not given: a Supervisely
    project, else what the folder or file looks like."""

    classes: Labels | None = None
    """Read only objects of these classes; not given: of all."""

    classes_mapping: Mapped | None = None
    """``"default"`` keeps all classes; or class -> new title, ``__default__`` (keep) or
    ``__ignore__`` (drop its objects), with ``__other__`` for all classes not mentioned. Needed
    unless ``format`` is given."""

    tags_mapping: Mapped = "default"
    """The same for tags, of images and of objects."""

    @model_validator(mode="after")
    def _fits_the_format(self) -> Self:
        refuse_foreign_options(self, self.format)
        if self.format is None and self.classes_mapping is None:
            raise PydanticCustomError(
                "value_error", "'classes_mapping' is needed; 'default' keeps all classes"
            )
        return self

    @property
    def labels(self) -> Mapping[str, str]:
        """The mapping of the classes; ``"default"`` in its long form."""
        mapping = "default" if self.classes_mapping is None else self.classes_mapping
        if self.classes is None:
            return _long_form(mapping)
        return _restricted(_long_form(mapping), self.classes)

    @property
    def tags(self) -> Mapping[str, str]:
        """The mapping of the tags; ``"default"`` in its long form."""
        return _long_form(self.tags_mapping)


class Data(SourceNode[DataSettings]):
    """Read the images and annotations of one project or dataset.

    ``src`` lists ``project/dataset`` or ``project/*``; all of one project. In other formats the
    first part names the folder or file, and the second one of its splits. Images stay where they
    are; annotations are read as they are needed.

    Example:
        {"classes_mapping": {"box": "crate", "blob": "stain", "__other__": "__ignore__"}}

    Source: DTL ``data``; all patterns of ``src`` are read, not only the last.
    """

    action = "data"

    @staticmethod
    def open(settings: Any, patterns: tuple[str, ...], data: DataFolders) -> Source:
        """Open the project's folder."""
        project, datasets = parse_patterns(patterns)
        place = data.find(project)
        if place is None:
            known = data.names()
            looked = ", ".join(str(place) for place in data.folders)
            raise SchemaError(
                "E401",
                f"there is no project '{project}'",
                at=(0,),
                value=project,
                allowed=known,
                help=did_you_mean(project, known) or f"looked in {looked}; '--data' names a folder",
            )
        chosen = _format_of(settings, place)
        return chosen.open(place, project, datasets, settings)

    @staticmethod
    def infer_schema(settings: DataSettings, schema: Schema) -> Schema:
        """Map the classes and the tags of the project."""
        mapped = map_classes(settings.labels, schema, at=("classes_mapping",))
        return map_tag_specs(settings.tags, mapped, at=("tags_mapping",))

    def apply(self, sample: Sample) -> Sample:
        """Map the classes of the sample's objects, and all tags."""
        labels, tags = self.settings.labels, self.settings.tags
        if not _keeps_all(labels):
            sample = sample.replace(instances=map_instances(labels, sample.instances))
        if not _keeps_all(tags):
            sample = sample.replace(
                instances=map_instance_tags(tags, sample.instances),
                tags=map_tags(tags, sample.tags),
            )
        return sample


def _format_of(settings: DataSettings, place: Path) -> type[DatasetFormat]:
    """Return the format to read: as named, else Supervisely's where it is one, else detected."""
    if settings.format is not None:
        return load_format(settings.format)
    original = load_format("supervisely")
    if original.detect(place):
        return original
    found, _ = detect_format(place)
    return found


def _restricted(mapping: Mapping[str, str], classes: Labels) -> Mapping[str, str]:
    """Return the mapping with all classes dropped but those to read."""
    kept = {name: mapping.get(name) or mapping.get(OTHER, KEEP) for name in classes}
    return {**kept, OTHER: IGNORE}


def _long_form(mapping: str | Mapping[str, str]) -> Mapping[str, str]:
    return {OTHER: KEEP} if isinstance(mapping, str) else mapping


def _keeps_all(mapping: Mapping[str, str]) -> bool:
    """Whether nothing changes its name."""
    return all(value in (KEEP, key) for key, value in mapping.items())
