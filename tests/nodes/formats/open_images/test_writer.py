from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.sdk import (
    Annotation,
    Image,
    Instance,
    LabelSpec,
    Mask,
    Origin,
    Rectangle,
    Sample,
    Schema,
    ShapeKind,
    Tag,
    TagSpec,
)
from dtl_engine.testing import OutputFolder, sample_schema
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats.open_images.format import OpenImagesFormat
from dtl_nodes.formats.open_images.layout import FLAGS
from dtl_nodes.formats.open_images.writer import label_names
from tests.fixtures.datasets import export, losses, open_dataset, read_all
from tests.fixtures.masks import mask, schema_of

SETTINGS = ExportSettings(format="open_images")
SCHEMA = Schema(
    (LabelSpec("Lemon", "any", "#AA0000"), LabelSpec("Kiwi", "any", "#00AA00")),
    tuple(TagSpec(name) for name in (*FLAGS, "ripe")),
)


def write(folder: Path, sample: Sample, schema: Schema = SCHEMA) -> Path:
    """Write one sample as dataset ``train``."""
    OpenImagesFormat.start(schema, folder, SETTINGS)
    place = OutputFolder(folder, "train", sample.origin.stem)
    OpenImagesFormat.write(sample, schema, place, SETTINGS)
    OpenImagesFormat.finish(schema, folder, SETTINGS)
    return folder


def sample_of(*instances: Instance, tags: tuple[Tag, ...] = ()) -> Sample:
    image = Image.from_pixels(np.zeros((12, 16, 3), np.uint8))
    annotation = Annotation(image.size, instances, tags)
    return Sample(Origin("p", "train", "00aa11bb22cc33dd.png"), image, annotation)


def test_the_real_sample_comes_back(shared: Path, tmp_path: Path) -> None:
    place = shared / "data" / "open_images"
    ran = export(place, tmp_path, "open_images")
    assert ran.code == 0, ran.err
    written = tmp_path / "result"
    assert losses(written) == {}
    before, after = open_dataset(place, "open_images"), open_dataset(written, "open_images")
    assert after.notes == ()
    assert set(before.schema.label_names) == set(after.schema.label_names)
    for one, other in zip(read_all(before), read_all(after), strict=True):
        assert str(one.origin).partition("/")[2] == str(other.origin).partition("/")[2]
        assert (one.size, set(one.tags)) == (other.size, set(other.tags))
        assert one.instances == other.instances
    descriptions = written / "annotations" / "oidv6-class-descriptions.csv"
    with descriptions.open(newline="") as file:
        names = {row["DisplayName"]: row["LabelName"] for row in csv.DictReader(file)}
    assert names["Person"] == "/m/01g317"


def test_rows_say_what_they_should(tmp_path: Path) -> None:
    lemon = Instance("Lemon", mask("0110/1111/0101", 2, 3), (Tag("IsOccluded"),))
    kiwi = Instance("Kiwi", Rectangle(1, 2, 9, 12))
    folder = write(tmp_path, sample_of(lemon, kiwi, tags=(Tag("ripe"),)))
    tables = {
        path.name: path.read_text().splitlines() for path in (folder / "annotations").iterdir()
    }
    id = "00aa11bb22cc33dd"
    (mask_row,) = tables["train-annotations-object-segmentation.csv"][1:]
    name, *fields = mask_row.split(",")
    box_id = fields[2]
    assert fields == [
        *(id, "/x/lemon", box_id),
        *("0.125000", "0.375000", "0.250000", "0.500000", "", ""),
    ]
    assert name == f"{id}_xlemon_{box_id}.png"
    assert tables["train-annotations-bbox.csv"][1:] == [
        f"{id},xclick,/x/lemon,1,0.125000,0.375000,0.250000,0.500000,1,0,0,0,0",
        f"{id},xclick,/x/kiwi,1,0.062500,0.562500,0.166667,1.000000,0,0,0,0,0",
    ]
    assert tables["train-annotations-human-imagelabels.csv"][1:] == [f"{id},verification,/x/ripe,1"]
    assert tables["train-images-with-rotation.csv"][1].startswith(f"{id},train,,")
    assert tables["oidv6-class-descriptions.csv"] == [
        "LabelName,DisplayName",
        "/x/lemon,Lemon",
        "/x/kiwi,Kiwi",
        "/x/ripe,ripe",
    ]
    pixels = cv2.imread(str(folder / "masks" / "train" / name), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert (pixels.shape, pixels.dtype, set(np.unique(pixels))) == ((12, 16), np.uint8, {0, 255})


def test_what_is_lost(mini: Path, tmp_path: Path) -> None:
    ran = export(mini / "mini", tmp_path, "open_images")
    assert ran.code == 0, ran.err
    told = losses(tmp_path / "result")
    schema = open_dataset(mini / "mini", "supervisely").schema
    words = {
        ShapeKind.LINE: "line saved as a box",
        ShapeKind.GRAPH: "graph saved as a box",
        ShapeKind.POINT: "point dropped",
        ShapeKind.POLYGON: "polygon saved as a mask",
    }
    expected = {
        (label.name, words[ShapeKind(label.kind)]): 3
        for label in schema.labels
        if label.kind in words
    }
    assert {key: count for key, count in told.items() if key in expected} == expected
    assert told["", "value of an image tag"] == 6
    known = {loss.label: loss.what for loss in OpenImagesFormat.losses(schema, SETTINGS)}
    assert {(label, what): 3 for label, what in known.items()} == expected
    assert list(OpenImagesFormat.losses(sample_schema(), SETTINGS))


def test_labels_are_each_class_its_own() -> None:
    schema = schema_of(**{"Red apple": "bitmap", "red  APPLE": "bitmap", "ÄÖ": "bitmap"})
    names = label_names(schema, {"ÄÖ": "/m/0"})
    assert names == {"Red apple": "/x/red_apple", "red  APPLE": "/x/red_apple_1", "ÄÖ": "/m/0"}
    assert label_names(schema, {"Red apple": "/m/0", "ÄÖ": "/m/0"})["ÄÖ"] == "/x/class"


def test_names_become_ids(shared: Path, tmp_path: Path) -> None:
    ran = export(shared / "data" / "lemon", tmp_path, "open_images")
    assert ran.code == 0, ran.err
    names = [path.stem for path in (tmp_path / "result" / "images" / "ds1").iterdir()]
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in names)
    before = read_all(open_dataset(shared / "data" / "lemon", "supervisely"))
    after = read_all(open_dataset(tmp_path / "result", "open_images"))
    shapes = [
        {tuple((i.label, i.shape) for i in sample.instances) for sample in samples}
        for samples in (before, after)
    ]
    assert shapes[0] == shapes[1]


def test_splits_by_tag(shared: Path, tmp_path: Path) -> None:
    writing = {"splits": ["Toilet", "Bird"]}
    ran = export(shared / "data" / "open_images", tmp_path, "open_images", writing=writing)
    assert ran.code == 0, ran.err
    source = open_dataset(tmp_path / "result", "open_images")
    assert [each.name for each in source.datasets] == ["Bird", "Toilet", "unassigned"]
    assert source.notes == ()
    assert sum(len(sample.instances) for sample in read_all(source)) == 37


labels = st.sampled_from(["Lemon", "Kiwi"])
blocks = st.tuples(
    st.integers(0, 15), st.integers(0, 11), st.integers(1, 16), st.integers(1, 12)
).map(lambda box: (box[0], box[1], min(box[0] + box[2], 16), min(box[1] + box[3], 12)))


@settings(max_examples=30)
@given(
    masks=st.lists(st.tuples(labels, blocks, st.sets(st.sampled_from(FLAGS)))),
    boxes=st.lists(st.tuples(labels, blocks)),
)
def test_masks_boxes_and_flags_come_back(
    masks: list[tuple[str, tuple[int, int, int, int], set[str]]],
    boxes: list[tuple[str, tuple[int, int, int, int]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    instances = []
    for label, (x0, y0, x1, y1), flags in masks:
        pixels = np.ones((y1 - y0, x1 - x0), bool)
        pixels[1:-1, 1:-1] = False
        shape = Mask.tight(pixels, x0, y0)
        assert shape is not None
        tags = tuple(Tag(flag) for flag in FLAGS if flag in flags)
        instances.append(Instance(label, shape, tags))
    instances += [Instance(label, Rectangle(*box)) for label, box in boxes]
    folder = write(tmp_path_factory.mktemp("written"), sample_of(*instances))
    (back,) = read_all(open_dataset(folder, "open_images"))
    found = [
        Instance(i.label, i.shape, tuple(tag for tag in i.tags if tag.name != "box_id"))
        for i in back.instances
    ]
    assert found == instances
