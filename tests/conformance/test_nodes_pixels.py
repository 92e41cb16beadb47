"""The conformance suites of the nodes that change pixels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dtl_engine.testing import NodeConformance
from dtl_nodes.anonymize import Anonymize
from dtl_nodes.blur import Blur
from dtl_nodes.contrast_brightness import ContrastBrightness
from dtl_nodes.iaa_imgcorruptlike_blur import CameraBlur
from dtl_nodes.iaa_imgcorruptlike_color import LightAndColor
from dtl_nodes.iaa_imgcorruptlike_compression import Compression
from dtl_nodes.iaa_imgcorruptlike_noise import CameraNoise
from dtl_nodes.iaa_imgcorruptlike_weather import Weather
from dtl_nodes.noise import Noise
from dtl_nodes.random_color import RandomColor

EVERY_LABEL = ["dot", "box", "path", "patch", "blob", "hand"]


def _range(low: float, high: float, **more: bool) -> dict[str, Any]:
    return {"min": low, "max": high, **more}


def _options(options: Iterable[str], *severities: int) -> tuple[Mapping[str, Any], ...]:
    return tuple({"option": option, "severity": s} for option in options for s in severities)


class TestAnonymize(NodeConformance):
    node = Anonymize
    settings = (
        {"classes": [], "type": "blur"},
        {"classes": ["nothing", "patch"], "type": "blur"},
        {"classes": EVERY_LABEL, "type": "blur"},
        {"classes": EVERY_LABEL, "type": "class_color"},
        {"classes": ["path", "blob"], "type": "color", "color": [0, 20, 255]},
        {"classes": ["box"], "type": "class_color", "color": [0, 0, 0]},
    )


class TestBlur(NodeConformance):
    node = Blur
    settings = (
        {"name": "gaussian", "sigma": _range(0.01, 3)},
        {"name": "gaussian", "sigma": _range(2.5, 2.5)},
        {"name": "gaussian", "sigma": _range(400, 500)},
        {"name": "median", "kernel": 3},
        {"name": "median", "kernel": 255},
    )


class TestContrastBrightness(NodeConformance):
    node = ContrastBrightness
    settings = (
        {"contrast": _range(0, 10), "brightness": _range(-255, 255)},
        {"contrast": _range(0.5, 2, center_grey=True), "brightness": _range(5, 5)},
        {"contrast": _range(1, 1), "brightness": _range(-3, 3)},
        {"contrast": _range(1.5, 1.5), "brightness": _range(10, 10)},
    )


class TestNoise(NodeConformance):
    node = Noise
    settings = (
        {"mean": 0, "std": 6},
        {"mean": -1e6, "std": 1e6},
        {"mean": 10.5, "std": 0},
    )


class TestRandomColor(NodeConformance):
    node = RandomColor
    settings = ({}, {"strength": 0}, {"strength": 1})


class TestCameraBlur(NodeConformance):
    node = CameraBlur
    settings = _options(("defocus_blur", "motion_blur", "zoom_blur"), 1, 5)


class TestCameraNoise(NodeConformance):
    node = CameraNoise
    settings = _options(("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise"), 1, 5)


class TestCompression(NodeConformance):
    node = Compression
    settings = _options(("jpeg_compression", "pixelate", "elastic_transform"), 1, 5)


class TestLightAndColor(NodeConformance):
    node = LightAndColor
    settings = _options(("contrast", "brightness", "saturate"), 1, 5)


class TestWeather(NodeConformance):
    node = Weather
    settings = _options(("fog", "frost", "snow", "spatter"), 1, 5)
