"""Masks in the archives that Open Images is distributed in: read where they are."""

from __future__ import annotations

import multiprocessing
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.schema import SchemaError
from dtl_engine.sdk import Mask
from dtl_engine.testing import assert_same_sample
from tests.fixtures.cli import run_cli
from tests.fixtures.datasets import blank, read_all, write_picture
from tests.fixtures.small_graphs import tree
from tests.nodes.formats.open_images.test_reader import ID, MASK, MASK_ROW, dataset, only, opened


def pack(folder: Path, archive: Path, *, inside: str = "", begin: str = "") -> Path:
    """Move the masks in ``folder`` that begin with ``begin`` into an archive."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("readme.txt", "masks")
        packed.writestr("__MACOSX/._x.png", "resources")
        for path in sorted(folder.glob(f"{begin}*.png")):
            packed.write(path, f"{inside}{path.name}")
            path.unlink()
    return archive


def entry(name: str, content: bytes = b"x", *, is_link: bool = False) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    if is_link:
        info.create_system = 3
        info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize("inside", ["", "{}-masks/"])
@pytest.mark.parametrize("where", ["", "masks"])
def test_archives_read_as_folders(shared: Path, tmp_path: Path, where: str, inside: str) -> None:
    """The real sample, its masks in one archive for each first digit and split."""
    place = shared / "data" / "open_images"
    copy = tmp_path / "open_images"
    shutil.copytree(place, copy, copy_function=shutil.copyfile)
    for split in ("train", "validation"):
        masks = copy / "masks" / split
        for digit in sorted({path.name[0] for path in masks.iterdir()}):
            archive = copy / where / f"{split}-masks-{digit}.zip"
            pack(masks, archive, inside=inside.format(split), begin=digit)
        masks.rmdir()
    before = tree(copy)
    expected, found = opened(place), opened(copy)
    assert found.notes == ()
    assert (found.schema, found.datasets) == (expected.schema, expected.datasets)
    sent = pickle.loads(pickle.dumps(found))
    for origin in (origin for each in expected.datasets for origin in each.origins()):
        sample = expected.read(origin)
        assert_same_sample(sample, found.read(origin))
        assert_same_sample(sample, sent.read(origin))
    by_name = read_all(opened(copy, csv=None))
    assert sum(len(sample.instances) for sample in by_name) == 37
    assert tree(copy) == before


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_workers_read_archives(shared: Path, tmp_path: Path, runner: str) -> None:
    place = shared / "data" / "open_images"
    copy = tmp_path / "open_images"
    shutil.copytree(place, copy, copy_function=shutil.copyfile)
    for split in ("train", "validation"):
        pack(copy / "masks" / split, copy / f"{split}-masks-0.zip")
    words = ("--to", "open_images", "--workers", "2", "--runner", runner)
    made = [tmp_path / "plain", tmp_path / "packed"]
    for source, target in zip((place, copy), made, strict=True):
        outcome = run_cli("convert", source, target, *words)
        assert outcome.code == 0, outcome.err
    assert tree(made[0]) == tree(made[1])


def _objects(source: object) -> int:
    return len(pickle.loads(source)[0].instances)  # type: ignore[arg-type]


def test_a_sample_travels_before_its_masks_are_read(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d")
    pack(folder / "masks" / "train", folder / "train-masks-0.zip")
    source = opened(folder)
    data = pickle.dumps(read_all(source))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_objects, (data,)) == 1


def open_files() -> int:
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.is_dir() else 0


def test_no_file_stays_open(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d")
    pack(folder / "masks" / "train", folder / "train-masks-0.zip")
    before = open_files()
    source = opened(folder)
    assert len(read_all(source)[0].instances) == 1
    assert open_files() == before


def test_loose_masks_come_before_packed_ones(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    write_picture(folder / "other" / MASK, blank(80, 60, (0, 0, 80, 60)))
    pack(folder / "other", folder / "train-masks-0.zip")
    (lemon,) = only(folder).instances
    assert isinstance(lemon.shape, Mask)
    assert lemon.shape.bbox == (8, 15, 32, 45)


def test_masks_by_name_alone(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / f"{ID}.jpg", np.zeros((60, 80, 3), np.uint8))
    write_picture(tmp_path / "made" / MASK, blank(80, 60, (8, 15, 32, 45)))
    pack(tmp_path / "made", tmp_path / "masks" / "0.zip")
    (pumpkin,) = only(tmp_path, class_name="pumpkin").instances
    assert (pumpkin.label, pumpkin.shape.bbox) == ("pumpkin", (8, 15, 32, 45))


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (entry("/x.png"), "leads out"),
        (entry("../x.png"), "leads out"),
        (entry("a/../../x.png"), "leads out"),
        (entry("C:/x.png"), "leads out"),
        (entry("a\\..\\..\\x.png"), "leads out"),
        (entry("x.png", is_link=True), "is a link"),
    ],
)
def test_entries_that_lead_elsewhere_are_fatal(
    tmp_path: Path, info: zipfile.ZipInfo, words: str
) -> None:
    folder = dataset(tmp_path)
    with zipfile.ZipFile(folder / "train-masks-f.zip", "w") as packed:
        packed.writestr(info, "/etc/passwd")
    with pytest.raises(SchemaError, match=words) as refused:
        opened(folder)
    assert (refused.value.code, refused.value.value) == ("E403", "train-masks-f.zip")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\3\4"])
def test_archives_that_are_none(tmp_path: Path, content: bytes) -> None:
    folder = dataset(tmp_path)
    (folder / "train-masks-0.zip").write_bytes(content)
    with pytest.raises(SchemaError, match=r"train-masks-0\.zip.*cannot be read") as refused:
        opened(folder)
    assert refused.value.code == "E403"


def test_archives_of_other_things_are_not_opened(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d")
    (folder / "images.zip").write_bytes(b"no archive")
    (tmp_path / "masks.zip").write_bytes(b"no archive")
    (folder / "train-masks-1.zip").symlink_to(tmp_path / "masks.zip")
    assert len(only(folder).instances) == 1


def test_a_mask_that_is_too_large_is_not_inflated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = dataset(tmp_path)
    mask = folder / "masks" / "train" / MASK
    mask.write_bytes(bytes(50_000_000))
    pack(mask.parent, folder / "train-masks-0.zip")
    source = opened(folder)
    monkeypatch.setattr("dtl_nodes.formats.open_images.mask_places.MAX_MASK_BYTES", 1 << 20)
    with pytest.raises(AnnotationError) as refused:
        _ = read_all(source)[0].instances
    assert refused.value.code == "F607"
    assert refused.value.path == str(folder / "train-masks-0.zip" / MASK)


def test_damage_sets_the_image_aside(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    archive = pack(folder / "masks" / "train", folder / "train-masks-0.zip")
    source = opened(folder)
    with zipfile.ZipFile(archive) as packed:
        info = packed.getinfo(MASK)
    data = bytearray(archive.read_bytes())
    middle = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    data[middle : middle + 8] = bytes(8)
    archive.write_bytes(data)
    with pytest.raises(AnnotationError, match="damaged") as refused:
        _ = read_all(source)[0].instances
    assert (refused.value.code, Path(refused.value.path).name) == ("F602", MASK)
    archive.unlink()
    with pytest.raises(AnnotationError, match="the mask is missing") as gone:
        _ = read_all(source)[0].instances
    assert gone.value.code == "F606"


def test_names_that_are_not_in_an_archive(tmp_path: Path) -> None:
    folder = dataset(tmp_path, masks=(MASK_ROW.replace(MASK, f"{ID}_m0abc1_0.png"), MASK_ROW))
    pack(folder / "masks" / "train", folder / "train-masks-0.zip")
    source = opened(folder)
    assert source.notes == (
        "train-annotations-object-segmentation.csv: 1 rows tell masks that are missing",
    )
    assert [each.shape.kind for each in read_all(source)[0].instances] == ["bitmap"]
