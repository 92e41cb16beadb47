"""Read a dataset by datumaro: ``OUT FOLDER FORMAT``.

``OUT FOLDER FORMAT TARGET FORMAT`` writes it anew and reads that.
"""

from __future__ import annotations

from typing import Any

from report import Objects, box, mask, points, tell
from stand_ins import stand_in

stand_in("pyarrow", "pandas", "json_stream", "ruamel")

from datumaro.components.annotation import AnnotationType as Kind
from datumaro.components.dataset import Dataset


def read(folder: str, name: str, target: str = "", target_name: str = "") -> Objects:
    dataset = Dataset.import_from(folder, name)
    if target:
        # By default masks would become outlines through the middles of their pixels, without holes.
        options = {"segmentation_mode": "mask"} if target_name == "coco_instances" else {}
        dataset.export(target, target_name, save_media=True, **options)
        dataset = Dataset.import_from(target, name)
    labels = dataset.categories()[Kind.label]
    return {
        item.id.rpartition("/")[2]: [
            [labels[each.label].name, *_values(each)] for each in item.annotations
        ]
        for item in dataset
    }


def _values(each: Any) -> list[Any]:
    if each.type == Kind.bbox:
        return box(each.x, each.y, each.x + each.w, each.y + each.h)
    if each.type == Kind.mask:
        return mask(each.image)
    if each.type == Kind.points:
        return ["points", [[*at, seen.value] for at, seen in _nodes(each)]]
    if each.type in (Kind.polygon, Kind.polyline):
        return points(each.type.name, each.points)
    return [each.type.name, []]


def _nodes(each: Any) -> list[Any]:
    pairs = zip(each.points[::2], each.points[1::2], strict=True)
    return list(zip(pairs, each.visibility, strict=True))


tell(read)
