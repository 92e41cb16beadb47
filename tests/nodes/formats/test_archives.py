"""Archives given for datasets: what is read from folders says so, and how to get one."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

from dtl_engine.model.schema import SchemaError
from dtl_engine.node.source import DataFolders
from dtl_nodes.data import Data, DataSettings
from dtl_nodes.formats import FORMATS
from tests.fixtures.cli import run_cli
from tests.fixtures.projects import write_project

WHOLE = ("tar.gz", "tgz", "tar.bz2", "tbz2", "tar.xz", "txz")


def packed_coco(folder: Path, name: str) -> Path:
    """Pack a folder of COCO that nothing reads while it is packed."""
    content = '{"images": [], "categories": [], "annotations": []}'
    (folder / "instances.json").write_text(content)
    archive = folder / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(archive, "w") as packed:
            packed.write(folder / "instances.json", "annotations/instances.json")
    else:
        mode = {"gz": "w:gz", "bz2": "w:bz2", "xz": "w:xz", "tar": "w"}
        kind = next(kind for kind in mode if name.endswith(kind[:2]) or name.endswith(kind))
        with tarfile.open(archive, mode[kind]) as packed:  # type: ignore[call-overload]
            packed.add(folder / "instances.json", "annotations/instances.json")
    return archive


def refusal(place: Path, format: str | None) -> SchemaError:
    settings = DataSettings(format=format, classes_mapping="default")
    with pytest.raises(SchemaError) as refused:
        Data.open(settings, (place.name,), DataFolders((place.parent,)))
    assert (refused.value.code, refused.value.value) == ("E403", place.name)
    return refused.value


@pytest.mark.parametrize("format", [None, *sorted(FORMATS.keys() - {"supervisely"})])
def test_formats_that_are_read_from_folders(tmp_path: Path, format: str | None) -> None:
    error = refusal(packed_coco(tmp_path, "my street.zip"), format)
    assert error.message == (
        "'my street.zip' is an archive, from which only projects of Supervisely are read"
    )
    assert error.help == ("unpack it and read the folder: unzip 'my street.zip' -d 'my street'")


@pytest.mark.parametrize("format", [None, "supervisely", "coco"])
@pytest.mark.parametrize("suffix", WHOLE)
def test_what_is_compressed_as_a_whole(tmp_path: Path, suffix: str, format: str | None) -> None:
    error = refusal(packed_coco(tmp_path, f"set.{suffix}"), format)
    assert "is compressed as a whole" in error.message
    assert error.help == (
        f"unpack it and read the folder: mkdir set && tar -xf set.{suffix} -C set"
    )


def test_an_archive_says_first_that_it_is_damaged(tmp_path: Path) -> None:
    archive = tmp_path / "set.zip"
    archive.write_bytes(b"no archive")
    assert "it is damaged" in refusal(archive, "coco").message
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("../evil.sh", "x")
    assert "leads out of it" in refusal(archive, None).message


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    archive = packed_coco(tmp_path, "set.tar")
    for words in (("inspect", archive), ("convert", archive, tmp_path / "out", "--to", "coco")):
        outcome = run_cli(*words)
        assert (outcome.code, outcome.out) == (2, "")
        assert "unpack it and read the folder: mkdir set && tar -xf set.tar -C set" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_packed_project_is_read(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with tarfile.open(tmp_path / "packed.tar", "w") as tar:
        tar.add(project, arcname="mini")
    outcome = run_cli("inspect", tmp_path / "packed.tar")
    assert outcome.code == 0, outcome.err


def test_a_folder_may_be_called_like_an_archive(tmp_path: Path) -> None:
    write_project(tmp_path, "mini.zip")
    assert run_cli("inspect", tmp_path / "mini.zip").code == 0
