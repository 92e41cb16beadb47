"""Projects are looked for in the data folders; what could be one is offered by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.node.source import MOST_OF_A_KIND, DataFolders


def test_folders_and_files_are_found(tmp_path: Path) -> None:
    (tmp_path / "fruit").mkdir()
    (tmp_path / "fruit.zip").write_bytes(b"")
    data = DataFolders((tmp_path / "absent", tmp_path))
    assert data.find("fruit") == tmp_path / "fruit"
    assert data.find("fruit.zip") == tmp_path / "fruit.zip"
    assert data.find("vegetables") is None


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\0b"])
def test_no_name_leads_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").mkdir()
    assert DataFolders((tmp_path,)).find(name) is None


def test_files_that_could_be_projects_have_names_too(tmp_path: Path) -> None:
    (tmp_path / "fruit").mkdir()
    (tmp_path / ".cache").mkdir()
    files = ("data.yaml", "drive.MP4", "fruit.tar", "train.json", "boxes.csv", "boxes.parquet")
    for name in (*files, "README.md", "run.py", "photo.jpg", ".hidden.zip", "json"):
        (tmp_path / name).write_bytes(b"")
    assert DataFolders((tmp_path,)).names() == tuple(sorted(("fruit", *files)))


def test_many_files_of_a_kind_are_parts_of_something(tmp_path: Path) -> None:
    for number in range(MOST_OF_A_KIND + 1):
        (tmp_path / f"{number:03}.json").write_bytes(b"")
        (tmp_path / f"dataset{number:03}").mkdir()
    (tmp_path / "all.zip").write_bytes(b"")
    names = DataFolders((tmp_path,)).names()
    assert len(names) == MOST_OF_A_KIND + 2
    assert "all.zip" in names


def test_a_folder_that_cannot_be_listed_has_no_names(tmp_path: Path) -> None:
    (tmp_path / "fruit").mkdir()
    (tmp_path / "file").write_bytes(b"")
    folders = (tmp_path / "absent", tmp_path / "file", tmp_path)
    assert DataFolders(folders).names() == ("fruit",)
