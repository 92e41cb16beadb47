"""Read files by LabelMe itself: ``OUT FOLDER``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from report import Objects, mask, points, tell
from stand_ins import stand_in

stand_in("PyQt5", "imgviz", "matplotlib", "natsort", "onnxruntime", "osam", "skimage")

import labelme


def read(folder: str) -> Objects:
    found: Objects = {}
    for path in sorted(Path(folder).rglob("*.json")):
        if path.name != "loss_report.json":
            file = labelme.LabelFile(str(path))
            shape = labelme.utils.img_data_to_arr(file.imageData).shape[:2]
            found[Path(file.imagePath).stem] = [
                [each["label"], *_values(each, shape)] for each in file.shapes
            ]
    return found


def _values(each: dict[str, Any], shape: tuple[int, ...]) -> list[Any]:
    if each["shape_type"] != "mask":
        return points(each["shape_type"], each["points"])
    pixels = np.zeros(shape, bool)
    (x0, y0), (x1, y1) = np.asarray(each["points"]).astype(int)
    pixels[y0 : y1 + 1, x0 : x1 + 1] = each["mask"]
    return mask(pixels)


tell(read)
