"""imgaug's category ``size``: crops, stripes around images, other sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dtl_engine.sdk import Pixels, Size, Window
from dtl_nodes.imgaug.augmenter import Augmenter, Done, done, happens, moves
from dtl_nodes.imgaug.parameters import Chance, Choice, Interval, Maybe, Number, WrongParameter
from dtl_nodes.motion.pixels import Fetch, Moved, cut, padded, size_of, stretched

Rng = np.random.Generator

_KEEP_RATIO = "keep-aspect-ratio"
_LONGEST_PX = 30_000
_INTERPOLATIONS = {"nearest": 0, "linear": 1, "cubic": 2, "area": 3}
"""By OpenCV's numbers."""


@dataclass(frozen=True, slots=True)
class Side:
    """The new length of one side: pixels, a part of the old one, or as the other side goes."""

    length: Interval | None
    follows: bool = False

    def px(self, old: int, generator: Rng) -> int:
        """Return the new length."""
        if self.length is None:
            return old
        drawn = self.length.number(generator)
        return max(1, round(drawn if self.length.is_whole else drawn * old))


@dataclass(frozen=True, slots=True)
class TargetSize:
    """A number for both sides, or an object with ``width`` and ``height``.

    Whole numbers are pixels, others parts of the side; an object may also say ``"keep"`` and
    ``"keep-aspect-ratio"``.
    """

    initial: Any = 1.0

    def read(self, value: Any) -> tuple[Side, Side]:
        """Return the sides: width, then height."""
        if not isinstance(value, dict):
            return (self._side(value), self._side(value))
        if value.keys() != {"width", "height"}:
            raise WrongParameter("must be a number, or an object with 'width' and 'height'")
        sides = self._side(value["width"]), self._side(value["height"])
        if all(side.follows for side in sides):
            raise WrongParameter("cannot keep the ratio of both sides; give one of them")
        return sides

    def _side(self, value: Any) -> Side:
        if value == "keep":
            return Side(None)
        if value == _KEEP_RATIO:
            return Side(None, follows=True)
        pair = value if isinstance(value, list) else [value]
        if all(isinstance(part, int) for part in pair):
            return Side(Number(1, _LONGEST_PX, 1, is_whole=True).read(value))
        return Side(Number(0.001, 100, 1).read(value))


def _resize(pixels: Pixels, generator: Rng, size: tuple[Side, Side], interpolation: str) -> Done:
    old = size_of(pixels)
    width, height = size[0].px(old.width, generator), size[1].px(old.height, generator)
    if size[0].follows:
        width = max(1, round(old.width * height / old.height))
    if size[1].follows:
        height = max(1, round(old.height * width / old.width))
    fetch = Fetch(interpolation=_INTERPOLATIONS[interpolation])
    return done(stretched(pixels, Size(width, height), fetch))


def _crop_and_pad(sign: int) -> Callable[..., Done]:
    """Return the act that takes numbers as stripes (``sign`` 1), or as what is cut off (-1)."""

    def act(
        pixels: Pixels,
        generator: Rng,
        px: Interval | None,
        percent: Interval | None,
        keep_size: bool,
        sample_independently: float,
        pad_cval: Interval,
    ) -> Done:
        old = size_of(pixels)
        amount = px if px is not None else percent
        if amount is None:
            return pixels, ()
        each = happens(sample_independently, generator)
        first = amount.number(generator)
        drawn = [first, *(amount.number(generator) if each else first for _ in range(3))]
        lengths = [
            sign * round(part if px is not None else part * old[side % 2])
            for side, part in enumerate(drawn)
        ]
        steps = _around(pixels, lengths, pad_cval.whole(generator))
        if keep_size and (not steps or size_of(steps[-1].pixels) != old):
            steps.append(stretched(steps[-1].pixels, old))
        return done(*steps) if steps else (pixels, ())

    return act


def _around(pixels: Pixels, lengths: list[int], fill: int) -> list[Moved]:
    """Cut negative lengths off the left, top, right and bottom, and add stripes of the others."""
    width, height = size_of(pixels)
    left, top, right, bottom = (max(-length, 0) for length in lengths)
    # At least one pixel is left.
    left, top = min(left, width - 1), min(top, height - 1)
    right, bottom = min(right, width - 1 - left), min(bottom, height - 1 - top)
    steps: list[Moved] = []
    if any((left, top, right, bottom)):
        steps.append(cut(pixels, Window(left, top, width - right, height - bottom)))
    stripes = Window(*(max(length, 0) for length in lengths))
    if any(stripes):
        steps.append(padded(steps[-1].pixels if steps else pixels, stripes, fill))
    return steps


def _to_fixed(crops: bool, is_centered: bool) -> Callable[..., Done]:
    """Return the act that crops, or pads, what is too large, or too small, for a size."""

    def act(
        pixels: Pixels,
        generator: Rng,
        width: Interval | None,
        height: Interval | None,
        pad_cval: Interval | None = None,
        position: str = "uniform",
    ) -> Done:
        lengths = [0, 0, 0, 0]
        for axis, side in enumerate((width, height)):
            old = size_of(pixels)[axis]
            missing = (old if side is None else side.whole(generator)) - old
            missing = min(missing, 0) if crops else max(missing, 0)
            before = (
                missing / 2 if is_centered or position == "center" else missing * generator.random()
            )
            lengths[axis] = int(before)
            lengths[axis + 2] = missing - int(before)
        fill = pad_cval.whole(generator) if pad_cval is not None else 0
        steps = _around(pixels, lengths, fill)
        return done(*steps) if steps else (pixels, ())

    return act


_CVAL = Number(0, 255, 0, is_whole=True)
_KEEP = Choice((True, False), True)
_EACH = Chance(True)
_POSITION = Choice(("uniform", "center"), "uniform")
_LENGTH = Maybe(Number(1, _LONGEST_PX, None, is_whole=True))
_PX = Number(0, _LONGEST_PX, None, is_whole=True)


def _amounts(px: Number, percent: Number) -> dict[str, Any]:
    return {
        "px": Maybe(px),
        "percent": Maybe(percent),
        "keep_size": _KEEP,
        "sample_independently": _EACH,
        "pad_cval": _CVAL,
    }


AUGMENTERS: dict[str, Augmenter] = {
    "Resize": moves(
        _resize, size=TargetSize(), interpolation=Choice(tuple(_INTERPOLATIONS), "linear")
    ),
    "CropAndPad": moves(
        _crop_and_pad(1),
        **_amounts(Number(-_LONGEST_PX, _LONGEST_PX, None, is_whole=True), Number(-1, 10, None)),
    ),
    "Crop": moves(_crop_and_pad(-1), **_amounts(_PX, Number(0, 1, None))),
    "Pad": moves(_crop_and_pad(1), **_amounts(_PX, Number(0, 10, None))),
    "CropToFixedSize": moves(
        _to_fixed(True, False), width=_LENGTH, height=_LENGTH, position=_POSITION
    ),
    "PadToFixedSize": moves(
        _to_fixed(False, False),
        width=_LENGTH,
        height=_LENGTH,
        position=_POSITION,
        pad_cval=_CVAL,
    ),
    "CenterCropToFixedSize": moves(_to_fixed(True, True), width=_LENGTH, height=_LENGTH),
    "CenterPadToFixedSize": moves(
        _to_fixed(False, True), width=_LENGTH, height=_LENGTH, pad_cval=_CVAL
    ),
}
"""By imgaug's names."""
