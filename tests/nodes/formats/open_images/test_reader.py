from __future__ import annotations

import csv
import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.model.schema import SchemaError
from dtl_engine.sdk import Rectangle, Sample, Source, Tag
from dtl_engine.testing import assert_same_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats import recognise
from tests.fixtures.datasets import blank, open_dataset, read_all, write_picture

BOX_HEADER = (
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,"
    "IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
)
MASK_HEADER = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks"
ID = "00aa11bb22cc33dd"
MASK = f"{ID}_m0abc1_1f2e3d4c.png"
BOX_ROW = f"{ID},xclick,/m/0abc1,1,0.1,0.4,0.25,0.75,0,1,0,0,-1"
MASK_ROW = f"{MASK},{ID},/m/0abc1,1f2e3d4c,0.1,0.4,0.25,0.75,0.87120,0.2 0.4 1;0.3 0.5 0"


def dataset(
    folder: Path,
    *,
    boxes: tuple[str, ...] = (BOX_ROW,),
    masks: tuple[str, ...] = (MASK_ROW,),
    names: str = "/m/0abc1,Lemon\n/m/0abc2,Kiwi\n",
) -> Path:
    """Write a dataset of one image, 80 x 60, one mask and its tables."""
    write_picture(folder / "images" / "train" / f"{ID}.jpg", np.zeros((60, 80, 3), np.uint8))
    write_picture(folder / "masks" / "train" / MASK, blank(80, 60, (8, 15, 32, 45)))
    tables = folder / "annotations"
    tables.mkdir()
    (tables / "class-descriptions-boxable.csv").write_text(names)
    if boxes:
        text = "\n".join((BOX_HEADER, *boxes)) + "\n"
        (tables / "oidv6-train-annotations-bbox.csv").write_text(text)
    if masks:
        text = "\n".join((MASK_HEADER, *masks)) + "\n"
        (tables / "train-annotations-object-segmentation.csv").write_text(text)
    return folder


def opened(folder: Path, **options: Any) -> Source:
    return open_dataset(folder, "open_images", **options)


def only(folder: Path, **options: Any) -> Sample:
    (sample,) = read_all(opened(folder, **options))
    return sample


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_real_sample(shared: Path) -> None:
    place = shared / "data" / "open_images"
    source = opened(place)
    assert [(each.name, len(each.files)) for each in source.datasets] == [
        ("train", 5),
        ("validation", 2),
    ]
    assert source.notes == ()
    assert {label.kind for label in source.schema.labels} == {"bitmap"}
    names = {
        row["LabelName"]: row["DisplayName"]
        for row in rows(place / "annotations" / "oidv6-class-descriptions.csv")
    }
    count = 0
    for sample in read_all(source):
        assert_schema_covers(source.schema, sample)
        split = sample.origin.dataset
        told = [
            row
            for row in rows(place / "annotations" / f"{split}-annotations-object-segmentation.csv")
            if row["ImageID"] == sample.origin.stem
        ]
        assert len(told) == len(sample.instances)
        for row, instance in zip(told, sample.instances, strict=True):
            mask = cv2.imread(str(place / "masks" / split / row["MaskPath"]), 0)
            assert mask is not None
            width, height = sample.size
            across = ((np.arange(width) + 0.5) * mask.shape[1] / width).astype(int)
            down = ((np.arange(height) + 0.5) * mask.shape[0] / height).astype(int)
            assert np.array_equal(instance.shape.paint(sample.size), mask[np.ix_(down, across)] > 0)
            assert instance.label == names[row["LabelName"]]
            assert Tag("box_id", row["BoxID"]) in instance.tags
        count += len(told)
    assert count == 37


def test_flags_and_image_labels_of_the_real_sample(shared: Path) -> None:
    place = shared / "data" / "open_images"
    boxes = [
        row
        for name in ("oidv6-train", "validation")
        for row in rows(place / "annotations" / f"{name}-annotations-bbox.csv")
    ]
    samples = read_all(opened(place))
    tags = [tag.name for sample in samples for i in sample.instances for tag in i.tags]
    assert tags.count("IsTruncated") == sum(row["IsTruncated"] == "1" for row in boxes)
    labels = rows(place / "annotations" / "oidv6-train-annotations-human-imagelabels.csv")
    present = {(row["ImageID"], row["LabelName"]) for row in labels if row["Confidence"] == "1"}
    found = sum(len(sample.tags) for sample in samples if sample.origin.dataset == "train")
    assert found == len(present)


def test_classes_are_chosen_while_reading(shared: Path) -> None:
    place = shared / "data" / "open_images"
    source = opened(place, classes=["Umbrella"], skip_unannotated=True)
    assert [(each.name, len(each.files)) for each in source.datasets] == [("train", 1)]
    assert source.schema.label_names == ("Umbrella",)
    assert [i.label for sample in read_all(source) for i in sample.instances] == ["Umbrella"]
    bird = opened(place, classes=["Bird"])
    assert sum(len(each.files) for each in bird.datasets) == 7
    assert sum(len(sample.instances) for sample in read_all(bird)) == 3
    with pytest.raises(SchemaError, match="no image with an object of these classes"):
        opened(place, classes=["Pumpkin"], skip_unannotated=True)


def test_the_flavour_with_names_and_commas(shared: Path) -> None:
    place = shared / "data" / "multi_format"
    source = opened(place)
    assert source.notes == ()
    found = {
        (sample.origin.stem, i.label, *i.shape.bbox)
        for sample in read_all(source)
        for i in sample.instances
    }
    table = place / "openimages_format" / "all_bounding_boxes.csv"
    expected = set()
    for row in rows(table):
        height, width = cv2.imread(str(place / "images" / row["ImageID"])).shape[:2]  # type: ignore[union-attr]
        edges = [float(row[name].replace(",", ".")) for name in ("XMin", "YMin", "XMax", "YMax")]
        pixels = [round(e * side) for e, side in zip(edges, (width, height) * 2, strict=True)]
        expected.add((Path(row["ImageID"]).stem, row["LabelName"], *map(float, pixels)))
    assert found == expected
    assert len(found) == 34


def test_masks_by_their_names(shared: Path) -> None:
    place = shared / "data" / "open_images"
    by_name, by_table = read_all(opened(place, csv=None)), read_all(opened(place))
    for one, other in zip(by_name, by_table, strict=True):
        shapes = {(i.label, i.shape) for i in one.instances}
        assert shapes == {(i.label, i.shape) for i in other.instances}
        assert one.tags == ()


@pytest.mark.parametrize(
    ("options", "label"), [({}, "m0abc1"), ({"class_name": "pumpkin"}, "pumpkin")]
)
def test_no_table_at_all(options: dict[str, Any], label: str, tmp_path: Path) -> None:
    write_picture(tmp_path / "pumpkins" / "images" / f"{ID}.jpg", np.zeros((60, 80, 3), np.uint8))
    for name in (MASK, f"{ID}_m0abc1_2.png", "ffff_m0abc1_3.png"):
        write_picture(tmp_path / "pumpkins" / "masks" / name, blank(80, 60, (8, 15, 32, 45)))
    source = opened(tmp_path / "pumpkins", **options)
    assert source.notes == ("1 masks are of images that are not here",)
    assert [i.label for i in read_all(source)[0].instances] == [label] * 2


def test_a_mask_with_its_box(tmp_path: Path) -> None:
    sample = only(dataset(tmp_path))
    (lemon,) = sample.instances
    assert (lemon.label, lemon.shape.bbox) == ("Lemon", (8, 15, 32, 45))
    assert lemon.tags == (
        Tag("box_id", "1f2e3d4c"),
        Tag("predicted_iou", 0.8712),
        Tag("IsTruncated"),
    )


def test_boxes_without_a_mask(tmp_path: Path) -> None:
    other = f"{ID},xclick,/m/0abc1,1,0.1,0.4,0.25,0.75001,0,0,1,0,0"
    folder = dataset(tmp_path, boxes=(other, BOX_ROW))
    source = opened(folder)
    assert source.schema.label("Lemon").kind == "any"  # type: ignore[union-attr]
    mask, box = only(folder).instances
    assert (mask.shape.kind, box.shape.kind) == ("bitmap", "rectangle")
    assert (Tag("IsTruncated") in mask.tags, box.tags) == (True, (Tag("IsGroupOf"),))
    assert [i.shape.kind for i in only(folder, boxes="all").instances] == [
        "bitmap",
        "rectangle",
        "rectangle",
    ]
    assert [i.shape.kind for i in only(folder, boxes="none").instances] == ["bitmap"]
    assert opened(folder, boxes="none").schema.label("Lemon").kind == "bitmap"  # type: ignore[union-attr]


def test_edges_become_whole_pixels(tmp_path: Path) -> None:
    """Worked number 7 of the data formats reference, section 14: columns 102 to 409."""
    folder = dataset(tmp_path, masks=(), boxes=(BOX_ROW,))
    write_picture(folder / "images" / "train" / f"{ID}.jpg", np.zeros((60, 1024, 3), np.uint8))
    assert only(folder).instances[0].shape == Rectangle(102, 15, 410, 45)


@pytest.mark.parametrize(
    ("edges", "box"),
    [
        ("0.4,0.1,0.75,0.25", (8, 15, 32, 45)),
        ("0.5,0.5,1,1", (40, 59, 41, 60)),
        ("0,1,0,1", (0, 0, 80, 60)),
        ('"0,1","0,4","0,25","0,75"', (8, 15, 32, 45)),
    ],
)
def test_boxes_that_are_mended(edges: str, box: tuple[int, ...], tmp_path: Path) -> None:
    row = f"{ID},xclick,/m/0abc1,1,{edges},0,0,0,0,0"
    assert only(dataset(tmp_path, masks=(), boxes=(row,))).instances[0].shape.bbox == box


@pytest.mark.parametrize(
    "edges", ["nan,1,0,1", "0,1.2,0,1", "-0.1,1,0,1", "0,x,0,1", "0,1,0", "inf,1,0,1"]
)
def test_bad_boxes(edges: str, tmp_path: Path) -> None:
    row = f"{ID},xclick,/m/0abc1,1,{edges},0,0,0,0,0"
    folder = dataset(tmp_path, masks=(), boxes=(row, BOX_ROW))
    with pytest.raises(AnnotationError) as refused:
        _ = only(folder).instances
    assert refused.value.code == "F604"
    assert Path(refused.value.path).name == "oidv6-train-annotations-bbox.csv"
    assert len(only(folder, bad_objects="drop").instances) == 1


@pytest.mark.parametrize("score", ["nan", "inf", "high"])
def test_scores_that_are_no_numbers(score: str, tmp_path: Path) -> None:
    """Where bad objects are dropped only the tag goes."""
    folder = dataset(tmp_path, masks=(MASK_ROW.replace("0.87120", score),))
    with pytest.raises(AnnotationError, match="PredictedIoU") as refused:
        _ = only(folder).instances
    assert refused.value.code == "F603"
    (lemon,) = only(folder, bad_objects="drop").instances
    assert lemon.tags == (Tag("box_id", "1f2e3d4c"), Tag("IsTruncated"))


@pytest.mark.parametrize("name", ["../x.png", "/etc/x.png", "a\\b.png", "..png"])
def test_paths_of_masks_are_names(name: str, tmp_path: Path) -> None:
    folder = dataset(tmp_path, masks=(MASK_ROW.replace(MASK, name), MASK_ROW))
    with pytest.raises(AnnotationError, match="is no plain file name") as refused:
        _ = only(folder).instances
    assert refused.value.code == "F609"
    kept = only(folder, bad_objects="drop").instances
    assert [i.shape.kind for i in kept] == ["bitmap"]


def test_masks_that_are_not_there(tmp_path: Path) -> None:
    folder = dataset(tmp_path, masks=(MASK_ROW.replace(MASK, f"{ID}_m0abc1_0.png"),))
    source = opened(folder)
    assert source.notes == (
        "train-annotations-object-segmentation.csv: 1 rows tell masks that are missing",
    )
    assert [i.shape.kind for i in read_all(source)[0].instances] == ["rectangle"]


def test_masks_that_vanish_or_are_broken(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    source = opened(folder)
    path = folder / "masks" / "train" / MASK
    path.write_bytes(b"no picture")
    with pytest.raises(DataError) as refused:
        _ = read_all(source)[0].instances
    assert refused.value.code == "F601"
    path.unlink()
    with pytest.raises(AnnotationError, match="the mask is missing") as gone:
        _ = read_all(source)[0].instances
    assert gone.value.code == "F606"


def test_links_stay_inside(tmp_path: Path) -> None:
    outside = tmp_path / "outside.png"
    write_picture(outside, blank(80, 60, (8, 15, 32, 45)))
    folder = dataset(tmp_path / "d")
    path = folder / "masks" / "train" / MASK
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(AnnotationError) as refused:
        _ = only(folder).instances
    assert refused.value.code == "F609"
    image = folder / "images" / "train" / f"{ID}.jpg"
    image.unlink()
    image.symlink_to(outside)
    with pytest.raises(AnnotationError) as refused:
        only(folder)
    assert refused.value.code == "F609"


def test_an_empty_mask_is_no_object(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    write_picture(folder / "masks" / "train" / MASK, blank(80, 60))
    assert only(folder).instances == ()


def test_masks_of_another_size_and_threshold(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    mask = blank(160, 120, (16, 30, 64, 90)) // 255 * 100
    write_picture(folder / "masks" / "train" / MASK, mask)
    assert only(folder).instances[0].shape.bbox == (8, 15, 32, 45)
    assert only(folder, threshold=122).instances == ()
    write_picture(folder / "masks" / "train" / MASK, blank(80, 60, (0, 0, 80, 60)))
    assert only(folder, crop_to_box=True).instances[0].shape.bbox == (8, 15, 32, 45)


def test_descriptions(tmp_path: Path) -> None:
    unknown = BOX_ROW.replace("/m/0abc1", "/m/0zzz").replace("0.75", "0.7")
    same = BOX_ROW.replace("/m/0abc1", "/m/0abc2").replace("0.75", "0.8")
    names = "\ufeff/m/0abc1,Lemon\n/m/0abc2,Lemon\n"
    source = opened(dataset(tmp_path, boxes=(unknown, same, BOX_ROW), names=names))
    assert source.schema.label_names == ("Lemon", "Lemon (/m/0abc2)", "/m/0zzz")
    assert source.notes == (
        "1 labels have no description, such as '/m/0zzz': they are classes of that name",
    )


def test_rows_of_other_images(tmp_path: Path) -> None:
    stranger = BOX_ROW.replace(ID, "ffffffffffffffff")
    (note,) = opened(dataset(tmp_path, boxes=(stranger, stranger, BOX_ROW))).notes
    assert note == (
        "oidv6-train-annotations-bbox.csv: 2 rows are of images that are not here, "
        "such as 'ffffffffffffffff'"
    )


def test_a_split_is_not_another(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    write_picture(folder / "images" / "validation" / f"{ID}.jpg", np.zeros((60, 80, 3), np.uint8))
    source = opened(folder)
    assert [len(sample.instances) for sample in read_all(source)] == [1, 0]
    assert [each.name for each in open_dataset(folder, "open_images", "validation").datasets] == [
        "validation"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ImageID,LabelName,XMin,XMax\n", "has no column YMax and YMin"),
        (f"{BOX_HEADER}\n\xff\xfe\n", "line 2 is not UTF-8"),
        (f"{BOX_HEADER}\n{'x' * (1 << 21)}\n", "line 2 has more than"),
    ],
)
def test_tables_that_cannot_be_read(text: str, words: str, tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    path = folder / "annotations" / "oidv6-train-annotations-bbox.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SchemaError, match=words) as refused:
        opened(folder)
    assert refused.value.code == "E403"


def test_no_such_dataset(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="is no Open Images dataset"):
        opened(tmp_path)
    write_picture(tmp_path / "images" / "a.png", np.zeros((2, 2, 3), np.uint8))
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SchemaError, match="is no Open Images dataset"):
        opened(tmp_path)
    assert [each.name for each, _ in recognise(tmp_path)] == ["images"]


def test_it_pickles(shared: Path) -> None:
    source = opened(shared / "data" / "open_images")
    sent = pickle.loads(pickle.dumps(source))
    assert (sent.datasets, sent.schema) == (source.datasets, source.schema)
    for origin in source.datasets[1].origins():
        assert_same_sample(source.read(origin), sent.read(origin))
        assert_same_sample(source.read(origin), pickle.loads(pickle.dumps(source.read(origin))))
