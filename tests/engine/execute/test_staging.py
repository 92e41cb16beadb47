"""Staging: nothing half-written has a final name."""

from __future__ import annotations

from pathlib import Path

from dtl_engine.execute.staging import PARTIAL, Folders, StagedPlace, Staging, clear_staging
from tests.fixtures.small_graphs import tree


def test_files_turn_final_together(tmp_path: Path) -> None:
    staging = Staging(3, {})
    place = StagedPlace("ds", "a", tmp_path, staging)
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


def test_units_do_not_meet(tmp_path: Path) -> None:
    folders: Folders = {}
    paths = {Staging(unit, folders).path(tmp_path, ("d", "a.png")) for unit in (1, 11, 111)}
    assert len(paths) == 3


def test_clearing_removes_what_a_killed_run_left(tmp_path: Path) -> None:
    Staging(0, {}).path(tmp_path, ("ds", "a.png")).write_text("a")
    clear_staging(tmp_path)
    assert not (tmp_path / PARTIAL).exists()
    clear_staging(tmp_path)
