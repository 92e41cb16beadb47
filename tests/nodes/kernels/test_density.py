from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dtl_nodes.kernels.density import dense_clusters


def blob(x: int, y: int, count: int, spread: int, seed: int = 0) -> NDArray[np.intp]:
    draws = np.random.default_rng(seed).normal(0, spread, (count, 2))
    return np.rint(draws + np.array((x, y))).astype(np.intp)


def test_blobs_of_different_density_and_outliers() -> None:
    parts = [blob(0, 0, 60, 3), blob(100, 0, 40, 8, 1), blob(0, 150, 50, 5, 2)]
    points = np.concatenate((*parts, [[400, 400], [-300, 200], [500, -100]]))
    clusters = dense_clusters(points, 10)
    assert len(clusters) == 3
    for members, (first, last) in zip(clusters, [(0, 60), (60, 100), (100, 150)], strict=True):
        assert set(members.tolist()) <= set(range(first, last))
        assert len(members) >= 0.8 * (last - first)


def test_order_of_the_points_does_not_matter() -> None:
    points = np.concatenate((blob(0, 0, 50, 30), blob(900, 0, 50, 30, 1)))
    turned = points[::-1]
    found = {frozenset(map(tuple, points[m].tolist())) for m in dense_clusters(points, 8)}
    again = {frozenset(map(tuple, turned[m].tolist())) for m in dense_clusters(turned, 8)}
    assert found == again
    assert len(found) >= 2


def test_ring_around_a_blob() -> None:
    angles = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    ring = np.rint(np.stack((100 * np.cos(angles), 100 * np.sin(angles)), axis=1)).astype(np.intp)
    clusters = dense_clusters(np.concatenate((ring, blob(0, 0, 40, 5))), 8)
    assert sorted(members.min() for members in clusters) == [0, 80]
    assert [len(members) for members in clusters if members[0] == 0] == [80]


def test_points_in_one_place() -> None:
    points = np.array([(0, 0)] * 6 + [(50, 50)] * 7 + [(900, 900)], np.intp)
    assert [members.tolist() for members in dense_clusters(points, 5)] == [
        list(range(6)),
        list(range(6, 13)),
    ]


@pytest.mark.parametrize("count", [0, 1, 9])
def test_too_few_points_for_two_clusters(count: int) -> None:
    assert dense_clusters(blob(0, 0, count, 5), 5) == []


def test_all_points_are_never_one_cluster() -> None:
    points = np.array([(x, 0) for x in range(12)], np.intp)
    assert all(len(members) < 12 for members in dense_clusters(points, 5))


def test_a_cluster_has_at_least_two_points() -> None:
    points = np.array([(0, 0), (1, 0), (100, 0), (101, 0)], np.intp)
    assert [x.tolist() for x in dense_clusters(points, 1)] == [[0, 1], [2, 3]]


def test_nested_clusters_split_where_that_holds_more_mass() -> None:
    """Two tight pairs of blobs, each pair close together: four clusters, not two."""
    places = [(0, 0), (60, 0), (1000, 0), (1060, 0)]
    points = np.concatenate([blob(x, y, 30, 2, n) for n, (x, y) in enumerate(places)])
    assert len(dense_clusters(points, 10)) == 4
    near = np.concatenate([blob(x // 10, y, 30, 2, n) for n, (x, y) in enumerate(places)])
    assert len(dense_clusters(near, 10)) == 2
