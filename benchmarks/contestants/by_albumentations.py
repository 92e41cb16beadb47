"""The lemon graph by albumentations called directly: one pipeline an orientation and a part.

Masks are of the image's size, as albumentations takes them; reading, encoding and writing are
those of the hand-written script. ``--geometry-only`` leaves the encoding and writing out.
"""

from __future__ import annotations

import argparse
import random
from functools import partial
from pathlib import Path
from typing import Any

import albumentations as A
import cv2
import numpy as np
import orjson
from numpy.typing import NDArray

from benchmarks.contestants.by_hand import (
    JPEG,
    LEAST,
    MOST,
    ORIENTATIONS,
    PARTS,
    TRAIN_SHARE,
    write_file,
)
from benchmarks.contestants.by_hand_objects import Json, MaskObject, encode_bits, read_objects
from benchmarks.contestants.clock import time_work

Bits = NDArray[np.uint8]


def run(project: Path, out: Path, *, geometry_only: bool) -> int:
    """Write the datasets of ``project`` to ``out`` and return how many samples they have."""
    cv2.setNumThreads(1)
    samples = 0
    for dataset in sorted(each for each in project.iterdir() if (each / "img").is_dir()):
        for folder in ("img", "ann"):
            (out / dataset.name / folder).mkdir(parents=True)
        for photograph in sorted((dataset / "img").iterdir()):
            samples += make_samples(out, photograph, geometry_only=geometry_only)
    return samples


def make_samples(out: Path, photograph: Path, *, geometry_only: bool) -> int:
    """Make all samples of one photograph and return how many they are."""
    dataset = photograph.parent.parent
    annotation = orjson.loads((dataset / "ann" / f"{photograph.name}.json").read_bytes())
    picture = cv2.imread(str(photograph))
    assert picture is not None
    height, width = picture.shape[:2]
    objects = [o for o in read_objects(annotation["objects"]) if isinstance(o, MaskObject)]
    masks = [_full_size(each, height, width) for each in objects]
    rng = random.Random(photograph.name)
    number = 0
    for columns, rows in ORIENTATIONS:
        flips = [A.HorizontalFlip(p=1)] * columns + [A.VerticalFlip(p=1)] * rows
        turned = A.Compose(flips)(image=picture, masks=masks)
        for part in range(PARTS + 1):
            shown = turned
            if part:
                w, h = (int(side * rng.uniform(LEAST, MOST)) for side in (width, height))
                x, y = rng.randint(0, width - w), rng.randint(0, height - h)
                shown = A.Compose([A.Crop(x, y, x + w, y + h, p=1)])(**turned)
            if not geometry_only:
                tag = "train" if rng.random() < TRAIN_SHARE else "val"
                name = f"{dataset.name}/{{}}/{photograph.stem}_{number}{photograph.suffix}"
                _write_sample(f"{out}/{name}", shown, objects, annotation, tag)
            number += 1
    return number


def _full_size(mask: MaskObject, height: int, width: int) -> Bits:
    picture = np.zeros((height, width), np.uint8)
    rows, columns = mask.bits.shape
    picture[mask.y : mask.y + rows, mask.x : mask.x + columns] = mask.bits
    return picture


def _write_sample(
    path: str, shown: Json, objects: list[MaskObject], annotation: Json, tag: str
) -> None:
    height, width = shown["image"].shape[:2]
    values: list[Any] = []
    for mask, each in zip(shown["masks"], objects, strict=True):
        x, y, w, h = cv2.boundingRect(mask)
        if w:
            text = encode_bits(mask[y : y + h, x : x + w])
            values.append({**each.head, "bitmap": {"origin": [x, y], "data": text}})
    content = {
        **annotation,
        "size": {"height": height, "width": width},
        "tags": [*annotation["tags"], {"name": tag}],
        "objects": values,
    }
    write_file(path.format("img"), cv2.imencode(".jpg", shown["image"], JPEG)[1].data)
    write_file(path.format("ann") + ".json", orjson.dumps(content))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--geometry-only", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    work = partial(run, options.project, options.out, geometry_only=options.geometry_only)
    time_work(work, options.out, options.repeat)


if __name__ == "__main__":
    main()
