"""What is drawn of a sample: its pixels, and its objects in the colours of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)

if TYPE_CHECKING:
    from dtl_visualizer.annotated import AnnotatedPicture, Area, Cells, Chain, Spots

_UNDECLARED = "#808080"


def picture_of_sample(sample: Sample, schema: Schema) -> AnnotatedPicture:
    """Return the picture of ``sample``, which computes its pixels.

    Objects that are scaled for a while are drawn in the scale that they have.

    Raises:
        DataError: the image or an object cannot be read.
    """
    from dtl_visualizer.annotated import AnnotatedPicture, ObjectPicture

    objects = []
    for instance in sample.instances:
        label = schema.label(instance.label)
        colour = label.color if label else _UNDECLARED
        objects.append(ObjectPicture(instance.label, colour, _outline(instance.shape, label)))
    return AnnotatedPicture(sample.image.pixels(), tuple(objects))


def _outline(shape: Shape, label: LabelSpec | None) -> Area | Cells | Chain | Spots:
    from dtl_visualizer.annotated import Area, Cells, Chain, Spots

    if isinstance(shape, Rectangle):
        (left, top, right, bottom) = shape.bbox
        return Area(((left, top), (right, top), (right, bottom), (left, bottom)))
    if isinstance(shape, Polygon):
        return Area(_places(shape.exterior), tuple(_places(hole) for hole in shape.holes))
    if isinstance(shape, Mask):
        return Cells(shape.pixels, shape.x, shape.y)
    if isinstance(shape, Polyline):
        return Chain(_places(shape.points))
    if isinstance(shape, Point):
        return Spots(((shape.x, shape.y),))
    assert isinstance(shape, Keypoints), f"a {shape.kind} has no picture"
    return Spots(tuple((node.x, node.y) for node in shape.nodes), _links(shape, label))


def _places(points: Any) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in points.tolist())


def _links(shape: Keypoints, label: LabelSpec | None) -> tuple[tuple[int, int], ...]:
    """Return which nodes the template of a label joins; none if there is no template."""
    numbers = {node.id: at for at, node in enumerate(shape.nodes)}
    template = label.extra.get("geometry_config") if label else None
    edges = template.get("edges") if isinstance(template, dict) else None
    ends = ((edge.get("src"), edge.get("dst")) for edge in edges or () if isinstance(edge, dict))
    return tuple(
        (numbers[one], numbers[other]) for one, other in ends if one in numbers and other in numbers
    )
