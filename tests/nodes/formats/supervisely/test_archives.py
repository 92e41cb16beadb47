from __future__ import annotations

import io
import json
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.errors import AnnotationError, UsageError
from dtl_engine.model.sample import Origin
from dtl_engine.model.schema import SchemaError
from dtl_nodes.formats import recognise
from dtl_nodes.formats.packed import open_archive
from dtl_nodes.formats.supervisely.reader import open_project
from tests.fixtures.cli import run_cli
from tests.fixtures.projects import write_project

Pack = Callable[[Path, Path, str], None]


def write_graph(path: Path, layers: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"version": 1, "layers": layers}))
    return path


def pack_tar(folder: Path, archive: Path, prefix: str) -> None:
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, arcname=prefix or ".")


def pack_zip(folder: Path, archive: Path, prefix: str) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            packed.write(
                path, f"{prefix}/{path.relative_to(folder)}" if prefix else path.relative_to(folder)
            )


@pytest.mark.parametrize("prefix", ["", "mini"])
@pytest.mark.parametrize(("suffix", "pack"), [(".tar", pack_tar), (".zip", pack_zip)])
def test_an_archive_reads_as_its_folder(
    tmp_path: Path, suffix: str, pack: Pack, prefix: str
) -> None:
    folder = write_project(tmp_path)
    archive = tmp_path / f"mini{suffix}"
    pack(folder, archive, prefix)
    plain = open_project(folder, "mini", ("*",))
    packed = open_project(archive, "mini", ("*",))
    assert [each.name for each, _ in recognise(archive)] == ["supervisely"]
    assert packed.datasets == plain.datasets
    assert packed.schema == plain.schema
    assert packed.location == archive
    sent = pickle.loads(pickle.dumps(packed))
    for dataset in plain.datasets:
        for origin in dataset.origins():
            expected, *found = (source.read(origin) for source in (plain, packed, sent))
            for sample in found:
                assert sample.annotation == expected.annotation
                assert sample.image.encoded() == expected.image.encoded()
    assert list(tmp_path.iterdir()) == [folder, archive] or set(tmp_path.iterdir()) == {
        folder,
        archive,
    }
    with pytest.raises(UsageError, match="archive"):
        packed.remove(next(packed.datasets[0].origins()))


def test_what_save_packs_is_read(mini: Path, tmp_path: Path) -> None:
    save = {"action": "save", "src": ["$in"], "dst": "packed", "settings": {}}
    data = {"action": "data", "dst": "$in", "settings": {"classes_mapping": "default"}}
    first = write_graph(tmp_path / "first.json", [{**data, "src": ["mini/*"]}, save])
    assert run_cli("run", first, "--data", mini, "--out", tmp_path / "out").code == 0
    copy = {"action": "supervisely", "src": ["$in"], "dst": "copy", "settings": {}}
    second = write_graph(tmp_path / "second.json", [{**data, "src": ["packed.tar/ds1"]}, copy])
    outcome = run_cli("run", second, "--data", tmp_path / "out", "--out", tmp_path / "again")
    assert outcome.code == 0, outcome.err
    for path in (tmp_path / "again" / "copy" / "ds1").rglob("*.*"):
        same = tmp_path / "out" / "packed" / path.relative_to(tmp_path / "again" / "copy")
        assert path.read_bytes() == same.read_bytes()


def tar_with(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def entry(name: str, **facts: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in facts.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (entry("/meta.json"), "leads out"),
        (entry("../meta.json"), "leads out"),
        (entry("a/../../meta.json"), "leads out"),
        (entry("C:\\meta.json"), "leads out"),
        (entry("a", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "link"),
        (entry("a", type=tarfile.LNKTYPE, linkname="b"), "link"),
        (entry("a", type=tarfile.FIFOTYPE), "device"),
    ],
)
def test_entries_that_lead_elsewhere_are_fatal(
    tmp_path: Path, member: tarfile.TarInfo, words: str
) -> None:
    archive = tar_with(tmp_path / "bad.tar", entry("meta.json", size=1), member)
    with pytest.raises(SchemaError, match=words) as refused:
        open_archive(archive)
    assert refused.value.code == "E403"


@pytest.mark.parametrize("name", ["/x", "../x", "a/../../x", "C:/x", "a\\..\\..\\x"])
def test_zip_entries_that_lead_elsewhere_are_fatal(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "bad.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(name, b"x")
    with pytest.raises(SchemaError, match="leads out"):
        open_archive(archive)


def test_links_in_zips_are_fatal(tmp_path: Path) -> None:
    archive = tmp_path / "bad.zip"
    info = zipfile.ZipInfo("link")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(info, "/etc/passwd")
    with pytest.raises(SchemaError, match="link"):
        open_archive(archive)


@pytest.mark.parametrize("suffix", [".tar", ".zip"])
@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\3\4"])
def test_what_is_no_archive(tmp_path: Path, suffix: str, content: bytes) -> None:
    archive = tmp_path / f"bad{suffix}"
    archive.write_bytes(content)
    with pytest.raises(SchemaError) as refused:
        open_project(archive, archive.name, ("*",))
    assert refused.value.code == "E403"
    assert recognise(archive) == ()


def test_two_entries_of_one_name(tmp_path: Path) -> None:
    archive = tar_with(tmp_path / "bad.tar", entry("a"), entry("./a"))
    with pytest.raises(SchemaError, match="two entries 'a'"):
        open_archive(archive)


def test_a_bomb_is_not_inflated(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", bytes(50_000_000))
    opened = open_archive(archive)
    with pytest.raises(AnnotationError) as refused:
        opened.read("a", 1 << 20)
    assert refused.value.code == "F607"
    # It may also lie about its size.
    data = bytearray(archive.read_bytes())
    at = data.rindex(b"PK\1\2")
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    archive.write_bytes(data)
    with pytest.raises(AnnotationError) as refused:
        open_archive(archive).read("a", 1 << 20)
    assert refused.value.code == "F602"


def test_damage_is_told(tmp_path: Path) -> None:
    folder = write_project(tmp_path)
    archive = tmp_path / "mini.zip"
    pack_zip(folder, archive, "")
    with zipfile.ZipFile(archive) as packed:
        info = packed.getinfo("ds1/ann/one.png.json")
    data = bytearray(archive.read_bytes())
    middle = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    data[middle : middle + 8] = bytes(8)
    archive.write_bytes(data)
    project = open_project(archive, "mini", ("*",))
    with pytest.raises(AnnotationError, match="damaged") as refused:
        project.read(Origin("mini", "ds1", "one.png"))
    assert refused.value.code == "F602"
    assert project.read(Origin("mini", "ds1", "two.jpg")).instances


@pytest.mark.parametrize("count", [0, 2])
def test_an_archive_holds_one_project(tmp_path: Path, count: int) -> None:
    names = ["other/x", *(f"p{number}/meta.json" for number in range(count))]
    archive = tar_with(tmp_path / "many.tar", *(entry(name) for name in names))
    with pytest.raises(SchemaError, match=f"{count or 'no'} project"):
        open_project(archive, "many", ("*",))


def test_an_unpacked_archive_is_its_one_folder(tmp_path: Path) -> None:
    write_project(tmp_path / "unpacked")
    assert [each.name for each, _ in recognise(tmp_path / "unpacked")] == ["supervisely"]
    project = open_project(tmp_path / "unpacked", "unpacked", ("*",))
    assert [dataset.key for dataset in project.datasets] == ["unpacked/ds1", "unpacked/ds2"]
    assert project.location == tmp_path / "unpacked" / "mini"
