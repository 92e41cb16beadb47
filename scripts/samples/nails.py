"""The dataset ``nails``: hands in four arrangements, a folder of images and one of masks each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from scripts.samples.hand import Finger, finger, nail
from scripts.samples.paint import SCALE, Bools, Canvas, Light, Pixels, expose, lay
from scripts.samples.project import write_jpeg
from scripts.samples.tables import TABLES


@dataclass(frozen=True)
class Hand:
    """One picture: where it is stored, its size in pixels, and the fingers on it, bottom first."""

    folder: str
    name: str
    size: tuple[int, int]
    table: str
    light: Light
    tone: float
    varnish: tuple[int, int, int]
    fingers: tuple[Finger, ...]


RED, ROSE, BARE, BLUE = (190, 24, 44), (226, 120, 140), (236, 190, 176), (52, 74, 150)
LEFT, RIGHT = Light.towards(-0.6, -0.6, (0.35, 0.3)), Light.towards(0.6, -0.55, (0.6, 0.35))

HANDS = (
    # Spread: fingers fan out from the lower edge.
    Hand("1", "spread_1", (256, 224), "wood", LEFT, 0.12, RED, (
        Finger(0.13, 0.42, 15, 190, -118), Finger(0.36, 0.17, 16, 230, -99),
        Finger(0.59, 0.12, 16, 240, -86), Finger(0.80, 0.25, 15, 230, -70),
        Finger(0.95, 0.66, 17, 180, -38),
    )),
    Hand("1", "spread_2", (224, 224), "cloth", RIGHT, 0.55, BARE, (
        Finger(0.12, 0.60, 16, 170, -142), Finger(0.28, 0.22, 15, 230, -112),
        Finger(0.52, 0.10, 16, 240, -92), Finger(0.76, 0.20, 15, 230, -74),
    )),
    # Side by side: fingers lie against each other.
    Hand("2", "together_1", (224, 192), "stone", LEFT, 0.05, ROSE, (
        Finger(0.24, 0.36, 16, 180, -90), Finger(0.40, 0.20, 17, 200, -90),
        Finger(0.57, 0.16, 17, 210, -90), Finger(0.74, 0.28, 16, 190, -90),
    )),
    Hand("2", "together_2", (240, 192), "wood", RIGHT, 0.35, BLUE, (
        Finger(0.66, 0.20, 15, 200, -12), Finger(0.80, 0.38, 16, 230, -12),
        Finger(0.82, 0.57, 16, 230, -12), Finger(0.74, 0.76, 15, 210, -12),
    )),
    # Reaching down: fingers come in from the upper edge.
    Hand("3", "down_1", (224, 176), "cloth", LEFT, 0.2, RED, (
        Finger(0.20, 0.66, 17, 190, 82), Finger(0.39, 0.80, 18, 220, 87),
        Finger(0.60, 0.79, 18, 220, 92), Finger(0.80, 0.64, 17, 190, 98),
    )),
    Hand("3", "down_2", (208, 176), "stone", RIGHT, 0.7, ROSE, (
        Finger(0.30, 0.66, 19, 210, 70), Finger(0.55, 0.76, 20, 220, 88),
        Finger(0.80, 0.60, 18, 190, 106),
    )),
    # Thumbs: one nail fills much of the picture.
    Hand("4", "thumb_1", (192, 192), "wood", RIGHT, 0.1, BARE, (Finger(0.56, 0.24, 42, 330, -76),)),
    Hand("4", "thumb_2", (208, 176), "stone", LEFT, 0.42, BLUE, (
        Finger(0.20, 0.30, 27, 220, -100), Finger(0.72, 0.36, 34, 280, -62),
    )),
)  # fmt: skip


def draw_hand(hand: Hand, rng: np.random.Generator) -> tuple[Pixels, Bools]:
    """Draw one hand; return the picture (H, W, 3) and the pixels (H, W) of all its nails."""
    width, height = hand.size
    shape = (height * SCALE, width * SCALE)
    canvas = Canvas(TABLES[hand.table](rng, shape, hand.light), np.zeros(shape, np.int16))
    for number, place in enumerate(hand.fingers):
        skin = finger(rng, place, hand.size, hand.tone, hand.light)
        lay(canvas, skin, 2 * number + 1, hand.light)
        shield = nail(rng, place, hand.size, hand.varnish, hand.light)
        lay(canvas, shield, 2 * number + 2, hand.light)
    masks = [canvas.mask(2 * number + 2) for number in range(len(hand.fingers))]
    return expose(canvas, hand.light, rng, 1.0), np.logical_or.reduce(masks)


def write_nails(folder: Path, drawn: list[tuple[Pixels, Bools]]) -> None:
    """Write the pictures and the masks of ``HANDS``, 0 and 255, under equal names.

    Raises:
        OSError: a file cannot be written.
    """
    for hand, (pixels, mask) in zip(HANDS, drawn, strict=True):
        write_jpeg(folder / "Images" / hand.folder / f"{hand.name}.jpg", pixels)
        path = folder / "Masks" / hand.folder / f"{hand.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".png", mask.astype(np.uint8) * 255)[1].tobytes())
