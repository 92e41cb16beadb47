"""Draw a COCO dataset: one JSON file with objects in no order, beside small photographs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson
from numpy.typing import NDArray

Json = dict[str, Any]
Draw = Callable[[np.random.Generator], Json]

WIDTH, HEIGHT = 320, 240
VARIETY = 2000
"""So many different objects of each kind there are; the rest are copies of them."""

CLASSES = 80
POINTS = 22
"""What polygons of the public dataset have on average."""


def draw_coco(folder: Path, objects: int, per_image: int) -> None:
    """Write ``objects`` objects on as many photographs as ``per_image`` asks for.

    Of ten objects eight are polygons of one ring, one has two rings, one is a box; of a hundred
    one is a crowd with runs.
    """
    rng = np.random.default_rng(1)
    images = -(-objects // per_image)
    (folder / "annotations").mkdir(parents=True)
    (folder / "images" / "train").mkdir(parents=True)
    photographs = [_photograph(rng) for _ in range(8)]
    records = []
    for number in range(images):
        name = f"{number:07d}.jpg"
        (folder / "images" / "train" / name).write_bytes(photographs[number % 8])
        records.append({"id": number + 1, "file_name": name, "width": WIDTH, "height": HEIGHT})
    categories = [
        {"id": number + 1, "name": f"class{number}", "supercategory": "thing"}
        for number in range(CLASSES)
    ]
    start = {
        "info": {"description": "drawn"},
        "licenses": [],
        "images": records,
        "categories": categories,
    }
    with (folder / "annotations" / "instances_train.json").open("wb") as file:
        file.write(orjson.dumps(start)[:-1] + b', "annotations": [')
        _write_objects(file.write, rng, objects, images)
        file.write(b"]}")


def _write_objects(
    write: Callable[[bytes], object], rng: np.random.Generator, objects: int, images: int
) -> None:
    kinds: list[Draw] = [_polygon] * 8 + [_two_rings, _box]
    drawn = [[orjson.dumps(draw(rng))[1:] for _ in range(VARIETY)] for draw in kinds]
    crowds = [orjson.dumps(_crowd(rng))[1:] for _ in range(20)]
    order = rng.permutation(objects)
    labels = rng.integers(1, CLASSES + 1, objects)
    for number in range(objects):
        body = drawn[number % 10][number // 10 % VARIETY]
        if number % 100 == 0:
            body = crowds[number // 100 % 20]
        image = order[number] % images + 1
        head = b'{"id":%d,"image_id":%d,"category_id":%d,' % (number + 1, image, labels[number])
        write((b"," if number else b"") + head + body)


def _photograph(rng: np.random.Generator) -> bytes:
    coarse = rng.integers(0, 256, (6, 8, 3), np.uint8)
    picture = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, 60))[1].tobytes()


def _ring(rng: np.random.Generator) -> NDArray[np.float64]:
    angles = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
    ring = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    ring *= rng.uniform(5, 50) * rng.uniform(0.7, 1, (POINTS, 1))
    return np.round(ring + rng.uniform((50, 50), (WIDTH - 50, HEIGHT - 50)), 2)


def _area(ring: NDArray[np.float64]) -> float:
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def _object(rings: list[NDArray[np.float64]]) -> Json:
    points = np.concatenate(rings)
    low, high = points.min(axis=0), points.max(axis=0)
    return {
        "segmentation": [ring.reshape(-1).tolist() for ring in rings],
        "area": round(sum(_area(ring) for ring in rings), 4),
        "bbox": [round(value, 2) for value in (*low.tolist(), *(high - low).tolist())],
        "iscrowd": 0,
    }


def _polygon(rng: np.random.Generator) -> Json:
    return _object([_ring(rng)])


def _two_rings(rng: np.random.Generator) -> Json:
    return _object([_ring(rng), _ring(rng)])


def _box(rng: np.random.Generator) -> Json:
    x, y, width, height = np.round(rng.uniform(5, 110, 4), 1).tolist()
    area = round(width * height, 4)
    return {"segmentation": [], "area": area, "bbox": [x, y, width, height], "iscrowd": 0}


def _crowd(rng: np.random.Generator) -> Json:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(5):
        cv2.fillPoly(mask, [_ring(rng).astype(np.int32)], 1)
    flat = mask.T.reshape(-1)
    edges = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    x, y = int(columns[0]), int(rows[0])
    box = [x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y]
    return {
        "segmentation": {"size": [HEIGHT, WIDTH], "counts": counts},
        "area": int(mask.sum()),
        "bbox": box,
        "iscrowd": 1,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("objects", type=int)
    parser.add_argument("--per-image", type=int, default=20)
    options = parser.parse_args()
    draw_coco(options.folder, options.objects, options.per_image)


if __name__ == "__main__":
    main()
