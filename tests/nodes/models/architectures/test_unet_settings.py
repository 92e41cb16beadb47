from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dtl_engine.testing.settings import (
    assert_refuses_unknown_keys,
    assert_survives_json,
    parse_settings,
)
from dtl_nodes.models.architectures.unet_settings import UNetSettings

FULL = {
    "architecture": "unet",
    "dataset_tags": {"train": "train", "val": "val"},
    "batch_size": {"train": 6, "val": 4},
    "data_workers": {"train": 2, "val": 1},
    "allow_corrupted_samples": {"train": 3, "val": 0},
    "special_classes": {"background": "bg", "neutral": "neutral"},
    "input_size": {"width": 320, "height": 256},
    "epochs": 12,
    "val_every": 0.5,
    "lr": 0.001,
    "momentum": 0.9,
    "lr_decreasing": {"patience": 8, "lr_divisor": 5},
    "loss_weights": {"bce": 1.0, "dice": 0.5},
    "weights_init_type": "transfer_learning",
    "validate_with_model_eval": True,
    "gpu_devices": [0],
}


def parsed(**settings: Any) -> UNetSettings:
    found = parse_settings(UNetSettings, {"architecture": "unet", **settings})
    assert isinstance(found, UNetSettings)
    return found


def test_the_full_example() -> None:
    settings = parsed(**FULL)
    assert (settings.input_size.width, settings.loss_weights.dice) == (320, 0.5)
    assert_survives_json(settings)
    without_ignored = {key: value for key, value in FULL.items() if key != "momentum"}
    assert_refuses_unknown_keys(UNetSettings, without_ignored)


def test_the_configuration_of_the_documentation(shared: Path) -> None:
    given = json.loads((shared / "graphs" / "vessels_training.json").read_text())
    settings = parsed(**given)
    assert (settings.lr, settings.epochs, settings.gpu_devices) == (0.001, 15, (0, 1, 2, 3))


def test_defaults_are_those_of_the_original_code() -> None:
    settings = parsed()
    assert (settings.epochs, settings.val_every, settings.lr) == (2, 0.5, 0.1)
    assert (settings.batch_size.train, settings.batch_size.val) == (1, 1)
    assert (settings.input_size.width, settings.input_size.height) == (128, 128)
    assert (settings.lr_decreasing.patience, settings.lr_decreasing.lr_divisor) == (1000, 5)
    assert (settings.loss_weights.bce, settings.loss_weights.dice) == (1, 1)
    assert settings.validate_with_model_eval is True
    assert (settings.encoder, settings.encoder_depth) == ("vgg16_bn", 4)
    with pytest.warns(DeprecationWarning, match="Adam"):
        assert settings.momentum == 0.9


def test_objects_override_only_what_they_name() -> None:
    settings = parsed(input_size={"width": 256}, special_classes={"neutral": "unsure"})
    assert (settings.input_size.width, settings.input_size.height) == (256, 128)
    assert settings.special_classes.background == "bg"


def test_an_integral_float_is_a_whole_number() -> None:
    settings = parsed(input_size={"width": 64.0}, lr_decreasing={"patience": 2.0})
    assert (settings.input_size.width, settings.lr_decreasing.patience) == (64, 2)


def test_the_older_name_of_the_evaluation_mode() -> None:
    assert parsed(validate_with_eval_model=False).validate_with_model_eval is False
    refused({"validate_with_eval_model": True, "validate_with_model_eval": True}, "Extra")


def test_momentum_is_accepted_without_a_word_from_pydantic() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parsed(momentum=0.5)


def test_levels_of_the_decoder() -> None:
    assert parsed().levels == (512, 256, 128, 64)
    assert parsed(encoder="resnet18", encoder_depth=5).levels == (256, 128, 64, 32, 16)
    assert parsed(encoder_depth=3, decoder_channels=[8, 8, 4]).levels == (8, 8, 4)


def refused(settings: dict[str, Any], *words: str) -> None:
    with pytest.raises(ValidationError) as error:
        parsed(**settings)
    assert all(word in str(error.value) for word in words), error.value


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"input_size": {"width": 250, "height": 256}}, ("input_size.width", "multiple of 16")),
        ({"input_size": {"width": 0}}, ("input_size.width",)),
        ({"input_size": {"width": True}}, ("input_size.width", "integer")),
        ({"input_size": {"width": "256"}}, ("input_size.width", "integer")),
        ({"input_size": 256}, ("input_size",)),
        ({"epochs": 0}, ("epochs",)),
        ({"epochs": 1.5}, ("epochs",)),
        ({"lr": 0}, ("lr",)),
        ({"val_every": -1}, ("val_every",)),
        ({"momentum": 0}, ("momentum",)),
        ({"batch_size": {"train": 0}}, ("batch_size.train",)),
        ({"lr_decreasing": {"patience": 0}}, ("lr_decreasing.patience",)),
        ({"lr_decreasing": {"lr_divisor": 0}}, ("lr_decreasing.lr_divisor",)),
        ({"loss_weights": {"bce": 0, "dice": 0}}, ("loss_weights", "both 0")),
        ({"loss_weights": {"bce": -1}}, ("loss_weights.bce",)),
        ({"loss_weights": {"focal": 1}}, ("loss_weights.focal",)),
        ({"special_classes": {"background": "x", "neutral": "x"}}, ("special_classes", "both 'x'")),
        ({"special_classes": {"background": ""}}, ("special_classes.background",)),
        ({"special_classes": {"neutral": "bg"}}, ("both 'bg'",)),
        ({"validate_with_model_eval": 1}, ("validate_with_model_eval",)),
        ({"encoder": "vgg16bn"}, ("encoder", "vgg16_bn")),
        ({"encoder_depth": 6}, ("encoder_depth",)),
        ({"decoder_channels": [8, 8]}, ("2 entries", "4")),
        ({"decoder_channels": [8, 8, 8, 0]}, ("decoder_channels.3",)),
        ({"train_layers": "all"}, ("train_layers",)),
        ({"weight_decay": 0.1}, ("weight_decay",)),
    ],
)
def test_bad_values(settings: dict[str, Any], words: tuple[str, ...]) -> None:
    refused(settings, *words)
