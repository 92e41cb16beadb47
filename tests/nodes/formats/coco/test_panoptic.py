"""Reading the pictures of COCO's panoptic task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from dtl_engine.sdk import AnnotationError, Size, Tag
from tests.nodes.formats.coco.drawn import SIZE, draw, instances, read_one, write_coco

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""


def panoptic(folder: Path, segments: list[dict[str, Any]], size: Size = SIZE) -> Path:
    numbers = np.zeros((size.height, size.width), np.int64)
    numbers[2:6, 3:9] = 70_000
    numbers[10:20, 3:9] = 300
    numbers[30:, 70:] = 300
    colors = np.stack([numbers % 256, numbers // 256 % 256, numbers // 65536], axis=2)
    file = "annotations/panoptic_val.json"
    record = {"image_id": 7, "file_name": "a.png", "segments_info": segments}
    write_coco(folder, [record], file=file, draws=False)
    draw(folder / "images/val/a.png")
    path = folder / "annotations/panoptic_val/a.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.fromarray(colors.astype(np.uint8)).save(path)
    return folder


def test_panoptic_pictures(tmp_path: Path) -> None:
    segments = [
        {"id": 300, "category_id": 4, "area": 360, "iscrowd": 1},
        {"id": 70_000, "category_id": 1, "area": 24, "iscrowd": 0},
    ]
    many, few = instances(panoptic(tmp_path, segments))
    assert (many.label, many.tags, many.shape.area) == ("hand", (Tag("iscrowd"),), 360)
    assert (few.label, few.tags, few.shape.area) == ("lemon", (), 24)
    assert few.shape.bbox == (3, 2, 9, 6)


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        ({"id": 5, "category_id": 1}, "F604"),
        ({"id": 300, "category_id": 5}, "F603"),
        ({"id": "300", "category_id": 1}, "F604"),
        (None, "F604"),
    ],
)
def test_bad_segments(segment: Any, code: str, tmp_path: Path) -> None:
    folder = panoptic(tmp_path, [segment, {"id": 300, "category_id": 1}])
    with pytest.raises(AnnotationError) as error:
        read_one(folder)
    assert error.value.code == code
    assert len(instances(folder, bad_objects="drop")) == 1


def test_panoptic_pictures_of_another_size_or_missing(tmp_path: Path) -> None:
    folder = panoptic(tmp_path, [], Size(90, 60))
    with pytest.raises(AnnotationError, match="90x60") as error:
        read_one(folder)
    assert error.value.code == "F605"
    (folder / "annotations/panoptic_val/a.png").unlink()
    with pytest.raises(AnnotationError, match="missing") as missing:
        read_one(folder)
    assert missing.value.code == "F606"
