"""Clusters of points where they lie dense, whatever their number and form: HDBSCAN.

Source: Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density
estimates", 2013; with the excess of mass as in McInnes and Healy, "Accelerated hierarchical density
based clustering", 2017, whose least cluster and least neighbourhood are of one size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dtl_nodes.kernels.chains import Points, lengths

NEAREST = 1e-6
"""Distances below it count as it, so that points in one place have a finite density."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Two groups of points that become one when the distance bridged grows to ``distance``.

    Groups are numbered: first the N points, then the merges.
    """

    left: int
    right: int
    distance: float
    count: int


@dataclass(slots=True)
class Cluster:
    """A group from where it splits off a larger one to where it splits itself or dissolves."""

    group: int
    birth: float
    """The density, one over distance, at which it splits off."""

    mass: float = 0.0
    """The sum over its points of the density gained while they belong to it."""

    parts: list[int] = field(default_factory=list)
    """The clusters into which it splits."""


def dense_clusters(points: NDArray[np.intp], least: int) -> list[NDArray[np.intp]]:
    """Return the indices of the points in each dense cluster; outliers are in none.

    Of nested clusters those are chosen that together hold the greatest mass. All points together
    are never one cluster.

    Args:
        points: (N, 2).
        least: the least number of points in a cluster; below 2 counts as 2. It is also the number
            of points, itself included, that tell how dense they lie around a point.

    Returns:
        The indices ascending, and the clusters by their first ones.
    """
    least = max(least, 2)
    if len(points) < 2 * least:
        return []
    merges = _merges(*_spanning_tree(points.astype(np.float64), least))
    clusters = _condensed(merges, least)
    found = [_members(clusters[at].group, merges) for at in _heaviest(clusters)]
    return sorted(found, key=lambda members: int(members[0]))


def _spanning_tree(points: Points, least: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the edges, (N - 1, 2), of a least spanning tree and their lengths.

    The length between two points is their mutual reachability: their distance, but not less than
    from either of them to the farthest of the ``least`` points nearest to it, itself included.
    Grown by Prim's algorithm.
    """
    count = len(points)

    def away(at: int) -> NDArray[np.float64]:
        return lengths(points - points[at])

    core = np.array([np.partition(away(at), least - 1)[least - 1] for at in range(count)])
    nearest = np.full(count, np.inf)
    towards = np.zeros(count, np.intp)
    is_outside = np.ones(count, bool)
    edges, spans = np.empty((count - 1, 2), np.intp), np.empty(count - 1)
    at = 0
    for step in range(count - 1):
        is_outside[at] = False
        reach = np.maximum(np.maximum(away(at), core), core[at])
        closer = is_outside & (reach < nearest)
        nearest[closer], towards[closer] = reach[closer], at
        at = int(np.where(is_outside, nearest, np.inf).argmin())
        edges[step], spans[step] = (towards[at], at), nearest[at]
    return edges, np.maximum(spans, NEAREST)


def _merges(edges: NDArray[np.intp], spans: NDArray[np.float64]) -> list[Merge]:
    """Return how the points grow together along ``edges``, the shortest ones first."""
    count = len(edges) + 1
    owner = list(range(2 * count - 1))
    merges: list[Merge] = []

    def group_of(at: int) -> int:
        while owner[at] != at:
            owner[at] = owner[owner[at]]
            at = owner[at]
        return at

    def count_of(group: int) -> int:
        return 1 if group < count else merges[group - count].count

    for edge in np.argsort(spans, kind="stable"):
        left, right = (group_of(int(end)) for end in edges[edge])
        owner[left] = owner[right] = count + len(merges)
        together = count_of(left) + count_of(right)
        merges.append(Merge(left, right, float(spans[edge]), together))
    return merges


def _condensed(merges: list[Merge], least: int) -> list[Cluster]:
    """Return the clusters of at least ``least`` points, each before those it splits into.

    A smaller group that leaves a cluster is lost to it, not a cluster.
    """
    points = len(merges) + 1
    clusters = [Cluster(points + len(merges) - 1, birth=0.0)]
    for cluster in clusters:  # which grows meanwhile
        group = cluster.group
        while group >= points:
            merge = merges[group - points]
            density = 1 / merge.distance
            counts = {
                part: 1 if part < points else merges[part - points].count
                for part in (merge.left, merge.right)
            }
            large = [part for part in counts if counts[part] >= least]
            stays = len(large) == 1
            leaving = sum(counts[part] for part in counts if not (stays and part in large))
            cluster.mass += leaving * (density - cluster.birth)
            if not stays:
                cluster.parts = list(range(len(clusters), len(clusters) + len(large)))
                clusters += [Cluster(part, birth=density) for part in large]
                break
            group = large[0]
    return clusters


def _heaviest(clusters: list[Cluster]) -> list[int]:
    """Return which clusters, none inside another and not the first, hold the greatest mass."""
    best = [cluster.mass for cluster in clusters]
    is_chosen = [True] * len(clusters)
    for at in range(len(clusters) - 1, -1, -1):
        inside = sum(best[part] for part in clusters[at].parts)
        if at == 0 or inside > best[at]:
            best[at], is_chosen[at] = inside, False
    chosen, open_ones = [], [0]
    while open_ones:
        at = open_ones.pop()
        if is_chosen[at]:
            chosen.append(at)
        else:
            open_ones += clusters[at].parts
    return chosen


def _members(group: int, merges: list[Merge]) -> NDArray[np.intp]:
    """Return the points of a group, ascending."""
    points = len(merges) + 1
    members, open_ones = [], [group]
    while open_ones:
        at = open_ones.pop()
        if at < points:
            members.append(at)
        else:
            open_ones += (merges[at - points].left, merges[at - points].right)
    return np.array(sorted(members), np.intp)
