"""Small YOLO datasets, drawn by code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dtl_engine.sdk import Sample
from dtl_engine.testing.coverage import assert_schema_covers
from tests.fixtures.datasets import open_dataset, read_all, write_picture

DATA = "train: images/train\nval: images/val\nnames: {0: lemon, 1: kiwi}\n"


def write_yolo(
    root: Path,
    rows: dict[str, str | bytes | None],
    data: str = DATA,
    size: tuple[int, int] = (80, 60),
) -> Path:
    """Write images by ``split/stem``, their rows (``None`` for no file), and ``data.yaml``."""
    for name, text in rows.items():
        write_picture(root / "images" / f"{name}.png", np.zeros((size[1], size[0], 3), np.uint8))
        if text is not None:
            path = root / "labels" / f"{name}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
    (root / "images" / "val").mkdir(parents=True, exist_ok=True)
    (root / "data.yaml").write_text(data, encoding="utf-8")
    return root


def reads(folder: Path, text: str | bytes, data: str = DATA, **options: Any) -> Sample:
    """Read the only image of a dataset, with these rows."""
    source = open_dataset(write_yolo(folder / "set", {"train/a": text}, data), "yolo", **options)
    (sample,) = read_all(source)
    assert_schema_covers(source.schema, sample)
    return sample


def boxes(sample: Sample) -> list[tuple[str, tuple[float, ...]]]:
    return [(each.label, tuple(each.shape.bbox)) for each in sample.instances]


POSE = DATA + "kpt_shape: [2, 3]\nflip_idx: [1, 0]\nkpt_names: {0: [left, right]}\n"
