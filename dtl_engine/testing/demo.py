"""A scene to show a node on: things on a table, one or two of every shape.

Its labels and tags are those of ``sample_schema``, so that the example of a node's docstring
applies. The pixels are drawn from the shapes and agree with them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.annotation import Annotation, Instance, Tag
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import Schema
from dtl_engine.model.shapes import Keypoints, Mask, Node, Point, Polygon, Polyline, Rectangle
from dtl_engine.testing.demo_table import draw_table
from dtl_engine.testing.samples import sample_schema

SIZE = Size(320, 220)

_PATCH = [(22, 132), (66, 104), (128, 108), (146, 150), (136, 196), (70, 208), (28, 184)]
_HOLE = [(62, 138), (92, 132), (100, 156), (72, 166)]
_SPLASHES = ((176, 124, 5.0), (205, 136, 3.5), (203, 178, 4.5), (124, 173, 4.0), (190, 192, 2.5))
_JOINTS = (
    ("w", 252, 184),
    ("t", 220, 146),
    ("i", 240, 118),
    ("m", 256, 112),
    ("r", 272, 118),
    ("p", 287, 134),
)
_RIPE = (Tag("ripeness", "ripe"), Tag("weight", 84.5))
_TAGS = (Tag("checked"), Tag("note", "left tray"), Tag("count", 6))


def demo_schema() -> Schema:
    """Return ``sample_schema``, with the template of the hand: which of its nodes are joined."""
    schema = sample_schema()
    nodes = {id: {"label": id, "loc": [x, y]} for id, x, y in _JOINTS}
    edges = [{"src": "w", "dst": id} for id, *_ in _JOINTS if id != "w"]
    hand = {"geometry_config": {"nodes": nodes, "edges": edges}}
    labels = tuple(
        replace(label, extra=hand) if label.name == "hand" else label for label in schema.labels
    )
    return replace(schema, labels=labels)


@cache
def demo_samples() -> tuple[Sample, ...]:
    """Return the scene, the same without the hand and its tags, and the bare table."""
    things = demo_instances()
    rest = tuple(thing for thing in things if thing.label != "hand")
    return (
        _sample(1, "table.png", things, _TAGS),
        _sample(2, "no_hand.png", rest, ()),
        _sample(3, "bare.png", (), ()),
    )


def demo_sample() -> Sample:
    """Return the scene: 320 x 220 pixels, objects of every shape, tags."""
    return demo_samples()[0]


def demo_instances() -> tuple[Instance, ...]:
    """Return the things on the table, back to front."""
    first, second = _thread()
    return (
        Instance("box", Rectangle(20, 18, 98, 76), _RIPE, "a carton"),
        Instance("box", Rectangle(258, 18, 302, 44)),
        Instance("patch", Polygon(_PATCH, [_HOLE]), _RIPE, "cloth with a hole"),
        Instance("path", Polyline(first), (Tag("weight", 0.5),)),
        Instance("path", Polyline(second)),
        Instance("blob", _spilt_paint(), _RIPE, "paint"),
        Instance("blob", _brush_stroke()),
        Instance("hand", Keypoints(tuple(Node(*joint) for joint in _JOINTS))),
        Instance("dot", Point(234, 32), (Tag("ripeness", "green"),)),
        Instance("dot", Point(214, 206)),
    )


def _spilt_paint() -> Mask:
    """Return a wavy disc and its splashes."""
    y, x = np.indices((SIZE.height, SIZE.width)) + 0.5
    turn, away = np.arctan2(y - 154, x - 162), np.hypot(x - 162, y - 154)
    inside = away < 25 + 4 * np.sin(3 * turn + 1) + 2.5 * np.sin(5 * turn)
    for left, top, radius in _SPLASHES:
        inside |= np.hypot(x - left, y - top) < radius
    return _mask(inside)


def _brush_stroke() -> Mask:
    """Return a wave that grows thinner."""
    y, x = np.indices((SIZE.height, SIZE.width)) + 0.5
    middle = 34 + 8 * np.sin((x - 120) / 14)
    return _mask((np.abs(y - middle) < 6.5 - (x - 120) / 40) & (x > 120) & (x < 214))


def _thread() -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the vertices of a thread that is torn once."""

    def at(x: float) -> tuple[float, float]:
        return x, round(float(118 + 30 * np.sin(x / 48) - x / 5), 1)

    return [at(x) for x in range(6, 183, 8)], [at(x) for x in range(187, 316, 8)]


def _mask(inside: NDArray[np.bool_]) -> Mask:
    mask = Mask.tight(inside, 0, 0)
    assert mask is not None
    return mask


def _sample(number: int, file: str, things: tuple[Instance, ...], tags: tuple[Tag, ...]) -> Sample:
    origin = Origin("table", "ds1", file, ("bare", "no_hand", "table"), number, 3)
    image = Image.from_pixels(draw_table(SIZE, things))
    return Sample(origin, image, Annotation(SIZE, things, tags))
