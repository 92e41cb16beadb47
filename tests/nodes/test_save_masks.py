"""The ``save_masks`` node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema
from dtl_engine.model.shapes import Point, Polygon, Rectangle, ShapeKind
from dtl_engine.node.draws import Draws
from dtl_engine.testing import make_sample, run_node
from dtl_nodes.save_masks import SaveMasks
from tests.fixtures.nodes import make, refuses
from tests.nodes.test_save import decoded

BOTH: dict[str, Any] = {
    "masks_machine": True,
    "masks_human": True,
    "gt_machine_color": {"box": [7, 0, 0], "tip": [0, 0, 9], "absent": [1, 1, 1]},
    "gt_human_color": {"box": [0, 0, 0]},
}
SCHEMA = Schema(
    (
        LabelSpec("box", ShapeKind.RECTANGLE, "#123456"),
        LabelSpec("tip", ShapeKind.POINT, "#123456"),
        LabelSpec("sky", ShapeKind.POLYGON, "#123456"),
    )
)


def sample() -> Sample:
    shapes = {
        "box": Rectangle(1, 1, 4, 4),
        "tip": Point(2, 2),
        "sky": Polygon([(0, 0), (7, 0), (7, 5), (0, 5)]),
    }
    instances = [Instance(label, shape) for label, shape in shapes.items()]
    return make_sample(8, 6, instances, file="a.jpg")


def written(settings: dict[str, Any], folder: Path) -> dict[str, bytes]:
    found = sample()
    return run_node(make(SaveMasks, settings), found, Draws(0, "n", found), SCHEMA, folder).files


def test_machine_masks_hold_the_given_colours(tmp_path: Path) -> None:
    mask = decoded(written(BOTH, tmp_path)["output/ds1/masks_machine/a.png"])
    assert mask.shape == (6, 8, 3)
    assert mask[2, 2].tolist() == [0, 0, 9], "later objects lie on top"
    mask[2, 2] = (7, 0, 0)
    assert (mask[1:5, 1:5] == (7, 0, 0)).all(), "rectangles are filled, border included"
    mask[1:5, 1:5] = 0
    assert not mask.any(), "classes without a colour are not drawn"


def test_human_masks_show_outlines_and_black(tmp_path: Path) -> None:
    mask = decoded(written(BOTH, tmp_path)["output/ds1/masks_human/a.png"])
    image = sample().image.pixels()
    assert mask.shape == (6, 17, 3)
    assert mask[1, 9 + 1].tolist() == ((image[1, 1].astype(int) + 1) // 2).tolist()
    assert mask[2, 9 + 2].tolist() == image[2, 2].tolist()


def test_writes_what_is_asked_for(tmp_path: Path) -> None:
    human = {"masks_machine": False, "masks_human": True, "gt_human_color": {}}
    folders = {Path(name).parent.name for name in written(human, tmp_path / "1")}
    assert folders == {"", "output", "img", "ann", "masks_human"}
    machine = {"masks_machine": True, "masks_human": False, "gt_machine_color": {}}
    folders = {Path(name).parent.name for name in written(machine, tmp_path / "2")}
    assert folders == {"", "output", "img", "ann", "masks_machine"}


def test_names_its_classes() -> None:
    node = make(SaveMasks, BOTH)
    assert node.mentioned_labels(node.settings) == {
        ("gt_machine_color", "box"): "box",
        ("gt_machine_color", "tip"): "tip",
        ("gt_machine_color", "absent"): "absent",
        ("gt_human_color", "box"): "box",
    }


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"masks_machine": False, "masks_human": False}, "nothing to draw"),
        ({"gt_machine_color": None}, "'masks_machine' needs 'gt_machine_color'"),
        ({"gt_human_color": None}, "'masks_human' needs 'gt_human_color'"),
        ({"gt_human_color": {"box": [0, 0, 256]}}, "255"),
        ({"gt_human_color": {"box": [0, -1, 0]}}, "0"),
        ({"gt_human_color": {"box": [0, 0]}}, "box"),
        ({"gt_human_color": {"box": [0, 0, 0, 255]}}, "box"),
        ({"gt_human_color": {"box": "#FF0000"}}, "box"),
        ({"gt_human_color": {"box": [0, 0, 1.0]}}, "box"),
        ({"masks_human": 1}, "masks_human"),
        ({"visualize": True}, "visualize"),
    ],
)
def test_refuses(settings: dict[str, Any], word: str) -> None:
    refuses(SaveMasks, {**BOTH, **settings}, word)


def test_needs_both_switches() -> None:
    for key in ("masks_machine", "masks_human"):
        refuses(SaveMasks, {k: v for k, v in BOTH.items() if k != key}, key)
