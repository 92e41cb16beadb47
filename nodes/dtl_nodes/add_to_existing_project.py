"""The ``add_to_existing_project`` node: add samples to a project that is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dtl_engine.sdk import Place, Sample, Schema, SinkNode, Target
from dtl_nodes.families.dataset_choice import DatasetChoice
from dtl_nodes.formats.supervisely.declarations import declare, join, require_equal
from dtl_nodes.formats.supervisely.existing import ExistingProject, open_existing
from dtl_nodes.formats.supervisely.writer import write_sample


class AddSettings(DatasetChoice):
    """Settings of ``add_to_existing_project``."""


class AddToExistingProject(SinkNode[AddSettings]):
    """Add each sample to the project named by ``dst``, which is in the output folder already.

    What the project holds is neither changed nor lost: its names count as taken, its own
    declarations stay. A run that fails or is stopped leaves every image with its annotation.
    ``--overwrite`` has no meaning here; run twice, it adds twice.

    Example:
        {"dataset_option": "new", "dataset_name": "batch2", "merge_different_meta": true}

    Source: DTL, second generation, ``add_to_existing_project``, earlier ``existing_project``,
        where ``dst`` is a number on a server.
    """

    action = "add_to_existing_project"

    def open_target(self, folder: Path, schema: Schema) -> Target:
        """Look at the project; refuse what does not fit it."""
        return open_to_add(self.settings, folder, schema)

    def name_datasets(self, wanted: tuple[str, ...], target: Target | None) -> Mapping[str, str]:
        """Return the datasets as they were chosen."""
        assert isinstance(target, ExistingProject)
        return self.settings.named(wanted, target)

    def start(self, schema: Schema, folder: Path) -> None:
        """Declare what the project does not declare yet."""
        declare(folder, schema)

    def write(self, sample: Sample, schema: Schema, place: Place) -> None:
        """Write image and annotation."""
        write_sample(sample, place, self.settings)


def open_to_add(settings: DatasetChoice, folder: Path, schema: Schema) -> ExistingProject:
    """Return what the project in ``folder`` holds.

    Raises:
        UsageError: there is no project, or what is added does not fit its declarations.
    """
    declared, project = open_existing(folder)
    if settings.merge_different_meta:
        join(declared, schema)
    else:
        require_equal(declared, schema)
    return project
