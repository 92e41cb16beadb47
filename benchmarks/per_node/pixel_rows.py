"""Nodes that change the values of pixels and leave the annotation."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from benchmarks.per_node.pixel_calls import (
    add_normal,
    blur_under_masks,
    call_of,
    color_under_masks,
    disc,
    jpeg,
    pipeline_of,
    shrink_and_grow,
    streak,
    transform,
)
from benchmarks.per_node.rows import Build, Json, PixelRow

SEVERITY = 3

MIX = np.eye(3, dtype=np.float32) * 0.9 + 0.05
LIGHT = {"contrast": {"min": 1.2, "max": 1.2}, "brightness": {"min": 10, "max": 10}}
HIDDEN = {"classes": ["blob"], "color": [20, 20, 20]}
STEPS = (
    {"name": "RandomBrightnessContrast", "p": 1.0},
    {"name": "GaussNoise", "p": 1.0, "std_range": [0.1, 0.1]},
)


def _gaussian(sigma: float) -> PixelRow:
    settings = {"name": "gaussian", "sigma": {"min": sigma, "max": sigma}}
    direct = call_of(cv2.GaussianBlur, (0, 0), sigma)
    return PixelRow("blur", f"sigma {sigma}", settings, direct, "GaussianBlur")


def _corruption(family: str, option: str, direct: Build | None, call: str) -> PixelRow:
    settings: Json = {"option": option, "severity": SEVERITY}
    return PixelRow(f"iaa_imgcorruptlike_{family}", option, settings, direct, call)


def _likewise(family: str, option: str, name: str, **arguments: Any) -> PixelRow:
    return _corruption(family, option, transform(name, **arguments), f"A.{name}")


def _studio(category: str, name: str, **params: Any) -> Json:
    entry = {"category": category, "name": name, "params": params}
    return {"shuffle": False, "classes_to_convert": {}, "pipeline": [entry]}


PIXEL_ROWS = (
    PixelRow(
        "anonymize",
        "color",
        {"type": "color", **HIDDEN},
        color_under_masks,
        "numpy: copy[mask] = color",
    ),
    PixelRow(
        "anonymize", "blur", {"type": "blur", **HIDDEN}, blur_under_masks, "GaussianBlur, copyTo"
    ),
    PixelRow(
        "augment",
        "light and noise",
        {"transform": {"name": "Compose", "transforms": STEPS}},
        pipeline_of(*STEPS),
        "A.Compose of the same",
    ),
    _gaussian(2),
    _gaussian(20),
    PixelRow(
        "blur",
        "median 5",
        {"name": "median", "kernel": 5},
        call_of(cv2.medianBlur, 5),
        "medianBlur",
    ),
    PixelRow(
        "contrast_brightness",
        "",
        LIGHT,
        call_of(cv2.convertScaleAbs, alpha=1.2, beta=10),
        "convertScaleAbs",
    ),
    PixelRow(
        "imgaug_studio",
        "GaussianBlur",
        _studio("blur", "GaussianBlur", sigma=2),
        call_of(cv2.GaussianBlur, (0, 0), 2),
        "GaussianBlur",
    ),
    PixelRow(
        "imgaug_studio",
        "Add",
        _studio("arithmetic", "Add", value=10),
        call_of(cv2.add, (10, 10, 10, 0)),
        "add",
    ),
    PixelRow("noise", "", {"mean": 0, "std": 6}, add_normal(6), "randn, add"),
    PixelRow("random_color", "", {"strength": 0.4}, call_of(cv2.transform, MIX), "transform"),
    _corruption("blur", "defocus_blur", call_of(cv2.filter2D, -1, disc(6)), "filter2D, 13 x 13"),
    _corruption("blur", "motion_blur", call_of(cv2.filter2D, -1, streak(31)), "filter2D, 31 x 31"),
    _likewise("blur", "zoom_blur", "ZoomBlur", max_factor=(1.21, 1.21), step_factor=(0.02, 0.02)),
    _likewise(
        "color",
        "brightness",
        "HueSaturationValue",
        hue_shift_limit=0,
        sat_shift_limit=0,
        val_shift_limit=(76, 76),
    ),
    _likewise(
        "color",
        "contrast",
        "RandomBrightnessContrast",
        brightness_limit=0,
        contrast_limit=(-0.8, -0.8),
    ),
    _likewise(
        "color",
        "saturate",
        "HueSaturationValue",
        hue_shift_limit=0,
        sat_shift_limit=(60, 60),
        val_shift_limit=0,
    ),
    _likewise("compression", "elastic_transform", "ElasticTransform", alpha=100, sigma=10),
    _corruption("compression", "jpeg_compression", jpeg, "imencode, imdecode"),
    _corruption("compression", "pixelate", shrink_and_grow, "resize, resize"),
    _likewise("noise", "gaussian_noise", "GaussNoise", std_range=(0.18, 0.18), per_channel=True),
    _likewise("noise", "impulse_noise", "SaltAndPepper", amount=(0.09, 0.09)),
    _likewise("noise", "shot_noise", "ShotNoise", scale_range=(0.08, 0.08)),
    _likewise(
        "noise",
        "speckle_noise",
        "MultiplicativeNoise",
        multiplier=(0.65, 1.35),
        per_channel=True,
        elementwise=True,
    ),
    _likewise("weather", "fog", "PlasmaBrightnessContrast", roughness=0.5),
    _corruption("weather", "frost", None, ""),
    _likewise("weather", "snow", "RandomSnow", snow_point_range=(0.3, 0.3), method="texture"),
    _likewise("weather", "spatter", "Spatter", mode="rain"),
)
