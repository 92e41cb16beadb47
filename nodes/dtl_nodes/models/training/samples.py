"""Sample predictions: a few validation images with their truth beside what the network says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dtl_engine.sdk import (
    DataError,
    Instance,
    ModelFamily,
    Origin,
    Pixels,
    Size,
    Source,
    Tag,
)

if TYPE_CHECKING:
    import torch

    from dtl_nodes.models.architectures.base import Architecture

SAMPLES = "samples"
"""The folder of a training that holds one sheet per checkpoint."""

COUNT = 4
SIDE_PX = 320
"""The longer side of each picture on a sheet."""

_GAP_PX = 8
_HEAD_PX = 22
_MOST_TAGS = 3
_FILL = 0.45
_GRAY = (128, 128, 128)
_WHITE = (255, 255, 255)


def choose_shown(origins: Sequence[Origin]) -> tuple[Origin, ...]:
    """Return the few samples that are shown, spread over the set, always the same ones."""
    at = np.linspace(0, len(origins) - 1, min(COUNT, len(origins))).round().astype(int)
    return tuple(origins[index] for index in dict.fromkeys(at.tolist()))


def draw_sheet(
    architecture: Architecture,
    module: torch.nn.Module,
    source: Source,
    shown: Iterable[Origin],
    device: torch.device,
) -> Pixels | None:
    """Predict and draw samples, one row each: truth on the left, prediction on the right.

    Args:
        architecture: of the network.
        module: the network in evaluation mode.
        source: of the samples.
        shown: which of them; those that cannot be read are left out.
        device: where the network is.

    Returns:
        The sheet, (H, W, 3) uint8 RGB; ``None``: nothing could be read.
    """
    config = architecture.config
    colors = {label.name: _rgb(label.color) for label in config.labels}
    is_boxes = config.family is ModelFamily.BOXES
    rows = []
    for origin in shown:
        try:
            sample = source.read(origin)
            pixels = sample.image.pixels()
            truth = [each for each in sample.instances if each.label != config.background]
        except DataError:
            continue
        outputs = architecture.forward(module, [architecture.prepare(pixels)], device)
        found = architecture.finish(outputs[0], pixels, {})
        said = [each for each in found.instances if each.label != config.background]
        known = [tag for tag in sample.tags if tag.name in config.indices]
        rows.append(
            np.hstack(
                [
                    _tile(pixels, "truth", truth, known, colors, only_boxes=is_boxes),
                    np.full((1, 1, 3), 255, np.uint8)
                    .repeat(_GAP_PX, axis=1)
                    .repeat(_tile_height(pixels), axis=0),
                    _tile(pixels, "prediction", said, found.tags, colors, only_boxes=is_boxes),
                ]
            )
        )
    return _stacked(rows) if rows else None


def _tile(
    pixels: Pixels,
    title: str,
    instances: Iterable[Instance],
    tags: Iterable[Tag],
    colors: Mapping[str, tuple[int, int, int]],
    *,
    only_boxes: bool,
) -> Pixels:
    """Draw one picture with what is said of it."""
    height, width = pixels.shape[:2]
    canvas = pixels.copy()
    for instance in instances:
        color = colors.get(instance.label, _GRAY)
        if not only_boxes:
            _tint(canvas, instance, color)
    size = _tile_size(pixels)
    canvas = np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)
    for instance in instances:
        color = colors.get(instance.label, _GRAY)
        if only_boxes:
            x0, y0, x1, y1 = instance.shape.bbox
            scale = np.array([size.width / width, size.height / height] * 2)
            left, top, right, bottom = (np.array([x0, y0, x1, y1]) * scale).round().astype(int)
            cv2.rectangle(canvas, (int(left), int(top)), (int(right), int(bottom)), color, 2)
    head = np.full((_HEAD_PX, size.width, 3), 255, np.uint8)
    best = sorted(tags, key=lambda tag: -_number(tag))[:_MOST_TAGS]
    words = [title, *(tag.name if tag.value is None else f"{tag.name} {tag.value}" for tag in best)]
    # OpenCV's letters are those of ASCII.
    text = "  ".join(words).encode("ascii", "replace").decode()
    cv2.putText(head, text, (4, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([head, canvas])


def _tint(canvas: Pixels, instance: Instance, color: tuple[int, int, int]) -> None:
    """Tint the pixels of an object and draw its outline, in place."""
    height, width = canvas.shape[:2]
    mask = instance.shape.paint(Size(width, height))
    blended = canvas[mask] * (1 - _FILL) + np.array(color) * _FILL
    canvas[mask] = blended.round().astype(np.uint8)
    lines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(canvas, lines, -1, color, max(1, round(max(width, height) / 300)))


def _stacked(rows: Sequence[Pixels]) -> Pixels:
    """Put rows of different widths below each other, on white."""
    width = max(row.shape[1] for row in rows)
    padded = [
        cv2.copyMakeBorder(
            row, 0, _GAP_PX, 0, width - row.shape[1], cv2.BORDER_CONSTANT, value=_WHITE
        )
        for row in rows
    ]
    return np.asarray(np.vstack(padded), np.uint8)


def _tile_size(pixels: Pixels) -> Size:
    height, width = pixels.shape[:2]
    scale = SIDE_PX / max(width, height)
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))


def _tile_height(pixels: Pixels) -> int:
    return _tile_size(pixels).height + _HEAD_PX


def _number(tag: Tag) -> float:
    return float(tag.value) if isinstance(tag.value, (int, float)) else 0.0


def _rgb(color: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(color.removeprefix("#")[:6].ljust(6, "0"))
    return red, green, blue
