"""Reading YOLO: configurations, and where images and label files lie."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import Origin, SchemaError
from dtl_nodes.formats.yolo.format import YoloFormat
from tests.fixtures.datasets import open_dataset, read_all, write_picture
from tests.nodes.formats.yolo.drawn import DATA, boxes, write_yolo


@pytest.mark.parametrize(
    "data",
    [
        "train: images/train\nval: images/val\nnames: [lemon, kiwi]\n",
        "names:\n  0: lemon\n  1: kiwi\nnc: 2\npath: .\ntrain: images/train/\nval: ''\n",
        "path: ../datasets/fruit\ntrain: images/train\nval: null\nnames: [lemon, kiwi]\n",
        "path: /home/me/fruit\ntrain: ./images/train\nnames: {'0': lemon, '1': kiwi}\n",
        "train: ../images/train\nval: ../images/val\nnc: 2\nnames: ['lemon', 'kiwi']\n",
        "train: [images/train, images/val]\nval: []\nnames: [lemon, kiwi]\n",
        "train: train.txt\nnames: [lemon, kiwi]\nroboflow: {license: MIT}\n",
        "path: images\ntrain: train\nnames: [lemon, kiwi]\ndownload: https://example.org/x.zip\n",
        "\ufefftrain: images/train\nnames: [lemon, kiwi]\n",
    ],
)
def test_configurations(tmp_path: Path, data: str) -> None:
    place = write_yolo(
        tmp_path / "set", {"train/a": "1 0.5 0.5 0.2 0.2\n"}, data.replace("''", "[]")
    )
    (place / "train.txt").write_text("./images/train/a.png\n\n./images/train/a.png\n")
    assert YoloFormat.detect(place) == "data.yaml names classes and images"
    source = open_dataset(place, "yolo")
    assert source.schema.label_names == ("lemon", "kiwi")
    assert [each.key for each in source.datasets if each.files] == ["set/train"]
    (sample,) = read_all(source)
    assert boxes(sample) == [("kiwi", (32, 24, 48, 36))]
    moved = "path" in data and ("../" in data or "/home" in data)
    assert any("'path' is not in the dataset" in note for note in source.notes) == moved


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("train: images/train\nnames: [a, b]\nnc: 3\n", "'nc' says 3 classes, 'names' has 2"),
        ("train: images/train\nnames: [a, a]\n", "class 'a' is named twice"),
        ("train: images/train\nnames: {0: a, 2: b}\n", "the keys of 'names' are not 0 to 1"),
        ("train: images/train\nnames: {a: 0}\n", "a key of 'names' is no number"),
        ("train: images/train\nnames: [[a]]\n", "'names' is neither a list nor a mapping"),
        ("train: images/train\nnames: a\n", "'names' is neither a list nor a mapping"),
        ("train: images/train\nnc: many\n", "'nc' is no number"),
        ("train: images/train\nnames: [a, '']\n", "a class has no name"),
        ("train: images/train\nnames: [a\n", "it is not YAML, line"),
        (
            "train: images/train\nnames: !!python/object/apply:os.system ['true']\n",
            "it is not YAML",
        ),
        ("train: 5\nnames: [a]\n", "'train' is neither a path nor a list of paths"),
        ("train: null\nnames: [a]\n", "it names no images"),
        ("train: /etc\nnames: [a]\n", "the path '/etc' is absolute"),
        ("train: ../../outside\nnames: [a]\n", "leads out of the dataset"),
        ("train: images/train\nnames: [a]\nkpt_shape: [2]\n", "'kpt_shape' is no pair"),
        ("train: images/train\nnames: [a]\nkpt_shape: [2, 4]\n", "'kpt_shape' is"),
        ("train: images/train\nnames: [a]\nkpt_shape: [2, 3]\nflip_idx: [0, 0]\n", "'flip_idx'"),
        ("train: images/train\nnames: [a]\npath: 5\n", "'path' is no text"),
    ],
)
def test_bad_configurations(tmp_path: Path, data: str, words: str) -> None:
    place = write_yolo(tmp_path / "set", {"train/a": ""}, data)
    with pytest.raises(SchemaError) as error:
        open_dataset(place, "yolo")
    assert (error.value.code, error.value.at) == ("E403", (0,))
    assert words in error.value.message
    assert error.value.message.startswith("data.yaml: ")


def test_yaml_bombs(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}, *a{at - 1}]" for at in range(1, 60)]
    bomb = "\n".join(lines) + "\ntrain: images/train\nnames: *a59\n"
    place = write_yolo(tmp_path / "set", {"train/a": ""}, bomb)
    with pytest.raises(SchemaError, match="'names' is neither"):
        open_dataset(place, "yolo")
    deep = "names: " + "[" * 20_000
    (place / "data.yaml").write_text(f"train: images/train\n{deep}\n")
    with pytest.raises(SchemaError, match="not YAML"):
        open_dataset(place, "yolo")


def test_numbers_as_names(tmp_path: Path) -> None:
    place = write_yolo(
        tmp_path / "set", {"train/a": ""}, DATA.replace("{0: lemon, 1: kiwi}", "[7, yes]")
    )
    assert open_dataset(place, "yolo").schema.label_names == ("7", "True")
    (place / "data.yaml").write_text("train: images/train\nnc: 2\n")
    assert open_dataset(place, "yolo").schema.label_names == ("class_0", "class_1")


def test_without_a_configuration(tmp_path: Path) -> None:
    place = write_yolo(tmp_path / "set", {"one/a": "1 0.5 0.5 0.2 0.2\n", "two/a": ""})
    (place / "data.yaml").unlink()
    assert YoloFormat.detect(place) == ""
    with pytest.raises(SchemaError, match="no YOLO dataset") as error:
        open_dataset(place, "yolo")
    assert error.value.code == "E403"
    (place / "classes.txt").write_text("lemon\nkiwi\n")
    (place / "images" / "val").rmdir()
    assert YoloFormat.detect(place)
    source = open_dataset(place, "yolo")
    assert [each.name for each in source.datasets] == ["one", "two"]
    assert boxes(read_all(source)[0]) == [("kiwi", (32, 24, 48, 36))]


def test_a_configuration_by_its_file(tmp_path: Path) -> None:
    place = write_yolo(tmp_path / "set", {"train/a": "1 0.5 0.5 0.2 0.2\n"})
    (place / "data.yaml").rename(place / "fruit.yaml")
    assert YoloFormat.detect(place / "fruit.yaml")
    (place / "other.yaml").write_text(DATA)
    with pytest.raises(SchemaError, match=r"fruit.yaml, other.yaml"):
        open_dataset(place, "yolo")
    (sample,) = read_all(open_dataset(place / "fruit.yaml", "yolo"))
    assert len(sample.instances) == 1


def test_folders_in_folders_and_last_images(tmp_path: Path) -> None:
    data = "train: data/images/sub/images\nnames: [a]\n"
    place = write_yolo(tmp_path / "set", {}, data)
    for parts in (("x", "a.png"), ("y", "a.png"), ("a.png",), ("x_a.png",)):
        folder = place / "data" / "images" / "sub"
        write_picture(folder / "images" / Path(*parts), np.zeros((60, 80, 3), np.uint8))
        rows = (folder / "labels" / Path(*parts)).with_suffix(".txt")
        rows.parent.mkdir(parents=True, exist_ok=True)
        x = {"x": 0.25, "y": 0.5}.get(parts[0], 0.75)
        rows.write_text(f"0 {x} 0.5 0.1 0.1\n")
    source = open_dataset(place, "yolo")
    assert source.datasets[0].files == ("a.png", "x_a.png", "x_a_1.png", "y_a.png")
    found = {sample.origin.file: sample for sample in read_all(source)}
    middles = {name: each.instances[0].shape.bbox.x0 + 4 for name, each in found.items()}
    assert middles == {"a.png": 60, "x_a.png": 60, "x_a_1.png": 20, "y_a.png": 40}


def test_lists_of_images(tmp_path: Path) -> None:
    place = write_yolo(tmp_path / "set", {"train/a": "0 0.5 0.5 0.2 0.2\n", "val/a": ""})
    lines = [
        "images/train/a.png",
        "./images/val/a.png",
        "images/train/ghost.png",
        "/etc/passwd.png",
        "../../x.png",
        "images/notes.txt",
    ]
    (place / "list.txt").write_text("\n".join(lines))
    (place / "data.yaml").write_text("train: list.txt\nnames: [a]\n")
    source = open_dataset(place, "yolo")
    files = ("a.png", "a_1.png", "ghost.png", "notes.txt", "passwd.png", "x.png")
    assert source.datasets[0].files == files
    assert len(source.read(Origin("set", "train", "a.png")).instances) == 1
    assert source.read(Origin("set", "train", "a_1.png")).instances == ()
    codes = {}
    for file in files[2:]:
        with pytest.raises(DataError) as error:
            source.read(Origin("set", "train", file))
        codes[file] = error.value.code
        if error.value.code == "F609":
            assert "list.txt:" in error.value.message
    assert codes == {
        "ghost.png": "F601",
        "notes.txt": "F601",
        "passwd.png": "F609",
        "x.png": "F609",
    }


def test_links_out(tmp_path: Path) -> None:
    place = write_yolo(tmp_path / "set", {"train/a": "", "train/b": "0 0.5 0.5 0.2 0.2\n"})
    outside = tmp_path / "outside"
    outside.mkdir()
    for kind, name in (("images", "a.png"), ("labels", "b.txt")):
        path = place / kind / "train" / name
        shutil.move(path, outside / name)
        path.symlink_to(outside / name)
    source = open_dataset(place, "yolo")
    for name in ("a.png", "b.png"):
        with pytest.raises(AnnotationError) as error:
            source.read(Origin("set", "train", name))
        assert error.value.code == "F609"
    shutil.rmtree(place / "images" / "train")
    (place / "images" / "train").symlink_to(outside)
    with pytest.raises(SchemaError, match="link out of its dataset"):
        open_dataset(place, "yolo")
    (place / "data.yaml").unlink()
    (outside / "data.yaml").write_text(DATA)
    (place / "data.yaml").symlink_to(outside / "data.yaml")
    with pytest.raises(SchemaError):
        open_dataset(place, "yolo")


def test_the_same_images_twice(tmp_path: Path) -> None:
    data = "train: images/train\nval: images/train\nnames: [a]\n"
    place = write_yolo(tmp_path / "set", {"train/a": "", "train/b": ""}, data)
    source = open_dataset(place, "yolo")
    assert [each.key for each in source.datasets] == ["set/train"]
    assert source.notes == ("2 images of split 'val' are in another one, where they are read",)
    source = open_dataset(place, "yolo", "train", "val")
    assert [len(each.files) for each in source.datasets] == [2, 2]


def test_splits_that_are_not_there(tmp_path: Path) -> None:
    data = DATA + "test: images/test\n"
    source = open_dataset(write_yolo(tmp_path / "set", {"train/a": ""}, data), "yolo", "tset")
    assert any("there is no 'images/test'" in note for note in source.notes)
    assert any("no dataset 'tset'" in note for note in source.notes)
    shutil.rmtree(tmp_path / "set" / "images")
    with pytest.raises(SchemaError, match="no image") as error:
        open_dataset(tmp_path / "set", "yolo")
    assert error.value.code == "E404"
