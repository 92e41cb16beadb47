"""The ``output_project`` node: write a new project, or add to one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Place, Sample, Schema, SinkNode, Target, UsageError
from dtl_nodes.add_to_existing_project import open_to_add
from dtl_nodes.families.dataset_choice import DatasetChoice
from dtl_nodes.formats.supervisely.declarations import declare
from dtl_nodes.formats.supervisely.existing import ExistingProject
from dtl_nodes.formats.supervisely.writer import write_meta, write_sample


class OutputProjectSettings(DatasetChoice):
    """Settings of ``output_project``."""

    is_existing_project: bool
    """Whether samples are added to a project that is there; else it is to be new."""

    project_name: str | None = None
    """The name of a new project: that of ``dst``, which also names its folder. Of one that is
    there only ``dst`` counts."""

    @model_validator(mode="after")
    def _fits_a_new_project(self) -> Self:
        if not self.is_existing_project and self.dataset_option == "existing":
            raise PydanticCustomError(
                "value_error",
                "a new project has no dataset: 'dataset_option' cannot be 'existing'",
                {"help": 'write "new" or "keep"'},
            )
        return self


class OutputProject(SinkNode[OutputProjectSettings]):
    """Write a new project as ``supervisely`` does, or add as ``add_to_existing_project`` does.

    Example:
        {"is_existing_project": false, "project_name": null, "dataset_option": "keep"}

    Source: DTL, second generation, ``output_project``, where ``dst`` of an existing project is a
        number on a server.
    """

    action = "output_project"

    def open_target(self, folder: Path, schema: Schema) -> Target | None:
        """Look at the project that is there; refuse what does not fit it."""
        if self.settings.is_existing_project:
            return open_to_add(self.settings, folder, schema)
        name = self.settings.project_name
        if name and name != folder.name:
            raise UsageError(
                f"'dst' and 'project_name' name the new project differently, '{folder.name}' and "
                f"'{name}': write the same, or null for 'project_name'"
            )
        return None

    def name_datasets(self, wanted: tuple[str, ...], target: Target | None) -> Mapping[str, str]:
        """Return the datasets as they were chosen; a new project has none yet."""
        project = target if isinstance(target, ExistingProject) else ExistingProject()
        return self.settings.named(wanted, project)

    def start(self, schema: Schema, folder: Path) -> None:
        """Write ``meta.json``, or declare what is not declared yet."""
        if self.settings.is_existing_project:
            declare(folder, schema)
        else:
            write_meta(schema, folder)

    def write(self, sample: Sample, schema: Schema, place: Place) -> None:
        """Write image and annotation."""
        write_sample(sample, place, self.settings)
