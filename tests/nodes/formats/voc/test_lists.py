"""Lists of Pascal VOC: which images are a dataset."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import DataError
from dtl_engine.sdk import Origin, SchemaError
from tests.fixtures.datasets import open_dataset
from tests.nodes.formats.voc.drawn import write_voc, xml_of
from tests.nodes.formats.voc.read import LEMON, LISTS


def listed(tmp_path: Path, lists: dict[str, str], *subsets: str, **options: object) -> object:
    place = write_voc(tmp_path / "set", {name: xml_of(LEMON) for name in "abcd"}, lists=lists)
    source = open_dataset(place, "voc", *subsets, **options)
    return {each.name: "".join(file[0] for file in each.files) for each in source.datasets}


def test_lists_are_datasets(tmp_path: Path) -> None:
    assert listed(tmp_path, LISTS) == {"train": "ab", "val": "c"}
    source = open_dataset(tmp_path / "set", "voc")
    assert source.notes == (
        "'set': the other lists name all images of trainval, which is not read",
        "1 images of 'set' are not read, such as d: no list names them",
    )
    assert listed(tmp_path, {}, "trainval", "val") == {"trainval": "abc", "val": "c"}
    assert listed(tmp_path, {}, image_sets="Segmentation") == {"train": "a"}


def test_lists_of_other_forms(tmp_path: Path) -> None:
    lists = {"Main/train": "\ufeffa.png\r\nb.png\r\na\r\n", "Main/val": "c 1\nc 2\n"}
    assert listed(tmp_path, lists) == {"train": "ab", "val": "c"}


def test_names_with_blanks(tmp_path: Path) -> None:
    files = {"my image 1": xml_of(LEMON), "my image": xml_of()}
    place = write_voc(
        tmp_path / "set", files, lists={"Main/x": "my image 1\n", "Main/y": "my image\n"}
    )
    found = {each.name: each.files for each in open_dataset(place, "voc").datasets}
    assert found == {"x": ("my image 1.png",), "y": ("my image.png",)}


def test_lists_in_image_sets_itself(tmp_path: Path) -> None:
    assert listed(tmp_path, {"one": "a\n", "two": "b\n"}) == {"one": "a", "two": "b"}


def test_a_listed_image_that_is_missing(tmp_path: Path) -> None:
    lists = {"Main/train": "a\nghost\n"}
    assert listed(tmp_path, lists) == {"train": "ag"}
    with pytest.raises(DataError) as error:
        open_dataset(tmp_path / "set", "voc").read(Origin("set", "train", "ghost.jpg"))
    assert error.value.code == "F601"


@pytest.mark.parametrize("line", ["../../etc/passwd", "/etc/passwd", "C:\\a", ".hidden", "a\0b"])
def test_lists_that_lead_out(tmp_path: Path, line: str) -> None:
    with pytest.raises(SchemaError, match=r"train.txt:2: .* is no name of an image") as error:
        listed(tmp_path, {"Main/train": f"a\n{line}\n"})
    assert (error.value.code, error.value.at) == ("E403", (0,))


def test_a_list_that_is_a_link_out(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of()}, lists={"Main/val": "a\n"})
    (tmp_path / "secret.txt").write_text("a\n")
    (place / "ImageSets" / "Main" / "train.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(SchemaError, match=r"train.txt: it is a link out"):
        open_dataset(place, "voc")


def test_a_list_that_is_not_utf_8(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of()}, lists={"Main/val": ""})
    (place / "ImageSets" / "Main" / "val.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(SchemaError, match=r"val.txt is not UTF-8"):
        open_dataset(place, "voc")
