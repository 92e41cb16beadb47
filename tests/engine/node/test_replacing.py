"""Files that are replaced as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.node.replacing import replacing
from tests.fixtures.small_graphs import tree


def test_takes_the_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    with replacing(path) as partial:
        partial.write_text("new")
        assert path.read_text() == "old"
    assert tree(tmp_path) == {"a.json": b"new"}


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as partial:
        partial.write_text("ne")
        raise KeyboardInterrupt
    assert tree(tmp_path) == {"a.json": b"old"}
