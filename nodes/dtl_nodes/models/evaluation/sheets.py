"""Sheets of samples: ground truth beside prediction, as one picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import DataError, Pixels, Sample, Tag
from dtl_nodes.kernels.color import Rgb
from dtl_nodes.kernels.overlay import paint_visibly
from dtl_nodes.models.evaluation.tally import Shown
from dtl_nodes.models.evaluation.task import Pair, Task

TILE_PX = 420
"""Width of each half of a line of the sheet, and its largest height."""

_GAP_PX = 8
_TEXT_PX = 22
_WHITE, _INK, _MISSING = 255, (34, 34, 34), 200
_MOST_LETTERS = 54


def draw_sheet(shown: Sequence[Shown], task: Task, colors: Sequence[Rgb]) -> Pixels:
    """Return a picture of samples below each other: ground truth on the left, prediction right.

    Args:
        shown: the samples; one or more.
        task: what was compared.
        colors: of the classes, in the order of the task.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    numbers = {pair.truth: at for at, pair in enumerate(task.classes)}
    predicted = {pair.predicted: at for at, pair in enumerate(task.classes)}
    lines = []
    for one in shown:
        left = _half(one.truth, {name: colors[at] for name, at in numbers.items()})
        right = _half(one.sample, {name: colors[at] for name, at in predicted.items()})
        truth = _caption("ground truth", one.truth.tags, [pair.truth for pair in task.tags])
        found = _caption("prediction", one.sample.tags, [pair.predicted for pair in task.tags])
        title = f"{one.score:.4f}  {one.key}"
        lines += [_text((title, "")), _text((truth, found)), _beside(left, right)]
    return np.concatenate(lines)


def colors_of(pairs: Sequence[Pair], declared: Mapping[str, Rgb]) -> list[Rgb]:
    """Return a colour for each class that can be seen: the declared one, brightened if dark."""
    return [_bright(declared[pair.truth]) for pair in pairs]


def _bright(color: Rgb) -> Rgb:
    most = max(color)
    if most == 0:
        return (255, 255, 255)
    red, green, blue = (round(255 * value / most) for value in color)
    return red, green, blue


def _half(sample: Sample, colors: Mapping[str, Rgb]) -> Pixels:
    """Return the sample's image with its objects of some classes over it, as large as a tile."""
    import cv2

    width, height = sample.size
    scale = min(TILE_PX / width, TILE_PX / height)
    target = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        image = sample.image.pixels()
    except DataError:
        image = np.full((height, width, 3), _MISSING, np.uint8)
    objects = [(x.shape, colors[x.label]) for x in sample.instances if x.label in colors]
    painted = paint_visibly(objects, sample.size)
    mixed = cv2.addWeighted(image, 0.5, painted, 0.5, 0)
    drawn = np.where(painted.any(axis=2, keepdims=True), mixed, image)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    half: Pixels = cv2.resize(drawn, target, interpolation=how).astype(np.uint8, copy=False)
    half[edges_of(cv2.resize(painted, target, interpolation=cv2.INTER_NEAREST))] = _WHITE
    return half


def edges_of(painted: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return the first pixels outside of what is painted, (H, W) bool.

    An object may have the colour of its class, and could not be told from its image.
    """
    import cv2

    inside: NDArray[np.uint8] = np.any(painted, axis=2).astype(np.uint8)
    grown = cv2.dilate(inside, np.ones((3, 3), np.uint8))
    return np.asarray(grown != inside)


def _beside(left: Pixels, right: Pixels) -> Pixels:
    line: Pixels = np.full(
        (max(len(left), len(right)) + _GAP_PX, 2 * TILE_PX + 3 * _GAP_PX, 3), _WHITE, np.uint8
    )
    for place, half in ((_GAP_PX, left), (TILE_PX + 2 * _GAP_PX, right)):
        line[: len(half), place : place + half.shape[1]] = half
    return line


def _text(texts: tuple[str, str]) -> Pixels:
    """Return a line of text, the second part above the right half."""
    import cv2

    line: Pixels = np.full((_TEXT_PX, 2 * TILE_PX + 3 * _GAP_PX, 3), _WHITE, np.uint8)
    for place, text in zip((_GAP_PX, TILE_PX + 2 * _GAP_PX), texts, strict=True):
        # The font of OpenCV has no other letters.
        plain = text.encode("ascii", "replace").decode()
        most = _MOST_LETTERS if texts[1] else 2 * _MOST_LETTERS
        shown = plain if len(plain) <= most else f"...{plain[3 - most :]}"
        font = cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(line, shown, (place, 16), font, 0.45, _INK, 1, cv2.LINE_AA)
    return line


def _caption(side: str, tags: Iterable[Tag], names: Sequence[str]) -> str:
    """Return what a half shows, and which of the compared tags it has."""
    told = [
        f"{tag.name} {tag.value:.2f}" if isinstance(tag.value, float) else tag.name
        for tag in tags
        if tag.name in names
    ]
    return f"{side}: {', '.join(told)}" if told else side
