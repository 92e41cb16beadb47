"""Staging: nothing half-written has a final name."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from dtl_engine.execute.staging import PARTIAL, Folders, StagedPlace, Staging, clear_staging
from tests.fixtures.small_graphs import tree


def test_files_turn_final_together(tmp_path: Path) -> None:
    staging = Staging(3, {})
    place = StagedPlace("ds", "a", tmp_path, staging, Counter())
    for name in ("a.b.png", "a.json"):
        place.path("ds", "part", name).write_text(name)
    assert all(path.startswith(f"{PARTIAL}/3-") for path in tree(tmp_path))
    assert {Path(path).suffix for path in tree(tmp_path)} == {".png", ".json"}
    staging.commit()
    assert tree(tmp_path) == {"ds/part/a.b.png": b"a.b.png", "ds/part/a.json": b"a.json"}
    staging.discard()
    assert len(tree(tmp_path)) == 2


def test_discarded_files_are_gone(tmp_path: Path) -> None:
    staging = Staging(0, {})
    staging.path(tmp_path, ("ds", "a.png")).write_text("a")
    staging.path(tmp_path, ("ds", "b.png"))
    staging.discard()
    staging.commit()
    assert tree(tmp_path) == {}


def test_a_file_written_twice_is_one(tmp_path: Path) -> None:
    (tmp_path / "ds").mkdir()
    (tmp_path / "ds" / "a.json").write_text("before")
    place = StagedPlace("ds", "a", tmp_path, staging := Staging(0, {}), Counter())
    assert place.current("ds", "a.json").read_text() == "before"
    place.path("ds", "a.json").write_text("first")
    assert place.current("ds", "a.json").read_text() == "first"
    place.path("ds", "a.json").write_text("second")
    assert (tmp_path / "ds" / "a.json").read_text() == "before"
    staging.commit()
    assert tree(tmp_path) == {"ds/a.json": b"second"}
    assert place.current("ds", "a.json") == tmp_path / "ds" / "a.json"


def test_what_was_asked_for_first_comes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill in between may leave an annotation without its image, and not the other way round."""
    staging, moved = Staging(0, {}), []
    for name in ("image.png", "annotation.json"):
        staging.path(tmp_path, (name,)).write_text(name)
    monkeypatch.setattr(os, "replace", lambda _, final: moved.append(Path(final).name))
    staging.commit()
    assert moved == ["annotation.json", "image.png"]


def test_units_do_not_meet(tmp_path: Path) -> None:
    folders: Folders = {}
    paths = {Staging(unit, folders).path(tmp_path, ("d", "a.png")) for unit in (1, 11, 111)}
    assert len(paths) == 3


def test_clearing_removes_what_a_killed_run_left(tmp_path: Path) -> None:
    Staging(0, {}).path(tmp_path, ("ds", "a.png")).write_text("a")
    clear_staging(tmp_path)
    assert not (tmp_path / PARTIAL).exists()
    clear_staging(tmp_path)
