"""The lemon graph written by hand, with no engine at all.

Each photograph in four orientations, each as it is and as ten random parts of 70 to 90 % of its
sides, 19 of 20 tagged ``train`` and the rest ``val``: 44 samples with image and annotation.
Everything is shared that can be: one decoding, one picture and one set of masks an orientation.
Nothing is checked, no result is final at once, and any failure ends it all.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import orjson
from numpy.typing import NDArray

from benchmarks.contestants.by_hand_objects import Json, read_objects
from benchmarks.contestants.clock import time_work

ORIENTATIONS = ((False, False), (True, False), (False, True), (True, True))
PARTS = 10
TRAIN_SHARE = 0.95
LEAST, MOST = 0.7, 0.9
JPEG = (cv2.IMWRITE_JPEG_QUALITY, 95)
COLOR = "#808080"

_own = threading.local()
"""One buffer a thread for mirrored pictures: fresh memory costs more than mirroring itself."""


def run(project: Path, out: Path, workers: int) -> int:
    """Write the project ``out`` and return how many samples it has."""
    cv2.setNumThreads(1)
    out.mkdir(parents=True)
    meta = orjson.loads((project / "meta.json").read_bytes())
    tags = [{"name": name, "value_type": "none", "color": COLOR} for name in ("train", "val")]
    (out / "meta.json").write_bytes(orjson.dumps({**meta, "tags": [*meta["tags"], *tags]}))
    photographs = []
    for dataset in sorted(project.iterdir()):
        if (dataset / "img").is_dir():
            for folder in ("img", "ann"):
                (out / dataset.name / folder).mkdir(parents=True)
            photographs += sorted((dataset / "img").iterdir())
    work = partial(make_samples, out)
    if workers == 1:
        return sum(map(work, photographs))
    with ThreadPoolExecutor(workers) as executor:
        return sum(executor.map(work, photographs))


def make_samples(out: Path, photograph: Path) -> int:
    """Write all samples of one photograph and return how many they are."""
    dataset = photograph.parent.parent
    annotation = orjson.loads((dataset / "ann" / f"{photograph.name}.json").read_bytes())
    picture = cv2.imdecode(np.fromfile(photograph, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    height, width = picture.shape[:2]
    objects = read_objects(annotation["objects"])
    rng = random.Random(photograph.name)
    images, annotations = f"{out}/{dataset.name}/img", f"{out}/{dataset.name}/ann"
    number = 0
    for columns, rows in ORIENTATIONS:
        view, here = picture, objects
        if columns or rows:
            view = cv2.flip(picture, -1 if columns and rows else int(columns), _buffer(picture))
            here = [each.mirrored(columns, rows, width, height) for each in objects]
        for part in range(PARTS + 1):
            name = f"{photograph.stem}_{number}{photograph.suffix}"
            number += 1
            x, y, w, h = _window(rng, width, height) if part else (0, 0, width, height)
            if part or columns or rows:
                encoded = cv2.imencode(".jpg", view[y : y + h, x : x + w], JPEG)[1].data
                write_file(f"{images}/{name}", encoded)
            else:
                shutil.copyfile(photograph, f"{images}/{name}")
            tag: Json = {"name": "train" if rng.random() < TRAIN_SHARE else "val"}
            shown = (each.in_window(x, y, w, h) for each in here)
            content = {
                **annotation,
                "size": {"height": h, "width": w},
                "tags": [*annotation["tags"], tag],
                "objects": [each for each in shown if each is not None],
            }
            write_file(
                f"{annotations}/{name}.json",
                orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY),
            )
    return number


def _window(rng: random.Random, width: int, height: int) -> tuple[int, int, int, int]:
    """Draw column, row, width and height of a random part."""
    w, h = int(width * rng.uniform(LEAST, MOST)), int(height * rng.uniform(LEAST, MOST))
    return rng.randint(0, width - w), rng.randint(0, height - h), w, h


def _buffer(picture: NDArray[np.generic]) -> NDArray[np.uint8]:
    buffer: NDArray[np.uint8] | None = getattr(_own, "buffer", None)
    if buffer is None or buffer.shape != picture.shape:
        buffer = _own.buffer = np.empty(picture.shape, np.uint8)
    return buffer


def write_file(path: str, data: bytes | memoryview) -> None:
    """Write a new file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        os.write(file, data)
    finally:
        os.close(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    time_work(
        partial(run, options.project, options.out, options.workers), options.out, options.repeat
    )


if __name__ == "__main__":
    main()
