"""An image file, and a count of how often its pixels are decoded."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.model import source
from tests.fixtures.images import Spy, noise, png


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> Spy:
    return Spy(monkeypatch, source, "decode")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(png(noise(40, 60)))
    return path
