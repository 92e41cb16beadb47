from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from dtl_nodes.kernels.simplify import simplify_chain, simplify_ring


def points(values: ArrayLike) -> NDArray[np.float64]:
    return np.array(values, np.float64)


def distance(place: NDArray[np.float64], start: ArrayLike, end: ArrayLike) -> float:
    a, step = points(start), points(end) - points(start)
    squared = float(step @ step)
    share = min(max(float((place - a) @ step) / squared, 0), 1) if squared else 0.0
    return float(np.hypot(*(place - a - share * step)))


def places_of(kept: NDArray[np.float64], original: NDArray[np.float64]) -> list[int]:
    """Return where the kept vertices stood; the coordinates in these tests are all different."""
    found = {tuple(vertex): at for at, vertex in enumerate(original.tolist())}
    return [found[tuple(vertex)] for vertex in kept.tolist()]


@pytest.mark.parametrize(("epsilon", "count"), [(1, 2), (0.99, 3)])
def test_a_vertex_goes_at_exactly_epsilon(epsilon: float, count: int) -> None:
    assert len(simplify_chain(points([(0, 0), (5, 1), (10, 0)]), epsilon)) == count


def test_distances_are_to_the_segment_not_to_the_line() -> None:
    spike = points([(0, 0), (10, 0), (5, 0)])
    assert simplify_chain(spike, 1).tolist() == spike.tolist()


def test_fractions_stay() -> None:
    chain = points([(0.25, 0.5), (5.125, 9.5), (10.75, 0.5)])
    assert simplify_chain(chain, 1).tolist() == chain.tolist()


@pytest.mark.parametrize("chain", [[(1, 1), (1, 1)], [(1, 1)] * 4])
def test_chains_without_length_keep_two_vertices(chain: ArrayLike) -> None:
    assert simplify_chain(points(chain), 2).tolist() == [[1, 1], [1, 1]]


def test_the_first_vertex_of_a_ring_may_go() -> None:
    ring = points([(5, 0), (10, 0), (10, 10), (0, 10), (0, 0)])
    assert simplify_ring(ring, 0.5).tolist() == [[10, 0], [10, 10], [0, 10], [0, 0]]


def test_the_ends_between_which_a_ring_is_cut_may_go() -> None:
    ring = points([(0, 0), (10, -1), (20, 0), (20.5, 5), (20, 10), (10, 11), (0, 10), (-0.5, 5)])
    assert simplify_ring(ring, 1).tolist() == [[0, 0], [20, 0], [20, 10], [0, 10]]


@pytest.mark.parametrize(
    "ring",
    [[(0, 0), (4, 0), (2, 1)], [(0, 0), (4, 0.5), (8, 0), (4, -0.5)], [(3, 3)] * 4,
     [(0, 0), (1, 0), (0, 0), (0, 1)]],
)  # fmt: skip
def test_a_ring_that_would_vanish_stays(ring: ArrayLike) -> None:
    assert simplify_ring(points(ring), 5).tolist() == points(ring).tolist()


def test_nothing_to_leave_out_is_the_same_ring() -> None:
    ring = points([(0, 0), (9, 1), (5, 7)])
    assert simplify_ring(ring, 0.5) is ring


@pytest.mark.parametrize("seed", range(40))
def test_no_vertex_that_goes_was_farther_than_epsilon(seed: int) -> None:
    random = np.random.default_rng(seed)
    angles = np.sort(random.random(30)) * 2 * np.pi
    radii = 10 + random.random(30) * 3
    ring = np.stack((np.cos(angles) * radii, np.sin(angles) * radii), axis=1)
    for epsilon in (0.3, 1, 2.5):
        kept = places_of(simplify_ring(ring, epsilon), ring)
        assert kept == sorted(kept)
        for before, after in zip(kept, [*kept[1:], kept[0] + len(ring)], strict=True):
            for gone in range(before + 1, after):
                ends = ring[before], ring[after % len(ring)]
                assert distance(ring[gone % len(ring)], *ends) <= epsilon + 1e-9
        chain = places_of(simplify_chain(ring, epsilon), ring)
        assert (chain[0], chain[-1]) == (0, len(ring) - 1)
        for before, after in pairwise(chain):
            for gone in range(before + 1, after):
                assert distance(ring[gone], ring[before], ring[after]) <= epsilon + 1e-9
