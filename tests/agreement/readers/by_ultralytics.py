"""Read a dataset as the trainer of Ultralytics does: ``OUT FOLDER TASK``."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from report import Objects, box, points, tell
from stand_ins import stand_in

os.environ["YOLO_CONFIG_DIR"] = tempfile.mkdtemp()
stand_in("torch", "torchvision", "matplotlib", "polars", "psutil", "requests", "scipy")

from ultralytics.data import utils
from ultralytics.data.dataset import YOLODataset

logging.disable()
utils.check_font = lambda *words: None  # it would fetch one, to draw pictures


class Labels(YOLODataset):
    """The dataset without what makes batches of it."""

    def build_transforms(self, hyp: Any = None) -> None:
        """Leave the images as they are."""


def read(folder: str, task: str) -> Objects:
    os.chdir(folder)  # whence it counts a ``path`` that is not absolute
    data = utils.check_det_dataset(str(Path(folder) / "data.yaml"), autodownload=False)
    found: Objects = {}
    for split in ("train", "val", "test"):
        if not data.get(split):
            continue
        dataset = Labels(img_path=data[split], data=data, task=task, augment=False)
        for each in dataset.labels:
            found[Path(each["im_file"]).stem] = list(_objects(each, data["names"]))
    return found


def _objects(entry: dict[str, Any], names: dict[int, str]) -> Iterator[list[Any]]:
    assert entry["normalized"]
    assert entry["bbox_format"] == "xywh"
    height, width = entry["shape"]
    for number, (label, (x, y, w, h)) in enumerate(zip(entry["cls"], entry["bboxes"], strict=True)):
        name = names[int(label[0])]
        if entry["segments"]:
            yield [name, *points("polygon", entry["segments"][number] * (width, height))]
            continue
        middle, half = np.array([x, y]), np.array([w, h]) / 2
        low, high = ((middle + sign * half) * (width, height) for sign in (-1, 1))
        yield [name, *box(*low, *high)]
        if entry["keypoints"] is not None:
            yield [name, "points", (entry["keypoints"][number] * (width, height, 1.0)).tolist()]


tell(read)
