"""``restore_annotation_scale`` closes the bracket of ``resize_annotation``: see its tests."""

from __future__ import annotations

from dtl_engine.testing import assert_same_sample, conformance_samples
from dtl_nodes.resize_annotation import ResizeAnnotation
from dtl_nodes.restore_annotation_scale import RestoreAnnotationScale
from tests.fixtures.nodes import run


def test_closing_twice_is_closing_once() -> None:
    settings = {"width": 30, "height": 30, "aspect_ratio": {"keep": True}}
    for sample in conformance_samples():
        (scaled,) = run(ResizeAnnotation, settings, sample)
        (once,) = run(RestoreAnnotationScale, {}, scaled)
        (twice,) = run(RestoreAnnotationScale, {}, once)
        assert_same_sample(once, sample)
        assert_same_sample(twice, sample)
