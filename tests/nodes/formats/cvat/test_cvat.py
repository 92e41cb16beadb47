"""CVAT for images: the real file, and files drawn by code."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture

from dtl_engine.errors import AnnotationError
from dtl_engine.sdk import (
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Schema,
    Size,
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_nodes.formats.cvat.elements import decode_runs, encode_runs
from tests.nodes.formats.cvat.drawn import MASK, document, image, shapes_of, write
from tests.nodes.formats.exporting import SIZE, only_sample, open_dataset, read_all


def test_the_real_file(shared: Path) -> None:
    root = shared / "data" / "multi_format"
    read = read_all(
        open_dataset("cvat", root, annotations="cvat_format/annotations.xml", images="images")
    )
    tree = ET.parse(root / "cvat_format" / "annotations.xml").getroot()
    images = {each.get("name"): each for each in tree.iter("image")}
    assert {key.removeprefix("ds/") for key in read} == images.keys()
    for key, sample in read.items():
        told = images[key.removeprefix("ds/")]
        assert sample.size == (int(told.get("width", 0)), int(told.get("height", 0)))
        assert sample.image.pixels().shape[1::-1] == sample.size
        expected = [
            (box.get("label"), *(float(box.get(key, 0)) for key in ("xtl", "ytl", "xbr", "ybr")))
            for box in told.iter("box")
        ]
        assert [(each.label, *each.shape.bbox) for each in sample.instances] == expected


def test_every_shape(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        document(
            image(
                '<box label="a" xtl="2.00" ytl="2.50" xbr="7.00" ybr="6.00" z_order="0"/>',
                '<box label="a" xtl="7" ytl="6" xbr="2" ybr="2" rotation="0.0"/>',
                '<box label="a" xtl="4" ytl="6" xbr="10" ybr="8" rotation="90"/>',
                '<polygon label="a" points="1,2;8.5,2;4,9"/>',
                '<polyline label="a" points="0,0;5,5"/>',
                '<points label="a" points="7,9"/>',
                '<points label="a" points="7,9;1,2"/>',
                '<mask label="a" rle="1, 2, 1, 4, 1, 1, 1, 1" left="12" top="7" width="4" '
                'height="3"/>',
                '<skeleton label="a"><points label="w" outside="0" occluded="0" points="1,2"/>'
                '<points label="t" outside="0" occluded="1" points="3,4"/>'
                '<points label="x" outside="1" points="3,4"/></skeleton>',
                '<cuboid label="a" xtl1="2" ytl1="4" xbl1="2" ybl1="10" xtr1="8" ytr1="4" '
                'xbr1="8" ybr1="10" xtl2="4" ytl2="2" xbl2="4" ybl2="8" xtr2="10" ytr2="2" '
                'xbr2="10" ybr2="8"/>',
            )
        ),
    )
    source = open_dataset("cvat", folder)
    shapes = [each.shape for each in only_sample(source).instances]
    assert shapes[:2] == [Rectangle(2, 2.5, 7, 6), Rectangle(2, 2, 7, 6)]
    turned, cuboid = shapes[2], shapes[-1]
    assert {*map(tuple, turned.exterior.tolist())} == {(6, 4), (8, 4), (8, 10), (6, 10)}  # type: ignore[attr-defined]
    assert shapes[3:-1] == [
        Polygon([[1, 2], [8.5, 2], [4, 9]]),
        Polyline([[0, 0], [5, 5]]),
        Point(7, 9),
        Keypoints((KeypointNode("1", 7, 9), KeypointNode("2", 1, 2))),
        Mask.tight(MASK, 12, 7),
        Keypoints((KeypointNode("w", 1, 2), KeypointNode("t", 3, 4, (("disabled", True),)))),
    ]
    assert cuboid.bbox == (2, 2, 10, 10)
    assert cuboid.area == 64 - 4
    assert any("1 cuboids" in note for note in source.notes)


def test_turns_are_clockwise_on_the_screen(tmp_path: Path) -> None:
    text = '<box label="a" xtl="4" ytl="4" xbr="14" ybr="8" rotation="30"/>'
    ellipse = '<ellipse label="a" cx="9" cy="6" rx="5" ry="2" rotation="30"/>'
    box, oval = shapes_of(write(tmp_path, document(image(text, ellipse))))
    centre = np.array((9, 6))
    right = box.exterior[1:3].mean(axis=0) - centre
    assert np.allclose(right, (5 * np.cos(np.pi / 6), 5 * np.sin(np.pi / 6)))
    turn = np.array(
        ((np.cos(np.pi / 6), -np.sin(np.pi / 6)), (np.sin(np.pi / 6), np.cos(np.pi / 6)))
    )
    upright = (oval.exterior - centre) @ turn
    assert np.allclose((upright / (5, 2)) ** 2 @ (1, 1), 1)


def test_the_worked_runs() -> None:
    assert encode_runs(MASK) == "1, 2, 1, 4, 1, 1, 1, 1"
    assert np.array_equal(decode_runs("1, 2, 1, 4, 1, 1, 1, 1", 4, 3), MASK)
    assert encode_runs(np.ones((2, 3), bool)) == "0, 6"
    assert encode_runs(np.zeros((2, 3), bool)) == "6"


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_runs_there_and_back(width: int, height: int, data: st.DataObject) -> None:
    bits = data.draw(st.lists(st.booleans(), min_size=width * height, max_size=width * height))
    pixels = np.array(bits).reshape(height, width)
    assert np.array_equal(decode_runs(encode_runs(pixels), width, height), pixels)


def test_order_tags_and_declarations(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        document(
            image(
                '<points label="a" points="1,1" z_order="2"/>',
                '<points label="a" points="2,2" z_order="-1" occluded="1">'
                '<attribute name="ripe">yes</attribute><attribute name="weight">3.0</attribute>'
                '<attribute name="hard">true</attribute><attribute name="note"> x </attribute>'
                "</points>",
                '<points label="a" points="3,3" z_order="-1"/>',
                '<tag label="kitchen" source="manual"></tag>',
            )
        ),
    )
    source = open_dataset("cvat", folder)
    sample = only_sample(source)
    assert [each.shape for each in sample.instances] == [Point(2, 2), Point(3, 3), Point(1, 1)]
    assert sample.instances[0].tags == (
        Tag("ripe", "yes"), Tag("weight", 3.0), Tag("hard", "true"), Tag("note", " x "),
        Tag("occluded"),
    )  # fmt: skip
    assert sample.tags == (Tag("kitchen"),)
    assert source.schema == Schema(
        (LabelSpec("a", "point", "#F5D327"),),
        (
            TagSpec("ripe", TagValueType.CHOICE, ("no", "yes")),
            TagSpec("weight", TagValueType.NUMBER),
            TagSpec("hard", TagValueType.CHOICE, ("false", "true")),
            TagSpec("note", TagValueType.STRING),
            TagSpec("kitchen"),
            TagSpec("occluded"),
        ),
    )


def test_datasets_are_subsets_else_folders(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        document(
            image(name="a/b/one.png"),
            image(name="two.png"),
            image(name="Train/cam/one.png", subset="Train"),
            image(name="three.png", subset="Train"),
            '<image id="9" name="two.png" width="24" height="18"/>',
            '<image id="9" name="two.png" width="24" height="18"><!-- </image> --></image>',
        ),
        "a/b/one.png", "two.png", "Train/cam/one.png", "Train/three.png",
    )  # fmt: skip
    source = open_dataset("cvat", folder)
    assert {each.name: each.files for each in source.datasets} == {
        "Train": ("cam_one.png", "three.png"),
        "a_b": ("one.png",),
        "ds": ("two.png", "two_1.png", "two_2.png"),
    }
    assert any("2 images share a name" in note for note in source.notes)
    assert all(sample.image.size == SIZE for sample in read_all(source).values())
    only = open_dataset("cvat", folder, "Train")
    assert len(read_all(only)) == 2


def test_labels_that_meta_does_not_declare(tmp_path: Path) -> None:
    shape = '<box label="b" xtl="1" ytl="1" xbr="2" ybr="2"><attribute name="x">1</attribute></box>'
    folder = write(tmp_path, document(image(shape)))
    source = open_dataset("cvat", folder)
    assert source.schema.label_names == ("a", "b")
    assert source.schema.tag("x") == TagSpec("x", TagValueType.STRING)
    assert len(source.notes) == 2


def test_groups(tmp_path: Path) -> None:
    box = '<box label="a" xtl="{0}" ytl="1" xbr="{1}" ybr="2" group_id="{2}"/>'
    folder = write(
        tmp_path,
        document(
            image(
                box.format(1, 2, 5), box.format(3, 5, 5), box.format(7, 9, 6), box.format(7, 9, 0)
            )
        ),
    )
    joined, lone, free = only_sample(open_dataset("cvat", folder)).instances
    assert isinstance(joined.shape, Mask)
    assert joined.shape.area == 3
    assert (lone.tags, free.tags) == ((Tag("@label-group-id", "6"),), ())
    assert len(shapes_of(folder, groups="separate")) == 4


def test_sizes_and_exif(tmp_path: Path) -> None:
    box = '<box label="a" xtl="2" ytl="3" xbr="6" ybr="5"/>'
    exif = Picture.Exif()
    exif[0x0112] = 6
    folder = write(tmp_path, document(image(box, name="one.jpg")))
    Picture.new("RGB", SIZE).save(folder / "images" / "one.jpg", exif=exif)
    sample = only_sample(open_dataset("cvat", folder))
    assert sample.size == (18, 24)
    assert sample.instances[0].shape == Rectangle(13, 2, 15, 6)
    write(folder, document(image(box, size=Size(18, 24))))
    with pytest.raises(AnnotationError, match="24x18 pixels, its annotation says 18x24") as refused:
        only_sample(open_dataset("cvat", folder))
    assert refused.value.code == "F605"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(tmp_path: Path, orientation: int) -> None:
    """A dot drawn on the stored pixels is where the mask on it says, after both are turned."""
    pixels = np.zeros((18, 24, 3), np.uint8)
    pixels[3:5, 2:9] = 255
    mask = '<mask label="a" rle="0, 14" left="2" top="3" width="7" height="2"/>'
    exif = Picture.Exif()
    exif[0x0112] = orientation
    folder = write(tmp_path, document(image(mask, name="one.png")))
    Picture.fromarray(pixels).save(folder / "images" / "one.png", exif=exif)
    if orientation < 5:
        return  # The sides stay: nobody can tell on which picture the annotation was made.
    Picture.fromarray(pixels).save(folder / "images" / "one.tif", exif=exif)
    write(folder, document(image(mask, name="one.tif")), "else.png")
    sample = only_sample(open_dataset("cvat", folder))
    assert np.array_equal(
        sample.instances[0].shape.paint(sample.size), sample.image.pixels()[..., 0] > 0
    )
