"""The samples of a training on disk: a project, and the source image of each sample beside it."""

from __future__ import annotations

from pathlib import Path

from dtl_nodes.formats.supervisely.options import Rules
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.models.training.data import TrainingSet

ROOTS = "roots"
"""The folder of text files, named after the samples, that hold the ids of their source images."""


def open_spool(folder: Path) -> TrainingSet:
    """Open the samples that a run left in ``folder``.

    Raises:
        SchemaError: there is none.
    """
    source = open_project(folder, folder.name, ("*",), Rules())
    roots = {
        path.relative_to(folder / ROOTS).as_posix().removesuffix(".txt"): path.read_text()
        for path in sorted((folder / ROOTS).rglob("*.txt"))
    }
    return TrainingSet(source, roots)
