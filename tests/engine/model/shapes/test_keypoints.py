from __future__ import annotations

import pickle

import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import BBox, Size, Window
from dtl_engine.model.shapes import Keypoints, Node

SIZE = Size(10, 8)
EXTRA = (("disabled", True), ("note", ["a"]))
KEYPOINTS = Keypoints((Node("head", 1, 2, EXTRA), Node("tail", 6.5, 4)))


def test_box_and_area() -> None:
    assert KEYPOINTS.bbox == BBox(1, 2, 6.5, 4)
    assert KEYPOINTS.area == 0


def test_mirror_keeps_names_and_extras() -> None:
    assert KEYPOINTS.mirror("vertical", SIZE).nodes == (
        Node("head", 9, 2, EXTRA),
        Node("tail", 3.5, 4),
    )
    assert KEYPOINTS.mirror("horizontal", SIZE).nodes == (
        Node("head", 1, 6, EXTRA),
        Node("tail", 6.5, 4),
    )


def test_crop_drops_nodes_outside_the_closed_window() -> None:
    assert KEYPOINTS.crop(Window(4, 0, 10, 8)) == (Keypoints((Node("tail", 2.5, 4),)),)
    assert KEYPOINTS.crop(Window(7, 0, 10, 8)) == ()
    assert KEYPOINTS.clip((1, 2, 6.5, 4))[0] is KEYPOINTS
    assert KEYPOINTS.shift(0, 0) is KEYPOINTS


def test_paint_sets_the_squares_of_all_nodes() -> None:
    assert KEYPOINTS.paint(SIZE).sum() == 4 + 2


def test_no_node_is_refused() -> None:
    with pytest.raises(AnnotationError) as caught:
        Keypoints(())
    assert caught.value.code == "F604"


def test_a_bad_coordinate_names_its_node() -> None:
    with pytest.raises(AnnotationError, match="keypoint 'head'"):
        Node("head", float("inf"), 0)


def test_it_is_a_value() -> None:
    assert pickle.loads(pickle.dumps(KEYPOINTS)) == KEYPOINTS
    plain = Keypoints((Node("head", 1, 2), Node("tail", 6.5, 4)))
    assert hash(KEYPOINTS) == hash(plain)
    assert plain != KEYPOINTS
