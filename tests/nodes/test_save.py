"""The ``save`` node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema
from dtl_engine.model.shapes import Polygon, Rectangle, ShapeKind
from dtl_engine.node.draws import Draws
from dtl_engine.testing import Outcome, make_sample, run_node
from dtl_nodes.save import Save
from tests.fixtures.nodes import make, refuses

SCHEMA = Schema(
    (
        LabelSpec("sky", ShapeKind.POLYGON, "#F00"),
        LabelSpec("box", ShapeKind.RECTANGLE, "#000000"),
    )
)


def sample() -> Sample:
    sky = Polygon([(-5, 0), (3, 0), (3, 2), (-5, 2)])
    instances = [Instance("sky", sky), Instance("box", Rectangle(4, 1, 6, 4))]
    return make_sample(8, 6, instances, file="a.png")


def saved(settings: dict[str, Any], folder: Path) -> Outcome:
    found = sample()
    return run_node(make(Save, settings), found, Draws(0, "n", found), SCHEMA, folder)


def decoded(data: bytes) -> np.ndarray:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return np.asarray(pixels[..., ::-1])


def test_writes_a_project_and_its_archive(tmp_path: Path) -> None:
    files = saved({}, tmp_path).files
    assert sorted(files) == [
        "output.tar",
        "output/ds1/ann/a.png.json",
        "output/ds1/img/a.png",
        "output/meta.json",
    ]
    assert sorted(saved({"archive": False}, tmp_path / "2").files) == sorted(files)[1:]


def test_visualize_shows_the_colours_of_the_classes(tmp_path: Path) -> None:
    shown = decoded(saved({"visualize": True}, tmp_path).files["output/ds1/visualize/a.png"])
    assert shown.shape == (6, 17, 3)
    image = sample().image.pixels().astype(int)
    assert np.array_equal(shown[:, :8], image)
    assert (shown[:, 8] == (0, 255, 0)).all()
    overlay = shown[:, 9:].astype(int)
    assert (overlay[:3, :4] == (image[:3, :4] + (255, 0, 0)) // 2).all()
    ring = [(1, 4), (1, 6), (4, 4), (4, 6), (2, 4), (2, 6)]
    for row, column in ring:
        assert (overlay[row, column] == (image[row, column] + 1) // 2).all()
    for row, column in [(2, 5), (3, 5), (5, 7), (4, 1)]:
        assert (overlay[row, column] == image[row, column]).all()


@pytest.mark.parametrize("settings", [{"visualize": 1}, {"visualise": True}, {"images": "yes"}])
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Save, settings)
