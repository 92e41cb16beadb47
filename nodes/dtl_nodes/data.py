"""The ``data`` node: read samples from a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field
from pydantic import Tag as UnionTag

from dtl_engine.sdk import (
    DataFolders,
    Sample,
    Schema,
    SchemaError,
    Settings,
    Source,
    SourceNode,
    did_you_mean,
)
from dtl_nodes.classes.class_mapping import map_classes, map_instances
from dtl_nodes.classes.reserved import KEEP, OTHER
from dtl_nodes.classes.tag_mapping import map_instance_tags, map_tag_specs, map_tags
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.settings.source_patterns import parse_patterns


def _form(value: object) -> str:
    return "[object]" if isinstance(value, Mapping) else "[string]"


Mapped = Annotated[
    Annotated[Literal["default"], UnionTag("[string]")]
    | Annotated[dict[str, str], Field(min_length=1), UnionTag("[object]")],
    Discriminator(_form),
]


class DataSettings(Settings):
    """Settings of ``data``."""

    classes_mapping: Mapped
    """``"default"`` keeps all classes; or class -> new title, ``__default__`` (keep) or
    ``__ignore__`` (drop its objects), with ``__other__`` for all classes not mentioned."""

    tags_mapping: Mapped = "default"
    """The same for tags, of images and of objects."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The mapping of the classes; ``"default"`` in its long form."""
        return _long_form(self.classes_mapping)

    @property
    def tags(self) -> Mapping[str, str]:
        """The mapping of the tags; ``"default"`` in its long form."""
        return _long_form(self.tags_mapping)


class Data(SourceNode[DataSettings]):
    """Read the images and annotations of one project.

    ``src`` lists ``project/dataset`` or ``project/*``; all of one project.

    Example:
        {"classes_mapping": {"box": "crate", "blob": "stain", "__other__": "__ignore__"}}

    Source: DTL ``data``; all patterns of ``src`` are read, not only the last.
    """

    action = "data"

    @staticmethod
    def open(settings: Any, patterns: tuple[str, ...], data: DataFolders) -> Source:
        """Open the project's folder."""
        project, datasets = parse_patterns(patterns)
        folder = data.find(project)
        if folder is None:
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
        return open_project(folder, project, datasets)

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


def _long_form(mapping: str | Mapping[str, str]) -> Mapping[str, str]:
    return {OTHER: KEEP} if isinstance(mapping, str) else mapping


def _keeps_all(mapping: Mapping[str, str]) -> bool:
    """Whether nothing changes its name."""
    return all(value in (KEEP, key) for key, value in mapping.items())
