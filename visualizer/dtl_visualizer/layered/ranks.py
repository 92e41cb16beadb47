"""Which layer a node belongs to: cycles are opened, then every edge goes down.

Nodes are numbers from 0; an arc is (from, to). No order of a set or dict has any influence.
"""

from __future__ import annotations

from collections.abc import Sequence

Arc = tuple[int, int]

_BALANCING_ROUNDS = 8


def acyclic(count: int, arcs: Sequence[Arc]) -> list[Arc]:
    """Return ``arcs`` with those turned round that close a cycle.

    A depth-first search from the first nodes decides, so an acyclic input comes back as it was.

    Args:
        count: number of nodes.
        arcs: without an arc from a node to itself.
    """
    leaving: list[list[int]] = [[] for _ in range(count)]
    for number, (tail, _) in enumerate(arcs):
        leaving[tail].append(number)
    turned = list(arcs)
    state = [0] * count  # 0 unseen, 1 on the current path, 2 finished
    for root in range(count):
        if state[root]:
            continue
        state[root] = 1
        path = [(root, iter(leaving[root]))]
        while path:
            node, pending = path[-1]
            number = next(pending, -1)
            if number < 0:
                state[node] = 2
                path.pop()
                continue
            head = arcs[number][1]
            if state[head] == 1:
                turned[number] = (head, node)
            elif state[head] == 0:
                state[head] = 1
                path.append((head, iter(leaving[head])))
    return turned


def assign_ranks(count: int, arcs: Sequence[Arc]) -> list[int]:
    """Return the layer of every node, 0 at the top, every arc pointing down by 1 or more.

    Longest paths give a first answer; then nodes move within their freedom towards the side
    on which they have more arcs, which shortens the arcs as a whole.
    """
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for tail, head in arcs:
        below[tail].append(head)
        above[head].append(tail)
    order = _topological(above, below)
    ranks = [0] * count
    for node in order:
        ranks[node] = max((ranks[parent] + 1 for parent in above[node]), default=0)
    for _ in range(_BALANCING_ROUNDS):
        before = list(ranks)
        for node in reversed(order):
            pull = len(below[node]) - len(above[node])
            if pull > 0:
                ranks[node] = min(ranks[child] for child in below[node]) - 1
            elif pull < 0:
                ranks[node] = max(ranks[parent] for parent in above[node]) + 1
        if ranks == before:
            break
    top = min(ranks, default=0)
    return [rank - top for rank in ranks]


def _topological(above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> list[int]:
    """Return all nodes, each after those above it."""
    waiting = [len(parents) for parents in above]
    order = [node for node, missing in enumerate(waiting) if not missing]
    for node in order:
        for child in below[node]:
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    return order
