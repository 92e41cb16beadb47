"""A drawing as SVG: one self-contained file for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

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
from dtl_visualizer.style import DARK, FONT_FAMILY, LIGHT

_ROOT = "dtl-graph"


def write_svg(drawing: Drawing) -> bytes:
    """Return ``drawing`` as UTF-8 SVG.

    Every colour of the style is a CSS variable ``--dtl-<name>`` on the root, chosen by
    ``prefers-color-scheme``; a page around it may set the variables itself. Programs that know
    no CSS variables see the light colours. Texts are escaped; nothing is loaded.
    """
    width, height = _number(drawing.width), _number(drawing.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{_ROOT}" role="img" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{escape(FONT_FAMILY)}">',
        f"<title>{escape(drawing.title)}</title>",
        f"<desc>{escape(drawing.description)}</desc>",
        f"<style>{_css()}</style>",
        f'<rect width="{width}" height="{height}"{_paint("page", "", 0.0)}/>',
        *(line for shape in drawing.shapes for line in _lines(shape)),
        "</svg>\n",
    ]
    return "\n".join(lines).encode()


def _css() -> str:
    """Return the colours as variables, and one class to fill and one to stroke with each."""
    light, dark = (
        "".join(f"--dtl-{name}:{colour};" for name, colour in colours.items())
        for colours in (LIGHT, DARK)
    )
    classes = "".join(
        f".{_ROOT} .f-{name}{{fill:var(--dtl-{name})}}"
        f".{_ROOT} .s-{name}{{stroke:var(--dtl-{name})}}"
        for name in LIGHT
    )
    return (
        f":where(.{_ROOT}){{{light}color-scheme:light dark}}"
        f"@media (prefers-color-scheme:dark){{:where(.{_ROOT}){{{dark}}}}}"
        f"{classes}.{_ROOT} a{{text-decoration:none}}"
        f".{_ROOT} a:hover text,.{_ROOT} a:focus text{{text-decoration:underline}}"
    )


def _lines(shape: Shape) -> Iterable[str]:
    """Yield the elements of one shape."""
    if isinstance(shape, Group):
        if shape.href:
            yield f'<a href="{escape(shape.href)}">'
        yield f'<g class="{escape(shape.name)}">'
        if shape.tooltip:
            yield f"<title>{escape(shape.tooltip)}</title>"
        for inner in shape.shapes:
            yield from _lines(inner)
        yield "</g></a>" if shape.href else "</g>"
    elif isinstance(shape, Rectangle):
        left, top, width, height = map(_number, shape.box)
        yield (
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" '
            f'rx="{_number(shape.radius)}"{_paint(shape.fill, shape.stroke, shape.width)}/>'
        )
    elif isinstance(shape, Text):
        bold = ' font-weight="bold"' if shape.bold else ""
        anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
        x, y = map(_number, shape.place)
        yield (
            f'<text x="{x}" y="{y}" font-size="{_number(shape.size)}"{bold}{anchor}'
            f"{_paint(shape.colour, '', 0.0)}>{escape(shape.text)}</text>"
        )
    elif isinstance(shape, Polygon):
        points = " ".join(map(_pair, shape.points))
        yield f'<polygon points="{points}"{_paint(shape.fill, "", 0.0)}/>'
    elif isinstance(shape, Polyline):
        points = " ".join(map(_pair, shape.points))
        paint = _paint("", shape.stroke, shape.width)
        yield (
            f'<polyline points="{points}"{paint} stroke-linecap="round" stroke-linejoin="round"/>'
        )
    else:
        yield _curve(shape)


def _curve(shape: Curve) -> str:
    """Return a path; ends are flat, so that a double line stays open where it ends."""
    inner = " ".join(map(_pair, shape.points[1:]))
    dash = " ".join(map(_number, shape.dash))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    paint = _paint("", shape.stroke, shape.width)
    return f'<path d="M{_pair(shape.points[0])} C{inner}"{paint}{dashes}/>'


def _paint(fill: str, stroke: str, width: float) -> str:
    """Return the attributes that colour a shape, with plain colours for simple programs."""
    classes = [f"{use}-{name}" for use, name in (("f", fill), ("s", stroke)) if name in LIGHT]
    text = f' class="{" ".join(classes)}"' if classes else ""
    text += f' fill="{LIGHT.get(fill, fill) or "none"}"'
    if stroke:
        text += f' stroke="{LIGHT.get(stroke, stroke)}" stroke-width="{_number(width)}"'
    return text


def _pair(point: Point) -> str:
    """Return a point as ``x,y``."""
    return f"{_number(point.x)},{_number(point.y)}"


def _number(value: float) -> str:
    """Return a length with at most two digits behind the point."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
