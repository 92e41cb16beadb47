"""The readers of other tools, and the datasets that they and we read."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agreement.readers.report import Objects
from tests.conftest import ROOT
from tests.fixtures.drawn_shapes import write_drawn

READERS = Path(__file__).parent / "readers"
VARIABLE = "DTL_READERS_PYTHON"

Reader = Callable[..., Objects]


@pytest.fixture
def told(tmp_path: Path) -> Reader:
    """A function that returns what a tool reads: its name, then the words that its script takes."""
    python = os.environ.get(VARIABLE)
    if not python:
        pytest.skip(f"{VARIABLE} names no interpreter that has the tools: see CONTRIBUTING.md")

    def read(tool: str, *words: object) -> Objects:
        target = tmp_path / "told.json"
        script = READERS / f"by_{tool}.py"
        command = [python, "-W", "ignore", script, target, *words]
        done = subprocess.run(
            [str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found: Objects = json.loads(target.read_bytes())
        return found

    return read


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one object of every shape."""
    return write_drawn(tmp_path_factory.mktemp("data"))
