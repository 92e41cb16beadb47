from __future__ import annotations

import numpy as np

from dtl_nodes.kernels.loops import cut_loops


def rings(*points: tuple[float, float], near: float = 1.0) -> list[list[list[float]]]:
    return [ring.tolist() for ring in cut_loops(np.array(points, np.float64), near)]


def test_ring_without_near_vertices_stays() -> None:
    square = [(0, 0), (5, 0), (5, 5), (0, 5)]
    assert rings(*square) == [[[0, 0], [5, 0], [5, 5], [0, 5]]]


def test_neck_divides() -> None:
    bell = [(0, 0), (5, 2), (10, 0), (10, 6), (5, 3), (0, 6)]
    assert rings(*bell) == [[[0, 0], [5, 3], [0, 6]], [[5, 2], [10, 0], [10, 6]]]


def test_near_neighbours_become_one_vertex() -> None:
    assert rings((0, 0), (5, 0), (5, 1), (5, 2), (0, 5)) == [[[0, 0], [5, 2], [0, 5]]]


def test_loops_of_loops() -> None:
    three = [(0, 0), (5, 2), (10, 2), (15, 0), (15, 6), (10, 3), (5, 3), (0, 6)]
    assert rings(*three) == [
        [[0, 0], [5, 3], [0, 6]],
        [[10, 2], [15, 0], [15, 6]],
    ], "the middle has two vertices left"


def test_what_is_left_of_too_few_vertices_vanishes() -> None:
    assert rings((0, 0), (0, 1), (1, 0), near=2) == []
