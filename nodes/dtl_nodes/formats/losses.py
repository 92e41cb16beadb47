"""What formats cannot hold, in words that all of them share, and the telling of it.

A thing that is gone is called by its name, as in ``image tag``. Of an object it is said what became
of it, as in ``line dropped`` or ``polygon saved as a mask``; one that is dropped takes its tags and
its description with it, which are not told of again. So the words for what is known of a class
before the run are those of its objects.

Source: section 12 of the data formats reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from dtl_engine.sdk import Instance, Sample, Schema, ShapeKind, Tag, TagValueType
from dtl_nodes.formats.base import Loss

Lose = Callable[[str, str], None]
"""``Place.lose``: takes the label of an object, ``""`` for an image, and words of this module."""

ByKind = Mapping[str, str]
"""Shapes -> what is lost of all of the kind; those that are held are left out."""

IMAGE_TAG = "image tag"
IMAGE_TAG_VALUE = "value of an image tag"
IMAGE_DESCRIPTION = "image description"
OBJECT_TAG = "object tag"
OBJECT_TAG_VALUE = "value of an object tag"
OBJECT_DESCRIPTION = "object description"
CONTROL_CHARACTERS = "control characters of a text"

CLASS = "class of an object"
ORDER = "order of objects"
JOINED = "objects of a class joined"
OBJECT_DROPPED = "object dropped"

HOLES = "holes"
SPLIT = "several parts split"
CUT = "part outside the image"
COVERED = "part below another object"
EDGES = "edges of a graph"
NODE = "node of a graph"
IN_PICTURES = "object in the pictures"
NUMBER_IN_PICTURES = "number of an object in the pictures"

BOX = "a box"
ORIENTED_BOX = "an oriented box"
MASK = "a mask"

OUTSIDE = "outside the image"
NO_AREA = "without area"
NO_PIXEL = "without a pixel"
TOO_FEW_POINTS = "with too few points"
EQUAL = "equal to another"

NAMES: Mapping[str, str] = {
    ShapeKind.RECTANGLE: "box",
    ShapeKind.POLYGON: "polygon",
    ShapeKind.BITMAP: "mask",
    ShapeKind.LINE: "line",
    ShapeKind.POINT: "point",
    ShapeKind.GRAPH: "graph",
}
"""What shapes are called in reports."""


def dropped(kind: str, why: str = "") -> str:
    """Return the words for a shape of which nothing is written, for all of its kind or why."""
    return f"{NAMES[kind]} {why} dropped" if why else f"{NAMES[kind]} dropped"


def saved_as(kind: str, what: str, why: str = "") -> str:
    """Return the words for a shape that is written as another one, for all of its kind or why."""
    return f"{NAMES[kind]} {why} saved as {what}" if why else f"{NAMES[kind]} saved as {what}"


def widened(kind: str) -> str:
    """Return the words for a shape that needs a width and a height, and had none."""
    return f"{NAMES[kind]} {NO_AREA} widened to a pixel"


def rounded(kind: str) -> str:
    """Return the words for a shape whose places are whole pixels after writing, and were not."""
    return f"{NAMES[kind]} rounded to pixels"


def class_losses(schema: Schema, by_kind: ByKind) -> Iterator[Loss]:
    """Yield the classes all of whose objects lose something."""
    for label in schema.labels:
        if what := by_kind.get(label.kind):
            yield Loss(label.name, what)


def labels_with_edges(schema: Schema) -> frozenset[str]:
    """Return the classes of graphs that say which nodes are joined."""
    templates = {label.name: label.extra.get("geometry_config") for label in schema.labels}
    return frozenset(
        name
        for name, template in templates.items()
        if isinstance(template, Mapping) and template.get("edges")
    )


def edge_losses(schema: Schema) -> Iterator[Loss]:
    """Yield the classes of graphs that lose their edges."""
    with_edges = labels_with_edges(schema)
    for label in schema.labels:
        if label.kind == ShapeKind.GRAPH and label.name in with_edges:
            yield Loss(label.name, EDGES)


def tell_image(sample: Sample, lose: Lose, tags: Iterable[Tag] = ()) -> None:
    """Tell what is lost of an image that cannot have a description: that, and these tags."""
    if sample.annotation.description:
        lose("", IMAGE_DESCRIPTION)
    for _ in tags:
        lose("", IMAGE_TAG)


def tell_object(instance: Instance, lose: Lose, tags: Iterable[Tag] = ()) -> None:
    """Tell what is lost of an object that cannot have a description: that, and these tags."""
    if instance.description:
        lose(instance.label, OBJECT_DESCRIPTION)
    for _ in tags:
        lose(instance.label, OBJECT_TAG)


def lost_tags(tags: Iterable[Tag], is_held: Callable[[Tag], bool]) -> Iterator[Tag]:
    """Yield the tags that are not held, and of a name that is held all but the first one."""
    seen: set[str] = set()
    for tag in tags:
        if tag.name in seen or not is_held(tag):
            yield tag
        else:
            seen.add(tag.name)


def valued_tags(schema: Schema) -> frozenset[str]:
    """Return the names of the tags that are declared with values.

    Where one comes without a value, formats whose files tell the type of a tag leave it out.
    """
    return frozenset(tag.name for tag in schema.tags if tag.value_type is not TagValueType.NONE)
