"""The documented rules of YOLO one by one, where the tests of reader and writer pass over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.sdk import (
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Polygon,
    Rectangle,
    Schema,
    SchemaError,
    ShapeKind,
    Size,
)
from tests.fixtures.datasets import write_picture
from tests.nodes.formats.exporting import export, only_sample, open_dataset, read_all, sample_with
from tests.nodes.formats.yolo.drawn import DATA, POSE, boxes, reads, write_yolo
from tests.nodes.formats.yolo.reference import load_config, load_labels

BOX = "0 0.5 0.5 0.2 0.2\n"
TRIANGLE = "1 0.1 0.1 0.5 0.1 0.5 0.5\n"
CORNERS = "0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n"


@pytest.mark.parametrize("names", ["[lemon, kiwi]", "{0: lemon, 1: kiwi}", "{1: kiwi, 0: lemon}"])
@pytest.mark.parametrize("count", ["", "nc: 2\n"])
def test_names_are_a_list_or_by_number(tmp_path: Path, names: str, count: str) -> None:
    data = f"train: images/train\nval: images/val\nnames: {names}\n{count}"
    assert boxes(reads(tmp_path, "1 0.5 0.5 0.2 0.2\n", data)) == [("kiwi", (32, 24, 48, 36))]


@pytest.mark.parametrize("count", [1, 3])
def test_a_count_that_does_not_agree(tmp_path: Path, count: int) -> None:
    with pytest.raises(SchemaError, match=f"'nc' says {count} classes, 'names' has 2") as refused:
        reads(tmp_path, BOX, DATA + f"nc: {count}\n")
    assert refused.value.code == "E403"


@pytest.mark.parametrize(
    ("head", "train"),
    [
        ("", "images/train"),
        ("", "./images/train/"),
        ("path:\n", "images/train"),
        ("path: ''\n", "images/train"),
        ("path: ./\n", "images/train"),
        ("path: images\n", "train"),
        ("path: ./images/\n", "./train"),
        ("path: dota8\n", "images/train"),
        ("path: C:\\data\\fruit\n", "images\\train"),
        ("path: ../set\n", "images/train"),
        ("", "[images/train]"),
        ("", "train.txt"),
        ("", "[train.txt, images/none]"),
        ("path: lists\n", "here.txt"),
    ],
)
def test_paths(tmp_path: Path, head: str, train: str) -> None:
    data = f"{head}train: {train}\nval: images/val\ntest:\nnames: [lemon, kiwi]\n"
    place = write_yolo(tmp_path / "set", {"train/a": BOX}, data)
    (place / "train.txt").write_text("./images/train/a.png\n")
    (place / "lists").mkdir()
    (place / "lists" / "here.txt").write_text("../images/train/a.png\n")
    source = open_dataset("yolo", place)
    assert [each.name for each in source.datasets if each.files] == ["train"]
    assert boxes(only_sample(source)) == [("lemon", (32, 24, 48, 36))]


def test_the_test_split_and_splits_of_several_folders(tmp_path: Path) -> None:
    data = (
        "train: [images/train, images/more]\nval: images/val\ntest: images/test\n"
        "names: [lemon, kiwi]\n"
    )
    rows = {"train/a": BOX, "more/b": BOX, "more/a": "", "val/a": BOX, "test/a": TRIANGLE}
    place = write_yolo(tmp_path / "set", dict(rows), data)
    source = open_dataset("yolo", place)
    found = {each.name: each.files for each in source.datasets}
    assert found == {"test": ("a.png",), "train": ("a.png", "a_1.png", "b.png"), "val": ("a.png",)}
    read = read_all(source)
    assert len(read) == 5
    assert {len(read[f"train/{name}"].instances) for name in ("a.png", "b.png")} == {1}
    assert read["train/a_1.png"].instances == ()
    assert [each.name for each in open_dataset("yolo", place, "test").datasets] == ["test"]


def test_labels_lie_where_the_last_images_is_labels(tmp_path: Path) -> None:
    data = "train: my images/images/x\nval: plain\nnames: [lemon]\n"
    place = write_yolo(tmp_path / "set", {}, data)
    black = np.zeros((60, 80, 3), np.uint8)
    write_picture(place / "my images" / "images" / "x" / "a.b.png", black)
    write_picture(place / "plain" / "c.png", black)
    for path in ("my images/labels/x/a.b.txt", "plain/c.txt"):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(BOX)
    read = read_all(open_dataset("yolo", place))
    assert {key: len(sample.instances) for key, sample in read.items()} == {
        "train/a.b.png": 1,
        "val/c.png": 1,
    }


def test_a_file_with_a_polygon_is_of_polygons_throughout(tmp_path: Path) -> None:
    """The reference takes a box in it for two points; here it is told of, and never a box."""
    for text, number in ((TRIANGLE + BOX, 2), (BOX + TRIANGLE, 1)):
        with pytest.raises(AnnotationError, match=f"object {number}: the row has 5") as refused:
            reads(tmp_path, text)
        assert refused.value.code == "F604"
        (kept,) = reads(tmp_path, text, bad_objects="drop").instances
        assert (kept.label, kept.shape.kind) == ("kiwi", ShapeKind.POLYGON)
    # Two points with a confidence are as few.
    with pytest.raises(AnnotationError, match="the row has 6 columns; of task 'segment'"):
        reads(tmp_path, TRIANGLE + "0 0.5 0.5 0.2 0.2 0.9\n")


@pytest.mark.parametrize("row", ["0 0.1 0.1 0.2 0.2\n", "0 0.1 0.1 0.2 0.2 0.1 0.1\n"])
def test_segments_of_two_points(tmp_path: Path, row: str) -> None:
    with pytest.raises(AnnotationError) as refused:
        reads(tmp_path, row, task="segment")
    assert refused.value.code == "F604"
    assert reads(tmp_path, row + TRIANGLE, task="segment", bad_objects="drop").instances


@pytest.mark.parametrize("number", ["2", "-1", "1.5", "99999999999999999999"])
def test_classes_out_of_range(tmp_path: Path, number: str) -> None:
    text = f"{number} 0.5 0.5 0.2 0.2\n{BOX}"
    with pytest.raises(AnnotationError, match="is no class of 0 to 1") as refused:
        reads(tmp_path, text)
    assert refused.value.code == "F603"
    assert boxes(reads(tmp_path, text, bad_objects="drop")) == [("lemon", (32, 24, 48, 36))]


def test_the_task_is_told(tmp_path: Path) -> None:
    """By the option, else by the YAML file, else by the columns."""
    for data, option, expected in (
        (DATA, None, "polygon"),
        (DATA + "task: obb\n", None, "polygon"),
        (DATA + "task: classify\n", None, "polygon"),
        (DATA + "task: [obb]\n", None, "polygon"),
        (DATA + "task: obb\n", "segment", "polygon"),
    ):
        (each,) = reads(tmp_path, CORNERS, data, task=option).instances
        assert each.shape.kind == expected
    wide = "0 0.1 0.1 0.5 0.1 0.5 0.5\n"
    with pytest.raises(AnnotationError, match="7 columns; of task 'obb' it has 9"):
        reads(tmp_path, wide, DATA + "task: obb\n")
    assert reads(tmp_path, wide, DATA + "task: obb\n", task="segment").instances
    with pytest.raises(SchemaError, match="'kpt_shape' is needed"):
        reads(tmp_path, BOX, DATA + "task: pose\n")
    pose = POSE + "task: detect\n"
    assert [each.shape.kind for each in reads(tmp_path, BOX, pose).instances] == ["rectangle"]


@pytest.mark.parametrize(
    ("shape", "flips", "words"),
    [
        ("[2, 3]", "[1]", "'flip_idx' does not say for each of 2 nodes"),
        ("[2, 3]", "[1, 2]", "'flip_idx'"),
        ("[2, 3]", "[0, 1, 2]", "'flip_idx'"),
        ("[2, 3]", "left", "'flip_idx'"),
        ("[0, 3]", "[]", "not [number of nodes, 2 or 3]"),
        ("[2, 1]", "[1, 0]", "not [number of nodes, 2 or 3]"),
        ("[2.0, 3]", "[1, 0]", "'kpt_shape' is no pair"),
        ("two", "[1, 0]", "'kpt_shape' is no pair"),
    ],
)
def test_bad_poses_in_the_yaml_file(tmp_path: Path, shape: str, flips: str, words: str) -> None:
    with pytest.raises(SchemaError) as refused:
        reads(tmp_path, "", DATA + f"kpt_shape: {shape}\nflip_idx: {flips}\n")
    assert words in refused.value.message


def test_sight(tmp_path: Path) -> None:
    """0: not there, wherever it is said to be; 1: hidden; 2: seen."""
    row = "0 0.5 0.5 0.5 0.5 0.25 0.5 {} 0.75 0.5 {}\n"
    for first, second, expected in (
        ("0", "2", {"right": {}}),
        ("1", "0", {"left": {"disabled": True}}),
        ("2.000", "1.0", {"left": {}, "right": {"disabled": True}}),
        ("0", "0.0", None),
    ):
        graphs = [
            each.shape
            for each in reads(tmp_path, row.format(first, second), POSE).instances
            if isinstance(each.shape, Keypoints)
        ]
        found = [{node.id: dict(node.extra) for node in graph.nodes} for graph in graphs]
        assert found == ([] if expected is None else [expected])
    for bad in ("-1", "0.5", "3"):
        with pytest.raises(AnnotationError, match="not 0, 1 or 2"):
            reads(tmp_path, row.format(bad, "2"), POSE)


def test_sight_is_written(tmp_path: Path) -> None:
    nodes = (
        KeypointNode("c", 12, 9, (("disabled", True),)),
        KeypointNode("a", 0, 0),
    )
    schema = Schema((LabelSpec("hand", "graph", "#112233"),))
    graph = Instance("hand", Keypoints(nodes))
    keypoints = ("a", "b", "c")
    export("yolo", [sample_with([graph])], schema, tmp_path, task="pose", keypoints=keypoints)
    config = load_config(tmp_path / "data.yaml")
    assert config["kpt_shape"] == [3, 3]
    labels = load_labels(tmp_path / "labels" / "ds" / "one.txt", 1, config["kpt_shape"])
    assert labels.keypoints is not None
    assert labels.keypoints.tolist() == [[[0, 0, 2], [0, 0, 0], [0.5, 0.5, 1]]]
    _, back = only_sample(open_dataset("yolo", tmp_path)).instances
    assert isinstance(back.shape, Keypoints)
    assert {(node.id, node.extra) for node in back.shape.nodes} == {
        ("a", ()),
        ("c", (("disabled", True),)),
    }


def test_images_without_objects_have_an_empty_file(tmp_path: Path) -> None:
    schema = Schema((LabelSpec("a", "any", "#112233"),))
    for task in ("detect", "segment", "obb"):
        export("yolo", [sample_with([])], schema, tmp_path / task, task=task)
        assert (tmp_path / task / "labels" / "ds" / "one.txt").read_bytes() == b""
        assert only_sample(open_dataset("yolo", tmp_path / task)).instances == ()


def test_outlines_that_no_reader_would_take_are_not_written(tmp_path: Path) -> None:
    """In an image of many pixels six decimals are coarse."""
    schema = Schema((LabelSpec("a", "any", "#112233"),))
    size = Size(12000, 8)
    tiny = Polygon([(5, 1), (5.004, 1), (5.004, 1.0000001)])
    sample = sample_with([Instance("a", tiny), Instance("a", Rectangle(1, 1, 3, 3))], size=size)
    losses = export("yolo", [sample], schema, tmp_path, task="segment")
    assert losses == {("a", "polygon without area dropped"): 1}
    (back,) = only_sample(open_dataset("yolo", tmp_path)).instances
    assert tuple(back.shape.bbox) == (1, 1, 3, 3)
