"""Nodes that change pixels: annotations stay, order does not matter, identities are identities."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.model.image import Image
from dtl_engine.model.sample import Sample
from dtl_engine.sdk import Pixels
from dtl_engine.testing import assert_same_sample, make_sample
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
from tests.fixtures.nodes import NodeClass, make, run
from tests.properties.test_nodes import SCHEMA, samples

Chosen = tuple[NodeClass, dict[str, Any]]
OPTIONS: dict[NodeClass, tuple[str, ...]] = {
    CameraNoise: ("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise"),
    CameraBlur: ("defocus_blur", "motion_blur", "zoom_blur"),
    Weather: ("fog", "frost", "snow", "spatter"),
    LightAndColor: ("contrast", "brightness", "saturate"),
    Compression: ("jpeg_compression", "pixelate", "elastic_transform"),
}


def ranges(low: float, high: float) -> st.SearchStrategy[dict[str, Any]]:
    """Ranges between two bounds."""
    bounds = st.lists(st.floats(low, high), min_size=2, max_size=2).map(sorted)
    return bounds.map(lambda pair: {"min": pair[0], "max": pair[1]})


def chosen(node: NodeClass, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Chosen]:
    """Settings of a node, key by key."""
    return st.tuples(st.just(node), st.fixed_dictionaries(dict(keys)))


NODES: st.SearchStrategy[Chosen] = st.one_of(
    chosen(Blur, name=st.just("gaussian"), sigma=ranges(0.01, 60)),
    chosen(Blur, name=st.just("median"), kernel=st.integers(1, 9).map(lambda half: 2 * half + 1)),
    chosen(ContrastBrightness, contrast=ranges(0, 10), brightness=ranges(-255, 255)),
    chosen(Noise, mean=st.floats(-300, 300), std=st.floats(0, 300)),
    chosen(RandomColor, strength=st.floats(0, 1)),
    chosen(
        Anonymize,
        classes=st.lists(st.sampled_from(SCHEMA.label_names)),
        type=st.sampled_from(("blur", "color")),
        color=st.just([9, 99, 199]),
    ),
    *(
        chosen(node, option=st.sampled_from(options), severity=st.integers(1, 5))
        for node, options in OPTIONS.items()
    ),
)


@given(samples(), NODES, st.integers(0, 2**32))
@settings(max_examples=300)
def test_annotations_and_sizes_stay(sample: Sample, node: Chosen, seed: int) -> None:
    (result,) = run(*node, sample, seed=seed)
    assert result.annotation is sample.annotation
    assert result.image.size == sample.size
    assert result.image.pixels().shape == (sample.size.height, sample.size.width, 3)


@given(st.lists(samples(), min_size=2, max_size=3), st.lists(NODES, min_size=1, max_size=3))
@settings(max_examples=100)
def test_pixels_are_the_same_in_any_order(carried: list[Sample], chain: list[Chosen]) -> None:
    def through(sample: Sample) -> Sample:
        for node, keys in chain:
            (sample,) = run(node, keys, sample)
        return sample

    forth = [through(sample) for sample in carried]
    back = [through(sample) for sample in reversed(carried)]
    sent = pickle.loads(pickle.dumps(forth))
    for sample in forth:
        sample.image.pixels()
    for one, other, there in zip(forth, reversed(back), sent, strict=True):
        assert_same_sample(one, other)
        assert_same_sample(one, there)


ONE = {"min": 1, "max": 1}
NONE = {"min": 0, "max": 0}
SAME: tuple[Chosen, ...] = (
    (ContrastBrightness, {"contrast": ONE, "brightness": NONE}),
    (ContrastBrightness, {"contrast": {**ONE, "center_grey": True}, "brightness": NONE}),
    (Noise, {"mean": 0, "std": 0}),
    (RandomColor, {"strength": 0}),
    (Blur, {"name": "gaussian", "sigma": {"min": 0.01, "max": 0.1}}),
    (Anonymize, {"classes": [], "type": "blur"}),
)


@st.composite
def pictures(draw: st.DrawFn) -> Pixels:
    """Pictures of a few pixels in any colours."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    size = height * width * 3
    values = draw(st.binary(min_size=size, max_size=size))
    return np.frombuffer(values, np.uint8).reshape(height, width, 3)


@given(pictures(), st.sampled_from(SAME), st.integers(0, 2**32))
def test_identities(pixels: Pixels, node: Chosen, seed: int) -> None:
    height, width = pixels.shape[:2]
    sample = make_sample(width, height).replace(image=Image.from_pixels(pixels))
    (result,) = run(*node, sample, seed=seed)
    assert_same_sample(result, sample)


@given(pictures(), ranges(0, 10), ranges(-255, 255), st.booleans(), st.integers(0, 2**32))
def test_contrast_and_brightness_keep_the_order_of_values(
    pixels: Pixels, contrast: Any, brightness: Any, center: bool, seed: int
) -> None:
    height, width = pixels.shape[:2]
    sample = make_sample(width, height).replace(image=Image.from_pixels(pixels))
    keys = {"contrast": {**contrast, "center_grey": center}, "brightness": brightness}
    (result,) = run(ContrastBrightness, keys, sample, seed=seed)
    order = np.argsort(pixels, axis=None)
    assert (np.diff(result.image.pixels().ravel()[order].astype(int)) >= 0).all()


@given(NODES)
def test_random_is_what_can_differ(node: Chosen) -> None:
    made = make(*node)
    if not made.is_random(made.settings):
        sample = make_sample(9, 7)
        one, other = (run(*node, sample, seed=seed)[0] for seed in (1, 2))
        assert_same_sample(one, other)
