"""Writing CVAT: what comes back, what is lost, and what others read."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_nodes.formats import load_writable
from tests.nodes.formats.cvat.drawn import MASK
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    convert,
    export,
    files_of,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)

KINDS = (
    ("blob", "bitmap"), ("box", "rectangle"), ("dot", "point"), ("hand", "graph"),
    ("patch", "polygon"), ("path", "line"), ("thing", "any"),
)  # fmt: skip
TEMPLATE = {
    "nodes": {"w": {"label": "w", "loc": [10, 40]}, "t": {"label": "t", "loc": [25.5, 20]}},
    "edges": [{"src": "w", "dst": "t"}],
}
EXTRA = {"geometry_config": TEMPLATE}
SCHEMA = Schema(
    tuple(
        LabelSpec(name, kind, f"#FF00{at:02X}", EXTRA if name == "hand" else {})
        for at, (name, kind) in enumerate(KINDS)
    ),
    (
        TagSpec("note", TagValueType.STRING),
        TagSpec("sure"),
        TagSpec("weight", TagValueType.NUMBER),
        TagSpec("ripe", TagValueType.CHOICE, ("no", "a & b <c>")),
        TagSpec("flag", TagValueType.CHOICE, ("false", "true")),
        TagSpec("occluded"),
    ),
)  # fmt: skip
TAGS = st.sampled_from(
    [
        Tag("note", "x & <y>\n\t\r \"z\" é 漢"), Tag("note", ""), Tag("sure"), Tag("weight", -3),
        Tag("weight", 0.1), Tag("weight", 1e-9), Tag("ripe", "a & b <c>"), Tag("flag", "false"),
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_it_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    labels = data.draw(st.lists(st.sampled_from(sorted(SHAPES)), max_size=6))
    instances = []
    for label in labels:
        tags = data.draw(st.lists(TAGS, max_size=3))
        tags += [Tag("occluded")] if data.draw(st.booleans()) else []
        instances.append(Instance(label, data.draw(SHAPES[label]), tuple(tags)))
    nodes = (KeypointNode("w", 3, 4, (("disabled", True),)), KeypointNode("t", 1.5, 1 / 3))
    instances.append(Instance("hand", Keypoints(nodes)))
    image_tags = data.draw(st.lists(TAGS, max_size=3))
    samples = [
        sample_with(instances, image_tags, dataset="d & s"),
        sample_with([], file="<none>.png", dataset="other"),
    ]
    folder = tmp_path_factory.mktemp("set")
    assert not export("cvat", samples, SCHEMA, folder)
    source = open_dataset("cvat", folder)
    assert source.schema == SCHEMA
    assert source.schema.label("hand").extra == {"geometry_config": TEMPLATE}  # type: ignore[union-attr]
    read = read_all(source)
    assert list(read) == ["d & s/one.png", "other/<none>.png"]
    again = read["d & s/one.png"]
    assert again.instances == tuple(instances)
    assert again.tags == tuple(image_tags)
    assert read["other/<none>.png"].instances == ()
    hand = again.instances[-1].shape
    assert isinstance(hand, Keypoints)
    assert hand.nodes == nodes


def test_what_it_cannot_hold_is_told(tmp_path: Path) -> None:
    ring = Polygon([[2, 2], [12, 2], [12, 12], [2, 12]], [[[4, 4], [8, 4], [8, 8], [4, 8]]])
    sample = sample_with(
        [
            Instance("patch", ring, (), "text"),
            Instance("box", Rectangle(1, 1, 2, 2), (Tag("note"), Tag("note", "a\0b"))),
            Instance("dot", Point(99, 99)),
            Instance("patch", Polygon([[1, 1], [2, 2], [1, 1]])),
            Instance("path", Polyline([[1, 1], [1, 1]])),
        ],
        description="d",
    )
    assert export("cvat", [sample], SCHEMA, tmp_path) == {
        ("patch", "polygon saved as a mask"): 1,
        ("patch", "object description"): 1,
        ("box", "object tag"): 1,
        ("box", "control characters of a text"): 1,
        ("dot", "point outside the image dropped"): 1,
        ("patch", "polygon with too few points dropped"): 1,
        ("path", "line with too few points dropped"): 1,
        ("", "image description"): 1,
    }
    assert not list(load_writable("cvat").losses(SCHEMA, None))
    mask, box = only_sample(open_dataset("cvat", tmp_path)).instances
    assert np.array_equal(mask.shape.paint(SIZE), ring.paint(SIZE))
    assert box.tags == (Tag("note", "ab"),)


def test_what_other_programs_read(tmp_path: Path) -> None:
    """Ids as frames in the order of names, names with folders, z-order: by another parser."""
    mask = Mask.tight(MASK, 12, 7)
    assert mask is not None
    samples = [
        sample_with(
            [Instance("blob", mask), Instance("box", Rectangle(1, 2, 3, 4))], file=f"{name}.png"
        )
        for name in ("b", "a")
    ]
    export("cvat", samples, SCHEMA, tmp_path)
    root = ET.parse(tmp_path / "annotations.xml").getroot()
    assert root.findtext("version") == "1.1"
    images = root.findall("image")
    assert [(each.get("id"), each.get("name")) for each in images] == [
        ("0", "a.png"),
        ("1", "b.png"),
    ]
    drawn, box = images[0].find("mask"), images[0].find("box")
    assert drawn is not None
    assert box is not None
    assert (drawn.get("rle"), drawn.get("z_order")) == ("1, 2, 1, 4, 1, 1, 1, 1", "0")
    assert (box.get("xtl"), box.get("ybr"), box.get("z_order")) == ("1.00", "4.00", "1")
    assert (tmp_path / "images" / "ds" / "a.png").is_file()


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_the_same_files_however_many_workers(mini: Path, tmp_path: Path, runner: str) -> None:
    made = [
        convert(mini, "mini", tmp_path / str(workers), {"format": "cvat"},
                "--runner", runner, "--workers", str(workers))
        for workers in (1, 2)
    ]  # fmt: skip
    first, second = map(files_of, made)
    assert first == second
    assert "annotations.xml" in first
    assert not any(name.startswith(".parts") for name in first)


def test_there_and_back_by_the_command_line(mini: Path, tmp_path: Path) -> None:
    made = convert(mini, "mini", tmp_path / "there", {"format": "cvat"})
    back = convert(made.parent, "made", tmp_path / "back", {"format": "supervisely"}, format="cvat")
    before = read_all(open_dataset("supervisely", mini / "mini"))
    after = read_all(open_dataset("supervisely", back))
    assert before.keys() == after.keys()
    for key, sample in before.items():
        other = after[key]
        assert [i.label for i in sample.instances] == [i.label for i in other.instances]
        for mine, theirs in zip(sample.instances, other.instances, strict=True):
            assert mine.tags == theirs.tags
            if mine.label == "patch":
                assert np.array_equal(
                    mine.shape.paint(sample.size), theirs.shape.paint(sample.size)
                )
            else:
                assert mine.shape == theirs.shape
        assert [(tag.name, tag.value) for tag in sample.tags] == [
            (tag.name, tag.value) for tag in other.tags
        ]
