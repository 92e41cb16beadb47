"""The nodes that write projects and archives, or add to them, pass the conformance suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dtl_engine.testing import NodeConformance
from dtl_nodes.add_to_existing_project import AddToExistingProject
from dtl_nodes.copy_annotations import CopyAnnotations
from dtl_nodes.export import Export
from dtl_nodes.formats import WRITABLE
from dtl_nodes.output_project import OutputProject
from dtl_nodes.save import Save
from dtl_nodes.save_masks import SaveMasks
from tests.fixtures.projects import write_image, write_project


def _write_target(output: Path) -> None:
    """Write a project whose declarations and images are other ones, of every name in use."""
    datasets = {"ds1": (("one.png", 40, 30),), "ds2": (("odd.png", 24, 24),)}
    project = write_project(output.parent, output.name, datasets=datasets, classes=("box", "blob"))
    for name, width, height in (("whole.png", 24, 16), ("bare.png", 8, 6)):
        write_image(project / "ds1" / "img" / name, width, height)
    empty: dict[str, Any] = {"size": {"width": 24, "height": 16}, "objects": []}
    (project / "ds1" / "ann" / "whole.json").write_text(json.dumps(empty))


class TestAddToExistingProject(NodeConformance):
    node = AddToExistingProject
    settings = (
        {"dataset_option": "keep", "merge_different_meta": True},
        {"dataset_option": "new", "dataset_name": "batch2", "merge_different_meta": True},
        {"dataset_option": "existing", "dataset_name": "ds2", "merge_different_meta": True},
    )

    def prepare(self, output: Path) -> None:
        _write_target(output)


class TestCopyAnnotations(NodeConformance):
    node = CopyAnnotations
    settings = (
        {"add_option": "merge"},
        {"add_option": "replace", "dataset_name": "ds1"},
        {"add_option": "keep", "backup_destination_project": True},
        {"add_option": "replace", "strict_match": True},
    )

    def prepare(self, output: Path) -> None:
        _write_target(output)


class TestExport(NodeConformance):
    node = Export
    settings = (
        *({"format": name} for name in WRITABLE),
        {"format": "supervisely", "splits": ["note", "checked"], "on_loss": "error"},
    )


class TestOutputProject(NodeConformance):
    node = OutputProject
    settings = (
        {"is_existing_project": False, "dataset_option": "keep"},
        {"is_existing_project": False, "dataset_option": "new", "dataset_name": "all"},
    )


class TestSave(NodeConformance):
    node = Save
    settings = ({}, {"visualize": True}, {"visualize": True, "archive": False})


class TestSaveMasks(NodeConformance):
    node = SaveMasks
    settings = (
        {
            "masks_machine": True,
            "masks_human": True,
            "gt_machine_color": {"blob": [1, 1, 1], "patch": [2, 2, 2], "unheard of": [3, 3, 3]},
            "gt_human_color": {"dot": [0, 0, 0], "hand": [9, 9, 9], "path": [255, 0, 0]},
        },
        {"masks_machine": True, "masks_human": False, "gt_machine_color": {}},
        {"masks_machine": False, "masks_human": True, "gt_human_color": {"box": [0, 255, 0]}},
    )
