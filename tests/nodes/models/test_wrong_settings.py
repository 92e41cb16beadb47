"""Settings of ``train``, ``infer`` and ``model`` that are wrong: each with its place and reason.

Source: the tables of bad values of the models reference; where a message is worth reading in full,
it stands in ``tests/broken/graphs``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.errors import GraphInvalid, Problem
from tests.fixtures.check_projects import write_check_projects
from tests.fixtures.small_graphs import Json, document, layer, reading, saving


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_check_projects(folder)
    return folder


def problem(data: Path, *layers: Json) -> Problem:
    """Return the only problem."""
    with pytest.raises(GraphInvalid) as refused:
        compile_graph(document(reading(), *layers), data=[data])
    (found,) = refused.value.problems
    return found


def training(**settings: Any) -> tuple[Json, ...]:
    return (
        _tag("$in", "$a", "train"),
        _tag("$a", "$set", "val"),
        layer("train", "$set", ["$net", None], **settings),
    )


def _tag(src: str, dst: str, name: str) -> Json:
    return {"action": "tag", "src": [src], "dst": dst, "settings": {"tag": name, "action": "add"}}


SIZE = "input_size"
WRONG: list[tuple[str, Json, str, str]] = [
    ("unet", {"dataset_tags": {"train": ""}}, "dataset_tags.train", "cannot be empty"),
    ("unet", {"dataset_tags": {"test": "x"}}, "dataset_tags.test", "unknown setting"),
    ("unet", {"batch_size": {"train": 0}}, "batch_size.train", "at least 1, not 0"),
    ("unet", {"batch_size": {"train": 1.5}}, "batch_size.train", "an integer"),
    ("unet", {"batch_size": 8}, "batch_size", "an object"),
    ("unet", {"data_workers": {"val": -1}}, "data_workers.val", "at least 0, not -1"),
    ("unet", {"allow_corrupted_samples": {"val": "3"}}, "allow_corrupted_samples.val", "integer"),
    ("unet", {"special_classes": {"background": ""}}, "special_classes.background", "empty"),
    ("mask_rcnn", {"special_classes": {"neutral": "bg"}}, "special_classes.neutral", "two classes"),
    ("unet", {SIZE: {"width": 0, "height": 16}}, "input_size.width", "at least 1, not 0"),
    ("unet", {SIZE: {"width": 16, "height": 24}}, "input_size.height", "multiple of 16, not 24"),
    ("resnet", {SIZE: {"width": 100}}, "input_size.width", "multiple of 16, not 100"),
    ("mask_rcnn", {SIZE: {"width": 256, "height": 256}}, "input_size", "give 'min_dim'"),
    ("mask_rcnn", {SIZE: {"min_dim": []}}, "input_size.min_dim", "empty"),
    ("faster_rcnn", {SIZE: {"width": 300}}, "input_size", "both 'width' and 'height'"),
    ("faster_rcnn", {SIZE: {"min_dim": 9, "max_dim": 8}}, "input_size", "min_dim is 9, more than"),
    ("unet", {"epochs": 0}, "epochs", "at least 1, not 0"),
    ("unet", {"epochs": "5"}, "epochs", "an integer"),
    ("unet", {"val_every": 0}, "val_every", "above 0, not 0"),
    ("unet", {"lr": -0.1}, "lr", "above 0, not -0.1"),
    ("unet", {"lr_decreasing": {"patience": 0}}, "lr_decreasing.patience", "at least 1"),
    ("unet", {"lr_decreasing": {"lr_divisor": 0}}, "lr_decreasing.lr_divisor", "above 0"),
    ("unet", {"loss_weights": {"bce": -1}}, "loss_weights.bce", "at least 0"),
    ("unet", {"gpu_devices": 0}, "gpu_devices", "a list"),
    ("unet", {"gpu_devices": [True]}, "gpu_devices.0", "an integer"),
    ("unet", {"precision": "16"}, "precision", "cannot be"),
    ("unet", {"encoder": "vgg16bn"}, "encoder", "cannot be"),
    ("unet", {"encoder_depth": 6}, "encoder_depth", "at most 5"),
    ("unet", {"decoder_channels": [64, 32]}, "decoder_channels", "2 entries and 'encoder_depth'"),
    ("mask_rcnn", {"train_layers": "2+"}, "train_layers", "cannot be"),
    ("mask_rcnn", {"backbone": "resnet50"}, "backbone", "cannot be"),
    ("deeplab_v3plus", {"output_stride": 4}, "output_stride", "cannot be 4"),
    ("deeplab_v3plus", {"atrous_rates": [8, 12]}, "atrous_rates", "at least 3 entries"),
    ("deeplab_v3plus", {"weight_decay": 0}, "weight_decay", "above 0"),
    ("resnet", {"num_layers": 20}, "num_layers", "cannot be 20"),
    ("unet", {"validate_with_model_eval": 1}, "validate_with_model_eval", "true or false"),
    ("unet", {"snapshots": 3}, "snapshots", "unknown setting"),
]


@pytest.mark.parametrize(("architecture", "settings", "place", "words"), WRONG)
def test_training(data: Path, architecture: str, settings: Json, place: str, words: str) -> None:
    found = problem(data, *training(architecture=architecture, **settings))
    assert words in found.message, found
    assert found.location.pointer == "/layers/3/settings/" + place.replace(".", "/")


@pytest.mark.parametrize("name", ["icnet", "pspnet", "tf_object_detection", "yolo_v3"])
def test_networks_of_the_original_alone(data: Path, name: str) -> None:
    found = problem(data, *training(architecture=name, anything=1))
    assert "not among those here" in found.message
    assert found.help == "one of: deeplab_v3plus, faster_rcnn, mask_rcnn, resnet, unet"


@pytest.mark.parametrize("name", ["unet_v2", "resnet_classifier", "classifier"])
def test_other_names_of_networks(data: Path, name: str) -> None:
    classes = {} if name == "unet_v2" else {"classes": ["checked", "train"]}
    graph = compile_graph(document(reading(), *training(architecture=name, **classes)), data=[data])
    settings: Any = graph.by_id["net"].node.settings
    assert settings.architecture == ("unet" if name == "unet_v2" else "resnet")


@pytest.mark.parametrize("value", [3, None, ["unet"], ""])
def test_architectures_that_are_no_names(data: Path, value: Any) -> None:
    found = problem(data, *training(architecture=value, encoder="resnet18"))
    assert found.location.pointer == "/layers/3/settings/architecture"


MODES: list[tuple[Json, str, str]] = [
    ({"mode": {"name": "roi", "bounds": {"left": "1.5%"}}}, "mode.bounds.left", "whole number"),
    ({"mode": {"name": "roi", "bound": {}}}, "mode.bound", "unknown setting"),
    ({"mode": {"name": "full_image", "padding": {}}}, "mode.padding", "unknown setting"),
    ({"mode": {"name": "bboxes", "from_classes": "box"}}, "mode.from_classes", "cannot be"),
    (
        {
            "mode": {
                "name": "bboxes",
                "from_classes": ["bx"],
                "model_classes": {"add_suffix": "_m"},
            }
        },
        "mode.from_classes.0",
        "no class 'bx'",
    ),
    ({"mode": {"name": "bboxes_ocr"}}, "mode.name", "cannot be"),
    ({"model": {"confidence_tag_name": ""}}, "model.confidence_tag_name", "cannot be empty"),
    ({"model": {"min_confidence_threshold": 1.5}}, "model.min_confidence_threshold", "at most 1"),
    ({"model": {"gpu_device": -1}}, "model.gpu_device", "at least 0"),
    ({"batch_size": 0}, "batch_size", "at least 1"),
    (
        {"mode": {"name": "full_image", "model_classes": {"class_mapping": {"blop": "x"}}}},
        "mode.model_classes.class_mapping.blop",
        "no class 'blop' of the model",
    ),
    (
        {"mode": {"name": "full_image", "model_tags": {"save_names": ["score"]}}},
        "mode.model_tags.save_names.0",
        "no tag 'score' of the model",
    ),
    (
        {"mode": {"name": "full_image", "save_probabilities": True}},
        "mode.save_probabilities",
        "no scores per pixel",
    ),
]


@pytest.mark.parametrize(("settings", "place", "words"), MODES)
def test_inference(data: Path, settings: Json, place: str, words: str) -> None:
    layers = (
        layer("model", "blobs", "$model"),
        layer("infer", ["$in", "$model"], "$found", **settings),
        saving("$found"),
    )
    found = problem(data, *layers)
    assert words in found.message, found
    assert found.location.pointer == "/layers/2/settings/" + place.replace(".", "/")


@pytest.mark.parametrize("name", ["../blobs", "blobs/../retina", "trained/checkpoints/00000007"])
def test_models_are_looked_for_in_the_data_folders_alone(data: Path, name: str) -> None:
    layers = (layer("model", name, "$m"), layer("export", "$m", "m.onnx", format="onnx"))
    found = problem(data, saving("$in"), *layers)
    assert (found.code, found.location.pointer) == ("E401", "/layers/2/src/0")


def test_going_on_with_a_model_that_fits(data: Path) -> None:
    classes = ("blob", "box", "dot", "hand", "patch", "path")
    config = {
        "architecture": {"family": "unet"},
        "class_title_to_idx": {"bg": 0, **{n: at for at, n in enumerate(classes, 1)}},
    }
    (data / "own").mkdir()
    (data / "own" / "config.json").write_text(json.dumps(config))
    going_on = {"weights_init_type": "continue_training", "weights": "own"}
    compile_graph(document(reading(), *training(architecture="unet", **going_on)), data=[data])
    found = problem(data, *training(architecture="mask_rcnn", **going_on))
    assert "goes on with the network of the model, 'unet'" in found.message
