from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")

from dtl_engine.model.annotation import Tag  # noqa: E402
from dtl_engine.model.model_spec import ModelFamily  # noqa: E402
from dtl_engine.sdk import AnnotationError, Sample  # noqa: E402
from dtl_engine.testing.settings import (  # noqa: E402
    assert_refuses_unknown_keys,
    assert_survives_json,
    parse_settings,
)
from dtl_nodes.models.architectures.resnet import ResNet  # noqa: E402
from dtl_nodes.models.architectures.resnet_settings import ResNetSettings  # noqa: E402
from dtl_nodes.models.config import ModelConfig  # noqa: E402
from tests.nodes.models.architectures.tiny_samples import disc_sample  # noqa: E402

FULL = {
    "architecture": "resnet",
    "num_layers": 18,
    "classes": ["rust", "healthy"],
    "ignore_tags": ["checked"],
    "input_size": {"width": 32, "height": 32},
    "lr": 0.001,
    "lr_decreasing": {"patience": 25, "lr_divisor": 10},
}
CPU = torch.device("cpu")


def settings_of(**more: Any) -> Any:
    return parse_settings(ResNetSettings, {**FULL, **more})


def made(**more: Any) -> ResNet:
    settings = settings_of(**more)
    indices = {"healthy": 0, "rust": 1}
    shape, stored = ResNet.describe(settings), settings.model_dump(mode="json")
    return ResNet(ModelConfig(shape, ModelFamily.TAGS, indices, (), stored))


def built(resnet: ResNet) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return resnet.build()


def tagged(number: int, *tags: str) -> Sample:
    return disc_sample(number).replace(tags=tuple(Tag(name) for name in tags))


def batch_of(resnet: ResNet, *samples: Sample) -> Any:
    rng = np.random.default_rng(0)
    return resnet.collate([resnet.example(each, rng, settings_of()) for each in samples])


def test_settings() -> None:
    assert_survives_json(settings_of())
    assert_refuses_unknown_keys(ResNetSettings, FULL)
    assert settings_of(num_layers=50.0).num_layers == 50


def test_defaults_are_those_of_the_original_code() -> None:
    settings = parse_settings(ResNetSettings, {"architecture": "resnet"})
    assert isinstance(settings, ResNetSettings)
    assert (settings.lr, settings.val_every, settings.batch_size.train) == (0.1, 0.5, 2)
    assert (settings.input_size.width, settings.input_size.height) == (224, 224)
    assert (settings.lr_decreasing.patience, settings.lr_decreasing.lr_divisor) == (1000, 5)
    assert (settings.classes, settings.ignore_tags, settings.num_layers) == (None, (), None)
    assert ResNet.describe(settings) == {"name": "resnet", "num_layers": 18}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"num_layers": 20}, "num_layers"),
        ({"num_layers": True}, "num_layers"),
        ({"num_layers": "18"}, "num_layers"),
        ({"input_size": {"width": 100}}, "multiple of 16"),
        ({"classes": [""]}, "classes.0"),
        ({"classes": "rust"}, "classes"),
        ({"special_classes": {"background": "bg"}}, "special_classes"),
        ({"momentum": 0.9}, "momentum"),
    ],
)
def test_bad_values(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_of(**more)
    assert words in str(refused.value)


def test_it_is_the_network_of_the_library() -> None:
    resnet = made()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        plain = torchvision.models.resnet18(weights=None, num_classes=2)
    network = built(resnet)
    inputs = resnet.prepare(disc_sample(1).image.pixels())
    (found,) = resnet.forward(network, [inputs], CPU)
    with torch.no_grad():
        wanted = plain.eval()(torch.from_numpy(inputs["image"])[None]).softmax(1)[0].numpy()
    np.testing.assert_array_equal(found["probabilities"], wanted)


@pytest.mark.parametrize("layers", [18, 34, 50, 101, 152])
def test_published_weights(layers: int) -> None:
    resnet = made(num_layers=layers)
    names = [name for name, _ in resnet.published_weights()]
    assert names
    assert all(name.startswith(f"resnet{layers}-") for name in names)


def test_last_layers_are_those_that_depend_on_the_classes() -> None:
    names = list(built(made()).state_dict())
    assert [name for name in names if "fc" in name] == ["fc.weight", "fc.bias"]
    assert ResNet.last_layers == ("fc",)


def test_a_sample_needs_one_class() -> None:
    resnet, rng = made(), np.random.default_rng(0)
    example = resnet.example(tagged(1, "train", "rust"), rng, settings_of())
    assert (example["choice"], example["image"].shape) == (1, (3, 32, 32))
    for tags, told in (((), "has none"), (("rust", "healthy"), "has 'healthy', 'rust'")):
        with pytest.raises(AnnotationError, match=told):
            resnet.example(tagged(1, "train", *tags), rng, settings_of())


def test_a_few_steps_learn_four_pictures() -> None:
    resnet = made()
    settings, network = settings_of(), built(resnet)
    resnet.freeze(network, settings)
    optimizer = resnet.optimizer(network, settings)
    tags = ("healthy", "rust", "rust", "healthy")
    batch = batch_of(resnet, *(tagged(number, tag) for number, tag in enumerate(tags)))
    for _ in range(12):
        losses = resnet.losses(network, batch, settings)
        optimizer.zero_grad()
        losses["loss"].backward()
        optimizer.step()
    assert float(losses["accuracy"]) == 1
    # Batch statistics have not reached the running ones after so few steps.
    assert network.training


def test_validation() -> None:
    resnet = made()
    network = built(resnet)
    with torch.no_grad():
        network.fc.weight.zero_()
        network.fc.bias.copy_(torch.tensor([0.0, 1.0]))
    first, second = batch_of(resnet, tagged(1, "rust"), tagged(2, "rust")), tagged(3, "healthy")
    found = resnet.validate(network, [first, batch_of(resnet, second)], settings_of())
    assert found["accuracy"] == pytest.approx(2 / 3)
    wrong, right = np.log(1 + np.e), np.log(1 + 1 / np.e)
    assert found["loss"] == pytest.approx((2 * right + wrong) / 3, abs=1e-6)
    assert found["precision/rust"] == pytest.approx(2 / 3)
    assert found["f1/rust"] == pytest.approx(4 / 5)
    assert (found["recall/rust"], found["precision/healthy"], found["f1/healthy"]) == (1, 0, 0)
    assert set(found) >= {"recall/healthy", ResNet.headline}


def test_the_best_tag_with_its_rounded_score() -> None:
    pixels = np.zeros((5, 7, 3), np.uint8)
    likely = np.array([0.123456, 0.876544], np.float32)
    found = made().finish({"probabilities": likely}, pixels, {})
    assert (found.tags, found.instances, found.scores) == ((Tag("rust", 0.8765),), (), None)


def test_what_is_exported_says_what_forward_says() -> None:
    resnet = made()
    network = built(resnet)
    exported, (example,) = resnet.exportable(network)
    assert (tuple(example.shape), exported.training) == ((1, 3, 32, 32), False)
    inputs = resnet.prepare(disc_sample(1).image.pixels())
    (wanted,) = resnet.forward(network, [inputs], CPU)
    with torch.no_grad():
        found = exported(torch.from_numpy(inputs["image"])[None])[0].numpy()
    np.testing.assert_allclose(found, wanted["probabilities"], atol=1e-6)
