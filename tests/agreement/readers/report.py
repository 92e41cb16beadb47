"""What a reader tells: the objects of each image, in their order, as plain values."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Objects = dict[str, list[list[Any]]]
"""Image, without the ending of its name -> objects: ``[label, kind, values]`` each."""


def tell(read: Callable[..., Objects]) -> None:
    """Call ``read`` with the words after the first, which names the JSON file to write."""
    target, *words = sys.argv[1:]
    Path(target).write_text(json.dumps(read(*words)), encoding="utf-8")


def box(x0: float, y0: float, x1: float, y1: float) -> list[Any]:
    """Return the kind and values of a box by its edges."""
    return ["box", [float(x0), float(y0), float(x1), float(y1)]]


def points(kind: str, numbers: Any) -> list[Any]:
    """Return the kind and values of points: pairs, or numbers in turn."""
    return [kind, np.asarray(numbers, np.float64).reshape(-1, 2).tolist()]


def mask(pixels: Any) -> list[Any]:
    """Return the kind and values of a mask (H, W): its size, and runs along its rows from 0 on."""
    flat = np.asarray(pixels, bool)
    return ["mask", [*flat.shape, *runs(flat.ravel())]]


def runs(flat: Any) -> Sequence[int]:
    """Return the lengths of runs, of those of 0 first."""
    changes = np.flatnonzero(np.diff(flat.astype(np.int8))) + 1
    starts = [0, 0] if flat.size and flat[0] else [0]
    found: list[int] = np.diff([*starts, *changes.tolist(), flat.size]).tolist()
    return found
