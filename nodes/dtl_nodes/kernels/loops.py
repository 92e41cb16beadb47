"""Rings cut where they come back near to themselves."""

from __future__ import annotations

import numpy as np

from dtl_nodes.kernels.chains import Points, lengths


def cut_loops(ring: Points, near_px: float) -> list[Points]:
    """Cut the loops off a ring.

    Wherever a vertex comes within ``near_px`` of an earlier one, what lies between them becomes a
    ring of its own, which is cut likewise, and the later one takes the place of the earlier one.

    Args:
        ring: (N, 2).
        near_px: the distance up to which two vertices close a loop.

    Returns:
        The rings of at least three vertices, none of whose vertices are near each other; first
        what is left of ``ring``.

    Source: DTL reference, ``find_cracknets``; its golden case holds to the order of the cuts.
    """
    rings: list[Points] = []
    waiting = [ring]
    while waiting:
        rest = waiting.pop(0)
        kept: list[Points] = []
        while len(rest):
            near = lengths(rest[1:] - rest[0]) <= near_px
            if near.any():
                until = int(near.argmax()) + 1
                if until >= 3:
                    waiting.append(rest[:until])
                rest = rest[until:]
            else:
                kept.append(rest[0])
                rest = rest[1:]
        if len(kept) >= 3:
            rings.append(np.array(kept))
    return rings
