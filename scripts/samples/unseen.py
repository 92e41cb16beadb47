"""What trained models are tried on: four more tables and four more retinas.

The tables and the retinas are projects without annotations. The vessels of all nine retinas are
there as a second dataset, of masks: those to train on and those to be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from scripts.samples.paint import Bools, Light
from scripts.samples.project import Json, Picture, write_jpeg, write_project
from scripts.samples.retina import Fundus
from scripts.samples.still_life import Scene

META: Json = {"classes": [], "tags": [], "projectType": "images"}

SCENES = (
    Scene(
        "fruit_7.jpg",
        (360, 270),
        "cloth",
        Light.towards(-0.6, -0.7, (0.35, 0.3)),
        1.0,
        (
            ("kiwi", 0.24, 0.34, 46, 15),
            ("lemon", 0.62, 0.36, 70, -40),
            ("lemon half", 0.36, 0.72, 50, 0),
            ("kiwi half", 0.76, 0.76, 44, 65),
        ),
    ),
    Scene(
        "fruit_8.jpg",
        (300, 340),
        "wood",
        Light.towards(0.65, -0.6, (0.6, 0.3)),
        0.9,
        (
            ("lemon", 0.34, 0.24, 64, 150),
            ("kiwi", 0.74, 0.40, 45, -70),
            ("kiwi", 0.28, 0.62, 47, 35),
            ("lemon", 0.66, 0.78, 62, 20),
            ("leaf", 0.05, 0.95, 90, -48),
        ),
    ),
    Scene(
        "fruit_9.jpg",
        (340, 256),
        "stone",
        Light.towards(-0.7, -0.45, (0.3, 0.4)),
        1.1,
        (
            ("kiwi half", 0.25, 0.36, 44, -25),
            ("kiwi half", 0.50, 0.66, 45, 110),
            ("lemon", 0.74, 0.38, 66, 75),
        ),
    ),
    Scene(
        "fruit_10.jpg",
        (256, 320),
        "wood",
        Light.towards(0.5, -0.75, (0.55, 0.25)),
        1.2,
        (
            ("lemon half", 0.36, 0.24, 50, 0),
            ("kiwi", 0.70, 0.46, 44, 50),
            ("lemon", 0.36, 0.72, 62, -115),
            ("leaf", 0.96, 0.94, 84, -130),
        ),
    ),
)

FUNDI = (
    Fundus("retina_6.jpg", (320, 312), 0.486, -1, (0.28, 0.03)),
    Fundus("retina_7.jpg", (336, 336), 0.490, 1, (-0.34, -0.03)),
    Fundus("retina_8.jpg", (300, 320), 0.488, -1, (0.16, 0.05)),
    Fundus("retina_9.jpg", (344, 320), 0.500, 1, (-0.24, 0.04)),
)


def write_unseen(folder: Path, pictures: Sequence[Picture]) -> None:
    """Write a project that says nothing of its pictures.

    Raises:
        OSError: a file cannot be written.
    """
    write_project(folder, META, [replace(each, objects=(), tags=()) for each in pictures])


def write_vessel_masks(folder: Path, sets: dict[str, Sequence[tuple[Picture, Bools]]]) -> None:
    """Write ``images/<set>/<name>.jpg`` and ``masks/<set>/<name>.png``, masks 0 and 255.

    Raises:
        OSError: a file cannot be written.
    """
    for name, pairs in sets.items():
        for picture, mask in pairs:
            write_jpeg(folder / "images" / name / picture.name, picture.pixels)
            path = folder / "masks" / name / f"{Path(picture.name).stem}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(cv2.imencode(".png", mask.astype(np.uint8) * 255)[1].tobytes())
