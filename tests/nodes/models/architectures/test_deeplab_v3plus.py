from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

torch = pytest.importorskip("torch")
smp = pytest.importorskip("segmentation_models_pytorch")

from dtl_engine.model.model_spec import ModelFamily  # noqa: E402
from dtl_engine.model.schema import LabelSpec  # noqa: E402
from dtl_engine.model.shapes import ShapeKind  # noqa: E402
from dtl_engine.testing.settings import (  # noqa: E402
    assert_refuses_unknown_keys,
    assert_survives_json,
    parse_settings,
)
from dtl_nodes.models.architectures.deeplab_v3plus import DeepLabV3Plus  # noqa: E402
from dtl_nodes.models.architectures.deeplab_v3plus_settings import DeepLabSettings  # noqa: E402
from dtl_nodes.models.architectures.normalisation import DEVIATION, MEAN  # noqa: E402
from dtl_nodes.models.config import ModelConfig  # noqa: E402
from tests.nodes.models.architectures.tiny_samples import disc_sample  # noqa: E402

FULL = {
    "architecture": "deeplab_v3plus",
    "encoder": "mobilenet_v2",
    "atrous_rates": [1, 2, 3],
    "output_stride": 16,
    "weight_decay": 0.0001,
    "input_size": {"width": 33, "height": 41},
    "special_classes": {"background": "bg", "neutral": "neutral"},
    "lr_milestones": [1, 1.5],
}
CPU = torch.device("cpu")


def settings_of(**more: Any) -> Any:
    return parse_settings(DeepLabSettings, {**FULL, **more})


def made(**more: Any) -> DeepLabV3Plus:
    settings = settings_of(**more)
    labels = tuple(LabelSpec(name, ShapeKind.BITMAP, "#FFFFFF") for name in ("bg", "thing"))
    shape, stored = DeepLabV3Plus.describe(settings), settings.model_dump(mode="json")
    indices = {"bg": 0, "thing": 1}
    return DeepLabV3Plus(ModelConfig(shape, ModelFamily.SEMANTIC, indices, labels, stored))


def built(network: DeepLabV3Plus) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return network.build()


def batch_of(deeplab: DeepLabV3Plus, *numbers: int) -> Any:
    rng = np.random.default_rng(0)
    samples = [disc_sample(number) for number in numbers]
    return deeplab.collate([deeplab.example(each, rng, settings_of()) for each in samples])


def test_settings() -> None:
    assert_survives_json(settings_of())
    assert_refuses_unknown_keys(DeepLabSettings, FULL)


def test_defaults_are_those_of_the_original_code() -> None:
    settings = parse_settings(DeepLabSettings, {"architecture": "deeplab_v3plus"})
    assert isinstance(settings, DeepLabSettings)
    assert (settings.lr, settings.weight_decay, settings.val_every) == (0.0001, 4e-5, 1)
    assert (settings.input_size.width, settings.input_size.height) == (513, 513)
    assert (settings.atrous_rates, settings.output_stride) == ((8, 12, 18), 16)
    assert settings.encoder == "resnet50"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"output_stride": 32}, "should be 8 or 16"),
        ({"output_stride": 0}, "output_stride"),
        ({"atrous_rates": [8, 12]}, "atrous_rates.2"),
        ({"atrous_rates": [8, 12, 0]}, "atrous_rates.2"),
        ({"weight_decay": 0}, "weight_decay"),
        ({"backbone": "xception"}, "backbone"),
        ({"encoder": "vgg16"}, "encoder"),
        ({"special_classes": {"background": "neutral"}}, "both 'neutral'"),
        ({"lr_decreasing": {"patience": 2}}, "lr_decreasing"),
        ({"loss_weights": {"bce": 1}}, "loss_weights"),
    ],
)
def test_bad_values(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_of(**more)
    assert words in str(refused.value)


def test_the_ignored_backbone_is_accepted() -> None:
    assert settings_of(backbone="xception_65").encoder == "mobilenet_v2"


def test_at_multiples_of_16_it_is_the_network_of_the_library() -> None:
    network = built(made())
    with torch.random.fork_rng():
        torch.manual_seed(0)
        plain = smp.DeepLabV3Plus(
            "mobilenet_v2",
            encoder_weights=None,
            encoder_output_stride=16,
            decoder_atrous_rates=(1, 2, 3),
            classes=2,
        )
    assert list(network.state_dict()) == list(plain.state_dict())
    raw = torch.randint(0, 256, (2, 3, 48, 32), generator=torch.Generator().manual_seed(1)).float()
    values = (raw / 255 - torch.tensor(MEAN).reshape(3, 1, 1)) / torch.tensor(DEVIATION).reshape(
        3, 1, 1
    )
    with torch.no_grad():
        found, wanted = network.eval()(raw), plain.eval()(values)
    np.testing.assert_allclose(found.numpy(), wanted.numpy(), atol=1e-6)


def test_any_size_goes_through() -> None:
    deeplab = made()
    network = built(deeplab)
    for height, width in ((41, 33), (17, 16), (1, 5)):
        with torch.no_grad():
            assert network.eval()(torch.zeros(1, 3, height, width)).shape == (1, 2, height, width)
    pixels = disc_sample(1).image.pixels()
    inputs = deeplab.prepare(pixels)
    assert (inputs["image"].shape, inputs["image"].max() > 100) == ((3, 41, 33), True)
    (outputs,) = deeplab.forward(network, [inputs], CPU)
    assert outputs["probabilities"].shape == (2, 41, 33)
    scores = deeplab.finish(outputs, pixels, {}, scores=True).scores
    assert scores is not None
    assert scores.shape == (2, *pixels.shape[:2])


@pytest.mark.parametrize("numbers", [(1,), (1, 2)])
def test_a_step_also_with_one_image(numbers: tuple[int, ...]) -> None:
    deeplab = made()
    network = built(deeplab)
    deeplab.freeze(network, settings_of())
    optimizer = deeplab.optimizer(network, settings_of())
    assert optimizer.param_groups[0]["weight_decay"] == 0.0001
    batch = batch_of(deeplab, *numbers)
    losses = deeplab.losses(network, batch, settings_of())
    assert set(losses) == {"loss"}
    losses["loss"].backward()
    trained = [each for each in network.parameters() if each.requires_grad]
    assert all(each.grad is not None for each in trained)
    optimizer.step()


def test_validation_counts_batches_alike() -> None:
    deeplab = made()
    network = built(deeplab)
    one, two = batch_of(deeplab, 1), batch_of(deeplab, 2, 3)
    whole, first, second = (
        deeplab.validate(network, batches, settings_of())["loss"]
        for batches in ([one, two], [one], [two])
    )
    assert whole == pytest.approx((first + second) / 2, abs=1e-6)
    assert deeplab.drops_last
