"""Draw a Supervisely project to train on: bright boxes of two classes on noise."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson

SIDE = 128
CLASSES = ("box", "crate")
BOXES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("train", type=int, help="samples to train on")
    parser.add_argument("val", type=int, help="samples to validate on")
    options = parser.parse_args()
    draw_training_set(options.folder, options.train, options.val)


def draw_training_set(folder: Path, train: int, val: int) -> None:
    """Write the project; the image tags are those that choose the sets."""
    rng = np.random.default_rng(1)
    tags = ("train", "val")
    for part in ("img", "ann"):
        (folder / "ds" / part).mkdir(parents=True)
    meta = {
        "classes": [
            {"title": title, "shape": "rectangle", "color": "#22AA00"} for title in CLASSES
        ],
        "tags": [{"name": tag, "value_type": "none"} for tag in tags],
        "projectType": "images",
    }
    (folder / "meta.json").write_bytes(orjson.dumps(meta))
    for number in range(train + val):
        name = f"{number:04d}.png"
        pixels, objects = _scene(rng)
        annotation = {
            "description": "",
            "size": {"width": SIDE, "height": SIDE},
            "tags": [{"name": tags[number >= train]}],
            "objects": objects,
        }
        cv2.imwrite(str(folder / "ds/img" / name), pixels)
        (folder / "ds/ann" / f"{name}.json").write_bytes(orjson.dumps(annotation))


def _scene(rng: np.random.Generator) -> tuple[Any, list[dict[str, Any]]]:
    pixels = rng.integers(0, 90, (SIDE, SIDE, 3)).astype(np.uint8)
    objects = []
    for number in range(BOXES):
        which = int(rng.integers(len(CLASSES)))
        # Each in a strip of its own: a box that another one hides has no pixel left.
        y = number * (SIDE // BOXES) + int(rng.integers(2, 10))
        x, width, height = (int(each) for each in rng.integers(16, 30, 3))
        pixels[y : y + height, x : x + width, which] += 150
        points = {"exterior": [[x, y], [x + width, y + height]], "interior": []}
        objects.append(
            {
                "classTitle": CLASSES[which],
                "geometryType": "rectangle",
                "description": "",
                "tags": [],
                "points": points,
            }
        )
    return pixels, objects


if __name__ == "__main__":
    main()
