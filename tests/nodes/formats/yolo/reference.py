"""Ultralytics' rules for label files, written down once more to check against.

Source: ``verify_image_label``, ``segments2boxes`` and ``check_det_dataset`` of Ultralytics 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml


@dataclass
class Labels:
    """What the loader makes of one file: (N, 1) classes, (N, 4) boxes, segments, (N, K, 3)."""

    classes: np.ndarray
    boxes: np.ndarray
    segments: list[np.ndarray] = field(default_factory=list)
    keypoints: np.ndarray | None = None


def load_config(path: Path) -> dict[str, Any]:
    """Read ``data.yaml`` as the trainer does; ``train`` and ``val`` must be there."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert "train" in data
    assert "val" in data
    names = data["names"]
    data["names"] = dict(enumerate(names)) if isinstance(names, list) else names
    assert sorted(data["names"]) == list(range(len(data["names"])))
    root = Path(data.get("path") or path.parent)
    for key in ("train", "val", "test"):
        told = data.get(key)
        told = [told] if isinstance(told, str) else told or []
        data[key] = [
            root / each if root.is_absolute() else path.parent / root / each for each in told
        ]
    return data


def label_path(image: Path) -> Path:
    """Return the label file of an image."""
    return Path("/labels/".join(str(image).rsplit("/images/", 1)).rsplit(".", 1)[0] + ".txt")


def load_labels(path: Path, classes: int, kpt_shape: list[int] | None = None) -> Labels:
    """Read one label file; an assertion fails where the image would be ignored."""
    if not path.is_file():
        return Labels(np.zeros((0,), int), np.zeros((0, 4)))
    rows = [line.split() for line in path.read_text().strip().splitlines() if len(line)]
    segments: list[np.ndarray] = []
    if any(len(row) > 6 for row in rows) and not kpt_shape:
        numbers = np.array([row[0] for row in rows], dtype=np.float64)
        segments = [np.array(row[1:], dtype=np.float64).reshape(-1, 2) for row in rows]
        found = np.concatenate((numbers.reshape(-1, 1), segments_to_boxes(segments)), 1)
    else:
        found = np.array(rows, dtype=np.float64)
    if not len(found):
        return Labels(np.zeros((0,), int), np.zeros((0, 4)))
    if kpt_shape:
        count, dimensions = kpt_shape
        assert found.shape[1] == 5 + count * dimensions
        points = found[:, 5:].reshape(-1, dimensions)[:, :2]
    else:
        assert found.shape[1] == 5
        points = found[:, 1:]
    assert points.max() <= 1.01
    assert found.min() >= -0.01
    assert found[:, 0].max() < classes
    _, kept = np.unique(found, axis=0, return_index=True)
    if len(kept) < len(found):
        found = found[kept]
        segments = [segments[at] for at in kept] if segments else []
    keypoints = found[:, 5:].reshape(-1, *kpt_shape) if kpt_shape else None
    return Labels(found[:, 0].astype(int), found[:, 1:5], segments, keypoints)


def segments_to_boxes(segments: list[np.ndarray]) -> np.ndarray:
    """Return centre, width and height of each segment."""
    boxes = []
    for points in segments:
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        boxes.append([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0])
    return np.array(boxes)


def corners(box: np.ndarray, width: int, height: int) -> list[float]:
    """Return the edges of a box in pixels."""
    x, y, w, h = box.tolist()
    return [(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height]
