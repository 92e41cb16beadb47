"""Reading YOLO: rows, tasks, configurations, and what bad files yield."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import Keypoints, Origin, Sample, SchemaError, Tag
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats.yolo.format import YoloFormat
from tests.fixtures.datasets import open_dataset, read_all, write_picture
from tests.nodes.formats.yolo.reference import corners, label_path, load_config, load_labels

DATA = "train: images/train\nval: images/val\nnames: {0: lemon, 1: kiwi}\n"


def write_yolo(
    root: Path,
    rows: dict[str, str | bytes | None],
    data: str = DATA,
    size: tuple[int, int] = (80, 60),
) -> Path:
    """Write images by ``split/stem``, their rows (``None`` for no file), and ``data.yaml``."""
    for name, text in rows.items():
        write_picture(root / "images" / f"{name}.png", np.zeros((size[1], size[0], 3), np.uint8))
        if text is not None:
            path = root / "labels" / f"{name}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
    (root / "images" / "val").mkdir(parents=True, exist_ok=True)
    (root / "data.yaml").write_text(data, encoding="utf-8")
    return root


def reads(folder: Path, text: str | bytes, data: str = DATA, **options: Any) -> Sample:
    """Read the only image of a dataset, with these rows."""
    source = open_dataset(write_yolo(folder / "set", {"train/a": text}, data), "yolo", **options)
    (sample,) = read_all(source)
    assert_schema_covers(source.schema, sample)
    return sample


def boxes(sample: Sample) -> list[tuple[str, tuple[float, ...]]]:
    return [(each.label, tuple(each.shape.bbox)) for each in sample.instances]


def test_the_worked_number(tmp_path: Path) -> None:
    sample = reads(tmp_path, "0 0.05625 0.075 0.0625 0.05\n")
    assert boxes(sample) == [("lemon", (2, 3, 7, 6))]
    rows, columns = np.nonzero(sample.instances[0].shape.paint(sample.size))
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (2, 6, 3, 5)


def test_the_real_polygons(shared: Path) -> None:
    place = shared / "data" / "yolo_seg"
    source = open_dataset(place, "yolo")
    assert source.notes == ()
    assert {each.kind for each in source.schema.labels} == {"polygon"}
    config = load_config(place / "data.yaml")
    assert source.schema.label_names == tuple(config["names"].values())
    samples = read_all(source)
    assert sum(len(sample.instances) for sample in samples) == 69
    assert {sample.origin.dataset for sample in samples} == {"train", "val"}
    for sample in samples:
        assert_schema_covers(source.schema, sample)
        labels = load_labels(label_path(Path(str(sample.image.path))), 80)
        assert [each.label for each in sample.instances] == [
            config["names"][number] for number in labels.classes.tolist()
        ]
        for each, box, segment in zip(sample.instances, labels.boxes, labels.segments, strict=True):
            assert list(each.shape.bbox) == pytest.approx(corners(box, *sample.size), abs=1e-3)
            assert each.shape.exterior == pytest.approx(segment * sample.size, abs=1e-3)  # type: ignore[attr-defined]


def test_the_real_darknet(shared: Path) -> None:
    place = shared / "data" / "multi_format"
    source = open_dataset(place, "yolo")
    samples = read_all(source)
    assert [each.name for each in source.datasets] == ["train"]
    assert sum(len(sample.instances) for sample in samples) == 34
    # In this set the numbers of the XML files are edges.
    others = read_all(open_dataset(place, "voc", edges=True))
    for one, other in zip(samples, others, strict=True):
        assert one.origin.file == other.origin.file
        assert one.size == other.size
        assert sorted(boxes(one)) == sorted(boxes(other))


def test_polygons_and_their_file(tmp_path: Path) -> None:
    text = "1 0.1 0.1 0.5 0.1 0.5 0.5\n0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n"
    sample = reads(tmp_path, text)
    assert [each.shape.kind for each in sample.instances] == ["polygon", "polygon"]
    assert sample.instances[0].shape.exterior.tolist() == [[8, 6], [40, 6], [40, 30]]  # type: ignore[attr-defined]


def test_mixed_datasets_have_any_shape(tmp_path: Path) -> None:
    place = write_yolo(
        tmp_path / "set",
        {"train/a": "0 0.5 0.5 0.2 0.2\n", "train/b": "0 0.1 0.1 0.5 0.1 0.5 0.5\n"},
    )
    source = open_dataset(place, "yolo")
    assert {each.kind for each in source.schema.labels} == {"any"}
    kinds = [each.shape.kind for sample in read_all(source) for each in sample.instances]
    assert kinds == ["rectangle", "polygon"]
    source = open_dataset(place, "yolo", task="detect")
    assert {each.kind for each in source.schema.labels} == {"rectangle"}
    with pytest.raises(AnnotationError, match="the row has 7 columns; of task 'detect' it has 5"):
        read_all(source)


def test_oriented_boxes_are_asked_for(tmp_path: Path) -> None:
    text = "0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n"
    for task in (None, "segment", "obb"):
        assert reads(tmp_path, text, task=task).instances[0].shape.kind == "polygon"
    with pytest.raises(AnnotationError, match="of task 'obb' it has 9"):
        reads(tmp_path, "0 0.1 0.1 0.2 0.1 0.2 0.2\n", task="obb")


def test_confidences(tmp_path: Path) -> None:
    for text, task in (
        ("0 0.5 0.5 0.2 0.2 0.75\n", "detect"),
        ("0 0.1 0.1 0.5 0.1 0.5 0.5 0.75\n", "segment"),
        ("0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2 0.75\n", "obb"),
    ):
        for told in (None, task):
            (each,) = reads(tmp_path, text, task=told).instances
            assert each.tags == (Tag("confidence", 0.75),)


POSE = DATA + "kpt_shape: [2, 3]\nflip_idx: [1, 0]\nkpt_names: {0: [left, right]}\n"


def test_poses(tmp_path: Path) -> None:
    text = (
        "0 0.5 0.5 0.5 0.5 0.25 0.5 2 0.75 0.5 1\n"
        "1 0.5 0.5 0.5 0.5 0 0 0 0.75 0.5 2.0 0.5\n"
        "1 0.5 0.5 0.1 0.1 0 0 0 0 0 0\n"
    )
    sample = reads(tmp_path, text, POSE)
    box, graph, second, half, alone = sample.instances
    assert tuple(box.shape.bbox) == (20, 15, 60, 45)
    assert isinstance(graph.shape, Keypoints)
    told = [(node.id, node.x, node.y, dict(node.extra)) for node in graph.shape.nodes]
    assert told == [("left", 20, 30, {}), ("right", 60, 30, {"disabled": True})]
    assert box.tags == graph.tags == (Tag("@label-group-id", "1"),)
    assert half.tags == (Tag("confidence", 0.5), Tag("@label-group-id", "2"))
    assert isinstance(half.shape, Keypoints)
    assert [node.id for node in half.shape.nodes] == ["right"]
    assert (second.shape.kind, alone.shape.kind, alone.tags) == ("rectangle", "rectangle", ())
    source = open_dataset(tmp_path / "set", "yolo")
    (spec, _) = source.schema.labels
    assert list(spec.extra["geometry_config"]["nodes"]) == ["left", "right"]
    assert spec.extra["flip_idx"] == [1, 0]


def test_poses_of_two_numbers(tmp_path: Path) -> None:
    data = DATA + "kpt_shape: [2, 2]\n"
    _, graph = reads(tmp_path, "0 0.5 0.5 0.5 0.5 0.25 0.5 -0.001 0.5\n", data).instances
    assert isinstance(graph.shape, Keypoints)
    assert [(node.id, node.x, node.y) for node in graph.shape.nodes] == [("0", 20, 30)]


def test_poses_need_a_shape(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="'kpt_shape' is needed"):
        reads(tmp_path, "0 0.5 0.5 0.5 0.5\n", task="pose")


def test_mended_rows(tmp_path: Path) -> None:
    text = (
        "\ufeff0 0.5 0.5 0.2 0.2\r\n\n"
        "0 0.5 0.5 0.2 0.2\n"  # the same again
        "1.0 1.005 0.5 0.2 0.2\n"  # cut to 1, then to the image
        "0 0.1 0.5 0.4 0.2\n"  # leaves the image
    )
    assert boxes(reads(tmp_path, text)) == [
        ("lemon", (32, 24, 48, 36)),
        ("kiwi", (72, 24, 80, 36)),
        ("lemon", (0, 24, 24, 36)),
    ]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("2 0.5 0.5 0.2 0.2", "F603", "'2' is no class of 0 to 1"),
        ("-1 0.5 0.5 0.2 0.2", "F603", "no class"),
        ("0.5 0.5 0.5 0.2 0.2", "F603", "no class"),
        ("lemon 0.5 0.5 0.2 0.2", "F604", "no number: 'lemon'"),
        ("nan 0.5 0.5 0.2 0.2", "F604", "no number"),
        ("0 0.5 nan 0.2 0.2", "F604", "class 'lemon' is no number: 'nan'"),
        ("0 0.5 inf 0.2 0.2", "F604", "no number"),
        ("0 0.5 0.5 0.2", "F604", "the row has 4 columns; of task 'detect' it has 5"),
        ("0", "F604", "1 columns"),
        ("0 0.5 0.5 0.2 1.02", "F604", "numbers are from 0 to 1"),
        ("0 0.5 -0.02 0.2 0.2", "F604", "numbers are from 0 to 1"),
        ("0 50 50 20 20", "F604", "numbers are from 0 to 1"),
        ("0 0.5 0.5 0 0.2", "F604", "no area"),
        ("0 0.1 0.1 0.1 0.1 0.1 0.1", "F604", "no three points"),
        ("0 0.1 0.1 0.2 0.1 0.2 0.1", "F604", "no three points"),
        ("0 0.1 0.1 0.2 0.1 0.2 1.2", "F604", "numbers are from 0 to 1"),
    ],
)
def test_bad_rows(tmp_path: Path, row: str, code: str, words: str) -> None:
    with pytest.raises(AnnotationError) as error:
        reads(tmp_path, f"{row}\n")
    assert error.value.code == code
    assert words in error.value.message
    assert error.value.message.startswith("object 1:")
    assert error.value.path.endswith("a.txt")
    assert reads(tmp_path, f"{row}\n", bad_objects="drop").instances == ()


def test_bad_poses(tmp_path: Path) -> None:
    for row, words in (
        ("0 0.5 0.5 0.5 0.5 0.25 0.5 2", "the row has 8 columns; of task 'pose' it has 11"),
        ("0 0.5 0.5 0.5 0.5 0.25 0.5 3 0 0 0", "visibility 3.0"),
        ("0 0.5 0.5 0.5 0.5 0.25 1.5 2 0 0 0", "numbers are from 0 to 1"),
    ):
        with pytest.raises(AnnotationError, match=words):
            reads(tmp_path, row, POSE)


def test_bad_files(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="not UTF-8") as error:
        reads(tmp_path, b"0 0.5 \xff 0.5 0.1 0.1\n")
    assert error.value.code == "F602"


def test_background_images(tmp_path: Path) -> None:
    place = write_yolo(tmp_path / "set", {"train/a": None, "train/b": "", "train/c": "\n  \n"})
    assert [len(sample.instances) for sample in read_all(open_dataset(place, "yolo"))] == [0, 0, 0]


def test_a_broken_image(tmp_path: Path) -> None:
    place = write_yolo(tmp_path / "set", {"train/a": "0 0.5 0.5 0.2 0.2\n"})
    (place / "images" / "train" / "a.png").write_bytes(b"")
    with pytest.raises(DataError) as error:
        read_all(open_dataset(place, "yolo"))
    assert error.value.code == "F601"


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


def test_rows_are_exact_to_the_pixel(tmp_path: Path) -> None:
    for width, height in ((80, 60), (1067, 803), (3001, 997)):
        place = tmp_path / str(width)
        edges = [(0, 0, 1, 1), (3, 5, width, height), (width - 2, 1, width - 1, height // 2)]
        rows = "".join(
            f"0 {(x0 + x1) / 2 / width:.6f} {(y0 + y1) / 2 / height:.6f} "
            f"{(x1 - x0) / width:.6f} {(y1 - y0) / height:.6f}\n"
            for x0, y0, x1, y1 in edges
        )
        source = open_dataset(
            write_yolo(place / "set", {"train/a": rows}, size=(width, height)), "yolo"
        )
        found = [tuple(each.shape.bbox) for each in read_all(source)[0].instances]
        assert found == edges


def test_a_dataset_pickles(tmp_path: Path) -> None:
    place = write_yolo(tmp_path / "set", {"train/a": "0 0.5 0.5 0.2 0.2\n"})
    source = open_dataset(place, "yolo")
    copy = pickle.loads(pickle.dumps(source))
    origin = Origin("set", "train", "a.png")
    assert copy.schema == source.schema
    assert copy.read(origin).annotation == source.read(origin).annotation


def test_the_unlike_are_not_taken_for_it(shared: Path) -> None:
    for name in ("coco", "pascal_voc", "labelme", "tutorial", "open_images", "nails", "images"):
        assert YoloFormat.detect(shared / "data" / name) == "", name


def test_tasks_are_words_of_the_format(tmp_path: Path) -> None:
    from dtl_nodes.data import DataSettings

    assert DataSettings(format="yolo", task="obb").task == "obb"
    assert DataSettings(format="coco", task="stuff").task == "stuff"
    with pytest.raises(ValueError, match="detect, segment, obb, pose"):
        DataSettings(format="yolo", task="stuff")
    with pytest.raises(ValueError, match="instances, keypoints"):
        DataSettings(format="coco", task="obb")
