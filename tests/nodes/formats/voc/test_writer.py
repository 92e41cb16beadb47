"""Writing Pascal VOC, and reading it by other means."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from dtl_engine.errors import DataError
from dtl_engine.sdk import (
    Instance,
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
)
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats.voc.format import VocFormat
from dtl_nodes.formats.voc.palette import CLASSES
from tests.fixtures.masks import mask, schema_of
from tests.nodes.formats.exporting import (
    SIZE,
    export,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)
from tests.nodes.formats.voc.written import KINDS, picture


def xml(folder: Path, stem: str = "one") -> ElementTree.Element:
    return ElementTree.parse(folder / "Annotations" / f"{stem}.xml").getroot()


def numbers(element: ElementTree.Element) -> list[tuple[int, ...]]:
    """Return the boxes by the rules of the development kit: whole numbers from 1."""
    found = []
    for box in element.iter("bndbox"):
        edges = (box.findtext(key, "") for key in ("xmin", "ymin", "xmax", "ymax"))
        found.append(tuple(int(edge) for edge in edges))
    return found


def test_the_worked_number(tmp_path: Path) -> None:
    lemon = Instance("lemon", Rectangle(2, 2, 7, 6))
    sample = sample_with([lemon], size=Size(80, 60))
    schema = schema_of(lemon="rectangle")
    assert not export("voc", [sample], schema, tmp_path / "1")
    root = xml(tmp_path / "1")
    assert numbers(root) == [(3, 3, 7, 6)]
    assert [root.findtext(f"size/{key}") for key in ("width", "height", "depth")] == [
        "80",
        "60",
        "3",
    ]
    assert root.findtext("filename") == "one.png"
    assert (tmp_path / "1" / "JPEGImages" / "one.png").is_file()
    export("voc", [sample], schema, tmp_path / "0", zero_based=True)
    assert numbers(xml(tmp_path / "0")) == [(2, 2, 6, 5)]


def test_boxes_of_everything(tmp_path: Path) -> None:
    hand = Keypoints((KeypointNode("a", 2.5, 3.5), KeypointNode("b", 9.5, 5.0)))
    shapes = {
        "box": Rectangle(1.5, 2, 7.25, 6),
        "patch": Polygon([(1, 1), (6, 1), (6, 4)], [[(5, 1.5), (5.5, 1.5), (5.5, 2)]]),
        "path": Polyline([(0.5, 0.5), (4.5, 3.5)]),
        "dot": Point(23.5, 17.5),
        "blob": mask("011/110", 3, 4),
        "hand": hand,
    }
    instances = [Instance(label, shape) for label, shape in shapes.items()]
    losses = export("voc", [sample_with(instances)], KINDS, tmp_path)
    assert numbers(xml(tmp_path)) == [
        (3, 3, 7, 6),
        (2, 2, 6, 4),
        (1, 1, 5, 4),
        (24, 18, 24, 18),
        (4, 5, 6, 6),
        (3, 4, 10, 6),
    ]
    assert losses == Counter(
        {
            ("box", "box rounded to pixels"): 1,
            ("patch", "polygon saved as a mask"): 1,
            ("path", "line saved as a box"): 1,
            ("dot", "point saved as a box"): 1,
            ("hand", "graph saved as a box"): 1,
        }
    )
    objects = picture(tmp_path, "SegmentationObject")
    expected = np.zeros((18, 24), np.uint8)
    for number, label in ((1, "box"), (2, "patch"), (5, "blob")):
        expected[shapes[label].paint(SIZE)] = number
    assert (objects == expected).all()
    classes = picture(tmp_path, "SegmentationClass")
    assert (classes == np.array([0, 1, 2, 0, 0, 5])[expected]).all()


def test_without_pictures(tmp_path: Path) -> None:
    instances = [
        Instance("blob", mask("0110/1111/0101", 3, 4)),
        Instance("patch", Polygon([(1, 1), (6, 1), (6, 4)])),
    ]
    losses = export("voc", [sample_with(instances)], KINDS, tmp_path, segmentation_pictures=False)
    assert losses == {
        ("blob", "mask saved as a box"): 1,
        ("patch", "polygon saved as a box"): 1,
    }
    assert not (tmp_path / "SegmentationClass").exists()
    assert not (tmp_path / "ImageSets" / "Segmentation").exists()


def test_losses_are_known_before() -> None:
    told = {
        wanted: {
            loss.label: loss.what
            for loss in VocFormat.losses(
                KINDS, ExportSettings(format="voc", segmentation_pictures=wanted)
            )
        }
        for wanted in (True, False)
    }
    assert told[True] == {
        "patch": "polygon saved as a mask",
        "path": "line saved as a box",
        "dot": "point saved as a box",
        "hand": "graph saved as a box",
    }
    assert told[False].keys() - told[True].keys() == {"blob"}


def test_tags(tmp_path: Path) -> None:
    tags = (Tag("difficult"), Tag("occluded"), Tag("pose", "Left"))
    lost = (Tag("ripe"), Tag("truncated", 1), Tag("pose", 3))
    instances = [
        Instance("box", Rectangle(1, 1, 5, 5), tags),
        Instance("box", Rectangle(7, 7, 9, 9), lost, "big"),
    ]
    sample = sample_with(instances, (Tag("day"), Tag("count", 3)), description="a picture")
    losses = export("voc", [sample], KINDS, tmp_path)
    assert losses == {
        ("box", "object tag"): 3,
        ("box", "object description"): 1,
        ("", "image tag"): 1,
        ("", "image description"): 1,
    }
    back = only_sample(open_dataset("voc", tmp_path))
    assert set(back.instances[0].tags) == set(tags)
    assert back.instances[1].tags == ()
    assert back.tags == (Tag("day"),)
    assert (tmp_path / "ImageSets" / "Tags" / "day.txt").read_text() == "one\n"


def test_lists(tmp_path: Path) -> None:
    hard = (Tag("difficult"),)
    box = Rectangle(1, 1, 5, 5)
    samples = [
        sample_with([Instance("box", box)], file="b.png", dataset="train"),
        sample_with([Instance("box", box, hard)], file="a.png", dataset="train"),
        sample_with([], file="c.png", dataset="val"),
    ]
    export("voc", samples, schema_of(box="rectangle", **{"a/b": "bitmap"}), tmp_path)
    lists = {path.name: path.read_text() for path in (tmp_path / "ImageSets/Main").iterdir()}
    assert lists == {
        "train.txt": "a\nb\n",
        "val.txt": "c\n",
        "box_train.txt": "a  0\nb  1\n",
        "box_val.txt": "c -1\n",
        "a_b_train.txt": "a -1\nb -1\n",
        "a_b_val.txt": "c -1\n",
    }
    assert (tmp_path / "ImageSets/Segmentation/train.txt").read_text() == "a\nb\n"
    assert {str(key) for key in read_all(open_dataset("voc", tmp_path))} == {
        "train/a.png",
        "train/b.png",
        "val/c.png",
    }
    assert (picture(tmp_path, "SegmentationClass", "c") == 0).all()
    assert numbers(xml(tmp_path, "c")) == []


def test_classes_of_the_challenge_keep_their_numbers(tmp_path: Path) -> None:
    instances = [Instance("dog", mask("1", 3, 4)), Instance("cat", mask("1", 5, 4))]
    schema = schema_of(dog="bitmap", cat="bitmap")
    export("voc", [sample_with(instances)], schema, tmp_path)
    classes = picture(tmp_path, "SegmentationClass")
    assert (classes[4, 3], classes[4, 5]) == (CLASSES.index("dog") + 1, CLASSES.index("cat") + 1)
    back = open_dataset("voc", tmp_path, shapes="masks")
    assert back.schema.label_names == ("dog", "cat")
    assert only_sample(back).instances == tuple(instances)
    assert (tmp_path / "labelmap.txt").read_text() == (
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\ndog:64,0,128::\ncat:64,0,0::\n"
    )


def test_neutral_is_void(tmp_path: Path) -> None:
    instances = [Instance("dog", mask("1", 3, 4)), Instance("neutral", mask("11", 5, 4))]
    export("voc", [sample_with(instances)], schema_of(dog="bitmap", neutral="bitmap"), tmp_path)
    for kind in ("SegmentationClass", "SegmentationObject"):
        assert (picture(tmp_path, kind)[4, 5:7] == 255).all()
    back = only_sample(open_dataset("voc", tmp_path, shapes="masks", keep_void=True))
    assert back.instances == tuple(instances)


def test_void_has_no_numbers(tmp_path: Path) -> None:
    """Several objects of class neutral are one to readers, and one may lie below another object."""
    neutral = [Instance("neutral", mask("11", x, 4)) for x in (5, 9)]
    instances = [*neutral, Instance("dog", mask("1", 9, 4))]
    schema = schema_of(dog="bitmap", neutral="bitmap")
    assert export("voc", [sample_with(instances)], schema, tmp_path) == {
        ("neutral", "objects of a class joined"): 1,
        ("neutral", "part below another object"): 1,
    }


def test_too_many_objects(tmp_path: Path) -> None:
    instances = [Instance("box", Rectangle(1, 1, 5, 5))] * 255
    with pytest.raises(DataError, match="255 objects") as error:
        export("voc", [sample_with(instances)], KINDS, tmp_path)
    assert error.value.code == "F612"
    export("voc", [sample_with(instances)], KINDS, tmp_path / "b", segmentation_pictures=False)


def test_too_many_classes(tmp_path: Path) -> None:
    schema = Schema(tuple(LabelSpec(f"c{at:03}", "bitmap", "#112233") for at in range(256)))
    instances = [Instance("c253", mask("1", 3, 4)), Instance("c254", mask("1", 4, 4))]
    losses = export("voc", [sample_with(instances)], schema, tmp_path)
    assert losses == {("c254", "mask saved as a box"): 1}
    assert picture(tmp_path, "SegmentationClass")[4, 3:5].tolist() == [254, 0]
    assert len(open_dataset("voc", tmp_path).schema.labels) == 256


def test_text_is_escaped(tmp_path: Path) -> None:
    name = "<R&D> äöü: x"
    instances = [Instance(name, Rectangle(1, 1, 5, 5))]
    export("voc", [sample_with(instances)], schema_of(**{name: "rectangle"}), tmp_path)
    back = open_dataset("voc", tmp_path)
    assert back.schema.label_names == (name,)
    assert only_sample(back).instances == tuple(instances)
    bad = [Instance("a\x01", Rectangle(1, 1, 5, 5))]
    with pytest.raises(DataError) as error:
        export("voc", [sample_with(bad)], schema_of(**{"a\x01": "rectangle"}), tmp_path / "b")
    assert error.value.code == "F612"


def test_outside_and_empty(tmp_path: Path) -> None:
    empty = Mask.lazy(2, 2, 3, 3, "x", _nothing)
    instances = [Instance("box", Rectangle(30, 1, 35, 5)), Instance("blob", empty)]
    losses = export("voc", [sample_with(instances)], KINDS, tmp_path)
    assert losses == {
        ("box", "box outside the image dropped"): 1,
        ("blob", "mask without a pixel dropped"): 1,
    }
    assert numbers(xml(tmp_path)) == []


def _nothing(text: str) -> np.ndarray:
    return np.zeros((3, 3), bool)
