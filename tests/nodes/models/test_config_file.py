"""The configuration of a model: read in every form that there was, refused with reasons."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.schema import LabelSpec
from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import (
    config_json,
    read_config,
)
from dtl_nodes.models.config import ModelConfig

torch = pytest.importorskip("torch")

CONFIG = ModelConfig(
    {"name": "unet", "encoder": "vgg16_bn", "encoder_depth": 4},
    ModelFamily.SEMANTIC,
    {"bg": 0, "vessel": 1},
    (LabelSpec("vessel", "bitmap", "#1C86EE"), LabelSpec("bg", "bitmap", "#222222")),
    {"lr": 0.0005, "epochs": 12},
)


def write(folder: Path, content: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(content))
    return folder


def test_the_configuration_has_the_keys_of_the_reference() -> None:
    content = config_json(CONFIG)
    assert content["architecture"] == {"family": "unet", "encoder": "vgg16_bn", "encoder_depth": 4}
    assert content["out_classes"][0] == {
        "title": "vessel", "shape": "bitmap", "color": "#1C86EE", "geometry_config": {},
    }  # fmt: skip
    assert content["class_title_to_idx"] == {"bg": 0, "vessel": 1}
    assert content["format_version"] == 1


@pytest.mark.parametrize(
    ("content", "architecture", "family"),
    [
        (
            {"out_classes": [], "class_title_to_idx": {"bg": 0, "a": 1}},
            {"name": "unet"},
            "semantic",
        ),
        (
            {
                "settings": {"input_size": {"min_dim": 256, "max_dim": 256}},
                "classes": [{"title": "a", "shape": "bitmap", "color": "#FF0000"}],
                "class_title_to_idx": {"bg": 0, "a": 1},
            },
            {"name": "mask_rcnn"},
            "instances",
        ),
        (
            {"settings": {"atrous_rates": [8]}, "class_title_to_idx": {"bg": 0, "a": 1}},
            {"name": "deeplab_v3plus"},
            "semantic",
        ),
        (
            {"classification_tags_to_idx": {"a": 0, "b": 1}, "num_layers": 50, "out_classes": []},
            {"name": "resnet", "num_layers": 50},
            "tags",
        ),
        (
            {"architecture": {"family": "classifier"}, "class_title_to_idx": {"a": 0, "b": 1}},
            {"name": "resnet"},
            "tags",
        ),
        (
            {
                "architecture": {"family": "acme", "depth": 3},
                "predicts": "boxes",
                "mapping": {"a": 1},
            },
            {"name": "acme", "depth": 3},
            "boxes",
        ),
    ],
)
def test_older_configurations_are_read(
    tmp_path: Path, content: dict[str, Any], architecture: dict[str, Any], family: str
) -> None:
    config = read_config(write(tmp_path, content))
    assert config.architecture == architecture
    assert config.family == family
    titles = {label.name for label in config.labels}
    assert titles == (set() if family == "tags" else set(config.indices))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "'class_title_to_idx' is missing"),
        ({"class_title_to_idx": {"a": "0"}}, "a whole number from 0 for each class"),
        ({"class_title_to_idx": {"a": 1, "b": 1}}, "one number to several classes"),
        ({"class_title_to_idx": {"a": 0}, "format_version": 9}, "format_version 9"),
        ({"class_title_to_idx": {"a": 0}, "format_version": True}, "format_version True"),
        ({"class_title_to_idx": {"": 0}}, "has a class without a title"),
        ({"class_title_to_idx": {"a": 0}, "settings": {"input_size": [64]}}, "input_size' is no o"),
        (
            {"class_title_to_idx": {"a": 0}, "settings": {"input_size": {"width": 0}}},
            "'settings.input_size.width' is 0, not a number of pixels",
        ),
        (
            {"class_title_to_idx": {"a": 0}, "settings": {"input_size": {"min_dim": "64"}}},
            "'settings.input_size.min_dim' is '64'",
        ),
        (
            {
                "architecture": {"family": "acme"},
                "predicts": "boxes",
                "class_title_to_idx": {"a": 0},
                "out_classes": [{"title": "a", "shape": "blob"}],
            },
            "class 'a' has the shape 'blob', not one of point, rectangle",
        ),
        ({"class_title_to_idx": {"a": 0}, "settings": []}, "'settings' is no object"),
        ({"class_title_to_idx": {"a": 0}, "out_classes": [3]}, "'out_classes' is no list of cla"),
        ({"class_title_to_idx": {"a": 0}, "predicts": "x"}, "'predicts' is 'x', not one of inst"),
        ({"class_title_to_idx": {"a": 0}, "settings": {"use_batchnorm": True}}, "network 'icnet'"),
    ],
)
def test_what_is_wrong_with_a_configuration_is_told(
    tmp_path: Path, content: dict[str, Any], words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        read_config(write(tmp_path, content))


def test_classes_have_the_shapes_of_what_is_found(tmp_path: Path) -> None:
    entries = [
        {"title": "a", "shape": "polygon", "color": "red"},
        {"title": "b", "shape": "blob", "color": "#00FF00"},
    ]
    content = {"class_title_to_idx": {"a": 0, "b": 1}, "out_classes": entries}
    first, second = read_config(write(tmp_path, content)).labels
    assert (first.kind, second.kind) == ("bitmap", "bitmap")
    assert re.fullmatch("#[0-9A-F]{6}", first.color)
    assert second.color == "#00FF00"


def test_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is no model: it has no config\.json"):
        read_config(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelError, match="is no JSON"):
        read_config(tmp_path)
    (tmp_path / "config.json").write_text("[" * 100_000)
    with pytest.raises(ModelError, match="it is nested too deep"):
        read_config(tmp_path)
