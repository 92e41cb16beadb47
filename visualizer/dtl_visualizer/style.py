"""How everything looks: colours in light and dark, families, kinds of edges, font sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

FONT_FAMILY = "Helvetica, Arial, 'Liberation Sans', sans-serif"
TITLE_PX = 16.0
NODE_TITLE_PX = 14.0
NODE_SUBTITLE_PX = 11.0
LABEL_PX = 12.0
CHIP_PX = 10.5

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "page": "#ffffff",
        "ink": "#1b1f24",
        "muted": "#59636e",
        "line": "#6a737d",
        "frame": "#d0d7de",
        "badge": "#e6eaef",
        "strong-ink": "#ffffff",
        "error": "#c62828",
        "warning": "#b36b00",
        "source": "#0b5cad",
        "source-tint": "#e3effb",
        "geometry": "#00785a",
        "geometry-tint": "#e0f3ec",
        "pixels": "#9c5a00",
        "pixels-tint": "#fcefd8",
        "flow": "#57606a",
        "flow-tint": "#eceff2",
        "annotation": "#9b3b76",
        "annotation-tint": "#f9e7f1",
        "model": "#b93a0e",
        "model-tint": "#fde8df",
        "sink": "#4b3fa8",
        "sink-tint": "#e9e6fa",
        "other": "#66610a",
        "other-tint": "#f4f2d6",
    }
)
"""Colours by name on a light page; the family colours differ in lightness and hue."""

DARK: Mapping[str, str] = MappingProxyType(
    {
        "page": "#0d1117",
        "ink": "#e6edf3",
        "muted": "#9aa5b1",
        "line": "#8b949e",
        "frame": "#3a424c",
        "badge": "#2a313a",
        "strong-ink": "#0d1117",
        "error": "#ff7b72",
        "warning": "#e3a63b",
        "source": "#6cb2f5",
        "source-tint": "#12304d",
        "geometry": "#4fc9a4",
        "geometry-tint": "#0f362b",
        "pixels": "#f0ad4e",
        "pixels-tint": "#3d2d0e",
        "flow": "#a8b3bf",
        "flow-tint": "#272d35",
        "annotation": "#e79ac5",
        "annotation-tint": "#421f38",
        "model": "#ff9066",
        "model-tint": "#472013",
        "sink": "#a99ff5",
        "sink-tint": "#2a2551",
        "other": "#d6cf5a",
        "other-tint": "#33310f",
    }
)
"""The same names on a dark page."""

Outline = Literal["stadium", "double", "rounded"]
Stroke = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """How nodes of one family look; ``name`` is also the name of their colour.

    ``icon`` is a drawing of open strokes around ``(0, 0)``, six pixels in each direction.
    """

    name: str
    words: str
    outline: Outline
    icon: tuple[Stroke, ...]

    @property
    def is_strong(self) -> bool:
        """Whether the box is filled with the full colour: where the graph begins and ends."""
        return self.outline != "rounded"


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        family.name: family
        for family in (
            Family(
                "source",
                "source",
                "stadium",
                (((-5, -5), (5, -5)), ((0, -2), (0, 5)), ((-3.5, 1.5), (0, 5), (3.5, 1.5))),
            ),
            Family(
                "geometry",
                "geometry",
                "rounded",
                (((-3, -6), (-3, 3), (6, 3)), ((-6, -3), (3, -3), (3, 6))),
            ),
            Family(
                "pixels",
                "pixels",
                "rounded",
                (
                    ((-5, -5), (5, -5), (5, 5), (-5, 5), (-5, -5)),
                    ((0, -5), (0, 5)),
                    ((-5, 0), (5, 0)),
                ),
            ),
            Family(
                "flow",
                "flow",
                "rounded",
                (((0, -5.5), (0, -1), (-4.5, 5)), ((0, -1), (4.5, 5))),
            ),
            Family(
                "annotation",
                "annotation",
                "rounded",
                (
                    ((-5, 1), (1, -5), (5, -5), (5, -1), (-1, 5), (-5, 1)),
                    ((2.4, -2.4), (2.5, -2.4)),
                ),
            ),
            Family(
                "model",
                "model",
                "rounded",
                (
                    ((0, -6), (5, -3), (5, 3), (0, 6), (-5, 3), (-5, -3), (0, -6)),
                    ((-5, -3), (0, 0), (5, -3)),
                    ((0, 0), (0, 6)),
                ),
            ),
            Family(
                "sink",
                "sink",
                "double",
                (
                    ((0, -6), (0, 1.5)),
                    ((-3.5, -2), (0, 1.5), (3.5, -2)),
                    ((-5, 2), (-5, 5), (5, 5), (5, 2)),
                ),
            ),
            Family(
                "other",
                "other",
                "rounded",
                (((-4.5, 0), (-4.4, 0)), ((0, 0), (0.1, 0)), ((4.5, 0), (4.6, 0))),
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class EdgeStyle:
    """How edges of one kind look.

    ``core_px`` is the width of a line in the colour of the page inside the first one, which
    makes it double; ``dash`` the lengths of dash and gap, empty for an unbroken line.
    """

    kind: str
    words: str
    colour: str
    width_px: float
    core_px: float = 0.0
    dash: tuple[float, ...] = ()


EDGE_STYLES: Mapping[str, EdgeStyle] = MappingProxyType(
    {
        style.kind: style
        for style in (
            EdgeStyle("samples", "samples", "line", 1.6),
            EdgeStyle("model", "model", "model", 5.0, core_px=2.2),
            EdgeStyle("report", "report", "line", 1.6, dash=(6.0, 4.0)),
        )
    }
)


def family_of(name: str) -> Family:
    """Return the look of a family; an unknown name gives ``other``."""
    return FAMILIES.get(name, FAMILIES["other"])


def edge_style_of(kind: str) -> EdgeStyle:
    """Return the look of a kind of edge; an unknown kind gives ``samples``."""
    return EDGE_STYLES.get(kind, EDGE_STYLES["samples"])
