"""Read a dataset by the importers of FiftyOne, without its database: ``OUT FOLDER FORMAT KIND``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from report import Objects, box, points, tell
from report import mask as mask_values
from stand_ins import stand_in

os.environ["FIFTYONE_DO_NOT_TRACK"] = "true"
stand_in(
    *("boto3", "botocore", "dill", "glob2", "graphql", "jinja2", "matplotlib", "motor", "pandas"),
    *("plotly", "psutil", "py7zr", "rarfile", "requests", "retrying", "scipy", "skimage"),
    *("sklearn", "sse_starlette", "sseclient", "starlette", "strawberry", "urllib3"),
)

from fiftyone.utils.coco import COCODetectionDatasetImporter
from fiftyone.utils.cvat import CVATImageDatasetImporter
from fiftyone.utils.voc import VOCDetectionDatasetImporter
from fiftyone.utils.yolo import YOLOv5DatasetImporter


def read(folder: str, name: str, kind: str) -> Objects:
    found: Objects = {}
    for importer in _importers(Path(folder), name, kind):
        with importer:
            for path, metadata, labels in importer:
                size = (metadata.width, metadata.height) if metadata else (1, 1)
                found[Path(path).stem] = [
                    values for label in _all(labels) for values in _values(label, size)
                ]
    return found


def _importers(folder: Path, name: str, kind: str) -> Iterator[Any]:
    if name == "coco":
        for path in sorted(folder.glob("annotations/instances_*.json")):
            images = folder / "images" / path.stem.removeprefix("instances_")
            yield COCODetectionDatasetImporter(
                data_path=str(images), labels_path=str(path), label_types=[kind], include_id=False
            )
    elif name == "cvat":
        yield CVATImageDatasetImporter(
            data_path=str(folder / "images"), labels_path=str(folder / "annotations.xml")
        )
    elif name == "voc":
        yield VOCDetectionDatasetImporter(
            data_path=str(folder / "JPEGImages"), labels_path=str(folder / "Annotations")
        )
    else:
        path = folder / "data.yaml"
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        for split in ("train", "val", "test"):
            if told.get(split):
                yield YOLOv5DatasetImporter(yaml_path=str(path), split=split, label_type=kind)


def _all(labels: Any) -> Iterator[Any]:
    """Yield the labels of an image, whatever they are collected in."""
    for each in labels.values() if isinstance(labels, dict) else [labels]:
        if each is not None:
            yield from next(
                getattr(each, name)
                for name in ("detections", "polylines", "keypoints", "classifications")
                if hasattr(each, name)
            )


def _values(label: Any, size: tuple[int, int]) -> Iterator[list[Any]]:
    """Yield an object in pixels, or in parts of the image where its size is given as 1 x 1."""
    width, height = size
    if hasattr(label, "bounding_box"):
        x, y, w, h = label.bounding_box
        if label.mask is None:
            yield [label.label, *box(x * width, y * height, (x + w) * width, (y + h) * height)]
        else:
            pixels = np.zeros((height, width), bool)
            left, top = round(x * width), round(y * height)
            rows, columns = label.mask.shape
            pixels[top : top + rows, left : left + columns] = label.mask
            yield [label.label, *mask_values(pixels)]
    elif hasattr(label, "closed"):
        kind = "polygon" if label.closed else "polyline"
        for ring in label.points:
            yield [label.label, *points(kind, np.asarray(ring) * size)]
    else:
        places = np.asarray(label.points)
        seen = places[~np.isnan(places).any(axis=1)]  # those that are not there are NaN
        if len(seen):
            yield [label.label, *points("points", seen * size)]


tell(read)
