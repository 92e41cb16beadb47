"""Packing a folder: equal files, equal archive; nothing half-written; little memory."""

from __future__ import annotations

import os
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from dtl_nodes.families.archive import FIXED_TIME, archive_of, pack

LONG = "n" * 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lemon 1"
    for name in ("meta.json", "b/img/ä.png", "b/ann/ä.png.json", f"a/img/{LONG}.png", "a.b/x"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (folder / "empty").mkdir()
    return folder


def test_holds_every_file_in_order(folder: Path) -> None:
    archive = archive_of(folder)
    assert archive == folder.parent / "lemon 1.tar"
    pack(folder, archive)
    with tarfile.open(archive) as tar:
        entries = tar.getmembers()
        assert [entry.name for entry in entries] == [
            f"lemon 1/{name}"
            for name in (
                f"a/img/{LONG}.png",
                "a.b/x",
                "b/ann/ä.png.json",
                "b/img/ä.png",
                "meta.json",
            )
        ]
        for entry in entries:
            facts = (entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname, entry.mode)
            assert facts == (FIXED_TIME, 0, 0, "", "", 0o644)
            content = tar.extractfile(entry)
            assert content is not None
            assert f"lemon 1/{content.read().decode()}" == entry.name


def test_equal_files_give_equal_bytes(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.tar", tmp_path / "2.tar"
    pack(folder, first)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o755)
        os.utime(path, (5, 5))
    pack(folder, second)
    assert first.read_bytes() == second.read_bytes()


def test_an_error_leaves_what_was_there(folder: Path) -> None:
    archive = archive_of(folder)
    archive.write_text("the one before")
    (folder / "broken").symlink_to(folder / "nowhere")
    with pytest.raises(FileNotFoundError):
        pack(folder, archive)
    assert archive.read_text() == "the one before"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["lemon 1", "lemon 1.tar"]


def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for part in range(4):
        (folder / str(part)).mkdir(parents=True)
        for number in range(250):
            (folder / str(part) / f"{number}").write_bytes(b"x" * 1000)
    (folder / "large").write_bytes(bytes(20_000_000))
    tracemalloc.start()
    try:
        pack(folder, archive_of(folder))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
