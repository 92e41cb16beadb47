"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fixtures.projects import write_project

ROOT = Path(__file__).resolve().parent.parent

if "PYTEST_XDIST_WORKER" in os.environ:
    # Tests that run side by side fill the machine: more threads in each would wait for one another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the reference datasets, graphs and golden cases beside the repository."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the reference data (folder 'shared' beside the repository) is not here")
    return folder


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A data folder with the small project ``mini``: every shape on each of three images."""
    folder = tmp_path / "data"
    write_project(folder)
    return folder
