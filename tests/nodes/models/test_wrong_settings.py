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
    ("deeplab_v3plus", {"atrous_rates": [8, 12]}, "atrous_rates", "lacks its entry 3"),
    ("deeplab_v3plus", {"weight_decay": 0}, "weight_decay", "above 0"),
    ("resnet", {"num_layers": 20}, "num_layers", "cannot be 20"),
    ("unet", {"validate_with_model_eval": 1}, "validate_with_model_eval", "true or false"),
    ("unet", {"snapshots": 3}, "snapshots", "unknown setting"),
    ("unet", {"use_augmentation": True}, "use_augmentation", "unknown setting"),
    ("unet", {"momentum": 0}, "momentum", "above 0"),
    ("unet", {"loss_weights": {"bce": 0, "dice": 0}}, "loss_weights", "both 0"),
    ("unet", {"special_classes": {"neutral": "bg"}}, "special_classes", "both 'bg'"),
    ("deeplab_v3plus", {"special_classes": {"neutral": "bg"}}, "special_classes", "both 'bg'"),
    (
        "faster_rcnn",
        {"special_classes": {"background": "a", "neutral": "a"}},
        "special_classes.neutral",
        "two classes",
    ),
    ("deeplab_v3plus", {SIZE: {"height": 0}}, "input_size.height", "at least 1, not 0"),
    ("deeplab_v3plus", {"atrous_rates": [8, 12, 18, 24]}, "atrous_rates", "at most 3 entries"),
    ("deeplab_v3plus", {"atrous_rates": [8, 0, 12]}, "atrous_rates.1", "at least 1, not 0"),
    ("deeplab_v3plus", {"backbone": "resnet50"}, "backbone", "cannot be"),
    ("mask_rcnn", {SIZE: {"max_dim": 500}}, "input_size.max_dim", "500: it must be a multiple of"),
    ("mask_rcnn", {SIZE: {"min_dim": 512}}, "input_size.max_dim", "min_dim is 512, more than max"),
    ("mask_rcnn", {SIZE: {"min_dim": 0}}, "input_size.min_dim", "at least 1, not 0"),
    ("mask_rcnn", {"val_every": 0}, "val_every", "above 0"),
    ("resnet", {"val_every": "1"}, "val_every", "a number"),
    ("resnet", {"lr": True}, "lr", "a number"),
    ("resnet", {"num_layers": 18.5}, "num_layers", "cannot be 18.5"),
    ("resnet", {"classes": ["checked", "ripe"]}, "classes.1", "no tag 'ripe' to learn"),
    ("resnet", {"classes": ["checked", "train"], "ignore_tags": ["train"]}, "classes", "only"),
    ("resnet", {"ignore_tags": "note"}, "ignore_tags", "a list"),
    ("resnet", {"special_classes": {}}, "special_classes", "unknown setting"),
    ("unet", {"weights_init_type": "imagenet"}, "weights_init_type", "cannot be"),
    ("unet", {"weights": "nowhere"}, "weights", "nowhere"),
    ("unet", {"gpu_devices": [-1]}, "gpu_devices.0", "at least 0, not -1"),
    ("unet", {"gpu_devices": [1, 0, 1]}, "gpu_devices", "number 1 is there twice"),
    ("unet", {"batch_size": {"val": True}}, "batch_size.val", "an integer"),
    ("unet", {"dataset_tags": {"val": "test"}}, "dataset_tags.val", "no tag 'test'"),
]


@pytest.mark.parametrize(("architecture", "settings", "place", "words"), WRONG)
def test_training(data: Path, architecture: str, settings: Json, place: str, words: str) -> None:
    found = problem(data, *training(architecture=architecture, **settings))
    assert words in found.message, found
    assert found.location.pointer == "/layers/3/settings/" + place.replace(".", "/")


NOT_NEEDED = [
    ("unet", {"momentum": 0.9}, "W506", "momentum", "the optimiser is Adam with its usual betas"),
    ("deeplab_v3plus", {"backbone": "xception_65"}, "W506", "backbone", "'encoder' chooses"),
    ("faster_rcnn", {"validate_with_model_eval": True}, "W506", "validate_with_model_eval", ""),
    ("mask_rcnn", {SIZE: {"width": 9, "height": 0, "min_dim": 64, "max_dim": 64}},
     "W506", "input_size.width input_size.height", "'min_dim' and 'max_dim' say how large"),
    ("unet", {"validate_with_eval_model": False},
     "W509", "validate_with_eval_model", "write 'validate_with_model_eval'"),
]  # fmt: skip


@pytest.mark.parametrize(("architecture", "settings", "code", "places", "help"), NOT_NEEDED)
def test_what_is_accepted_with_a_warning(
    data: Path, architecture: str, settings: Json, code: str, places: str, help: str
) -> None:
    layers = training(architecture=architecture, **settings)
    graph = compile_graph(document(reading(), *layers), data=[data])
    found = [(each.code, each.location.pointer) for each in graph.warnings]
    assert found == [
        (code, "/layers/3/settings/" + place.replace(".", "/")) for place in places.split()
    ]
    assert all(help in each.help for each in graph.warnings)


@pytest.mark.parametrize("init", ["transfer_learning", "continue_training"])
def test_the_depth_is_that_of_the_model_to_start_from(data: Path, init: str) -> None:
    config = {"num_layers": 50, "classification_tags_to_idx": {"checked": 0, "train": 1}}
    (data / "deep").mkdir(exist_ok=True)
    (data / "deep" / "config.json").write_text(json.dumps(config))
    chosen: Json = {
        **{"architecture": "resnet", "classes": ["checked", "train"]},
        **{"weights": "deep", "weights_init_type": init},
    }
    for depth in ({}, {"num_layers": 50}):
        compile_graph(document(reading(), *training(**chosen, **depth)), data=[data])
    found = problem(data, *training(**chosen, num_layers=18))
    assert found.location.pointer == "/layers/3/settings/num_layers"
    assert found.message == "'num_layers' is 18, and the model to start from has 50"


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
