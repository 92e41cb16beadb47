"""The ``data`` node: read samples from a project."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Discriminator,
    Field,
    JsonValue,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic import Tag as UnionTag
from pydantic_core import PydanticKnownError

from dtl_engine.sdk import (
    DataFolders,
    FormatInfo,
    ReadPolicy,
    Sample,
    Schema,
    SchemaError,
    Settings,
    Source,
    SourceNode,
    did_you_mean,
)
from dtl_nodes.classes.class_mapping import map_classes, map_instances
from dtl_nodes.classes.declared import require_declared
from dtl_nodes.classes.labels import Labels, places
from dtl_nodes.classes.reserved import IGNORE, KEEP, OTHER
from dtl_nodes.classes.tag_mapping import map_instance_tags, map_tag_specs, map_tags
from dtl_nodes.formats import (
    FORMATS,
    detect_format,
    format_choice,
    format_infos,
    load_format,
    recognise,
)
from dtl_nodes.formats.archives import refuse_archive
from dtl_nodes.formats.options import refuse_foreign_options
from dtl_nodes.formats.reading import ReadingOptions
from dtl_nodes.settings.source_patterns import parse_patterns


def _form(value: object) -> str:
    return "[object]" if isinstance(value, Mapping) else "[string]"


Mapped = Annotated[
    Annotated[Literal["default"], UnionTag("[string]")]
    | Annotated[dict[str, str], Field(min_length=1), UnionTag("[object]")],
    Discriminator(_form),
]


_Format = Annotated[
    str, format_choice(FORMATS), Field(json_schema_extra={"enum": list[JsonValue](sorted(FORMATS))})
]


class WhatIsRead(Settings):
    """Settings of ``data`` for all formats, which come first where they are listed."""

    format: _Format | None = None
    """The format of the dataset, as ``dtl inspect --formats`` lists them. Not given: a Supervisely
    project, else what the folder or file looks like."""

    classes: Labels | None = None
    """Read only objects of these classes; not given: of all."""

    classes_mapping: Annotated[Mapped | None, Field(validate_default=True)] = None
    """``"default"`` keeps all classes; or class -> new title, ``__default__`` (keep) or
    ``__ignore__`` (drop its objects), with ``__other__`` for all classes not mentioned. Needed
    unless ``format`` is given."""

    tags_mapping: Mapped = "default"
    """The same for tags, of images and of objects."""

    strict: bool = False
    """Set aside each sample of which something would have to be repaired: an object that leaves
    its image, corners in the wrong order, an annotation that is missing."""

    @field_validator("classes_mapping")
    @classmethod
    def _given_unless_named(cls, mapping: Mapped | None, info: ValidationInfo) -> Mapped | None:
        if mapping is None and info.data.get("format", "?") is None:
            raise PydanticKnownError("missing")
        return mapping


class DataSettings(ReadingOptions, WhatIsRead):
    """Settings of ``data``; options of certain formats need ``format``."""

    @model_validator(mode="after")
    def _fits_the_format(self) -> Self:
        refuse_foreign_options(self, self.format)
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
        named = settings.format
        chosen = detect_format(place) if named is None else load_format(named)
        refuse_archive(place, chosen.archives)
        try:
            source = chosen.open(place, project, datasets, settings)
        except OSError as error:
            raise SchemaError(
                "E403",
                f"'{project}' cannot be read as {chosen.title}: {error.strerror or error}"
                + (f" ({error.filename})" if error.filename else ""),
                at=(0,),
                value=project,
            ) from error
        source.policy = ReadPolicy(settings.bad_objects == "drop", settings.strict)
        return source

    @staticmethod
    def formats() -> tuple[FormatInfo, ...]:
        """All that can be read."""
        return format_infos(sorted(FORMATS), DataSettings)

    @staticmethod
    def detect_formats(place: Path) -> Mapping[str, str]:
        """Those that the folder or file looks like."""
        found = {each.name: reason for each, reason in recognise(place)}
        if not found:
            refuse_archive(place)
        return found

    @staticmethod
    def infer_schema(settings: DataSettings, schema: Schema) -> Schema:
        """Map the classes and the tags of the project."""
        require_declared(schema, places("classes", settings.classes or ()), "to read")
        mapped = map_classes(settings.labels, schema, at=("classes_mapping",))
        return map_tag_specs(settings.tags, mapped, at=("tags_mapping",))

    def reading(self) -> Hashable:
        """The format and its options."""
        decisive = {"format", "strict", *ReadingOptions.model_fields}
        return self.settings.model_dump_json(include=decisive)

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


def _restricted(mapping: Mapping[str, str], classes: Labels) -> Mapping[str, str]:
    """Return the mapping with all classes dropped but those to read."""
    kept = {name: mapping.get(name) or mapping.get(OTHER, KEEP) for name in classes}
    return {**kept, OTHER: IGNORE}


def _long_form(mapping: str | Mapping[str, str]) -> Mapping[str, str]:
    return {OTHER: KEEP} if isinstance(mapping, str) else mapping


def _keeps_all(mapping: Mapping[str, str]) -> bool:
    """Whether nothing changes its name."""
    return all(value in (KEEP, key) for key, value in mapping.items())
