"""imgaug's categories ``geometric`` and ``flip``: annotations are carried along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dtl_engine.sdk import Pixels, Size
from dtl_nodes.imgaug.augmenter import Augmenter, Done, done, happens, moves
from dtl_nodes.imgaug.parameters import (
    Axes,
    Chance,
    Choice,
    Interval,
    Maybe,
    Number,
    Parameter,
    PerAxis,
)
from dtl_nodes.imgaug.turn import Turn, turn_pixels
from dtl_nodes.kernels.bending import elastic_maps, grid_maps
from dtl_nodes.kernels.perspective import jitter, view
from dtl_nodes.motion.motion import Grid
from dtl_nodes.motion.pixels import Fetch, projected, remapped, size_of, stretched, turned

Rng = np.random.Generator

_FOUR_TURNS = (
    Grid(),
    Grid(True, flip_x=True),
    Grid(flip_x=True, flip_y=True),
    Grid(True, flip_y=True),
)
"""By the number of quarter turns to the right."""

_MOST_SHIFT = 0.4
"""Parts of a cell that a point of a grid moves at most, so that cells do not fold."""


def _affine(
    pixels: Pixels,
    generator: Rng,
    scale: PerAxis,
    translate_percent: PerAxis | None,
    translate_px: PerAxis | None,
    rotate: Interval,
    shear: PerAxis,
    fit_output: bool,
    **look: Any,
) -> Done:
    shear_x, shear_y = shear.pair(generator)
    turn = Turn(
        scale.pair(generator),
        _shift(size_of(pixels), translate_percent, translate_px, generator),
        rotate.number(generator),
        # One number shears along x only.
        (shear_x, 0.0 if shear.y is None else shear_y),
    )
    return turn_pixels(pixels, turn, _fetch(generator, **look), fit_output)


def _fetch(generator: Rng, cval: Interval, mode: str, order: int = 1) -> Fetch:
    """Return how pixels are found for the parameters that have the names of scikit-image."""
    import cv2

    interpolations = {0: cv2.INTER_NEAREST, 1: cv2.INTER_LINEAR, 3: cv2.INTER_CUBIC}
    borders = {
        "constant": cv2.BORDER_CONSTANT,
        "edge": cv2.BORDER_REPLICATE,
        "reflect": cv2.BORDER_REFLECT_101,
        "symmetric": cv2.BORDER_REFLECT,
        "wrap": cv2.BORDER_WRAP,
    }
    return Fetch(cval.whole(generator), interpolations[order], borders[mode])


def _shift(
    size: Size, percent: PerAxis | None, px: PerAxis | None, generator: Rng
) -> tuple[float, float]:
    if percent is not None:
        across, down = percent.pair(generator)
        return across * size.width, down * size.height
    return (0.0, 0.0) if px is None else px.pair(generator)


def _single(make: Callable[[float], Turn]) -> Callable[..., Done]:
    """Return the act of an augmenter with one number besides the common parameters."""

    def act(
        pixels: Pixels,
        generator: Rng,
        fit_output: bool,
        cval: Interval,
        order: int,
        mode: str,
        **number: Interval,
    ) -> Done:
        drawn = next(iter(number.values())).number(generator)
        return turn_pixels(pixels, make(drawn), _fetch(generator, cval, mode, order), fit_output)

    return act


def _translate(axis: int) -> Callable[..., Done]:
    def act(
        pixels: Pixels,
        generator: Rng,
        percent: Interval | None,
        px: Interval | None,
        fit_output: bool,
        **look: Any,
    ) -> Done:
        side = size_of(pixels)[axis]
        if percent is None and px is None:
            percent = Interval(-0.25, 0.25)
        by = px.number(generator) if px is not None else 0.0
        by += percent.number(generator) * side if percent is not None else 0.0
        shift = (by, 0.0) if axis == 0 else (0.0, by)
        return turn_pixels(pixels, Turn(shift_px=shift), _fetch(generator, **look), fit_output)

    return act


def _rot90(pixels: Pixels, generator: Rng, k: Interval, keep_size: bool) -> Done:
    first = turned(pixels, _FOUR_TURNS[k.whole(generator) % 4])
    if not keep_size or size_of(first.pixels) == size_of(pixels):
        return done(first)
    return done(first, stretched(first.pixels, size_of(pixels)))


def _flip(grid: Grid) -> Callable[..., Done]:
    def act(pixels: Pixels, generator: Rng, p: float) -> Done:
        return done(turned(pixels, grid)) if happens(p, generator) else (pixels, ())

    return act


def _perspective(
    pixels: Pixels,
    generator: Rng,
    scale: Interval,
    keep_size: bool,
    fit_output: bool,
    **look: Any,
) -> Done:
    corners = jitter(scale.number(generator), generator)
    matrix, after = view(size_of(pixels), corners, keep=keep_size, fit=fit_output)
    return done(projected(pixels, matrix, after, _fetch(generator, **look)))


def _elastic(pixels: Pixels, generator: Rng, alpha: Interval, sigma: Interval, **look: Any) -> Done:
    strength, smoothness = alpha.number(generator), sigma.number(generator)
    maps = elastic_maps(size_of(pixels), strength, smoothness, generator)
    return done(remapped(pixels, *maps, _fetch(generator, **look)))


def _piecewise(
    pixels: Pixels,
    generator: Rng,
    scale: Interval,
    nb_rows: Interval,
    nb_cols: Interval,
    **look: Any,
) -> Done:
    width, height = size_of(pixels)
    rows, columns = nb_rows.whole(generator), nb_cols.whole(generator)
    most = _MOST_SHIFT / np.array((columns - 1, rows - 1))
    parts = generator.normal(0, scale.number(generator), (rows, columns, 2))
    shifts = np.clip(parts, -most, most) * (width, height)
    maps = grid_maps(shifts, Size(width, height))
    return done(remapped(pixels, *maps, _fetch(generator, **look)))


_ORDER = Choice((0, 1, 3), 1)
_MODE = Choice(("constant", "edge", "reflect", "symmetric", "wrap"), "constant")
_CVAL = Number(0, 255, 0, is_whole=True)
_NO, _YES = Choice((True, False), False), Choice((True, False), True)
_SCALE = Number(0.01, 100, 1)
_PART = Number(-10, 10, None)
_LENGTH = Number(-100_000, 100_000, None, is_whole=True)
_DEGREES = Number(-3600, 3600, 0)
_SHEAR = Number(-80, 80, 0)


def _number(least: float, most: float, initial: list[float]) -> Number:
    return Number(least, most, initial)


_BENT: dict[str, Parameter] = {"order": _ORDER, "cval": _CVAL, "mode": _MODE}
_COMMON: dict[str, Parameter] = {**_BENT, "fit_output": _NO}

AUGMENTERS: dict[str, Augmenter] = {
    "Affine": moves(
        _affine,
        scale=Axes(_SCALE, 1, 1),
        translate_percent=Maybe(Axes(_PART, 0, 0)),
        translate_px=Maybe(Axes(_LENGTH, 0, 0)),
        rotate=_DEGREES,
        shear=Axes(_SHEAR, 0, 0),
        **_COMMON,
    ),
    "ScaleX": moves(
        _single(lambda by: Turn(scale=(by, 1))), scale=_number(0.01, 100, [0.5, 1.5]), **_COMMON
    ),
    "ScaleY": moves(
        _single(lambda by: Turn(scale=(1, by))), scale=_number(0.01, 100, [0.5, 1.5]), **_COMMON
    ),
    "TranslateX": moves(_translate(0), percent=Maybe(_PART), px=Maybe(_LENGTH), **_COMMON),
    "TranslateY": moves(_translate(1), percent=Maybe(_PART), px=Maybe(_LENGTH), **_COMMON),
    "Rotate": moves(
        _single(lambda by: Turn(degrees=by)), rotate=_number(-3600, 3600, [-15, 15]), **_COMMON
    ),
    "ShearX": moves(
        _single(lambda by: Turn(shear=(by, 0))), shear=_number(-80, 80, [-30, 30]), **_COMMON
    ),
    "ShearY": moves(
        _single(lambda by: Turn(shear=(0, by))), shear=_number(-80, 80, [-30, 30]), **_COMMON
    ),
    "Rot90": moves(_rot90, k=Number(-100, 100, 1, is_whole=True), keep_size=_YES),
    "PerspectiveTransform": moves(
        _perspective,
        scale=Number(0, 0.5, [0, 0.06]),
        cval=_CVAL,
        mode=_MODE,
        keep_size=_YES,
        fit_output=_NO,
    ),
    "ElasticTransformation": moves(
        _elastic, alpha=Number(0, 1000, [0, 40]), sigma=Number(0, 100, [4, 8]), **_BENT
    ),
    "PiecewiseAffine": moves(
        _piecewise,
        scale=Number(0, 1, [0, 0.04]),
        nb_rows=Number(2, 100, [2, 4], is_whole=True),
        nb_cols=Number(2, 100, [2, 4], is_whole=True),
        **_BENT,
    ),
}
"""By imgaug's names."""

FLIPS: dict[str, Augmenter] = {
    "Fliplr": moves(_flip(Grid(flip_x=True)), p=Chance(1)),
    "Flipud": moves(_flip(Grid(flip_y=True)), p=Chance(1)),
}
"""By imgaug's names."""
