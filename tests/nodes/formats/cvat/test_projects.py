"""CVAT as people keep it: projects of several tasks, tasks in folders, and what files also say."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image as Picture

from dtl_engine.errors import DataError
from dtl_engine.sdk import (
    Instance,
    LabelSpec,
    Point,
    Rectangle,
    Schema,
    SchemaError,
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_nodes.formats import recognise
from tests.nodes.formats.cvat.drawn import document, image, write
from tests.nodes.formats.exporting import (
    SIZE,
    export,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)

BOX = '<box label="a" xtl="1" ytl="1" xbr="2" ybr="2"/>'


def of_project(*images: str, tasks: tuple[tuple[str, str], ...]) -> str:
    """Return the export of a project: its tasks are told first, its labels behind them."""
    told = "".join(
        f"<task><id>{id}</id><name>{name}</name><subset>x</subset></task>" for id, name in tasks
    )
    labels = "<labels><label><name>a</name><attributes/></label></labels>"
    return (
        f"<annotations><version>1.1</version><meta><project><name>p</name><tasks>{told}</tasks>"
        f"{labels}</project></meta>{''.join(images)}</annotations>"
    )


def files_of_datasets(folder: Path) -> dict[str, tuple[str, ...]]:
    source = open_dataset("cvat", folder)
    assert all(sample.image.size == SIZE for sample in read_all(source).values())
    return {each.name: each.files for each in source.datasets}


def test_subsets_of_a_project_are_datasets(tmp_path: Path) -> None:
    """Two tasks of one subset share a dataset, in which a name is taken once."""
    text = of_project(
        image(BOX, name="one.png", subset="Train", task_id="3"),
        image(name="one.png", subset="Train", task_id="7"),
        image(name="two.png", subset="Validation", task_id="8"),
        tasks=(("3", "first"), ("7", "second"), ("8", "third")),
    )
    write(tmp_path, text, "Train/one.png", "Validation/two.png")
    assert files_of_datasets(tmp_path) == {
        "Train": ("one.png", "one_1.png"),
        "Validation": ("two.png",),
    }
    source = open_dataset("cvat", tmp_path)
    assert any("1 images share a name" in note for note in source.notes)
    assert [len(sample.instances) for sample in read_all(source).values()] == [1, 0, 0]


@pytest.mark.parametrize("subset", ["default", ""])
def test_tasks_of_a_project_without_subsets_are_datasets(tmp_path: Path, subset: str) -> None:
    text = of_project(
        *(image(name="one.png", task_id=id, subset=subset) for id in ("3", "7", "8", "9")),
        tasks=(("3", "apples"), ("7", "pears"), ("8", "pears")),
    )
    write(tmp_path, text, "one.png")
    assert files_of_datasets(tmp_path) == dict.fromkeys(
        ("apples", "pears_7", "pears_8", "task_9"), ("one.png",)
    )


def test_a_project_of_one_task_keeps_its_subset(tmp_path: Path) -> None:
    text = of_project(image(name="one.png", subset="Test", task_id="3"), tasks=(("3", "apples"),))
    write(tmp_path, text, "Test/one.png")
    assert files_of_datasets(tmp_path) == {"Test": ("one.png",)}


def test_labels_of_a_project(tmp_path: Path) -> None:
    """They are declared once for all tasks; a task that declares its own adds to them."""
    own = (
        "<labels><label><name>a</name><attributes><attribute><name>ripe</name>"
        "<input_type>radio</input_type><values>no\nyes</values></attribute></attributes></label>"
        "</labels>"
    )
    text = of_project(image(name="one.png", task_id="3"), tasks=(("3", "apples"),))
    source = open_dataset(
        "cvat", write(tmp_path, text.replace("<subset>x</subset>", f"{own}<subset>x</subset>"))
    )
    assert source.schema.label_names == ("a",)
    assert source.schema.tags == (TagSpec("ripe", TagValueType.CHOICE, ("no", "yes")),)


def test_a_dataset_one_folder_down(tmp_path: Path) -> None:
    write(tmp_path / "task_1", document(image(BOX)))
    assert [each.name for each, _ in recognise(tmp_path)] == ["cvat"]
    assert dict(recognise(tmp_path))[recognise(tmp_path)[0][0]] == (
        "task_1/annotations.xml is a file of CVAT"
    )
    source = open_dataset("cvat", tmp_path)
    assert source.location == tmp_path
    assert list(read_all(source)) == ["ds/one.png"]


def test_images_beside_the_folder_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, document(image()))
    (tmp_path / "annotations.xml").rename(tmp_path / "moved.xml")
    (tmp_path / "xml").mkdir()
    (tmp_path / "moved.xml").rename(tmp_path / "xml" / "annotations.xml")
    assert files_of_datasets(tmp_path) == {"ds": ("one.png",)}


def test_tasks_in_folders_are_datasets(tmp_path: Path) -> None:
    write(tmp_path / "task_2", document(image(name="cam/one.png"), image(name="two.png")),
          "cam/one.png", "two.png")  # fmt: skip
    tag = '<tag label="kitchen"/>'
    undeclared = '<polygon label="b" occluded="1" points="1,2;8.5,2;4,9"/>'
    write(tmp_path / "task_1", document(image(undeclared, tag)))
    (tmp_path / "notes").mkdir()
    assert files_of_datasets(tmp_path) == {
        "task_1": ("one.png",),
        "task_2": ("two.png",),
        "task_2_cam": ("one.png",),
    }
    source = open_dataset("cvat", tmp_path)
    assert source.schema.label_names == ("a", "b")
    assert {"kitchen", "occluded"} <= set(source.schema.tag_names)
    sample = read_all(source)["task_1/one.png"]
    assert ([each.label for each in sample.instances], sample.tags) == (["b"], (Tag("kitchen"),))
    assert len(read_all(open_dataset("cvat", tmp_path, "task_2"))) == 1
    only = open_dataset("cvat", tmp_path, annotations="task_1/annotations.xml")
    assert list(read_all(only)) == ["ds/one.png"]


def test_one_bad_file_among_tasks_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a", document(image()))
    write(tmp_path / "b", document(image())[:-20])
    with pytest.raises(SchemaError, match=r"annotations\.xml' cannot be read: it is no XML"):
        open_dataset("cvat", tmp_path)


def test_an_image_of_another_task_is_not_taken_by_a_path(tmp_path: Path) -> None:
    write(tmp_path / "a", document(image(name="../../one.png")))
    Picture.new("RGB", SIZE).save(tmp_path / "one.png")
    with pytest.raises(DataError) as refused:
        only_sample(open_dataset("cvat", tmp_path / "a"))
    assert refused.value.code == "F609"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_texts_in_utf_8(tmp_path: Path, encoding: str) -> None:
    """A mark at the beginning is left out, and letters of any length keep their places."""
    path = write(tmp_path, "") / "annotations.xml"
    text = document(
        *(image(BOX.replace('"a"', '"лимон 🍋"'), name=f"{name}.png") for name in ("é", "漢", "z"))
    )
    path.write_bytes(text.encode(encoding))
    write_images = ("é.png", "漢.png", "z.png")
    for name in write_images:
        Picture.new("RGB", SIZE).save(tmp_path / "images" / name)
    read = read_all(open_dataset("cvat", tmp_path))
    assert {key.removeprefix("ds/") for key in read} == set(write_images)
    assert {each.label for sample in read.values() for each in sample.instances} == {"лимон 🍋"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "") / "annotations.xml"
    text = document(image(BOX.replace('"a"', '"é"'))).replace(' encoding="utf-8"', "")
    path.write_bytes(text.encode(encoding))
    words = "not well-formed" if encoding == "latin-1" else "its encoding is not UTF-8"
    with pytest.raises(SchemaError, match=rf"annotations\.xml.* {words}") as refused:
        open_dataset("cvat", tmp_path, annotations="annotations.xml")
    assert refused.value.code == "E403"


@pytest.mark.parametrize("owner", ["task", "project", "job"])
def test_meta_of_any_owner(tmp_path: Path, owner: str) -> None:
    text = document(image(BOX)).replace("<task>", f"<{owner}>").replace("</task>", f"</{owner}>")
    source = open_dataset("cvat", write(tmp_path, text))
    assert source.schema.tag_names == ("ripe", "weight", "hard", "note", "kitchen")


def test_what_a_shape_says_beside_its_place(tmp_path: Path) -> None:
    """Sources and members that nobody knows are nothing; points that are outside are no nodes."""
    text = document(
        image(
            '<points label="a" source="semi-auto" frame="3" points="1,1" confidence="0.5"/>',
            '<skeleton label="a" source="auto" z_order="1"><points label="w" source="auto" '
            'outside="1" occluded="0" points="1,2"/><points label="t" outside="0" occluded="0" '
            'points="3,4"><attribute name="ripe">yes</attribute></points>'
            '<attribute name="ripe">no</attribute></skeleton>',
        )
    )
    point, hand = only_sample(open_dataset("cvat", write(tmp_path, text))).instances
    assert (point.shape, point.tags) == (Point(1, 1), ())
    assert [node.id for node in hand.shape.nodes] == ["t"]  # type: ignore[attr-defined]
    assert hand.tags == (Tag("ripe", "no"),)


GROUP = "@label-group-id"
GROUPED = Schema(
    (LabelSpec("a", "rectangle", "#FF0000"), LabelSpec("b", "point", "#00FF00")),
    (TagSpec("ripe"), TagSpec(GROUP, TagValueType.STRING)),
)


def test_groups_come_back(tmp_path: Path) -> None:
    """A group is written as such; as text where readers would join the objects of one."""
    instances = [
        Instance("a", Rectangle(1, 1, 3, 3), (Tag("ripe"), Tag(GROUP, "6"))),
        Instance("b", Point(4, 4), (Tag(GROUP, "6"),)),
        Instance("a", Rectangle(5, 5, 7, 7), (Tag(GROUP, "9"),)),
        Instance("a", Rectangle(6, 5, 8, 7), (Tag(GROUP, "9"),)),
        Instance("a", Rectangle(9, 9, 10, 10), (Tag(GROUP, "of apples"),)),
        Instance("a", Rectangle(9, 9, 10, 11), (Tag(GROUP, "007"),)),
        Instance("a", Rectangle(9, 8, 10, 12), (Tag(GROUP, "9" * 5000),)),
        Instance("a", Rectangle(9, 9, 10, 12)),
    ]
    assert not export("cvat", [sample_with(instances)], GROUPED, tmp_path)
    source = open_dataset("cvat", tmp_path)
    assert only_sample(source).instances == tuple(instances)
    assert source.schema == GROUPED
    root = ET.parse(tmp_path / "annotations.xml").getroot()
    shapes = [each for each in root.find("image") or () if each.tag in ("box", "points")]
    assert [each.get("group_id") for each in shapes] == ["6", "6", *[None] * 6]
    declared = {each.findtext("name") for each in root.iter("attribute")} - {None}
    used = {each.get("name") for each in root.iter("attribute")} - {None}
    assert used <= declared


def test_splits_are_subsets_of_one_file(tmp_path: Path) -> None:
    """CVAT's own export of a project is one file too, in which each image tells its subset."""
    samples = [
        sample_with([], file=f"{name}.png", dataset=name) for name in ("train", "val", "unassigned")
    ]
    export("cvat", samples, GROUPED, tmp_path, splits=("train", "val"))
    root = ET.parse(tmp_path / "annotations.xml").getroot()
    assert [(each.get("subset"), each.get("name")) for each in root.iter("image")] == [
        ("train", "train.png"), ("unassigned", "unassigned.png"), ("val", "val.png"),
    ]  # fmt: skip
    assert [each.text for each in root.iterfind("meta/project/tasks/task/subset")] == [
        "train", "unassigned", "val",
    ]  # fmt: skip
    assert root.findtext("meta/project/subsets") == "train\nunassigned\nval"
    assert (tmp_path / "images" / "train" / "train.png").is_file()
    assert list(read_all(open_dataset("cvat", tmp_path))) == [
        "train/train.png", "unassigned/unassigned.png", "val/val.png",
    ]  # fmt: skip
