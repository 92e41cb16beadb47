from __future__ import annotations

import pickle
import time
import warnings
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
smp = pytest.importorskip("segmentation_models_pytorch")

from dtl_engine.model.annotation import Instance  # noqa: E402
from dtl_engine.model.geometry import Size  # noqa: E402
from dtl_engine.model.model_spec import ModelFamily  # noqa: E402
from dtl_engine.model.schema import LabelSpec  # noqa: E402
from dtl_engine.model.shapes import Mask, Rectangle, ShapeKind  # noqa: E402
from dtl_engine.testing.settings import parse_settings  # noqa: E402
from dtl_nodes.models.architectures.normalisation import imagenet_values  # noqa: E402
from dtl_nodes.models.architectures.unet import UNet  # noqa: E402
from dtl_nodes.models.architectures.unet_settings import UNetSettings  # noqa: E402
from dtl_nodes.models.config import ModelConfig  # noqa: E402
from tests.nodes.models.architectures.tiny_samples import SIDE_PX, disc_sample  # noqa: E402

TINY = {
    "architecture": "unet",
    "encoder": "resnet18",
    "encoder_depth": 3,
    "decoder_channels": [16, 8, 8],
    "input_size": {"width": SIDE_PX, "height": SIDE_PX},
    "lr": 0.003,
}
CPU = torch.device("cpu")


def settings_of(**more: Any) -> Any:
    return parse_settings(UNetSettings, {**TINY, **more})


def made(*titles: str, **more: Any) -> UNet:
    settings = settings_of(**more)
    names = titles or ("thing",)
    labels = tuple(LabelSpec(name, ShapeKind.BITMAP, "#FFFFFF") for name in (*names, "bg"))
    indices = {"bg": 0, **{name: index for index, name in enumerate(names, 1)}}
    stored = settings.model_dump(mode="json", warnings=False)
    config = ModelConfig(UNet.describe(settings), ModelFamily.SEMANTIC, indices, labels, stored)
    return UNet(config)


def built(unet: UNet, seed: int = 0) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return unet.build()


def batch_of(unet: UNet, *samples: Any) -> Any:
    rng = np.random.default_rng(0)
    return unet.collate([unet.example(sample, rng, settings_of()) for sample in samples])


def test_it_is_the_network_of_the_library() -> None:
    unet = made()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        plain = smp.Unet(
            "resnet18", 3, encoder_weights=None, decoder_channels=(16, 8, 8), classes=2
        )
    network = built(unet)
    assert list(network.state_dict()) == list(plain.state_dict())
    sample = disc_sample(1)
    inputs = unet.prepare(sample.image.pixels())
    (found,) = unet.forward(network, [inputs], CPU)
    image = torch.from_numpy(imagenet_values(sample.image.pixels()))
    with torch.no_grad():
        wanted = plain.eval()(image[None]).softmax(1)[0].numpy()
    np.testing.assert_array_equal(found["probabilities"], wanted)
    assert network.training


def test_the_nearest_relative_of_the_original_network() -> None:
    config = ModelConfig({"name": "unet"}, ModelFamily.SEMANTIC, {"bg": 0, "a": 1}, ())
    unet = UNet(config)
    assert (unet.encoder, unet.input_size) == ("vgg16_bn", Size(128, 128))
    blocks = built(unet).decoder.blocks
    assert [block.conv2[0].out_channels for block in blocks] == [512, 256, 128, 64]


@pytest.mark.parametrize(
    ("encoder", "depth"), [("mobilenet_v2", 3), ("resnet34", 5), ("vgg11_bn", 5)]
)
def test_any_multiple_of_16_works(encoder: str, depth: int) -> None:
    channels = [8] * depth
    unet = made("a", "b", encoder=encoder, encoder_depth=depth, decoder_channels=channels)
    with torch.no_grad():
        assert built(unet)(torch.zeros(2, 3, 48, 80)).shape == (2, 3, 48, 80)


@pytest.mark.parametrize("encoder", ["vgg16_bn", "resnet50", "mobilenet_v2", "efficientnet-b0"])
def test_published_weights_fit_the_encoder(encoder: str) -> None:
    unet = made(encoder=encoder)
    names = [name for name, what in unet.published_weights() if what == "ImageNet"]
    assert names
    assert all(name.startswith(encoder) and name.endswith(".pth") for name in names)
    network = built(unet)
    of_encoder, whole = network.encoder.state_dict(), network.state_dict()
    renamed = unet.renamed_weights({**of_encoder, "fc.weight": torch.zeros(1)}, "ImageNet")
    assert {name for name in renamed if name in whole} == {f"encoder.{each}" for each in of_encoder}


def test_last_layers_are_those_that_depend_on_the_classes() -> None:
    one, three = built(made()).state_dict(), built(made("a", "b", "c")).state_dict()
    differing = {name for name, value in one.items() if value.shape != three[name].shape}
    assert differing == {name for name in one if any(part in name for part in UNet.last_layers)}


def test_layers_that_nothing_depends_on_are_frozen() -> None:
    unet = made()
    network = built(unet)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    unet.freeze(network, settings_of())
    frozen = {name.split(".")[1] for name, p in network.named_parameters() if not p.requires_grad}
    assert frozen == {"layer3", "layer4"}
    assert all((value == before[name]).all() for name, value in network.state_dict().items())
    assert network.training
    groups = unet.optimizer(network, settings_of()).param_groups
    assert len(groups[0]["params"]) == sum(p.requires_grad for p in network.parameters())
    assert groups[0]["lr"] == 0.003


def test_an_example_is_resized_and_knows_neutral_pixels() -> None:
    unet = made(input_size={"width": 48, "height": 16})
    sample = disc_sample(3, Instance("neutral", Rectangle(0, 0, SIDE_PX, SIDE_PX / 2)))
    example = unet.example(sample, np.random.default_rng(0), settings_of())
    assert (example["image"].shape, example["target"].shape) == ((3, 16, 48), (16, 48))
    assert (example["target"][:8] == unet.neutral).all()
    batch = unet.collate([example, example])
    assert batch["image"].shape == (2, 3, 16, 48)
    assert (batch["target"].dtype, batch["has_pixels"]) == (torch.int64, True)


def test_a_batch_of_neutral_pixels_alone_teaches_nothing() -> None:
    unet = made()
    network = built(unet)
    cover = Instance("neutral", Rectangle(0, 0, SIDE_PX, SIDE_PX))
    batch = batch_of(unet, disc_sample(1, cover), disc_sample(2, cover))
    losses = unet.losses(network, batch, settings_of())
    assert float(losses["loss"].detach()) == 0
    losses["loss"].backward()
    assert all((each.grad == 0).all() for each in network.decoder.parameters())
    seen = [batch_of(unet, disc_sample(3)), batch]
    both, one = (unet.validate(network, batches, settings_of()) for batches in (seen, seen[:1]))
    assert both == one
    assert unet.validate(network, [batch], settings_of()) == {"loss": 0.0, "miou": 0.0}


def test_what_is_charted() -> None:
    unet, many = made(), made("thing", "other")
    batch = batch_of(unet, disc_sample(1), disc_sample(2))
    assert set(unet.losses(built(unet), batch, settings_of())) == {"loss", "accuracy", "dice"}
    assert set(many.losses(built(many), batch, settings_of())) == {"loss", "accuracy"}
    found = set(unet.validate(built(unet), [batch], settings_of()))
    assert found == {"loss", "accuracy", "dice", "miou", "iou/bg", "iou/thing"}


def test_validation_with_statistics_of_batches_changes_nothing() -> None:
    unet = made()
    network = built(unet)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    batch = batch_of(unet, disc_sample(1), disc_sample(2))
    by_batch = unet.validate(network, [batch], settings_of(validate_with_model_eval=False))
    by_running = unet.validate(network, [batch], settings_of())
    assert by_batch["loss"] != by_running["loss"]
    assert all((value == before[name]).all() for name, value in network.state_dict().items())
    assert network.training
    with torch.no_grad():
        loss = unet.losses(network, batch, settings_of())["loss"]
    assert by_batch["loss"] == pytest.approx(float(loss), abs=1e-6)


def test_validation_weighs_batches_by_their_length() -> None:
    unet = made()
    network = built(unet)
    one, two = batch_of(unet, disc_sample(1)), batch_of(unet, disc_sample(2), disc_sample(3))
    whole, first, second = (
        unet.validate(network, batches, settings_of())["loss"]
        for batches in ([one, two], [one], [two])
    )
    assert whole == pytest.approx((first + 2 * second) / 3, abs=1e-6)


def test_a_few_steps_learn_two_pictures_and_do_so_twice_alike() -> None:
    unet = made()
    started = time.monotonic()
    outcomes = [_overfit(unet) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["dice"] > 0.95
    assert outcomes[0]["miou"] > 0.9
    assert time.monotonic() - started < 60


def _overfit(unet: UNet) -> dict[str, float]:
    settings = settings_of()
    network = built(unet)
    unet.freeze(network, settings)
    optimizer = unet.optimizer(network, settings)
    batch = batch_of(unet, disc_sample(1), disc_sample(2))
    for _ in range(60):
        optimizer.zero_grad()
        unet.losses(network, batch, settings)["loss"].backward()
        optimizer.step()
    return unet.validate(network, [batch], settings)


def test_the_prediction_has_the_size_of_the_image() -> None:
    unet = made("thing", "other")
    likely = np.zeros((3, SIDE_PX, SIDE_PX), np.float32)
    likely[0], likely[1, :, SIDE_PX // 2 :] = 0.4, 0.6
    pixels = np.zeros((20, 40, 3), np.uint8)
    found = unet.finish({"probabilities": likely}, pixels, {}, scores=True)
    assert found.instances == (
        Instance("bg", Mask.tight(np.ones((20, 20), bool), 0, 0)),
        Instance("thing", Mask.tight(np.ones((20, 20), bool), 20, 0)),
    )
    assert found.scores is not None
    assert (found.scores.shape, found.scores.dtype) == ((3, 20, 40), np.float32)
    # In the order of the declared classes, the background last.
    assert found.scores[:, 0, 0].tolist() == pytest.approx([0, 0, 0.4], abs=1e-6)
    assert unet.finish({"probabilities": likely}, pixels, {}).scores is None


def test_a_tie_goes_to_the_lower_number() -> None:
    likely = np.full((2, SIDE_PX, SIDE_PX), 0.5, np.float32)
    pixels = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    (only,) = made().finish({"probabilities": likely}, pixels, {}).instances
    assert only.label == "bg"


def test_what_is_exported_says_what_forward_says() -> None:
    unet = made()
    network = built(unet)
    exported, (example,) = unet.exportable(network)
    assert example.shape == (1, 3, SIDE_PX, SIDE_PX)
    assert not exported.training
    inputs = [unet.prepare(disc_sample(n).image.pixels()) for n in (1, 2)]
    images = torch.from_numpy(np.stack([each["image"] for each in inputs]))
    wanted = [each["probabilities"] for each in unet.forward(network, inputs, CPU)]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit.trace", FutureWarning)
        scripted = torch.jit.trace(exported, (example,))
    for runs in (exported, scripted):
        with torch.no_grad():
            np.testing.assert_allclose(runs(images).numpy(), wanted, atol=1e-6)


def test_it_pickles_for_processes_that_load() -> None:
    unet = pickle.loads(pickle.dumps(made()))
    assert unet.input_size == Size(SIDE_PX, SIDE_PX)
