"""Paints the things of the demo scene on a wooden table."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.annotation import Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.channels import Pixels
from dtl_engine.model.shapes import Keypoints, Mask, Point, Polygon, Polyline, Rectangle

_SCALE = 4
"""Everything is painted so many times as large and averaged."""

Canvas = NDArray[np.float32]
"""(H, W, 3) RGB, 0 to 255, on the large scale."""

Stencil = NDArray[np.uint8]
"""(H, W), 255 where colour goes, on the large scale."""

_CARTON, _TAPE = (201, 160, 104), (232, 214, 178)
_CLOTH, _CHECK = (108, 158, 98), (222, 226, 200)
_THREAD = (44, 84, 150)
_PAINTS = ((176, 42, 92), (66, 58, 140))
_SKIN, _CREASE = (238, 190, 158), (196, 136, 108)
_BEAD = (222, 58, 42)


def draw_table(size: Size, things: Iterable[Instance]) -> Pixels:
    """Return the picture of a table with ``things`` on it: (H, W, 3) uint8 RGB."""
    import cv2

    canvas = _wood(size)
    paints = iter(_PAINTS)
    for thing in things:
        shape = thing.shape
        if isinstance(shape, Rectangle):
            _draw_carton(canvas, shape)
        elif isinstance(shape, Polygon):
            _draw_cloth(canvas, shape)
        elif isinstance(shape, Polyline):
            _lay(canvas, _line(canvas, shape.points, 2.2), _THREAD, drop_px=1)
        elif isinstance(shape, Mask):
            _draw_paint(canvas, shape, next(paints))
        elif isinstance(shape, Keypoints):
            _draw_hand(canvas, {node.id: (node.x, node.y) for node in shape.nodes})
        elif isinstance(shape, Point):
            _draw_bead(canvas, shape)
    small = cv2.resize(canvas, (size.width, size.height), interpolation=cv2.INTER_AREA)
    return np.rint(small).astype(np.uint8)


def _wood(size: Size) -> Canvas:
    """Return planks with a grain."""
    rows, columns = np.indices((size.height * _SCALE, size.width * _SCALE)) / _SCALE
    plank = rows // 55
    bend = 3 * np.sin(columns / 45 + plank * 2.1) + 1.5 * np.sin(columns / 13 + plank)
    grain = np.sin((rows + bend) * 0.9 + plank * 1.7) + 0.5 * np.sin((rows + bend) * 2.3)
    light = 1.02 - 0.0006 * columns - 0.0004 * rows + 0.018 * np.sin(plank * 5.3)
    light = np.where(rows % 55 < 1, light * 0.72, light)
    canvas = (np.array([204, 172, 132]) + 4 * grain[..., None]) * light[..., None]
    return np.asarray(np.clip(canvas, 0, 255), np.float32)


def _draw_carton(canvas: Canvas, box: Rectangle) -> None:
    _lay(canvas, _ring(canvas, [(box.x0, box.y0), (box.x1, box.y1)]), _CARTON, drop_px=4)
    middle = (box.y0 + box.y1) / 2
    tape = _ring(canvas, [(box.x0, middle - 4), (box.x1, middle + 4)])
    _lay(canvas, tape, _TAPE)


def _draw_cloth(canvas: Canvas, cloth: Polygon) -> None:
    stencil = _blank(canvas)
    _fill(stencil, cloth.exterior, 255)
    for hole in cloth.holes:
        _fill(stencil, hole, 0)
    _lay(canvas, stencil, _CLOTH, drop_px=2)
    rows, columns = np.indices(stencil.shape) // _SCALE
    stripes = ((rows + columns) % 16 < 2) | ((rows - columns) % 16 < 2)
    _lay(canvas, (stencil // 2 * stripes).astype(np.uint8), _CHECK)


def _draw_paint(canvas: Canvas, mask: Mask, colour: tuple[int, int, int]) -> None:
    import cv2

    stencil = _blank(canvas)
    large = np.kron(mask.pixels, np.ones((_SCALE, _SCALE), np.uint8)) * np.uint8(255)
    top, left = mask.y * _SCALE, mask.x * _SCALE
    stencil[top : top + large.shape[0], left : left + large.shape[1]] = large
    _lay(canvas, stencil, colour, drop_px=1)
    inside = cv2.erode(stencil, np.ones((5 * _SCALE, 5 * _SCALE), np.uint8))
    shine = np.asarray(cv2.GaussianBlur(inside, (0, 0), 2 * _SCALE), np.uint8)
    _lay(canvas, np.roll(shine, (-_SCALE, -_SCALE), (0, 1)) // 4, (255, 235, 240))


def _draw_hand(canvas: Canvas, joints: dict[str, tuple[float, float]]) -> None:
    import cv2

    stencil = _blank(canvas)
    palm = 254, 154
    centre = tuple(part * _SCALE for part in palm)
    cv2.ellipse(stencil, centre, (21 * _SCALE, 24 * _SCALE), 0, 0, 360, 255, -1)
    wrist = joints["w"]
    arm = [palm, wrist, (wrist[0] + 6, 232)]
    stencil |= _line(canvas, arm, 26)
    for name, (x, y) in joints.items():
        if name != "w":
            stencil |= _line(canvas, [(palm[0] + (x - palm[0]) * 0.45, palm[1]), (x, y)], 11)
    _lay(canvas, stencil, _SKIN, drop_px=3)
    for name, (x, y) in joints.items():
        if name != "w":
            _lay(canvas, _line(canvas, [(x, y), (x, y + 0.5)], 6) // 3, (255, 238, 230))
    crease = [(238, 156), (252, 148), (270, 150)]
    _lay(canvas, _line(canvas, crease, 1.2), _CREASE)


def _draw_bead(canvas: Canvas, bead: Point) -> None:
    _lay(canvas, _line(canvas, [(bead.x, bead.y), (bead.x, bead.y)], 10), _BEAD, drop_px=2)
    spot = bead.x - 1.5, bead.y - 1.5
    _lay(canvas, _line(canvas, [spot, spot], 3) // 2, (255, 255, 255))


def _lay(
    canvas: Canvas, stencil: Stencil, colour: tuple[int, int, int], *, drop_px: int = 0
) -> None:
    """Put a colour through a stencil, above a shadow that falls ``drop_px`` pixels aside."""
    import cv2

    if drop_px:
        shift = drop_px * _SCALE
        shadow = _blank(canvas)
        shadow[shift:, shift:] = stencil[:-shift, :-shift]
        shadow = np.asarray(cv2.GaussianBlur(shadow, (0, 0), shift), np.uint8)
        canvas *= 1 - 0.45 * shadow[..., None].astype(np.float32) / 255
    share = stencil[..., None].astype(np.float32) / 255
    canvas += share * (np.array(colour, np.float32) - canvas)


def _blank(canvas: Canvas) -> Stencil:
    return np.zeros(canvas.shape[:2], np.uint8)


def _ring(canvas: Canvas, corners: list[tuple[float, float]]) -> Stencil:
    """Return the stencil of an upright rectangle between two corners."""
    stencil = _blank(canvas)
    (left, top), (right, bottom) = ((round(x * _SCALE), round(y * _SCALE)) for x, y in corners)
    stencil[top:bottom, left:right] = 255
    return stencil


def _line(canvas: Canvas, points: object, width: float) -> Stencil:
    import cv2

    stencil = _blank(canvas)
    chain = np.rint(np.asarray(points, np.float64) * _SCALE).astype(np.int32)
    cv2.polylines(stencil, [chain], False, 255, round(width * _SCALE), cv2.LINE_8)
    for x, y in chain.tolist():
        cv2.circle(stencil, (x, y), round(width * _SCALE / 2), 255, -1)
    return stencil


def _fill(stencil: Stencil, ring: NDArray[np.float64], value: int) -> None:
    import cv2

    cv2.fillPoly(stencil, [np.rint(ring * _SCALE).astype(np.int32)], value)
