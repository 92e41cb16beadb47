"""One image for each thing that a format may lose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from dtl_engine.sdk import (
    ANY_SHAPE,
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Schema,
    Shape,
    ShapeKind,
    Size,
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_nodes.formats.supervisely.bitmap import decode_mask, encode_mask

SIZE = Size(24, 18)


@dataclass(frozen=True, slots=True)
class Case:
    """What is on one image; the classes of its objects are named after the case."""

    subject: str
    name: str
    instances: tuple[Instance, ...] = ()
    tags: tuple[Tag, ...] = ()
    description: str = ""


def _mask(rows: str, x: int, y: int) -> Mask:
    pixels = np.array([[mark == "1" for mark in row] for row in rows.split("/")])
    mask = Mask.tight(pixels, x, y)
    assert mask is not None
    return mask


BOX = Rectangle(3, 2, 12, 9)
POLYGON = Polygon([(3, 2), (12, 4), (10, 14), (4, 12)])
HOLE = [(5, 5), (8, 5), (8, 8), (5, 8)]
MASK = _mask("0110/1111/0101", 4, 5)
LINE = Polyline([(2, 3), (10, 5), (12, 13)])
POINT = Point(7, 9)
GRAPH = Keypoints((KeypointNode("wrist", 5, 6), KeypointNode("thumb", 12, 9)))

SHAPES: dict[str, tuple[Shape, ...]] = {
    "box": (BOX,),
    "box with fractions": (Rectangle(3.25, 2.75, 12.5, 9.25),),
    "box without area": (Rectangle(5, 6, 5, 12),),
    "box of a point": (Rectangle(5, 6, 5, 6),),
    "box of the image": (Rectangle(0, 0, 24, 18),),
    "box over the border": (Rectangle(-3, 2, 12, 9),),
    "box outside": (Rectangle(30, 2, 40, 9),),
    "polygon": (POLYGON,),
    "polygon with fractions": (Polygon([(3.25, 2.5), (12.75, 4.5), (10, 14.125)]),),
    "polygon with a hole": (Polygon(POLYGON.exterior, [HOLE]),),
    "polygon with an outer hole": (Polygon(POLYGON.exterior, [[(15, 1), (20, 1), (20, 6)]]),),
    "polygon that crosses itself": (Polygon([(2, 2), (12, 12), (12, 2), (2, 12)]),),
    "polygon of a box": (Polygon([(3, 2), (12, 2), (12, 9), (3, 9)]),),
    "polygon without a pixel": (Polygon([(5.1, 5.1), (5.3, 5.1), (5.2, 5.3)]),),
    "polygon of two places": (Polygon([(2, 2), (8, 8), (2, 2)]),),
    "polygon on a line": (Polygon([(2, 2), (8, 8), (5, 5)]),),
    "polygon over the border": (Polygon([(3, 2), (30, 4), (10, 14)]),),
    "polygon in two parts": (
        Polygon([(2, -5), (6, -5), (6, 8), (5, 8), (5, -4), (3, -4), (3, 8), (2, 8)]),
    ),
    "polygon outside": (Polygon([(30, 2), (40, 2), (40, 9)]),),
    "mask": (MASK,),
    "mask of a pixel": (_mask("1", 4, 5),),
    "mask with a hole": (_mask("1111/1001/1111", 4, 5),),
    "mask in parts": (_mask("110011/110011", 4, 5),),
    "mask in parts that touch": (_mask("1100/0011", 4, 5),),
    "mask without a pixel": (
        Mask.lazy(4, 5, 4, 3, encode_mask(np.zeros((3, 4), bool)), decode_mask),
    ),
    "mask over the border": (MASK.shift(-5, 0),),
    "mask outside": (MASK.shift(40, 0),),
    "line": (LINE,),
    "line with fractions": (Polyline([(2.25, 3.5), (10.125, 5)]),),
    "line without height": (Polyline([(2, 5), (10, 5)]),),
    "line of one place": (Polyline([(2, 5), (2, 5)]),),
    "line over the border": (Polyline([(2, 5), (30, 9)]),),
    "line in two parts": (Polyline([(2, 5), (8, -5), (14, 5)]),),
    "line outside": (Polyline([(30, 5), (40, 9)]),),
    "point": (POINT,),
    "point with fractions": (Point(7.25, 9.5),),
    "point at the corner": (Point(24, 18),),
    "point outside": (Point(40, 9),),
    "graph": (GRAPH,),
    "graph with fractions": (
        Keypoints((KeypointNode("wrist", 5.25, 6.5), KeypointNode("thumb", 12, 9))),
    ),
    "graph of one node": (Keypoints((KeypointNode("wrist", 5, 6),)),),
    "graph with a hidden node": (
        Keypoints((KeypointNode("wrist", 5, 6, (("disabled", True),)), *GRAPH.nodes[1:])),
    ),
    "graph with an unknown node": (Keypoints((*GRAPH.nodes, KeypointNode("toe", 2, 3))),),
    "graph over the border": (
        Keypoints((KeypointNode("wrist", 5, 6), KeypointNode("thumb", 40, 9))),
    ),
    "graph outside": (Keypoints((KeypointNode("wrist", 40, 6),)),),
    "twin boxes": (BOX, BOX),
    "twin masks": (MASK, MASK),
    "two boxes": (BOX, Rectangle(14, 2, 20, 9)),
    "two masks": (MASK, MASK.shift(8, 0)),
    "two polygons": (POLYGON, Polygon(POLYGON.exterior + np.array((10, 0)))),
    "box over mask": (MASK, BOX),
    "mask over box": (BOX, MASK),
    "mask over mask": (MASK, MASK.shift(1, 1)),
    "box over box": (BOX, Rectangle(5, 4, 20, 16)),
    "mask below mask": (MASK, _mask("111111/111111/111111/111111", 4, 5)),
}
"""Shapes by the name of their case; where they are several, each is of a class of its own."""

SAME_CLASS = ("twin boxes", "twin masks", "two boxes", "two masks", "two polygons")

GROUPS = {
    "two boxes of a group": (BOX, Rectangle(14, 2, 20, 9)),
    "mask and graph of a group": (MASK, GRAPH),
    "box and graph of a group": (BOX, GRAPH),
}
"""Two objects of one class that a tag joins."""

CARRIERS = {"box": BOX, "polygon": POLYGON, "mask": MASK, "graph": GRAPH}
TAGS: dict[str, tuple[Tag, ...]] = {
    "tag": (Tag("good"),),
    "tags": (Tag("good"), Tag("bad")),
    "choice": (Tag("side", "left"),),
    "number": (Tag("count", 3),),
    "fraction": (Tag("count", 0.1),),
    "text": (Tag("note", "a b"),),
    "text with spaces": (Tag("note", " a "),),
    "text of lines": (Tag("note", "a\nb"),),
    "no text": (Tag("note", ""),),
    "no value": (Tag("count"),),
    "text without value": (Tag("note"),),
    "control character": (Tag("note", "a\x01b"),),
    "one name twice": (Tag("note", "a"), Tag("note", "b")),
    "one tag twice": (Tag("good"), Tag("good")),
    "occluded": (Tag("occluded"),),
    "difficult": (Tag("difficult"),),
    "pose": (Tag("pose", "Left"),),
    "no pose": (Tag("pose", "Unspecified"),),
    "IsOccluded": (Tag("IsOccluded"),),
    "box_id": (Tag("box_id", "1f2e3d4c"),),
    "odd box_id": (Tag("box_id", "1f/2e"),),
    "predicted_iou": (Tag("predicted_iou", 0.5),),
    "long predicted_iou": (Tag("predicted_iou", 0.123456789),),
    "iscrowd": (Tag("iscrowd"),),
    "confidence": (Tag("confidence", 0.5),),
    "group": (Tag("group"),),
    "group id": (Tag("@label-group-id", "3"),),
    "group name": (Tag("@label-group-id", "left"),),
}
"""Tags of an object, or of an image, by the name of their case."""

TAG_SPECS = (
    *(TagSpec(name) for name in ("good", "bad", "occluded", "difficult", "IsOccluded", "iscrowd")),
    TagSpec("group"),
    TagSpec("side", TagValueType.CHOICE, ("left", "right")),
    *(TagSpec(name, TagValueType.NUMBER) for name in ("count", "predicted_iou", "confidence")),
    *(TagSpec(name, TagValueType.STRING) for name in ("note", "pose", "box_id", "@label-group-id")),
    TagSpec("train"),
)

TEMPLATE = {
    "geometry_config": {
        "nodes": {
            name: {"label": name, "loc": loc, "color": "#FF0000"}
            for name, loc in (("wrist", [2, 9]), ("thumb", [6, 4]))
        },
        "edges": [{"src": "wrist", "dst": "thumb", "color": "#0000FF"}],
    }
}


def cases() -> Iterator[Case]:
    """Yield all cases; the subject says what they are about."""
    for name, shapes in SHAPES.items():
        labels = [name] * len(shapes)
        if len(shapes) > 1 and name not in SAME_CLASS:
            labels = [f"{name} {number}" for number in range(len(shapes))]
        subject = name.split()[0] if len(shapes) == 1 else "several objects"
        yield Case(subject, name, tuple(map(Instance, labels, shapes)))
    for name, (one, other) in GROUPS.items():
        group = (Tag("@label-group-id", "7"),)
        yield Case("groups", name, (Instance(name, one, group), Instance(name, other, group)))
    for carrier, shape in CARRIERS.items():
        for name, tags in TAGS.items():
            label = f"{carrier} with {name}"
            yield Case(f"tags of a {carrier}", label, (Instance(label, shape, tags),))
        label = f"{carrier} with description"
        yield Case("descriptions", label, (Instance(label, shape, (), "a thing"),))
    for name, tags in TAGS.items():
        yield Case("tags of an image", f"image with {name}", tags=tags)
    yield Case("descriptions", "image with description", description="a scene")
    yield Case("nothing", "image alone")


def schema_of(cases: Iterable[Case]) -> Schema:
    """Return the declarations of the cases."""
    kinds: dict[str, set[ShapeKind]] = {}
    for case in cases:
        for each in case.instances:
            kinds.setdefault(each.label, set()).add(each.shape.kind)
    labels = [
        LabelSpec(
            label,
            *(met if len(met) == 1 else {ANY_SHAPE}),
            "#804020",
            TEMPLATE if ShapeKind.GRAPH in met else {},
        )
        for label, met in kinds.items()
    ]
    return Schema(tuple(labels), TAG_SPECS)
