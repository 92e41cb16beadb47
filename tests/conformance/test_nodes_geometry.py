"""The nodes that move, scale, turn and cut images or their objects pass the conformance suite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dtl_engine.model.sample import Sample
from dtl_engine.testing import NodeConformance, conformance_samples
from dtl_nodes.crop_annotation import CropAnnotation
from dtl_nodes.instances_crop import InstancesCrop
from dtl_nodes.resize import Resize
from dtl_nodes.resize_annotation import ResizeAnnotation
from dtl_nodes.restore_annotation_scale import RestoreAnnotationScale
from dtl_nodes.rotate import Rotate
from dtl_nodes.sliding_window import SlidingWindow
from tests.fixtures.nodes import run


def _percent(low: float, high: float) -> dict[str, float]:
    return {"min_percent": low, "max_percent": high}


class TestCropAnnotation(NodeConformance):
    node = CropAnnotation
    settings = (
        {"sides": {}},
        {"sides": {"left": "12.5%", "top": "33%", "right": "40%", "bottom": "2px"}},
        {"sides": {"left": "50%", "right": "50%"}},
        {"random_part": {"width": _percent(0, 60), "height": _percent(20, 100)}},
        {
            "random_part": {
                "width": _percent(30, 90),
                "height": _percent(30, 90),
                "keep_aspect_ratio": True,
            }
        },
    )


class TestInstancesCrop(NodeConformance):
    node = InstancesCrop
    settings = (
        {"classes": ["box"], "pad": {"sides": {}}},
        {
            "classes": ["blob", "dot", "path"],
            "save_classes": ["hand", "patch"],
            "pad": {"sides": {"left": "50%", "right": "33.3%", "top": "2px", "bottom": "9px"}},
        },
        {"classes": ["nothing"], "save_classes": [], "pad": {"sides": {"left": "1px"}}},
    )


def _scaled(width: int, height: int, *, keep: bool = True, **more: Any) -> dict[str, Any]:
    return {"width": width, "height": height, "aspect_ratio": {"keep": keep}, **more}


class TestResize(NodeConformance):
    node = Resize
    settings = (
        _scaled(20, -1),
        _scaled(-1, 3),
        _scaled(15, 15),
        _scaled(5, 17, keep=False),
        _scaled(1, 1, keep=False),
    )


class TestResizeAnnotation(NodeConformance):
    node = ResizeAnnotation
    settings = (
        _scaled(20, -1),
        _scaled(6, 6),
        _scaled(5, 17, keep=False, classes=["box", "blob"]),
        _scaled(9, 9, classes=[]),
    )


class TestRestoreAnnotationScale(NodeConformance):
    node = RestoreAnnotationScale
    settings = ({}, {"classes": ["box", "hand"]}, {"classes": []})

    def samples(self) -> tuple[Sample, ...]:
        """Return samples with and without scaled objects."""
        whole, some = _scaled(30, 31), _scaled(4, 40, keep=False, classes=["blob", "box"])
        return (
            *conformance_samples(),
            *(_resized(sample, whole) for sample in conformance_samples()),
            *(_resized(sample, some) for sample in conformance_samples()),
        )


def _resized(sample: Sample, settings: dict[str, Any]) -> Sample:
    (result,) = run(ResizeAnnotation, settings, sample)
    return result


def _turned(low: float, high: float, mode: str) -> dict[str, Any]:
    return {
        "rotate_angles": {"min_degrees": low, "max_degrees": high},
        "black_regions": {"mode": mode},
    }


class TestRotate(NodeConformance):
    node = Rotate
    settings: Sequence[dict[str, Any]] = (
        *(_turned(-180, 180, mode) for mode in ("keep", "crop", "preserve_size")),
        *(_turned(90, 90, mode) for mode in ("keep", "crop", "preserve_size")),
        _turned(30, 30, "keep"),
        _turned(45, 45, "crop"),
        _turned(0, 0, "preserve_size"),
    )


class TestSlidingWindow(NodeConformance):
    node = SlidingWindow
    settings = (
        {"window": {"width": 1, "height": 1}, "min_overlap": {"x": 0, "y": 0}},
        {"window": {"width": 4, "height": 3}, "min_overlap": {"x": 1, "y": 2}},
        {"window": {"width": 7, "height": 5}, "min_overlap": {"x": 0, "y": 0}},
    )

    def samples(self) -> tuple[Sample, ...]:
        """Return those samples that hold a window of every size tried."""
        return tuple(
            sample
            for sample in conformance_samples()
            if sample.size.width >= 7 and sample.size.height >= 5
        )
