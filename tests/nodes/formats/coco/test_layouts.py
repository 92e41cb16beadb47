"""Reading COCO: which files are found, and the options that name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.sdk import SchemaError
from dtl_nodes.formats import detect_format
from tests.nodes.formats.coco.drawn import draw, image, instances, read_one, thing, write_coco
from tests.nodes.formats.exporting import open_dataset, read_all

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("annotations/instances_val.json", "images/val/a.png"),
        ("annotations/instances_val.json", "val/a.png"),
        ("annotations/instances_val.json", "images/a.png"),
        ("annotations/instances_val.json", "somewhere/else/a.png"),
        ("annotations/person_keypoints_val.json", "val/a.png"),
        ("val/_annotations.coco.json", "val/a.png"),
        ("labels.json", "data/a.png"),
        ("val.json", "a.png"),
    ],
)
def test_layouts_are_recognised(file: str, place: str, tmp_path: Path) -> None:
    folder = write_coco(tmp_path / "set", file=file, draws=False)
    draw(folder / place)
    assert detect_format(folder).name == "coco"
    source = open_dataset("coco", folder)
    assert [dataset.name for dataset in source.datasets] == [
        "labels" if "labels" in file else "val"
    ]
    (sample,) = read_all(source).values()
    assert sample.image.path == folder / place


def test_a_file_alone_is_a_dataset(tmp_path: Path) -> None:
    folder = write_coco(tmp_path / "set", [thing(bbox=[1, 1, 2, 2])])
    file = folder / "annotations/instances_train.json"
    assert detect_format(file).name == "coco"
    assert len(instances(file)) == 1


def test_folders_are_named_by_options(tmp_path: Path) -> None:
    folder = write_coco(tmp_path / "set", file="deep/down/instances_a.json", draws=False)
    draw(folder / "pictures" / "a.png")
    for named in ("deep/down", "deep/down/instances_a.json"):
        read_one(folder, annotations=named, images="pictures")
    with pytest.raises(SchemaError, match="leads out of the dataset"):
        open_dataset("coco", folder, annotations="../set/deep/down")


def test_one_task_is_read_of_each_split(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, [thing(bbox=[1, 1, 2, 2])])
    write_coco(folder, file="annotations/person_keypoints_train.json")
    write_coco(folder, file="annotations/captions_train.json")
    write_coco(folder, file="annotations/person_keypoints_val.json", images=[image(name="b.png")])
    source = open_dataset("coco", folder)
    assert [dataset.name for dataset in source.datasets] == ["train", "val"]
    assert len(source.notes) == 2
    assert len(read_all(source)["train/a.png"].instances) == 1
    other = open_dataset("coco", folder, task="keypoints")
    assert read_all(other)["train/a.png"].instances == ()
    assert [each.name for each in open_dataset("coco", folder, "val").datasets] == ["val"]
    with pytest.raises(SchemaError, match="no COCO file about panoptic"):
        open_dataset("coco", folder, task="panoptic")


def test_a_missing_split_is_told(tmp_path: Path) -> None:
    folder = write_coco(tmp_path)
    source = open_dataset("coco", folder, "train", "trian")
    assert "has no dataset 'trian'" in source.notes[0]
