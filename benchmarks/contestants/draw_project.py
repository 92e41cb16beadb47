"""Draw a Supervisely project of small photographs with objects of one kind."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson

from benchmarks.contestants.by_hand_objects import encode_bits

Json = dict[str, Any]

WIDTH, HEIGHT = 320, 240
VARIETY = 16
"""So many different photographs and annotations there are; the rest are copies of them."""

LABELS = {"bitmap": "blob", "rectangle": "box", "polygon": "patch"}
POLYGON_POINTS = 60


def draw_project(folder: Path, images: int, kind: str, objects: int) -> None:
    """Write a project of ``images`` photographs, each with ``objects`` objects of ``kind``."""
    rng = np.random.default_rng(1)
    meta = {
        "classes": [
            {"title": title, "shape": shape, "color": "#22AA00"} for shape, title in LABELS.items()
        ],
        "tags": [],
        "projectType": "images",
    }
    for part in ("img", "ann"):
        (folder / "ds1" / part).mkdir(parents=True)
    (folder / "meta.json").write_bytes(orjson.dumps(meta))
    different = range(min(VARIETY, images))
    photographs = [_photograph(rng) for _ in different]
    annotations = [_annotation(rng, kind, objects) for _ in different]
    for number in range(images):
        name = f"photo_{number:05d}.jpg"
        (folder / "ds1" / "img" / name).write_bytes(photographs[number % VARIETY])
        (folder / "ds1" / "ann" / f"{name}.json").write_bytes(annotations[number % VARIETY])


def _photograph(rng: np.random.Generator) -> bytes:
    coarse = rng.integers(0, 256, (12, 16, 3), np.uint8)
    picture = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", picture)[1].tobytes()


def _annotation(rng: np.random.Generator, kind: str, objects: int) -> bytes:
    shape = SHAPES[kind]
    return orjson.dumps(
        {
            "description": "",
            "tags": [],
            "size": {"height": HEIGHT, "width": WIDTH},
            "objects": [
                {
                    "id": number,
                    "classTitle": LABELS[kind],
                    "description": "",
                    "geometryType": kind,
                    "tags": [],
                    **shape(rng),
                }
                for number in range(objects)
            ],
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )


def _bitmap(rng: np.random.Generator) -> Json:
    width, height = (int(side) for side in rng.integers(20, 90, 2))
    bits = np.zeros((height, width), np.uint8)
    cv2.ellipse(bits, (width // 2, height // 2), (width // 2, height // 2), 0, 0, 360, 1, -1)
    x, y = int(rng.integers(0, WIDTH - width)), int(rng.integers(0, HEIGHT - height))
    return {"bitmap": {"origin": [x, y], "data": encode_bits(bits)}}


def _rectangle(rng: np.random.Generator) -> Json:
    x, y, width, height = (int(value) for value in rng.integers(10, 110, 4))
    return _points([[x, y], [x + width, y + height]])


def _polygon(rng: np.random.Generator) -> Json:
    angles = np.linspace(0, 2 * np.pi, POLYGON_POINTS, endpoint=False)
    ring = np.stack((np.cos(angles), np.sin(angles)), axis=1) * rng.uniform(
        40, 60, (len(angles), 1)
    )
    middle = rng.uniform((60, 60), (WIDTH - 60, HEIGHT - 60))
    return _points((ring + middle).astype(np.int64))


def _points(exterior: Any) -> Json:
    return {"points": {"exterior": exterior, "interior": []}}


SHAPES: dict[str, Callable[[np.random.Generator], Json]] = {
    "bitmap": _bitmap,
    "rectangle": _rectangle,
    "polygon": _polygon,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("images", type=int)
    parser.add_argument("--kind", choices=tuple(SHAPES), default="bitmap")
    parser.add_argument("--objects", type=int, default=5)
    options = parser.parse_args()
    draw_project(options.folder, options.images, options.kind, options.objects)


if __name__ == "__main__":
    main()
