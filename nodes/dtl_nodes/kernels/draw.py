"""Drawing shapes into masks, by the rule of DTL.

A coordinate is the index of a pixel here, rounded to the nearest one with ties toward minus
infinity; what is drawn includes its border. That a rectangle from 1 to 4 covers four columns, and
that drawing does not commute with mirroring, is DTL's: see section 3.8 of its reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Keypoints, Mask, Point, Polygon, Polyline, Rectangle, Shape, Size, Window
from dtl_nodes.kernels.contours import trace_components
from dtl_nodes.kernels.strokes import paint_strokes

Canvas = NDArray[np.uint8]
"""(h, w) uint8, 0 or 1."""

Chain = NDArray[np.float64]
"""(N, 2) float64, N >= 2: an open chain; a closed one repeats its first vertex."""

REACH_PX = 1024
"""What lies further outside the image is cut off before it is drawn, which may move the border
inside the image by one pixel; nearer polygons are drawn as a whole, to the last pixel."""

WIDEST_PX = 32766
"""The largest even width that OpenCV takes; still wider strokes follow the rule of odd widths."""


def draw_filled(shape: Shape, size: Size) -> Mask | None:
    """Return the pixels of a drawn shape inside an image of ``size``; ``None`` if there are none.

    Rectangles and polygons are filled, border included; the border of a hole belongs to the
    polygon. Lines are 8-connected chains of pixels, points and the nodes of keypoints one pixel
    each. A mask is itself.

    Source: DTL reference 3.8, with its recommendation for ties.
    """
    if isinstance(shape, Mask):
        return _inside(shape, size)
    if isinstance(shape, Rectangle):
        return _block(shape, size)
    if isinstance(shape, Polygon):
        return _filled(shape, size)
    if isinstance(shape, Polyline):
        return _strokes([shape.points], 1, size)
    return _discs(_places(shape), 0, size)


def draw_outline(shape: Shape, size: Size, width_px: int) -> Mask | None:
    """Return the pixels of a drawn outline inside an image of ``size``; ``None`` if there are none.

    The outlines of rectangles, polygons and their holes are closed chains, those of masks are the
    contours of all components and holes; lines are open chains. Vertices are rounded to pixels. A
    width of 1 gives the plain 8-connected chain. For other odd widths a pixel is set when its
    centre lies within ``width_px / 2`` of the chain. A stroke about pixels cannot have an even
    width: it is one pixel wider, and OpenCV's to the last pixel, as in the original engine. Points
    and the nodes of keypoints become discs of radius ``trunc((width_px + 1) / 2)``.

    Source: DTL reference 3.8 and, for even widths, the golden case; the original strokes of odd
        widths were two pixels too wide.
    """
    if isinstance(shape, (Point, Keypoints)):
        return _discs(_places(shape), (width_px + 1) // 2, size)
    return _strokes(_chains(shape), width_px, size)


def rounded(points: Chain) -> Chain:
    """Return the nearest whole numbers, ties toward minus infinity."""
    nearest: Chain = np.ceil(points - 0.5)
    return nearest


def _inside(mask: Mask, size: Size) -> Mask | None:
    """Return the part of a mask inside the image, without empty margins."""
    for part in mask.clip((0, 0, size.width, size.height)):
        return part.tightened()
    return None


def _block(rectangle: Rectangle, size: Size) -> Mask | None:
    left, top, right, bottom = (math.ceil(edge - 0.5) for edge in rectangle.bbox)
    left, top = max(left, 0), max(top, 0)
    width, height = min(right + 1, size.width) - left, min(bottom + 1, size.height) - top
    if width < 1 or height < 1:
        return None
    return Mask.tight(np.ones((height, width), bool), left, top)


def _filled(polygon: Polygon, size: Size) -> Mask | None:
    import cv2

    parts = [[rounded(ring) for ring in part.rings] for part in polygon.clip(_reach(size))]
    if not parts:
        return None
    box = _box(rings[0] for rings in parts)
    if not _meets(box, size):
        return None
    canvas = _blank(box)
    for rings in parts:
        cv2.fillPoly(canvas, [_on_canvas(rings[0], box)], 1)
        for hole in rings[1:]:
            _clear(canvas, box, hole)
    return _cut(canvas, box, size)


def _clear(canvas: Canvas, box: Window, hole: Chain) -> None:
    """Clear the pixels inside a hole; those on its border stay as they are."""
    import cv2

    own = _box((hole,))
    part = _blank(own)
    ring = _on_canvas(hole, own)
    cv2.fillPoly(part, [ring], 1)
    cv2.polylines(part, [ring], True, 0)
    left, top = max(own.left, box.left), max(own.top, box.top)
    right, bottom = min(own.right, box.right), min(own.bottom, box.bottom)
    if left < right and top < bottom:
        inside = part[top - own.top : bottom - own.top, left - own.left : right - own.left]
        rows, columns = (
            slice(top - box.top, bottom - box.top),
            slice(left - box.left, right - box.left),
        )
        canvas[rows, columns][inside != 0] = 0


def _strokes(chains: Iterable[Chain], width_px: int, size: Size) -> Mask | None:
    import cv2

    near = _near(chains, size, width_px)
    window = _window(near, width_px, size)
    if window.is_empty:
        return None
    if width_px > 1 and (width_px % 2 or width_px > WIDEST_PX):
        return Mask.tight(paint_strokes(near, width_px, window), window.left, window.top)
    canvas = _blank(window)
    cv2.polylines(canvas, [_on_canvas(chain, window) for chain in near], False, 1, width_px)
    return Mask.tight(canvas, window.left, window.top)


def _discs(places: Sequence[tuple[float, float]], radius: int, size: Size) -> Mask | None:
    """Draw discs: strokes of no length, twice as wide as their radius."""
    width_px = 2 * radius
    near = _near((np.array((place, place), np.float64) for place in places), size, width_px)
    window = _window(near, width_px, size)
    if window.is_empty:
        return None
    return Mask.tight(paint_strokes(near, width_px, window), window.left, window.top)


def _window(chains: Sequence[Chain], width_px: int, size: Size) -> Window:
    """Return the part of the image that strokes along ``chains`` can reach."""
    if not chains:
        return Window(0, 0, 0, 0)
    box = _box(chains)
    return Window(
        max(box.left - width_px, 0),
        max(box.top - width_px, 0),
        min(box.right + width_px, size.width),
        min(box.bottom + width_px, size.height),
    )


def _places(shape: Shape) -> list[tuple[float, float]]:
    if isinstance(shape, Point):
        return [(shape.x, shape.y)]
    assert isinstance(shape, Keypoints)
    return [(node.x, node.y) for node in shape.nodes]


def _chains(shape: Shape) -> list[Chain]:
    """Return the outlines of a shape."""
    if isinstance(shape, Polyline):
        return [shape.points]
    if isinstance(shape, Polygon):
        rings: Sequence[NDArray[np.float64]] = shape.rings
    elif isinstance(shape, Rectangle):
        x0, y0, x1, y1 = shape.bbox
        rings = [np.array(((x0, y0), (x0, y1), (x1, y1), (x1, y0)), np.float64)]
    else:
        assert isinstance(shape, Mask)
        corner = np.array((shape.x, shape.y), np.float64)
        components = trace_components(shape.pixels)
        rings = [ring + corner for each in components for ring in (each.outer, *each.holes)]
    return [np.concatenate((ring, ring[:1])) for ring in rings]


def _near(chains: Iterable[Chain], size: Size, width_px: int) -> list[Chain]:
    """Return the chains with whole coordinates, without what lies far outside the image."""
    x0, y0, x1, y1 = reach = _reach(size, width_px)
    near: list[Chain] = []
    for chain in chains:
        if (chain >= (x0, y0)).all() and (chain <= (x1, y1)).all():
            near.append(rounded(chain))
        else:
            near.extend(rounded(piece.points) for piece in Polyline(chain).clip(reach))
    return near


def _reach(size: Size, width_px: int = 0) -> tuple[float, float, float, float]:
    """Return the edges of the place where shapes can be drawn."""
    grow = REACH_PX + width_px
    return (-grow, -grow, size.width + grow, size.height + grow)


def _box(chains: Iterable[Chain]) -> Window:
    """Return the box of the pixels of whole coordinates."""
    points = np.concatenate(tuple(chains))
    left, top = points.min(axis=0).astype(int).tolist()
    right, bottom = points.max(axis=0).astype(int).tolist()
    return Window(left, top, right + 1, bottom + 1)


def _meets(box: Window, size: Size) -> bool:
    return box.left < size.width and box.top < size.height and box.right > 0 and box.bottom > 0


def _blank(window: Window) -> Canvas:
    return np.zeros((window.bottom - window.top, window.right - window.left), np.uint8)


def _on_canvas(chain: Chain, box: Window) -> NDArray[np.int32]:
    """Return the vertices of a chain counted from the corner of the canvas."""
    return (chain - (box.left, box.top)).astype(np.int32)


def _cut(canvas: Canvas, box: Window, size: Size) -> Mask | None:
    """Return what was drawn inside the image."""
    left, top = max(box.left, 0), max(box.top, 0)
    right, bottom = min(box.right, size.width), min(box.bottom, size.height)
    part = canvas[top - box.top : bottom - box.top, left - box.left : right - box.left]
    return Mask.tight(part, left, top)
