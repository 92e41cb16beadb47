"""Open a YOLO dataset: its configuration, its splits and the kind of its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    AnnotationError,
    ReadLog,
    Schema,
    SchemaError,
    ShapeKind,
    TagSpec,
    TagValueType,
    distinct_color,
)
from dtl_nodes.formats.base import ALL
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.formats.image_tree import choose_datasets
from dtl_nodes.formats.yolo.config import Config, read_config
from dtl_nodes.formats.yolo.config_file import find_config, refused
from dtl_nodes.formats.yolo.layout import CONFIDENCE, Task
from dtl_nodes.formats.yolo.reader import Yolo
from dtl_nodes.formats.yolo.rows import Reading, has_polygons, read_bytes, split_rows
from dtl_nodes.formats.yolo.splits import Split, read_splits, row_files, separate


def open_yolo(place: Path, project: str, subsets: tuple[str, ...], settings: Any) -> Yolo:
    """Open the dataset that a folder, or a YAML file, is.

    Raises:
        SchemaError: E403, it is none or contradicts itself; E404, it has no image.
    """
    try:
        return _open(place, project, subsets, settings)
    except OSError as error:
        message = f"'{project}' cannot be read: {error.strerror}"
        raise SchemaError("E403", message, at=(0,), value=project) from error


def _open(place: Path, project: str, subsets: tuple[str, ...], settings: Any) -> Yolo:
    root = place.parent if place.is_file() else place
    told_in = place if place.is_file() else find_config(root)
    if told_in is None:
        raise refused(place, "it is no YOLO dataset: it has no data.yaml, obj.data or classes.txt")
    config = read_config(root, told_in)
    splits, notes = read_splits(root, config, told_in)
    if ALL in subsets:
        splits, more = separate(splits)
        notes += more
    files = {name: split.files for name, split in splits.items()}
    datasets, others = choose_datasets(files, project, subsets)
    task: Task | None = settings.task or config.task or ("pose" if config.dimensions else None)
    if task == "pose" and not config.dimensions:
        raise refused(told_in, "'kpt_shape' is needed to read poses")
    reading = Reading(task, config.names, config.nodes, config.dimensions)
    schema = _schema(root, config, task, splits)
    return Yolo(place, root, schema, datasets, (*config.notes, *notes, *others), splits, reading)


def _schema(root: Path, config: Config, task: Task | None, splits: dict[str, Split]) -> Schema:
    kinds = _kinds(root, task, splits)
    colors: dict[str, str] = {}
    extra: dict[str, dict[str, object]] = {}
    if task == "pose":
        extra = dict.fromkeys(config.names, _template(config))
    labels = declare_labels(dict.fromkeys(config.names, kinds), colors, extra)
    tags = [TagSpec(CONFIDENCE, TagValueType.NUMBER)]
    if task == "pose":
        tags.append(TagSpec(GROUP_TAG, TagValueType.STRING))
    return Schema(labels, tuple(tags))


def _kinds(root: Path, task: Task | None, splits: dict[str, Split]) -> tuple[ShapeKind, ...]:
    """Return the shapes that objects may have; where nothing tells the task, all rows are read."""
    if task is not None:
        return {
            "detect": (ShapeKind.RECTANGLE,),
            "pose": (ShapeKind.RECTANGLE, ShapeKind.GRAPH),
        }.get(task, (ShapeKind.POLYGON,))
    found: set[ShapeKind] = set()
    for path in row_files(root, splits.values()):
        try:
            rows = split_rows(read_bytes(path), ReadLog())
        except AnnotationError:
            continue
        if rows:
            found.add(ShapeKind.POLYGON if has_polygons(rows) else ShapeKind.RECTANGLE)
        if len(found) == 2:
            break
    return tuple(sorted(found)) or (ShapeKind.RECTANGLE,)


def _template(config: Config) -> dict[str, object]:
    """Return the declaration of the nodes, as a Supervisely project has it."""
    colors: list[str] = []
    for _ in config.nodes:
        colors.append(distinct_color(colors))
    nodes = {
        name: {"label": name, "loc": [10 * at, 10 * at], "color": color}
        for at, (name, color) in enumerate(zip(config.nodes, colors, strict=True))
    }
    found: dict[str, object] = {"geometry_config": {"nodes": nodes, "edges": []}}
    if config.flips:
        found["flip_idx"] = list(config.flips)
    return found
