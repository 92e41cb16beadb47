"""Checkpoint folders: written whole, read in every form that there was, refused with reasons."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.schema import LabelSpec
from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import (
    config_json,
    find_checkpoint,
    load_state,
    read_config,
    write_checkpoint,
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


def state(value: float = 1.0) -> dict[str, Any]:
    shared = torch.full((2, 3), value)
    return {"a.weight": shared, "a.tied": shared, "a.turned": shared.T, "steps": torch.tensor(7)}


def write(folder: Path, content: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(content))
    return folder


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "00000000"
    metrics = {"loss": 0.5, "odd": float("nan")}
    write_checkpoint(folder, CONFIG, state(), metrics, b"[]")
    assert sorted(path.name for path in folder.iterdir()) == [
        "config.json", "graph.json", "metrics.json", "model.safetensors",
    ]  # fmt: skip
    assert read_config(folder) == CONFIG
    loaded = load_state(folder)
    assert all(torch.equal(loaded[name], value) for name, value in state().items())
    assert json.loads((folder / "metrics.json").read_text()) == {"loss": 0.5, "odd": None}
    assert (folder / "graph.json").read_bytes() == b"[]"
    assert [path.name for path in tmp_path.iterdir()] == ["00000000"]


def test_writing_again_replaces_all_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    write_checkpoint(folder, CONFIG, state(), {}, b"[]")
    first = (folder / "model.safetensors").read_bytes()
    write_checkpoint(folder, CONFIG, state(), {}, None)
    assert (folder / "model.safetensors").read_bytes() == first
    assert not (folder / "graph.json").exists()
    write_checkpoint(folder, CONFIG, {"module.x": torch.ones(1)}, {}, None)
    assert list(load_state(folder)) == ["x"]


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


@pytest.mark.parametrize("wrapped", [False, True])
def test_state_dicts_are_read_without_their_prefix(tmp_path: Path, wrapped: bool) -> None:
    content: Any = {f"module.{name}": value for name, value in state().items()}
    torch.save({"state_dict": content, "epoch": 3} if wrapped else content, tmp_path / "model.pt")
    assert list(load_state(tmp_path)) == list(state())
    assert list(load_state(tmp_path / "model.pt")) == list(state())


def test_code_in_a_file_of_weights_is_not_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    torch.save({"a": torch.ones(1), "b": Evil()}, tmp_path / "model.pt")
    with pytest.raises(ModelError, match="which are never loaded, as they can run code") as told:
        load_state(tmp_path)
    # The library advises to load it all the same.
    assert "weights_only" not in str(told.value)
    assert not (tmp_path / "ran").exists()


def test_other_objects_than_tensors_are_never_loaded(tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    for name, content in (("old", Evil()), ("network", torch.nn.Linear(2, 2))):
        torch.save(content, tmp_path / f"{name}.pt", _use_new_zipfile_serialization=name != "old")
    (tmp_path / "plain.pt").write_bytes(pickle.dumps(Evil()))
    for name in ("old", "network", "plain"):
        with pytest.raises(ModelError, match="other objects than tensors"):
            load_state(tmp_path / f"{name}.pt")
    assert not (tmp_path / "ran").exists()


def test_a_file_with_code_in_it(tmp_path: Path) -> None:
    traced = torch.jit.trace
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(traced(torch.nn.Linear(2, 2), torch.ones(1, 2)), tmp_path / "m.pt")
    with pytest.raises(ModelError, match="it is a TorchScript file, which brings code"):
        load_state(tmp_path / "m.pt")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x80\x02"])
def test_files_that_are_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.pt").write_bytes(content)
    with pytest.raises(ModelError, match="the file is damaged"):
        load_state(tmp_path / "m.pt")
    torch.save(state(), tmp_path / "whole.pt")
    (tmp_path / "m.pt").write_bytes((tmp_path / "whole.pt").read_bytes()[:300])
    with pytest.raises(ModelError, match="the file is damaged"):
        load_state(tmp_path / "m.pt")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("model_weights/model.h5", "Keras weights, which cannot be read: only safetensors and Py"),
        ("model_weights/model.ckpt-0.data-00000-of-00001", "TensorFlow weights"),
        ("model.weights", "darknet weights"),
    ],
)
def test_weights_of_other_frameworks_are_refused_by_name(
    tmp_path: Path, name: str, words: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"weights")
    for place in (tmp_path, path):
        with pytest.raises(ModelError, match=words):
            load_state(place)


def test_weights_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model\.safetensors"):
        load_state(tmp_path)
    with pytest.raises(ModelError, match="do not exist"):
        load_state(tmp_path / "gone.pt")
    (tmp_path / "a.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be read"):
        load_state(tmp_path)
    torch.save([1], tmp_path / "b.pt")
    with pytest.raises(ModelError, match=r"several files of weights \(a\.safetensors, b\.pt\)"):
        load_state(tmp_path)
    with pytest.raises(ModelError, match="it is no PyTorch state dict"):
        load_state(tmp_path / "b.pt")
    with pytest.raises(ModelError, match="can be used by 'infer', but not be trained"):
        (tmp_path / "m.onnx").write_bytes(b"")
        load_state(tmp_path / "m.onnx")


def test_a_training_names_its_checkpoints(tmp_path: Path) -> None:
    for number in range(3):
        write_checkpoint(tmp_path / f"checkpoints/0000000{number}", CONFIG, state(), {}, None)
    last = tmp_path / "checkpoints/00000002"
    assert find_checkpoint(last) == last
    assert find_checkpoint(tmp_path / "checkpoints") == last
    assert find_checkpoint(tmp_path) == last, "even without its index"
    index = {"best": "checkpoints/00000000", "last": "checkpoints/00000001"}
    (tmp_path / "checkpoints.json").write_text(json.dumps(index))
    assert find_checkpoint(tmp_path, "best").name == "00000000"
    assert find_checkpoint(tmp_path).name == "00000001"


@pytest.mark.parametrize("named", ["../elsewhere", "checkpoints/00000009"])
def test_an_index_that_names_none_is_an_error(tmp_path: Path, named: str) -> None:
    write_checkpoint(tmp_path / "elsewhere", CONFIG, state(), {}, None)
    training = tmp_path / "training"
    training.mkdir()
    (training / "checkpoints.json").write_text(json.dumps({"last": named}))
    with pytest.raises(ModelError, match="as the last checkpoint, which is none"):
        find_checkpoint(training)
    with pytest.raises(ModelError, match="does not name the best checkpoint"):
        find_checkpoint(training, "best")


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not exist"):
        find_checkpoint(tmp_path / "gone")
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="is no model"):
        find_checkpoint(tmp_path / "file")
