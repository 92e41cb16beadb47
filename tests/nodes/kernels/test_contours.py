from __future__ import annotations

import numpy as np
import pytest

from dtl_nodes.kernels.contours import trace_components


def bits(*rows: str) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.array([[c == "1" for c in row] for row in rows])


def test_nothing() -> None:
    assert trace_components(np.zeros((3, 4), bool)) == []


def test_a_block() -> None:
    (component,) = trace_components(bits("1111", "1111", "1111"))
    assert component.outer.tolist() == [[0, 0], [0, 2], [3, 2], [3, 0]]
    assert component.holes == ()


def test_a_ring_has_an_octagon_for_a_hole() -> None:
    (component,) = trace_components(bits("11111", "10001", "10001", "10001", "11111"))
    assert component.outer.tolist() == [[0, 0], [0, 4], [4, 4], [4, 0]]
    assert [hole.tolist() for hole in component.holes] == [
        [[0, 1], [1, 0], [3, 0], [4, 1], [4, 3], [3, 4], [1, 4], [0, 3]]
    ]


def test_corners_connect() -> None:
    assert len(trace_components(bits("101", "010", "101"))) == 1


def test_a_piece_in_a_hole_is_a_component() -> None:
    outer, inner = trace_components(bits("11111", "10001", "10101", "10001", "11111"))
    assert len(outer.holes) == 1
    assert inner.outer.tolist() == [[2, 2]]


@pytest.mark.parametrize("seed", range(20))
def test_order_and_turns(seed: int) -> None:
    pixels = np.random.default_rng(seed).random((15, 17)) < 0.45
    components = trace_components(pixels)
    firsts = [min((y, x) for x, y in component.outer.tolist()) for component in components]
    assert firsts == sorted(firsts)
    for component in components:
        starts = [min((y, x) for x, y in hole.tolist()) for hole in component.holes]
        assert starts == sorted(starts)
        for ring in (component.outer, *component.holes):
            steps = np.sign(np.diff(np.concatenate((ring, ring[:1])), axis=0))
            if len(ring) > 1:
                assert not (steps == np.roll(steps, 1, axis=0)).all(axis=1).any(), "runs reduced"
