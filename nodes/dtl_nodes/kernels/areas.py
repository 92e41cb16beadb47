"""The areas of polygons that may cross themselves."""

from __future__ import annotations

from collections.abc import Sequence

from dtl_engine.sdk import clip_rings
from dtl_nodes.kernels.chains import Points


def simple_parts(rings: Sequence[Points]) -> list[list[Points]]:
    """Return the area of a polygon as polygons that do not cross themselves.

    Args:
        rings: outer ring and holes, (N, 2) each; read by the even-odd rule.

    Returns:
        The rings of each part, outer ring first; none for a polygon without area.
    """
    x0, y0 = rings[0].min(axis=0).tolist()
    x1, y1 = rings[0].max(axis=0).tolist()
    return clip_rings(rings, (x0 - 1, y0 - 1, x1 + 1, y1 + 1))
