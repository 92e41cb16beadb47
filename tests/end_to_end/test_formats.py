"""All formats side by side: what each holds comes back, and what it cannot hold is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Keypoints, Mask, Polygon, Rectangle
from dtl_nodes.formats import WRITABLE
from tests.fixtures.cli import run_cli
from tests.fixtures.conversions import Exports, convert, losses, read
from tests.fixtures.drawn_shapes import BARE, HEIGHT, NAMES, WIDTH
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import tree

CLASSES = ("box", "patch", "ring", "blob", "parts", "path", "dot", "hand")
SIZE = Size(WIDTH, HEIGHT)
IMAGES = [(dataset, file) for dataset, files in NAMES.items() for file in files]
TOLERANCE_PX = 0.012
"""Six decimals of a fraction of an image, see the round-trip guarantees of the formats."""

# What becomes of an object: what comes back, and whether it counts as lost.
SAME = "same"
PIXELS = "the same pixels, as mask"
OUTLINE = "the same pixels, as polygon"
PAINTED = "the same pixels, and the outline is lost"
EXTERIOR = "the outer outline"
SPLIT = "one object for each part"
BOX = "its box"
GONE = "nothing"
LOSSY = {PAINTED, EXTERIOR, SPLIT, BOX, GONE}

OUTCOMES: dict[str, tuple[str, ...]] = {
    "cityscapes": (OUTLINE, SAME, EXTERIOR, EXTERIOR, SPLIT, GONE, GONE, GONE),
    "coco": (SAME, SAME, PIXELS, SAME, SAME, GONE, GONE, SAME),
    "cvat": (SAME, SAME, PAINTED, SAME, SAME, SAME, SAME, SAME),
    "images": (GONE,) * 8,
    "labelme": (SAME, SAME, PAINTED, SAME, SAME, SAME, SAME, SAME),
    "mask_pairs": (PAINTED, PAINTED, PAINTED, SAME, SAME, GONE, GONE, GONE),
    "open_images": (SAME, PAINTED, PAINTED, SAME, SAME, BOX, GONE, BOX),
    "supervisely": (SAME,) * 8,
    "table": (SAME, BOX, BOX, BOX, BOX, BOX, GONE, BOX),
    "voc": (SAME, BOX, BOX, BOX, BOX, BOX, BOX, BOX),
    "yolo": (SAME, BOX, BOX, BOX, BOX, BOX, GONE, BOX),
}
"""The matrix of the reference, section 12, for ``CLASSES``, without any option."""

ALSO_LOST = {"labelme": {"hand"}, "open_images": {"blob", "parts"}}
"""Classes whose shapes come back and that lose something else: edges, the order of painting."""

HELD_ELSEWHERE = {"voc": {"blob", "parts"}}
"""Classes that come back otherwise where the reader is told to: as masks of the pictures."""

OPTIONS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("voc", "", "shapes=masks"): (PIXELS, PAINTED, PAINTED, SAME, SAME, GONE, GONE, GONE),
    ("yolo", "task=segment", ""): (OUTLINE, SAME, EXTERIOR, EXTERIOR, SPLIT, GONE, GONE, GONE),
    ("coco", "points_and_lines=box", ""): (SAME, SAME, PIXELS, SAME, SAME, BOX, BOX, SAME),
    ("coco", "polygons=exact", "exact_masks=true"): (
        *(PIXELS, PIXELS, PIXELS, SAME, SAME, GONE, GONE, SAME),
    ),
}
"""Format, option for writing, option for reading -> what becomes of the classes."""


def test_the_matrix_is_complete() -> None:
    assert tuple(OUTCOMES) == WRITABLE


def check(outcome: str, before: Instance, after: list[Instance]) -> None:
    """Fail unless ``after`` is what becomes of ``before``."""
    shape = before.shape
    painted = shape.paint(SIZE)
    if outcome == GONE:
        assert after == []
        return
    if outcome == SPLIT:
        assert len(after) > 1
        together = np.logical_or.reduce([each.shape.paint(SIZE) for each in after])
        assert np.array_equal(together, painted)
        return
    (found,) = after
    if outcome == SAME:
        assert same(shape, found.shape), f"{shape} came back as {found.shape}"
    elif outcome in (PIXELS, PAINTED):
        assert isinstance(found.shape, Mask)
        assert np.array_equal(found.shape.paint(SIZE), painted)
    elif outcome == OUTLINE:
        assert isinstance(found.shape, Polygon)
        assert np.array_equal(found.shape.paint(SIZE), painted)
    elif outcome == EXTERIOR:
        assert isinstance(found.shape, Polygon)
        assert not found.shape.holes
        assert found.shape.bbox == pytest.approx(shape.bbox, abs=TOLERANCE_PX)
        assert found.shape.paint(SIZE)[painted].all()
    else:
        assert outcome == BOX
        assert isinstance(found.shape, Rectangle)
        # A box of pixels holds the pixel that a point lies in, though it may begin there.
        assert found.shape.bbox[:2] == pytest.approx(shape.bbox[:2], abs=TOLERANCE_PX)
        assert all(
            -TOLERANCE_PX <= new - old <= 1
            for new, old in zip(found.shape.bbox[2:], shape.bbox[2:], strict=True)
        )


def same(one: Any, other: Any) -> bool:
    """Whether two shapes are equal up to what text rounds."""
    if one == other:
        return True
    if type(one) is not type(other) or isinstance(one, Mask):
        return False
    if isinstance(one, Polygon):
        pairs = [(one.exterior, other.exterior), *zip(one.holes, other.holes, strict=True)]
        return all(np.allclose(a, b, rtol=0, atol=TOLERANCE_PX) for a, b in pairs)
    if isinstance(one, Keypoints):
        mine, others = ({n.id: (n.x, n.y) for n in each.nodes} for each in (one, other))
        return mine.keys() == others.keys() and all(
            mine[id] == pytest.approx(others[id], abs=TOLERANCE_PX) for id in mine
        )
    return bool(np.allclose(one.bbox, other.bbox, rtol=0, atol=TOLERANCE_PX))


def check_all(
    outcomes: tuple[str, ...],
    before: dict[tuple[str, str], Sample],
    after: dict[tuple[str, str], Sample],
) -> None:
    assert sorted(after) == sorted(before)
    for key, sample in before.items():
        found = after[key].instances
        assert {instance.label for instance in found} <= set(CLASSES)
        assert after[key].size == sample.size
        assert np.array_equal(after[key].image.pixels(), sample.image.pixels())
        if key == ("val", BARE):
            assert found == ()
            continue
        by_label = {instance.label: instance for instance in sample.instances}
        for label, outcome in zip(CLASSES, outcomes, strict=True):
            check(outcome, by_label[label], [each for each in found if each.label == label])


@pytest.mark.parametrize("name", WRITABLE)
def test_what_a_format_holds_comes_back(name: str, drawn: Path, exported: Exports) -> None:
    folder = exported(name)
    check_all(OUTCOMES[name], read(drawn, "supervisely"), read(folder, name))


@pytest.mark.parametrize(("name", "writing", "reading"), OPTIONS)
def test_what_a_format_holds_with_options_comes_back(
    name: str, writing: str, reading: str, drawn: Path, tmp_path: Path
) -> None:
    convert(drawn, tmp_path / name, name, *(["--set", writing] if writing else []))
    key, _, value = reading.partition("=")
    options = {key: json.loads(value) if value in ("true", "false") else value} if key else {}
    outcomes = OPTIONS[name, writing, reading]
    check_all(outcomes, read(drawn, "supervisely"), read(tmp_path / name, name, **options))


@pytest.mark.parametrize("name", WRITABLE)
def test_what_it_does_not_hold_is_in_the_loss_report(name: str, exported: Exports) -> None:
    folder, out = exported(name), exported.told(name)
    told = losses(folder)
    lossy = {label for label, what in zip(CLASSES, OUTCOMES[name], strict=True) if what in LOSSY}
    lossy = (lossy | ALSO_LOST.get(name, set())) - HELD_ELSEWHERE.get(name, set())
    assert {each["class"] for each in told} == lossy
    assert all(each["count"] == len(IMAGES) for each in told), told
    for each in told:
        line = f"{folder}: {each['count']} times not held of '{each['class']}': {each['what']}"
        assert line in out
    assert out.count("times not held") == len(told)


@pytest.mark.parametrize("name", WRITABLE)
def test_losses_may_be_refused(name: str, drawn: Path, tmp_path: Path) -> None:
    convert(drawn, tmp_path / "counted", name)
    outcome = run_cli("convert", drawn, tmp_path / "x", "--to", name, "--on-loss", "error")
    if not losses(tmp_path / "counted"):
        assert outcome.code == 0
        assert tree(tmp_path / "x") == tree(tmp_path / "counted")
    elif outcome.code == 2:
        assert outcome.err.startswith("dtl: E308 the format")
        assert not (tmp_path / "x").exists()
    else:
        assert outcome.code == 3
        assert outcome.err.count("F612") == len(IMAGES)
        assert not (tmp_path / "x" / "loss_report.json").exists()


@pytest.mark.parametrize("name", WRITABLE)
def test_tags_come_back_or_are_lost(name: str, tmp_path: Path) -> None:
    project = write_project(tmp_path, "tagged", datasets={"train": (("a" * 16 + ".png", 40, 30),)})
    convert(project, tmp_path / "out", name)
    (before,) = read(project, "supervisely").values()
    (after,) = read(tmp_path / "out", name).values()
    lost = {each["class"] for each in losses(tmp_path / "out")}
    kept = {(tag.name, tag.value) for tag in after.tags}
    if not {(tag.name, tag.value) for tag in before.tags} <= kept:
        assert None in lost
    for instance in before.instances:
        twins = [each for each in after.instances if each.label == instance.label]
        values = {(tag.name, tag.value) for each in twins for tag in each.tags}
        if not {(tag.name, tag.value) for tag in instance.tags} <= values:
            assert instance.label in lost
