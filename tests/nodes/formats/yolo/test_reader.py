"""Reading YOLO: rows, tasks, and what bad files yield."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import Keypoints, Origin, SchemaError, Tag
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats.yolo.format import YoloFormat
from tests.fixtures.datasets import open_dataset, read_all
from tests.nodes.formats.yolo.drawn import DATA, POSE, boxes, reads, write_yolo
from tests.nodes.formats.yolo.reference import corners, label_path, load_config, load_labels


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
