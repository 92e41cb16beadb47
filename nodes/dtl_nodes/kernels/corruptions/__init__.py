"""Corruptions of pictures, 17 kinds in 5 severities each, by their names.

Source: D. Hendrycks and T. Dietterich, "Benchmarking Neural Network Robustness to Common
Corruptions and Perturbations", ICLR 2019, with the parameters of its severities as published in the
``imagecorruptions`` package. Those were made for pictures of 224 pixels; here every size works, and
lengths in pixels stay lengths in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.corruptions.blur import defocus_blur, motion_blur, zoom_blur
from dtl_nodes.kernels.corruptions.color import brightness, contrast, saturate
from dtl_nodes.kernels.corruptions.compression import elastic_transform, jpeg_compression, pixelate
from dtl_nodes.kernels.corruptions.noise import (
    gaussian_noise,
    impulse_noise,
    shot_noise,
    speckle_noise,
)
from dtl_nodes.kernels.corruptions.weather import fog, frost, snow, spatter

BY_RULE: Mapping[str, Callable[[Pixels, int], Pixels]] = {
    "defocus_blur": defocus_blur,
    "zoom_blur": zoom_blur,
    "contrast": contrast,
    "brightness": brightness,
    "saturate": saturate,
    "jpeg_compression": jpeg_compression,
    "pixelate": pixelate,
}
"""Corruptions that depend on the pixels and the severity, 1 to 5, alone."""

BY_CHANCE: Mapping[str, Callable[[Pixels, int, np.random.Generator], Pixels]] = {
    "gaussian_noise": gaussian_noise,
    "shot_noise": shot_noise,
    "impulse_noise": impulse_noise,
    "speckle_noise": speckle_noise,
    "motion_blur": motion_blur,
    "fog": fog,
    "frost": frost,
    "snow": snow,
    "spatter": spatter,
    "elastic_transform": elastic_transform,
}
"""Corruptions that draw random numbers too."""
