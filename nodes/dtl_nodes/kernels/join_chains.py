"""Open chains that continue each other, joined into longer ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dtl_nodes.kernels.chains import Points, distinct, lengths

SLACK = 1e-9
"""Pixels and degrees that rounding may add to what lies exactly on a limit."""


@dataclass(frozen=True, slots=True)
class Joint:
    """What joins two chains: limits that both ends of the gap between them must keep."""

    gap_px: float
    """The longest gap."""

    sideways: float
    """How far the second chain may start beside the first one's direction, per length of the
    gap."""

    degrees: float
    """The largest angle between the directions of the two at the gap."""


@dataclass(frozen=True, slots=True)
class Tips:
    """The two ends of each of K chains, (K, 2, 2), and the vertices next to them, likewise."""

    ends: Points
    inner: Points

    @classmethod
    def of(cls, chains: Sequence[Points]) -> Tips:
        """Return the tips of ``chains``; one without length has its end as its own neighbour."""
        bare = [distinct(chain) for chain in chains]
        return cls(
            np.array([(chain[0], chain[-1]) for chain in bare]),
            np.array(
                [(chain[1], chain[-2]) if len(chain) > 1 else chain[[0, 0]] for chain in bare]
            ),
        )


def join_chains(chains: Sequence[Points], joint: Joint) -> list[tuple[Points, tuple[int, ...]]]:
    """Join chains that continue each other.

    The first chain that is left grows by the first of the others, in their order, that continues
    it at either end; when there is none, it is done.

    Args:
        chains: (N, 2) each, N >= 2.
        joint: when one continues the other.

    Returns:
        The joined chains, each with the indices of those that it is made of, in the order in
        which they came. The gap becomes a segment; ends that touch become one vertex.

    Source: DTL reference, ``merge_lines``, with limits included.
    """
    if not chains:
        return []
    tips = Tips.of(chains)
    waiting = np.arange(1, len(chains))
    done: list[tuple[Points, tuple[int, ...]]] = []
    chain = chains[0]
    members: tuple[int, ...] = (0,)
    while True:
        found = _continuation(chain, tips, waiting, joint)
        if found is not None:
            place, at_start, by_end = found
            index = int(waiting[place])
            chain, members = _joined(chain, chains[index], at_start, by_end), (*members, index)
        else:
            done.append((chain, members))
            if not len(waiting):
                return done
            place = 0
            chain, members = chains[waiting[0]], (int(waiting[0]),)
        waiting = np.delete(waiting, place)


def _continuation(
    chain: Points, tips: Tips, waiting: NDArray[np.intp], joint: Joint
) -> tuple[int, bool, bool] | None:
    """Return the place in ``waiting`` of the first chain that continues ``chain``.

    And whether it does so at the start of ``chain``, and by its own end.
    """
    own = Tips.of([chain])
    ends, inner = tips.ends[waiting], tips.inner[waiting]
    pairs = lengths(own.ends[0][:, None] - ends[:, None]).reshape(-1, 4)
    # Of equal pairs the first one counts: start to start, start to end, end to start, end to end.
    nearest = pairs.argmin(axis=1)
    mine, other = np.divmod(nearest, 2)
    rows = np.arange(len(waiting))
    a, before = own.ends[0][mine], own.inner[0][mine]
    b, behind = ends[rows, other], inner[rows, other]
    gap = pairs[rows, nearest]
    forward, onward, reach = a - before, behind - b, lengths(b - before)
    length = lengths(forward)
    aside = np.abs(_cross(forward, b - a)) / np.where(length > 0, length, 1)
    turn = np.degrees(np.arctan2(np.abs(_cross(forward, onward)), (forward * onward).sum(axis=-1)))
    fits = (
        (gap <= joint.gap_px)
        & (length > 0)
        & (lengths(onward) > 0)
        & (np.maximum(length, gap) <= reach)
        & (aside <= gap * joint.sideways + SLACK)
        & (turn <= joint.degrees + SLACK)
    )
    found = np.flatnonzero(fits)
    if not len(found):
        return None
    place = int(found[0])
    return place, bool(mine[place] == 0), bool(other[place] == 1)


def _joined(chain: Points, other: Points, at_start: bool, by_end: bool) -> Points:
    """Return ``chain`` and then ``other``, each turned so that they meet."""
    first = chain[::-1] if at_start else chain
    second = other[::-1] if by_end else other
    touch = (first[-1] == second[0]).all()
    return np.concatenate((first, second[1:] if touch else second))


def _cross(one: Points, other: Points) -> NDArray[np.float64]:
    """Return the cross products of vectors, (K,)."""
    product: NDArray[np.float64] = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product
