"""A drawing as PNG without any program: the same shapes as the SVG, drawn by Pillow."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from dtl_visualizer.fonts import set_text
from dtl_visualizer.geometry import Point
from dtl_visualizer.shapes import (
    Curve,
    Drawing,
    Group,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
    Text,
)
from dtl_visualizer.style import LIGHT

_SCALE = 2.0
_MOST_PIXELS = 48_000_000
_STEPS = 16


def write_png(drawing: Drawing) -> bytes:
    """Return ``drawing`` as PNG in the light colours, two pixels for each of its own.

    A very large drawing gets fewer. Letters that the font of this machine lacks appear as boxes.
    """
    area = max(drawing.width * drawing.height, 1.0)
    scale = min(_SCALE, (_MOST_PIXELS / area) ** 0.5)
    smoothing = 2 if 4 * area * scale * scale <= _MOST_PIXELS else 1
    size = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    canvas = (size[0] * smoothing, size[1] * smoothing)
    image = Image.new("RGB", canvas, LIGHT["page"])
    pen = _Pen(ImageDraw.Draw(image), scale * smoothing)
    for shape in drawing.shapes:
        pen.draw(shape)
    small = image.resize(size, Image.Resampling.BOX)
    file = BytesIO()
    small.save(file, "PNG", compress_level=6)
    return file.getvalue()


class _Pen:
    """Draws shapes on an image that is ``scale`` times as large as the drawing."""

    def __init__(self, canvas: ImageDraw.ImageDraw, scale: float) -> None:
        self._canvas = canvas
        self._scale = scale

    def draw(self, shape: Shape) -> None:
        """Draw one shape."""
        if isinstance(shape, Group):
            for inner in shape.shapes:
                self.draw(inner)
        elif isinstance(shape, Rectangle):
            self._rectangle(shape)
        elif isinstance(shape, Polygon):
            self._canvas.polygon(self._scaled(shape.points), fill=_colour(shape.fill))
        elif isinstance(shape, Polyline):
            self._line(shape.points, shape.stroke, shape.width)
            for point in (shape.points[0], shape.points[-1]):
                self._dot(point, shape.stroke, shape.width)
        elif isinstance(shape, Text):
            self._text(shape)
        else:
            self._curve(shape)

    def _rectangle(self, shape: Rectangle) -> None:
        # Pillow draws the line inside the box, SVG on its border.
        half = shape.width / 2 if shape.stroke else 0.0
        box, scale = shape.box, self._scale
        left, top = round((box.left - half) * scale), round((box.top - half) * scale)
        right = max(left, round((box.right + half) * scale) - 1)
        bottom = max(top, round((box.bottom + half) * scale) - 1)
        radius = (shape.radius + half) * scale
        # Pillow refuses a straight part of less than two pixels between two corners.
        for side in (right - left, bottom - top):
            if 2 * radius + 2 >= side:
                radius = side / 2
        self._canvas.rounded_rectangle(
            [(left, top), (right, bottom)],
            radius=radius,
            fill=_colour(shape.fill) if shape.fill else None,
            outline=_colour(shape.stroke) if shape.stroke else None,
            width=max(1, round(shape.width * scale)),
        )

    def _text(self, shape: Text) -> None:
        chosen = set_text(shape.text, round(shape.size * self._scale * 4) / 4, bold=shape.bold)
        self._canvas.text(
            (shape.place.x * self._scale, shape.place.y * self._scale),
            chosen.text,
            fill=_colour(shape.colour),
            font=chosen.font,
            anchor="ms" if shape.anchor == "middle" else "ls",
            stroke_width=chosen.stroke,
        )

    def _curve(self, shape: Curve) -> None:
        points = list(_flattened(shape.points))
        for piece in _dashed(points, shape.dash) if shape.dash else [points]:
            self._line(piece, shape.stroke, shape.width)

    def _line(self, points: Sequence[Point], colour: str, width: float) -> None:
        pixels = max(1, round(width * self._scale))
        self._canvas.line(self._scaled(points), fill=_colour(colour), width=pixels, joint="curve")

    def _dot(self, point: Point, colour: str, width: float) -> None:
        x, y, reach = point.x * self._scale, point.y * self._scale, width * self._scale / 2
        self._canvas.ellipse([(x - reach, y - reach), (x + reach, y + reach)], _colour(colour))

    def _scaled(self, points: Iterable[Point]) -> list[tuple[float, float]]:
        return [(point.x * self._scale, point.y * self._scale) for point in points]


def _colour(name: str) -> str:
    """Return ``#RRGGBB`` for a name of the style or a colour."""
    return LIGHT.get(name, name)


def _flattened(points: Sequence[Point]) -> Iterable[Point]:
    """Yield a line of short pieces along cubic Bézier ``points``."""
    yield points[0]
    for first in range(0, len(points) - 1, 3):
        a, b, c, d = points[first : first + 4]
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            s = 1 - t
            wa, wb, wc, wd = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            yield Point(
                wa * a.x + wb * b.x + wc * c.x + wd * d.x,
                wa * a.y + wb * b.y + wc * c.y + wd * d.y,
            )


def _dashed(points: Sequence[Point], dash: tuple[float, ...]) -> list[list[Point]]:
    """Return the visible pieces of a line; ``dash`` holds lengths of dashes and gaps."""
    pieces: list[list[Point]] = [[points[0]]]
    number, left = 0, dash[0]
    for here, there in itertools.pairwise(points):
        length = ((there.x - here.x) ** 2 + (there.y - here.y) ** 2) ** 0.5
        done = 0.0
        while length - done > left:
            done += left
            part = done / length
            point = Point(here.x + (there.x - here.x) * part, here.y + (there.y - here.y) * part)
            if number % 2 == 0:
                pieces[-1].append(point)
            else:
                pieces.append([point])
            number += 1
            left = dash[number % len(dash)]
        left -= length - done
        if number % 2 == 0:
            pieces[-1].append(there)
    return [piece for piece in pieces if len(piece) > 1]
