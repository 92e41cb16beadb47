"""Pascal VOC that was written and is read again."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.sdk import Instance, Mask, Rectangle, Tag
from tests.fixtures import datasets
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
from tests.nodes.formats.voc.written import KINDS, TAGS, picture

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
        ("person", "box rounded to pixels"): 1,
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
