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
from dtl_nodes.class_mapping import map_classes, map_instances
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.reserved import KEEP, OTHER
from dtl_nodes.source_patterns import parse_patterns


def _form(value: object) -> str:
    return "[object]" if isinstance(value, Mapping) else "[string]"


class DataSettings(Settings):
    """Settings of ``data``."""

    classes_mapping: Annotated[
        Annotated[Literal["default"], UnionTag("[string]")]
        | Annotated[dict[str, str], Field(min_length=1), UnionTag("[object]")],
        Discriminator(_form),
    ]
    """``"default"`` keeps all classes; or class -> new title, ``__default__`` (keep) or
    ``__ignore__`` (drop its objects), with ``__other__`` for all classes not mentioned."""

    @property
    def mapping(self) -> Mapping[str, str]:
        """The mapping; ``"default"`` in its long form."""
        return {OTHER: KEEP} if isinstance(self.classes_mapping, str) else self.classes_mapping

    @property
    def keeps_all(self) -> bool:
        """Whether no class changes."""
        return all(value in (KEEP, key) for key, value in self.mapping.items())


class Data(SourceNode[DataSettings]):
    """Read the images and annotations of one project.

    ``src`` lists ``project/dataset`` or ``project/*``; all of one project.

    Example:
        {"classes_mapping": {"kiwi": "fruit", "lemon": "fruit", "__other__": "__ignore__"}}

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
        """Map the classes of the project."""
        return map_classes(settings.mapping, schema, at=("classes_mapping",))

    def apply(self, sample: Sample) -> Sample:
        """Map the classes of the sample's objects."""
        if self.settings.keeps_all:
            return sample
        return sample.replace(instances=map_instances(self.settings.mapping, sample.instances))
