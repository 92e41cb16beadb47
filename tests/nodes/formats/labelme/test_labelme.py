"""Reading LabelMe: real files, and files drawn by code."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Picture

from dtl_engine.sdk import (
    KeypointNode,
    Keypoints,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Size,
    Tag,
)
from tests.nodes.formats.exporting import SIZE, only_sample, open_dataset, read_all
from tests.nodes.formats.labelme.drawn import png_text, shape, shapes_of, write


def test_the_real_polygons(shared: Path) -> None:
    source = open_dataset("labelme", shared / "data" / "labelme", groups="separate")
    read = read_all(source)
    assert len(read) == 4
    total = 0
    for key, sample in read.items():
        path = shared / "data" / "labelme" / f"{Path(key).stem}.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        assert sample.size == (told["imageWidth"], told["imageHeight"])
        assert cv2.imread(str(path.with_suffix(".jpg"))).shape[1::-1] == sample.size
        total += len(told["shapes"])
        for given_, instance in zip(told["shapes"], sample.instances, strict=True):
            assert instance.label == given_["label"]
            points = np.array(given_["points"])
            inside = (points >= 0).all() and (points <= sample.size).all()
            assert not inside or np.array_equal(instance.shape.exterior, points)  # type: ignore[attr-defined]
    assert total == 36


def test_parts_of_one_group_are_one_mask(shared: Path) -> None:
    folder = shared / "data" / "labelme"
    sample = read_all(open_dataset("labelme", folder))["ds/000000252219.jpg"]
    told = json.loads((folder / "000000252219.json").read_text(encoding="utf-8"))
    parts = [np.array(each["points"]) for each in told["shapes"] if each["group_id"] == 1]
    assert len(parts) > 1
    expected = np.zeros(sample.size[::-1], np.uint8)
    for points in parts:
        cv2.fillPoly(expected, [np.round(points * 256).astype(np.int32) - 128], 1, shift=8)
    (mask,) = (
        each.shape.paint(sample.size)
        for each in sample.instances
        if isinstance(each.shape, Mask)
        and each.shape.bbox[0] == min(np.round(p[:, 0].min()) for p in parts)
    )
    # OpenCV's own filling takes pixels on the outline too.
    assert (mask & ~expected.astype(bool)).sum() <= 3
    assert mask.sum() > 0.85 * expected.sum()


def test_embedded_images_and_boxes(shared: Path) -> None:
    """The boxes of the eight images are those of CVAT's file too, to the pixel."""
    root = shared / "data" / "multi_format"
    ours = read_all(open_dataset("labelme", root / "labelme_format"))
    theirs = read_all(
        open_dataset("cvat", root, annotations="cvat_format/annotations.xml", images="images")
    )
    assert ours.keys() == theirs.keys()
    assert len(ours) == 8
    for key, sample in ours.items():
        boxes = {(each.label, each.shape) for each in sample.instances}
        assert boxes == {(each.label, each.shape) for each in theirs[key].instances}
        assert len(boxes) == len(sample.instances)
        file = root / "images" / Path(key).name
        assert sample.image.path is None
        assert (
            np.abs(sample.image.pixels().astype(int) - cv2.imread(str(file))[..., ::-1]).max() <= 60
        )
    assert sum(len(sample.instances) for sample in ours.values()) == 34


def test_every_shape(tmp_path: Path) -> None:
    mask = np.array([[0, 255, 255, 0], [255, 255, 255, 255], [0, 255, 0, 255]], np.uint8)
    folder = write(
        tmp_path,
        shape("polygon", [[1, 2], [8.5, 2], [4, 9]]),
        {"label": "a", "points": [[1, 2], [8, 2], [4, 9]]},
        shape("rectangle", [[10, 9], [2.5, 3]]),
        shape("rectangle", [[1, 1], [5, 1], [5, 4], [1, 4]]),
        shape("oriented_rectangle", [[5, 1], [9, 5], [5, 9], [1, 5]]),
        shape("line", [[0, 0], [5, 5]]),
        shape("linestrip", [[0, 0], [5, 5], [9, 1]]),
        shape("point", [[7, 9]]),
        shape("points", [[7, 9]]),
        shape("points", [[7, 9], [1, 2]]),
        shape("mask", [[12.0, 7.0], [15.0, 9.0]], mask=png_text(mask)),
    )
    bits = mask != 0
    assert shapes_of(folder) == [
        Polygon([[1, 2], [8.5, 2], [4, 9]]),
        Polygon([[1, 2], [8, 2], [4, 9]]),
        Rectangle(2.5, 3, 10, 9),
        Rectangle(1, 1, 5, 4),
        Polygon([[5, 1], [9, 5], [5, 9], [1, 5]]),
        Polyline([[0, 0], [5, 5]]),
        Polyline([[0, 0], [5, 5], [9, 1]]),
        Point(7, 9),
        Point(7, 9),
        Keypoints((KeypointNode("1", 7, 9), KeypointNode("2", 1, 2))),
        Mask.tight(bits, 12, 7),
    ]


@pytest.mark.parametrize("radius", [0.7, 3, 8])
def test_circles_are_within_half_a_pixel(tmp_path: Path, radius: float) -> None:
    folder = write(tmp_path, shape("circle", [[9, 9], [9 + radius, 9]]))
    (polygon,) = shapes_of(folder)
    ring = polygon.exterior - 9
    assert len(ring) >= 16
    middles = (ring + np.roll(ring, 1, axis=0)) / 2
    assert np.allclose(np.hypot(*ring.T), radius)
    assert radius - np.hypot(*middles.T).min() <= 0.5


def test_flags_descriptions_and_declarations(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        shape("point", [[1, 1]], flags={"ripe": True, "hard": False}, description="left"),
        shape("line", [[1, 1], [2, 2]], flags=None),
        {**shape("line", [[1, 1], [2, 2]]), "label": "b"},
        flags={"blurry": True, "dark": False},
    )
    source = open_dataset("labelme", folder)
    sample = only_sample(source)
    assert sample.tags == (Tag("blurry"),)
    assert sample.instances[0].tags == (Tag("ripe"),)
    assert sample.instances[0].description == "left"
    assert source.schema.tag_names == ("blurry", "ripe")
    assert [(each.name, each.kind) for each in source.schema.labels] == [
        ("a", "any"),
        ("b", "line"),
    ]


def test_groups(tmp_path: Path) -> None:
    square = shape("polygon", [[1, 1], [4, 1], [4, 4], [1, 4]], group_id=3)
    folder = write(
        tmp_path,
        square,
        shape("rectangle", [[10, 10], [12, 12]]),
        shape("rectangle", [[8, 1], [9, 2]], group_id=3, flags={"f": True}),
        {**square, "label": "b"},
        shape("point", [[1, 2]], group_id=4),
        shape("point", [[3, 4]], group_id=4),
    )
    source = open_dataset("labelme", folder)
    instances = only_sample(source).instances
    assert [each.shape.kind.value for each in instances] == [
        "bitmap", "rectangle", "polygon", "graph",
    ]  # fmt: skip
    assert instances[0].shape.area == 10
    assert instances[0].tags == (Tag("f"),)
    assert instances[2].tags == (Tag("@label-group-id", "3"),)
    assert source.schema.tag("@label-group-id") is not None
    apart = only_sample(open_dataset("labelme", folder, groups="separate")).instances
    assert len(apart) == 6
    assert apart[2].tags == (Tag("f"), Tag("@label-group-id", "3"))


def test_the_size_of_the_image_itself_counts(tmp_path: Path) -> None:
    folder = write(tmp_path, shape("point", [[20, 15]]), imageHeight=5, imageWidth=None)
    assert only_sample(open_dataset("labelme", folder)).size == SIZE


def test_embedded_image_wins_and_gives_its_suffix(tmp_path: Path) -> None:
    stored = io.BytesIO()
    Picture.new("RGB", (7, 5), (1, 2, 3)).save(stored, "JPEG")
    data = base64.b64encode(stored.getvalue()).decode()
    folder = write(tmp_path, imageData=data, imagePath="C:\\a\\..\\there.jpg", image=False)
    sample = only_sample(open_dataset("labelme", folder))
    assert sample.size == (7, 5)
    assert sample.image.suffix == ".jpg"
    assert sample.image.encoded() == stored.getvalue()


def test_folders_are_datasets_and_paths_may_lead_to_others(tmp_path: Path) -> None:
    write(tmp_path / "train", name="one")
    write(tmp_path / "val" / "deep", name="one")
    (tmp_path / "images").mkdir()
    Picture.new("RGB", SIZE).save(tmp_path / "images" / "far.png")
    Picture.new("RGB", SIZE).save(tmp_path / "train" / "bare.png")
    write(tmp_path / "ann", name="x", image=False, imagePath="..\\images\\far.png")
    source = open_dataset("labelme", tmp_path)
    assert {each.name: each.files for each in source.datasets} == {
        "ann": ("far.png",),
        "train": ("bare.png", "one.png"),
        "val_deep": ("one.png",),
    }
    assert all(sample.image.size == SIZE for sample in read_all(source).values())
    assert any("1 images have no annotation, such as bare.png" in note for note in source.notes)
    assert [each.name for each in open_dataset("labelme", tmp_path, "train").datasets] == ["train"]


def test_two_files_for_one_image_and_files_of_others(tmp_path: Path) -> None:
    write(tmp_path, shape("point", [[1, 1]]))
    write(tmp_path, shape("point", [[2, 2]]), name="two", image=False, imagePath="one.png")
    (tmp_path / "package.json").write_text('{"name": "x"}')
    source = open_dataset("labelme", tmp_path)
    read = read_all(source)
    assert list(read) == ["ds/one.png", "ds/one_1.png"]
    assert read["ds/one_1.png"].instances[0].shape == Point(2, 2)
    assert any("package.json" in note for note in source.notes)
    assert any("several files" in note for note in source.notes)


def test_a_byte_order_mark_and_cut_shapes(tmp_path: Path) -> None:
    folder = write(tmp_path, shape("rectangle", [[-3, -2], [4, 5]]))
    path = folder / "one.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert shapes_of(folder) == [Rectangle(0, 0, 4, 5)]


def test_sizes_are_of_the_upright_image(tmp_path: Path) -> None:
    exif = Picture.Exif()
    exif[0x0112] = 6
    write(tmp_path, shape("point", [[17, 23]]), imagePath="one.jpg", image=False)
    Picture.new("RGB", SIZE).save(tmp_path / "one.jpg", exif=exif)
    sample = only_sample(open_dataset("labelme", tmp_path))
    assert sample.size == Size(SIZE.height, SIZE.width)
    assert sample.instances[0].shape == Point(17, 23)
