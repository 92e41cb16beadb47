"""Masks as graphs: set pixels are the nodes, neighbours among all eight are joined."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Path = list[int]
"""Nodes from end to end, each the neighbour of the one before."""

Tree = dict[int, list[int]]
"""The neighbours of each node; what joins two nodes is listed with both."""

_STEPS = ((1, 0), (0, 1), (1, 1), (-1, 1))
"""Columns and rows from a pixel to those of its neighbours that come after it."""


def trace_lines(pixels: NDArray[np.bool_], min_points: int) -> list[NDArray[np.float64]]:
    """Return the lines that a thin mask consists of: one vertex per pixel.

    Each component is taken as a tree; its longest path is the first line. Without the joints of
    that path the tree falls into smaller ones, which are treated alike. So lines may share a
    pixel where they meet but never a step from pixel to pixel.

    Args:
        pixels: (h, w) bool; best thinned to a width of one pixel.
        min_points: paths of fewer pixels are left out; at least 2.

    Returns:
        The lines, (N, 2) float64, columns and rows of pixels; each starts at that end which is
        read first. Components come in the order of their first pixels, read row by row, the
        longest line of each first.

    Source: DTL ``bitmap2lines``. Its choice among several trees, and among equally long paths, is
        not defined; here the trees prefer steps to the side over diagonal ones.
    """
    rows, columns = np.nonzero(pixels)
    tree = _spanning_forest(pixels)
    places = np.stack((columns, rows), axis=1).astype(np.float64)
    return [places[path] for path in _longest_paths(tree, len(rows), min_points)]


def _spanning_forest(pixels: NDArray[np.bool_]) -> Tree:
    """Join the pixels, numbered row by row, to trees; pixels without neighbours are left out.

    Joints are taken if they close no circle: first all those to the side, then the diagonal ones,
    each in reading order. Of a corner of three pixels the diagonal short cut is thus left out.
    """
    starts, ends = _joints(pixels)
    owner = list(range(int(np.count_nonzero(pixels))))
    tree: Tree = {}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        one, other = _root(owner, start), _root(owner, end)
        if one != other:
            owner[max(one, other)] = min(one, other)
            tree.setdefault(start, []).append(end)
            tree.setdefault(end, []).append(start)
    return tree


def _root(owner: list[int], node: int) -> int:
    """Return the first pixel of the tree that holds ``node`` so far, and shorten the way to it."""
    while owner[node] != node:
        owner[node] = owner[owner[node]]
        node = owner[node]
    return node


def _joints(pixels: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return all pairs of neighbours by their numbers, those to the side first: (N,) each."""
    height, width = pixels.shape
    numbers = np.cumsum(pixels).reshape(pixels.shape) - 1
    found: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for across, down in _STEPS:
        left, right = max(-across, 0), width - max(across, 0)
        here = (slice(0, height - down), slice(left, right))
        there = (slice(down, height), slice(left + across, right + across))
        both = pixels[here] & pixels[there]
        found.append((numbers[here][both], numbers[there][both]))
    starts, ends = [], []
    for pair in (found[:2], found[2:]):
        some = np.concatenate([start for start, _ in pair])
        order = np.argsort(some, kind="stable")
        starts.append(some[order])
        ends.append(np.concatenate([end for _, end in pair])[order])
    return np.concatenate(starts), np.concatenate(ends)


def _longest_paths(tree: Tree, count: int, min_points: int) -> Iterable[Path]:
    """Yield the longest path of each tree, then those of what is left; ``tree`` is used up."""
    reached = bytearray(count)
    for root in sorted(tree):
        if reached[root]:
            continue
        for node in _walk(tree, root)[0]:
            reached[node] = 1
        waiting = deque([root])
        while waiting:
            path = _longest_path(tree, waiting.popleft(), min_points)
            for one, other in pairwise(path):
                tree[one].remove(other)
                tree[other].remove(one)
            waiting.extend(node for node in path if tree[node])
            if path:
                yield path


def _longest_path(tree: Tree, node: int, min_points: int) -> Path:
    """Return the longest path of the tree that holds ``node``, nothing if it is too short."""
    order, _ = _walk(tree, node)
    if len(order) < min_points:
        return []
    order, before = _walk(tree, order[-1])
    path = [order[-1]]
    while path[-1] != order[0]:
        path.append(before[path[-1]])
    if len(path) < min_points:
        return []
    return path if path[0] < path[-1] else path[::-1]


def _walk(tree: Tree, start: int) -> tuple[list[int], dict[int, int]]:
    """Return the nodes of a tree, nearest to ``start`` first, and the node before each one."""
    order = [start]
    before = {start: start}
    for node in order:
        for neighbour in tree[node]:
            if neighbour not in before:
                before[neighbour] = node
                order.append(neighbour)
    return order, before
