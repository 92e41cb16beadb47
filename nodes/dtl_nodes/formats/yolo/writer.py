"""Write YOLO, sample by sample: the image, and rows of six decimals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    BBox,
    Instance,
    Keypoints,
    Mask,
    Place,
    Rectangle,
    Sample,
    Schema,
    Shape,
    ShapeKind,
    UsageError,
    replacing,
)
from dtl_nodes.formats.base import Loss
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.formats.objects_inside import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.yolo.layout import (
    DATA,
    DESCRIPTION,
    HOLE,
    IMAGE_TAG,
    IMAGES,
    LABELS,
    NO_AREA,
    NO_NODE,
    OBJECT_TAG,
    ONLY_BOX,
    PARTS_APART,
    REPEATED,
    RESERVED,
    SPLITS,
    TXT,
)
from dtl_nodes.formats.yolo.nodes import flips_of, node_names
from dtl_nodes.formats.yolo.outlines import bridged, rings_of

AREAS = (ShapeKind.RECTANGLE, ShapeKind.POLYGON, ShapeKind.BITMAP)


def shape_loss(kind: str, task: str) -> str:
    """Return what is lost of every shape of a kind, ``""`` for nothing."""
    if kind == ShapeKind.RECTANGLE or kind not in tuple(ShapeKind):
        return ""
    if task == "pose":
        return "" if kind == ShapeKind.GRAPH else f"{kind}, dropped"
    if kind in AREAS:
        return ONLY_BOX if task == "detect" else ""
    if task == "detect" and kind != ShapeKind.POINT:
        return f"{kind}, only its box kept"
    return f"{kind}, dropped"


def losses(schema: Schema, task: str) -> Iterator[Loss]:
    """Yield the classes whose shapes do not fit."""
    for label in schema.labels:
        if what := shape_loss(label.kind, task):
            yield Loss(label.name, what)


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
    for label, columns in writing.rows():
        row = f"{numbers[label]} {' '.join(columns)}\n"
        if row in rows:
            place.lose(label, REPEATED)
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
        self.nodes = node_names(schema, settings.keypoints) if self.task == "pose" else ()
        self.instances = tuple(pieces_to_write(sample.instances, sample.size, place.lose))
        is_pose = self.task == "pose"
        self.boxes = _boxes_of_groups(self.instances) if is_pose else {}
        self.graphs = {
            _group(each): set(each.tags)
            for each in self.instances
            if is_pose and isinstance(each.shape, Keypoints)
        }
        for tag in sample.tags:
            if tag.value is not None or tag.name != place.dataset:
                place.lose("", IMAGE_TAG)
        if sample.annotation.description:
            place.lose("", DESCRIPTION)

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the class and the further columns of each row."""
        for instance in self.instances:
            label, shape = instance.label, instance.shape
            group = _group(instance)
            is_paired = group in self.boxes and group in self.graphs
            if is_paired and instance is self.boxes[group]:
                for _ in set(instance.tags) - self.graphs[group]:
                    self.lose(label, OBJECT_TAG)
                if instance.description:
                    self.lose(label, DESCRIPTION)
                continue
            is_paired &= isinstance(shape, Keypoints)
            if what := shape_loss(shape.kind, self.task):
                self.lose(label, what)
            for tag in instance.tags:
                if not (is_paired and tag.name == GROUP_TAG):
                    self.lose(label, OBJECT_TAG)
            if instance.description:
                self.lose(label, DESCRIPTION)
            for columns in self._columns(instance):
                yield label, columns

    def _columns(self, instance: Instance) -> Iterator[list[str]]:
        label, shape = instance.label, instance.shape
        if self.task == "segment":
            if shape.kind in AREAS:
                yield from self._outlines(label, shape)
        elif self.task == "detect":
            if shape.kind is not ShapeKind.POINT:
                yield from self._box(label, _tight_box(shape))
        elif isinstance(shape, Keypoints):
            box = self.boxes.get(_group(instance), instance).shape.bbox
            nodes = self._keypoints(label, shape)
            for columns in self._box(label, box):
                yield columns + nodes
        elif isinstance(shape, Rectangle):
            for columns in self._box(label, shape.bbox):
                yield columns + ["0.000000", "0.000000", "0"] * len(self.nodes)

    def _box(self, label: str, box: BBox | None) -> Iterator[list[str]]:
        """Yield centre, width and height, unless they are nothing."""
        width, height = self.size
        if box is None:
            self.lose(label, NO_AREA)
            return
        x0, y0, x1, y1 = box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height
        columns = _texts((x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0)
        if "0.000000" in columns[2:]:
            self.lose(label, NO_AREA)
        else:
            yield columns

    def _outlines(self, label: str, shape: Shape) -> Iterator[list[str]]:
        rings, has_holes = rings_of(shape)
        if has_holes:
            self.lose(label, HOLE)
        if not rings:
            self.lose(label, NO_AREA)
        elif self.merges:
            rings = [bridged(rings)]
        elif len(rings) > 1:
            self.lose(label, PARTS_APART)
        for ring in rings:
            yield _texts(*(ring / self.size).ravel().tolist())

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
            self.lose(label, NO_NODE)
        return columns


def _texts(*shares: float) -> list[str]:
    return [f"{min(max(share, 0.0), 1.0) + 0.0:.6f}" for share in shares]


def _tight_box(shape: Shape) -> BBox | None:
    if isinstance(shape, Mask):
        tight = shape.tightened()
        return None if tight is None else tight.bbox
    return shape.bbox


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


def write_config(schema: Schema, folder: Path, settings: Any) -> None:
    """Write ``data.yaml``: splits, classes and keypoints.

    ``path`` is left out: then paths count from the file, wherever it is moved.
    """
    import yaml

    content: dict[str, Any] = _splits(folder)
    content["names"] = dict(enumerate(schema.label_names))
    if settings.task == "pose":
        found = node_names(schema, settings.keypoints)
        names = tuple(next(iter(ids.values())) for ids in found)
        content["kpt_shape"] = [len(names), 3]
        if (flips := flips_of(schema, names)) is not None:
            content["flip_idx"] = flips
        content["kpt_names"] = {at: list(names) for at in range(len(schema.labels))}
    with replacing(folder / DATA) as path:
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10**9)
        path.write_text(text, encoding="utf-8", newline="\n")


def _splits(folder: Path) -> dict[str, Any]:
    """Return the folders of the splits.

    Names other than train, val and test are keys of their own, which Ultralytics passes over; where
    there are no others, all are for training.
    """
    images = folder / IMAGES
    found = sorted(path.name for path in images.iterdir()) if images.is_dir() else []
    own = [name for name in SPLITS if name in found]
    content: dict[str, Any] = {"train": None, "val": None}
    if not own:
        paths = [f"{IMAGES}/{name}" for name in found]
        content["train"] = paths[0] if len(paths) == 1 else paths or None
        return content
    for name in (*own, *(name for name in found if name not in own)):
        key = f"{name}_split" if name in RESERVED else name
        content[key] = f"{IMAGES}/{name}"
    return content
