"""The five layers of corruptions; the corruptions themselves are tested as kernels."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from dtl_engine.testing import make_sample
from dtl_nodes.iaa_imgcorruptlike_blur import CameraBlur
from dtl_nodes.iaa_imgcorruptlike_color import LightAndColor
from dtl_nodes.iaa_imgcorruptlike_compression import Compression
from dtl_nodes.iaa_imgcorruptlike_noise import CameraNoise
from dtl_nodes.iaa_imgcorruptlike_weather import Weather
from dtl_nodes.kernels.corruptions import BY_CHANCE, BY_RULE
from tests.fixtures.nodes import NodeClass, make, refuses, run

NODES: tuple[NodeClass, ...] = (CameraNoise, CameraBlur, Weather, LightAndColor, Compression)


def options(node: NodeClass) -> tuple[str, ...]:
    return get_args(node.settings_model.model_fields["option"].annotation)


def test_every_corruption_is_an_option_of_one_layer() -> None:
    offered = [option for node in NODES for option in options(node)]
    assert len(offered) == 17
    assert sorted(offered) == sorted([*BY_RULE, *BY_CHANCE])


@pytest.mark.parametrize("node", NODES)
def test_random_is_what_draws(node: NodeClass) -> None:
    sample = make_sample(40, 30)
    for option in options(node):
        chosen = {"option": option, "severity": 4}
        made = make(node, chosen)
        seeds = [run(node, chosen, sample, seed=seed)[0].image.pixels() for seed in (1, 2)]
        assert made.is_random(made.settings) == (option in BY_CHANCE)
        assert (seeds[0] != seeds[1]).any() == (option in BY_CHANCE), option


@pytest.mark.parametrize("node", NODES)
def test_only_pixels_change(node: NodeClass) -> None:
    sample = make_sample(9, 7)
    (result,) = run(node, {"option": options(node)[0], "severity": 5}, sample)
    assert result.annotation is sample.annotation
    assert result.image.size == sample.size
    assert (result.image.pixels() != sample.image.pixels()).any()


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"option": "fog", "severity": 0}, ("severity",)),
     ({"option": "fog", "severity": 6}, ("severity",)),
     ({"option": "fog", "severity": 1.5}, ("integer",)),
     ({"option": "fgo", "severity": 1}, ("'fog'", "'spatter'")),
     ({"option": "gaussian_noise", "severity": 1}, ("option",)),
     ({"severity": 1}, ("option",)),
     ({"option": "fog"}, ("severity",)),
     ({"option": "fog", "severity": 1, "seed": 3}, ("seed",))],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], words: tuple[str, ...]) -> None:
    refuses(Weather, settings, *words)
