"""Datasets that several modules convert."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.conversions import Exports
from tests.fixtures.drawn_shapes import write_drawn


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of ``drawn_shapes``."""
    return write_drawn(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def exported(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """The same in any format."""
    return Exports(drawn, tmp_path_factory.mktemp("formats"))
