"""Write YOLO, sample by sample: the image, and rows of six decimals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dtl_engine.sdk import (
    BBox,
    Instance,
    Keypoints,
    Mask,
    Place,
    Polygon,
    Rectangle,
    Sample,
    Schema,
    Shape,
    ShapeKind,
    Tag,
    UsageError,
)
from dtl_nodes.formats.base import Loss
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.formats.losses import (
    BOX,
    EDGES,
    EQUAL,
    HOLES,
    NO_AREA,
    NODE,
    ORIENTED_BOX,
    SPLIT,
    ByKind,
    class_losses,
    dropped,
    edge_losses,
    labels_with_edges,
    saved_as,
    tell_image,
    tell_object,
)
from dtl_nodes.formats.objects_to_write import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.yolo.layout import (
    IMAGES,
    LABELS,
    TXT,
)
from dtl_nodes.formats.yolo.nodes import node_names
from dtl_nodes.formats.yolo.oriented import area_corners, box_corners, is_oriented, snapped
from dtl_nodes.formats.yolo.outlines import Ring, bridged, rings_of
from dtl_nodes.formats.yolo.rows import has_three_points

_POLYGON, _MASK, _LINE, _POINT, _GRAPH = (
    *(ShapeKind.POLYGON, ShapeKind.BITMAP, ShapeKind.LINE, ShapeKind.POINT, ShapeKind.GRAPH),
)
LOST_SHAPES: Mapping[str, ByKind] = {
    "detect": {
        **{kind: saved_as(kind, BOX) for kind in (_POLYGON, _MASK, _LINE, _GRAPH)},
        _POINT: dropped(_POINT),
    },
    "segment": {kind: dropped(kind) for kind in (_LINE, _POINT, _GRAPH)},
    "obb": {
        # Of a polygon its corners decide.
        _MASK: saved_as(_MASK, ORIENTED_BOX),
        **{kind: saved_as(kind, BOX) for kind in (_LINE, _GRAPH)},
        _POINT: dropped(_POINT),
    },
    "pose": {kind: dropped(kind) for kind in (_POLYGON, _MASK, _LINE, _POINT)},
}
"""What is lost of shapes, by task."""


def losses(schema: Schema, task: str) -> Iterator[Loss]:
    """Yield the classes whose shapes do not fit."""
    yield from class_losses(schema, LOST_SHAPES[task])
    if task == "pose":
        yield from edge_losses(schema)


def check_nodes(schema: Schema, settings: Any) -> None:
    """Refuse poses whose nodes nobody tells.

    Raises:
        UsageError: neither the settings nor the classes do.
    """
    if settings.task == "pose" and not node_names(schema, settings.keypoints):
        raise UsageError("no class says which nodes its graphs have: give 'keypoints', their names")


def write_sample(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
    """Write the image and the rows of one sample."""
    write_image(sample.image, place.path(IMAGES, place.dataset, image_name(sample, place)))
    numbers = {name: number for number, name in enumerate(schema.label_names)}
    writing = _Writing(sample, schema, place, settings)
    rows: dict[str, None] = {}
    for instance, columns in writing.rows():
        row = f"{numbers[instance.label]} {' '.join(columns)}\n"
        if row in rows:
            place.lose(instance.label, dropped(instance.shape.kind, EQUAL))
        rows[row] = None
    path = place.path(LABELS, place.dataset, f"{place.stem}{TXT}")
    path.write_text("".join(rows), encoding="utf-8", newline="\n")


class _Writing:
    """The rows of one sample, and what is lost on the way."""

    def __init__(self, sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        self.size = sample.size
        self.lose = place.lose
        self.task = settings.task
        self.merges = settings.merge_parts
        self.with_edges = labels_with_edges(schema) if self.task == "pose" else frozenset()
        self.nodes = node_names(schema, settings.keypoints) if self.task == "pose" else ()
        instances = sample.instances
        if self.task == "obb":
            instances = tuple(snapped(each, sample.size) for each in instances)
        self.instances = tuple(pieces_to_write(instances, sample.size, place.lose))
        is_pose = self.task == "pose"
        self.boxes = _boxes_of_groups(self.instances) if is_pose else {}
        self.graphs = {
            _group(each): set(each.tags)
            for each in self.instances
            if is_pose and isinstance(each.shape, Keypoints)
        }
        # The split tells the tag of its name.
        others = (tag for tag in sample.tags if tag != Tag(place.dataset))
        tell_image(sample, place.lose, others)

    def rows(self) -> Iterator[tuple[Instance, list[str]]]:
        """Yield the further columns of each row, with the object that it is of."""
        for instance in self.instances:
            label, kind = instance.label, instance.shape.kind
            group = _group(instance)
            is_paired = group in self.boxes and group in self.graphs
            if is_paired and instance is self.boxes[group]:
                tell_object(instance, self.lose, set(instance.tags) - self.graphs[group])
                continue
            lost = LOST_SHAPES[self.task].get(kind)
            if lost == dropped(kind):
                self.lose(label, lost)
                continue
            rows = tuple(self._columns(instance))
            if not rows:
                self.lose(label, dropped(kind, NO_AREA))
                continue
            if lost:
                self.lose(label, lost)
            told = GROUP_TAG if is_paired and kind is ShapeKind.GRAPH else None
            tell_object(instance, self.lose, (tag for tag in instance.tags if tag.name != told))
            for columns in rows:
                yield instance, columns

    def _columns(self, instance: Instance) -> Iterator[list[str]]:
        label, shape = instance.label, instance.shape
        if self.task == "segment":
            yield from self._outlines(label, shape)
        elif self.task == "obb":
            yield from self._corners(label, shape)
        elif self.task == "detect":
            yield from self._box(shape.bbox)
        elif isinstance(shape, Keypoints):
            box = self.boxes.get(_group(instance), instance).shape.bbox
            for columns in self._box(box):
                yield columns + self._keypoints(label, shape)
        else:
            for columns in self._box(shape.bbox):
                yield columns + ["0.000000", "0.000000", "0"] * len(self.nodes)

    def _box(self, box: BBox) -> Iterator[list[str]]:
        """Yield centre, width and height, unless they are nothing."""
        width, height = self.size
        x0, y0, x1, y1 = box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height
        columns = _texts((x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0)
        if "0.000000" not in columns[2:]:
            yield columns

    def _outlines(self, label: str, shape: Shape) -> Iterator[list[str]]:
        rings, has_holes = rings_of(shape)
        rows = [columns for ring in self._joined(rings) for columns in self._ring(ring)]
        if rows and has_holes:
            self.lose(label, HOLES)
        if len(rows) > 1:
            self.lose(label, SPLIT)
        yield from rows

    def _joined(self, rings: list[Ring]) -> list[Ring]:
        return [bridged(rings)] if self.merges else rings

    def _corners(self, label: str, shape: Shape) -> Iterator[list[str]]:
        """Yield the four corners of a shape."""
        if isinstance(shape, Polygon | Mask):
            corners = area_corners(shape)
        else:
            corners = box_corners(shape.bbox)
        for columns in () if corners is None else self._ring(corners):
            if isinstance(shape, Polygon) and not is_oriented(shape):
                self.lose(label, saved_as(shape.kind, ORIENTED_BOX))
            elif isinstance(shape, Polygon) and shape.holes:
                self.lose(label, HOLES)
            yield columns

    def _ring(self, ring: Ring) -> Iterator[list[str]]:
        """Yield the corners of a ring, unless six decimals make fewer than three of them."""
        columns = _texts(*(ring / self.size).ravel().tolist())
        if has_three_points(columns, self.size):
            yield columns

    def _keypoints(self, label: str, shape: Keypoints) -> list[str]:
        known = {node.id: node for node in shape.nodes}
        columns: list[str] = []
        for ids in self.nodes:
            node = next((known.pop(id) for id in ids if id in known), None)
            if node is None:
                columns += ["0.000000", "0.000000", "0"]
                continue
            sight = "1" if dict(node.extra).get("disabled") else "2"
            columns += [*_texts(node.x / self.size.width, node.y / self.size.height), sight]
        for _ in known:
            self.lose(label, NODE)
        if label in self.with_edges:
            self.lose(label, EDGES)
        return columns


def _texts(*shares: float) -> list[str]:
    return [f"{min(max(share, 0.0), 1.0) + 0.0:.6f}" for share in shares]


def _group(instance: Instance) -> tuple[str, Any] | None:
    found = (tag.value for tag in instance.tags if tag.name == GROUP_TAG)
    value = next(found, None)
    return None if value is None else (instance.label, value)


def _boxes_of_groups(instances: Sequence[Instance]) -> dict[tuple[str, Any] | None, Instance]:
    """Return the first rectangle of each group."""
    found: dict[tuple[str, Any] | None, Instance] = {}
    for each in instances:
        if isinstance(each.shape, Rectangle) and (group := _group(each)) is not None:
            found.setdefault(group, each)
    return found
