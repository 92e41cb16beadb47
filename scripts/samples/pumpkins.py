"""The dataset ``pumpkins``: tables of Open Images, their pictures and the masks of two classes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from scripts.samples.fruit import Frame, lemon
from scripts.samples.paint import SCALE, Bools, Canvas, Light, Pixels, expose, lay
from scripts.samples.project import write_jpeg
from scripts.samples.pumpkin import pumpkin
from scripts.samples.tables import TABLES

LABELS = {"Pumpkin": "/m/05zsy", "Lemon": "/m/09k_b"}
PAINTERS = {"Pumpkin": pumpkin, "Lemon": lemon}
FLAGS = "IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
BOXES = f"ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,{FLAGS}"
MASKS = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks"

Thing = tuple[str, float, float, float, float]
"""What, centre x and y in parts of the picture, half length in px, clockwise degrees."""


@dataclass(frozen=True)
class Stall:
    """One picture: its split, its size in pixels, its table, and what is on it, bottom first."""

    split: str
    size: tuple[int, int]
    table: str
    light: Light
    things: tuple[Thing, ...]


STALLS = (
    Stall("train", (288, 216), "wood", Light.towards(-0.6, -0.6, (0.35, 0.3)), (
        ("Pumpkin", 0.36, 0.50, 74, 90), ("Pumpkin", 0.73, 0.64, 56, 98),
        ("Lemon", 0.55, 0.86, 30, 20),
    )),
    Stall("train", (240, 240), "stone", Light.towards(0.5, -0.7, (0.6, 0.3)), (
        ("Lemon", 0.22, 0.30, 34, -30), ("Pumpkin", 0.60, 0.52, 82, 84),
    )),
    Stall("train", (288, 192), "cloth", Light.towards(-0.7, -0.4, (0.3, 0.4)), (
        ("Pumpkin", 0.04, 0.55, 62, 90), ("Pumpkin", 0.47, 0.42, 50, 82),
        ("Pumpkin", 0.78, 0.62, 58, 94),
    )),
    Stall("train", (224, 168), "wood", Light.towards(0.6, -0.5, (0.6, 0.4)), (
        ("Lemon", 0.35, 0.45, 42, 35), ("Lemon", 0.72, 0.60, 38, -60),
    )),
    Stall("validation", (256, 208), "stone", Light.towards(-0.5, -0.7, (0.4, 0.3)), (
        ("Pumpkin", 0.42, 0.50, 72, 92), ("Lemon", 0.80, 0.78, 32, 10),
        ("Pumpkin", 0.78, 0.36, 42, 86),
    )),
    Stall("validation", (208, 208), "cloth", Light.towards(0.6, -0.6, (0.55, 0.3)), (
        ("Pumpkin", 0.50, 0.50, 80, 88),
    )),
)  # fmt: skip

Drawn = tuple[Pixels, tuple[Bools, ...]]


def draw_stall(stall: Stall, rng: np.random.Generator) -> Drawn:
    """Draw one picture; return it, (H, W, 3), and the mask (H, W) of each thing as it shows."""
    width, height = stall.size
    shape = (height * SCALE, width * SCALE)
    canvas = Canvas(TABLES[stall.table](rng, shape, stall.light), np.zeros(shape, np.int16))
    for number, (kind, x, y, reach, degrees) in enumerate(stall.things, start=1):
        frame = Frame.around((x * width, y * height), reach, degrees)
        lay(canvas, PAINTERS[kind](rng, frame, stall.light), number, stall.light)
    masks = tuple(canvas.mask(number) for number in range(1, len(stall.things) + 1))
    return expose(canvas, stall.light, rng, 1.0), masks


def write_pumpkins(folder: Path, drawn: list[Drawn]) -> None:
    """Write pictures, masks and tables of ``STALLS``.

    Raises:
        OSError: a file cannot be written.
    """
    boxes: dict[str, list[str]] = {}
    masks: dict[str, list[str]] = {}
    for number, (stall, (pixels, shown)) in enumerate(zip(STALLS, drawn, strict=True)):
        id = _hex(f"pumpkins {number}", 16)
        write_jpeg(folder / "images" / stall.split / f"{id}.jpg", pixels)
        for at, ((kind, *_), mask) in enumerate(zip(stall.things, shown, strict=True)):
            label, box_id = LABELS[kind], _hex(f"{id} {at}", 8)
            name = f"{id}_{label.replace('/', '')}_{box_id}.png"
            path = folder / "masks" / stall.split / name
            path.parent.mkdir(parents=True, exist_ok=True)
            # Real masks have other sizes than their images, too: every other one is half as large.
            stored = mask[::2, ::2] if number % 2 else mask
            path.write_bytes(cv2.imencode(".png", stored.astype(np.uint8) * 255)[1].tobytes())
            corners, truncated = _box(mask)
            occluded = int(at == 0 and len(shown) > 2)
            boxes.setdefault(stall.split, []).append(
                f"{id},xclick,{label},1,{corners},{occluded},{truncated},0,0,0"
            )
            score = "0.90000" if stall.split == "train" else ""
            masks.setdefault(stall.split, []).append(
                f"{name},{id},{label},{box_id},{corners},{score},"
            )
    tables = folder / "annotations"
    tables.mkdir(parents=True, exist_ok=True)
    names = (f"{label},{name}" for name, label in sorted(LABELS.items()))
    _write_lines(tables / "oidv6-class-descriptions.csv", ("LabelName,DisplayName", *names))
    for split in boxes:
        prefix = f"oidv6-{split}" if split == "train" else split
        _write_lines(tables / f"{prefix}-annotations-bbox.csv", (BOXES, *boxes[split]))
        _write_lines(
            tables / f"{split}-annotations-object-segmentation.csv", (MASKS, *masks[split])
        )


def _box(mask: Bools) -> tuple[str, int]:
    """Return the edges of a mask in parts of the picture, and whether it touches the border."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    edges = (x0 / width, x1 / width, y0 / height, y1 / height)
    touches = x0 == 0 or y0 == 0 or x1 == width or y1 == height
    return ",".join(f"{edge:.6f}" for edge in edges), int(touches)


def _hex(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_bytes(("\n".join(lines) + "\n").encode())
