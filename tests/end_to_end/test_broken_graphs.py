"""Broken graphs: each file of ``tests/broken/graphs`` gets the message that stands beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixtures.check_projects import write_check_projects

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "broken" / "graphs"
GRAPHS = sorted(FOLDER.glob("*.json"))
HEADLINE = re.compile(
    r"^(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (?:warning )?(?P<code>[EW]\d+) "
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The projects that the graphs read."""
    folder = tmp_path_factory.mktemp("data")
    write_check_projects(folder)
    return folder
