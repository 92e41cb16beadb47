"""imgaug's category ``pillike``: what Pillow does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.arithmetic import AUGMENTERS as ARITHMETIC
from dtl_nodes.imgaug.augmenter import Augmenter, colors
from dtl_nodes.imgaug.parameters import Interval, Number

Rng = np.random.Generator


def _enhance(kind: str) -> Callable[..., Pixels]:
    def enhance(pixels: Pixels, generator: Rng, factor: Interval) -> Pixels:
        from PIL import Image, ImageEnhance

        enhancer = getattr(ImageEnhance, kind)(Image.fromarray(pixels))
        return np.asarray(enhancer.enhance(factor.number(generator)), np.uint8)

    return enhance


def _filter(kind: str) -> Callable[..., Pixels]:
    def filtered(pixels: Pixels, generator: Rng) -> Pixels:
        from PIL import Image, ImageFilter

        image = Image.fromarray(pixels).filter(getattr(ImageFilter, kind))
        return np.asarray(image, np.uint8)

    return filtered


def _operation(pixels: Pixels, name: str, *arguments: Any) -> Pixels:
    from PIL import Image, ImageOps

    return np.asarray(getattr(ImageOps, name)(Image.fromarray(pixels), *arguments), np.uint8)


def _posterize(pixels: Pixels, generator: Rng, nb_bits: Interval) -> Pixels:
    return _operation(pixels, "posterize", nb_bits.whole(generator))


def _equalize(pixels: Pixels, generator: Rng) -> Pixels:
    return _operation(pixels, "equalize")


def _autocontrast(pixels: Pixels, generator: Rng, cutoff: Interval) -> Pixels:
    return _operation(pixels, "autocontrast", cutoff.number(generator))


_FILTERS = {
    "FilterBlur": "BLUR",
    "FilterSmooth": "SMOOTH",
    "FilterSmoothMore": "SMOOTH_MORE",
    "FilterEdgeEnhance": "EDGE_ENHANCE",
    "FilterEdgeEnhanceMore": "EDGE_ENHANCE_MORE",
    "FilterFindEdges": "FIND_EDGES",
    "FilterContour": "CONTOUR",
    "FilterEmboss": "EMBOSS",
    "FilterSharpen": "SHARPEN",
    "FilterDetail": "DETAIL",
}

AUGMENTERS: dict[str, Augmenter] = {
    "Solarize": ARITHMETIC["Solarize"],
    "Posterize": colors(_posterize, nb_bits=Number(1, 8, [1, 8], is_whole=True)),
    "Equalize": colors(_equalize),
    "Autocontrast": colors(_autocontrast, cutoff=Number(0, 49, [0, 20])),
    "EnhanceColor": colors(_enhance("Color"), factor=Number(0, 100, [0, 3])),
    "EnhanceContrast": colors(_enhance("Contrast"), factor=Number(0, 100, [0.5, 1.5])),
    "EnhanceBrightness": colors(_enhance("Brightness"), factor=Number(0, 100, [0.5, 1.5])),
    "EnhanceSharpness": colors(_enhance("Sharpness"), factor=Number(0, 100, [0, 2])),
    **{name: colors(_filter(kind)) for name, kind in _FILTERS.items()},
}
"""By imgaug's names."""
