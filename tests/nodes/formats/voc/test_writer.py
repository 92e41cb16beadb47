"""Writing Pascal VOC, and reading it by other means."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

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
    TagSpec,
    TagValueType,
)
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats.voc.format import VocFormat
from dtl_nodes.formats.voc.palette import CLASSES, PALETTE
from tests.fixtures import datasets
from tests.fixtures.masks import mask, schema_of
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    export,
    files_of,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)

TAGS = (
    TagSpec("difficult"),
    TagSpec("truncated"),
    TagSpec("occluded"),
    TagSpec("pose", TagValueType.STRING),
)
KINDS = Schema(
    tuple(
        LabelSpec(name, kind, "#112233")
        for name, kind in (
            ("box", "rectangle"),
            ("patch", "polygon"),
            ("path", "line"),
            ("dot", "point"),
            ("blob", "bitmap"),
            ("hand", "graph"),
        )
    ),
    TAGS,
)


def xml(folder: Path, stem: str = "one") -> ElementTree.Element:
    return ElementTree.parse(folder / "Annotations" / f"{stem}.xml").getroot()


def numbers(element: ElementTree.Element) -> list[tuple[int, ...]]:
    """Return the boxes by the rules of the development kit: whole numbers from 1."""
    found = []
    for box in element.iter("bndbox"):
        edges = (box.findtext(key, "") for key in ("xmin", "ymin", "xmax", "ymax"))
        found.append(tuple(int(edge) for edge in edges))
    return found


def picture(folder: Path, kind: str, stem: str = "one") -> np.ndarray:
    with Pillow.open(folder / kind / f"{stem}.png") as found:
        assert found.mode == "P"
        assert found.getpalette() == [channel for color in PALETTE for channel in color]
        return np.asarray(found)


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
            ("box", "fraction of a pixel"): 1,
            ("patch", "outline, painted"): 1,
            ("path", "line, only its box kept"): 1,
            ("dot", "point, only its box kept"): 1,
            ("hand", "graph, only its box kept"): 1,
            ("box", "part below another object"): 1,
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
        ("blob", "outline, only its box kept"): 1,
        ("patch", "outline, only its box kept"): 1,
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
        "patch": "outline, painted",
        "path": "line, only its box kept",
        "dot": "point, only its box kept",
        "hand": "graph, only its box kept",
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
        ("box", "description"): 1,
        ("", "value of an image tag"): 1,
        ("", "description"): 1,
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
    assert losses == {("c254", "class beyond the 254 of a picture, not painted"): 1}
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
    assert losses == {("box", "outside the image, dropped"): 1, ("blob", "no pixel, dropped"): 1}
    assert numbers(xml(tmp_path)) == []


def _nothing(text: str) -> np.ndarray:
    return np.zeros((3, 3), bool)


_BOXES = st.tuples(
    st.integers(0, 23), st.integers(0, 17), st.integers(1, 24), st.integers(1, 18)
).map(lambda box: Rectangle(box[0], box[1], min(box[0] + box[2], 24), min(box[1] + box[3], 18)))
_FLAGS = st.sets(st.sampled_from([tag.name for tag in TAGS[:3]]))


@settings(max_examples=40)
@given(st.lists(st.tuples(_BOXES, _FLAGS, st.sampled_from(["", "Left", "a <&> b"]))))
def test_boxes_come_back(
    tmp_path_factory: pytest.TempPathFactory, objects: list[tuple[Rectangle, set[str], str]]
) -> None:
    folder = tmp_path_factory.mktemp("voc")
    instances = [
        Instance(
            "box",
            box,
            (
                *(Tag(name) for name in ("truncated", "occluded", "difficult") if name in flags),
                *((Tag("pose", pose),) if pose else ()),
            ),
        )
        for box, flags, pose in objects
    ]
    losses = export("voc", [sample_with(instances)], KINDS, folder, segmentation_pictures=False)
    assert not losses
    assert only_sample(open_dataset("voc", folder)).instances == tuple(instances)


@settings(max_examples=40)
@given(st.lists(SHAPES["blob"], max_size=6))
def test_masks_come_back_but_for_what_is_covered(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[Mask]
) -> None:
    folder = tmp_path_factory.mktemp("voc")
    losses = export(
        "voc", [sample_with([Instance("blob", each) for each in shapes])], KINDS, folder
    )
    source = open_dataset("voc", folder, shapes="masks")
    back = only_sample(source)
    painted = np.zeros((SIZE.height, SIZE.width), int)
    for number, shape in enumerate(shapes, start=1):
        painted[shape.paint(SIZE)] = number
    visible = [number for number in range(1, len(shapes) + 1) if (painted == number).any()]
    assert len(back.instances) == len(visible)
    for number, each in zip(visible, back.instances, strict=True):
        assert (each.shape.paint(SIZE) == (painted == number)).all()
    hidden = sum(
        not (painted[shape.paint(SIZE)] == number).all()
        for number, shape in enumerate(shapes, start=1)
    )
    assert losses == ({("blob", "part below another object"): hidden} if hidden else {})


def test_a_real_dataset_comes_back(shared: Path, tmp_path: Path) -> None:
    place = shared / "data" / "pascal_voc"
    ran = datasets.export(place, tmp_path, "voc", "--runner", "serial")
    assert ran.code == 0, ran.err
    # One box has fractions.
    assert datasets.losses(tmp_path / "result") == {
        ("person", "fraction of a pixel"): 1,
        **{
            key: count
            for key, count in datasets.losses(tmp_path / "result").items()
            if key[1] == "part below another object"
        },
    }
    before = read_all(datasets.open_dataset(place, "voc"))
    after = read_all(open_dataset("voc", tmp_path / "result"))
    assert before.keys() == after.keys()
    for key, sample in before.items():
        written = tmp_path / "result" / "JPEGImages" / sample.origin.file
        assert written.read_bytes() == Path(str(sample.image.path)).read_bytes()
        for one, other in zip(sample.instances, after[key].instances, strict=True):
            assert (one.label, one.tags) == (other.label, other.tags)
            assert tuple(other.shape.bbox) == tuple(round(edge) for edge in one.shape.bbox)


def test_real_masks_come_back(shared: Path, tmp_path: Path) -> None:
    place = shared / "data" / "pascal_voc"
    reading = {"format": "voc", "shapes": "masks", "keep_void": True}
    ran = datasets.export(place, tmp_path, "voc", reading=reading)
    assert ran.code == 0, ran.err
    assert datasets.losses(tmp_path / "result") == {}
    for kind in ("SegmentationClass", "SegmentationObject"):
        written = picture(tmp_path / "result", kind, "2007_000063")
        original = picture(place / "VOC2012", kind, "2007_000063")
        assert (written == original).all()


def test_workers_change_no_byte(mini: Path, tmp_path: Path) -> None:
    runs = (("serial", 1), ("threads", 2), ("processes", 2))
    trees = []
    for runner, workers in runs:
        out = tmp_path / f"{runner}{workers}"
        ran = datasets.export(mini / "mini", out, "voc", "--runner", runner, "--workers", workers)
        assert ran.code == 0, ran.err
        trees.append(files_of(out / "result"))
    assert trees[0] == trees[1] == trees[2]
    assert not any(name.startswith(".parts") for name in trees[0])
    # Two datasets have an image "one": in one folder the second gets another name.
    assert {name for name in trees[0] if name.startswith("JPEGImages/one")} == {
        "JPEGImages/one.png",
        "JPEGImages/one_2.png",
    }
    back = read_all(open_dataset("voc", tmp_path / "serial1" / "result"))
    assert set(back) == {"ds1/one.png", "ds1/two.jpg", "ds2/one_2.png"}
    assert all(len(sample.instances) == 6 for sample in back.values())


def test_splits_by_tag_and_refusal(mini: Path, tmp_path: Path) -> None:
    ran = datasets.export(mini / "mini", tmp_path / "a", "voc", writing={"splits": ["checked"]})
    assert ran.code == 0, ran.err
    lists = tmp_path / "a" / "result" / "ImageSets" / "Main"
    assert (lists / "checked.txt").read_text() == "one\none_2\ntwo\n"
    ran = datasets.export(mini / "mini", tmp_path / "b", "voc", writing={"on_loss": "error"})
    assert ran.code == 2
    assert "E308" in ran.err


def test_changed_images_are_encoded(shared: Path, tmp_path: Path) -> None:
    graph = [
        {"action": "data", "src": ["fridge_voc/*"], "dst": "$a",
         "settings": {"classes_mapping": "default"}},
        {"action": "flip", "src": ["$a"], "dst": "$b", "settings": {"axis": "vertical"}},
        {"action": "export", "src": ["$b"], "dst": "out", "settings": {"format": "voc"}},
    ]  # fmt: skip
    (tmp_path / "graph.json").write_text(json.dumps({"version": 1, "layers": graph}))
    from tests.fixtures.cli import run_cli

    ran = run_cli("run", tmp_path / "graph.json", "--data", shared / "data", "--out", tmp_path)
    assert ran.code == 0, ran.err
    before = read_all(datasets.open_dataset(shared / "data" / "fridge_voc", "voc"))
    after = read_all(open_dataset("voc", tmp_path / "out"))
    for key, sample in before.items():
        mirrored = after[key]
        assert [tuple(each.shape.bbox) for each in mirrored.instances] == [
            tuple(each.shape.mirror("vertical", sample.size).bbox) for each in sample.instances
        ]
        written = cv2.imread(str(mirrored.image.path))
        assert written is not None
        assert written.shape[:2] == (sample.size.height, sample.size.width)
