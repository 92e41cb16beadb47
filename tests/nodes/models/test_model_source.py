from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dtl_engine.model.schema import SchemaError
from dtl_engine.node.source import DataFolders
from dtl_engine.testing.settings import assert_survives_json, parse_settings
from dtl_nodes.models.config_file import config_json
from dtl_nodes.models.model_source import ModelSettings, open_model_source
from tests.fixtures.check_projects import NO_TENSORS
from tests.nodes.models.inference.tiny_models import unet_config


def settings(**value: Any) -> ModelSettings:
    found = parse_settings(ModelSettings, value)
    assert isinstance(found, ModelSettings)
    return found


@pytest.fixture
def data(tmp_path: Path) -> DataFolders:
    """Return a folder with a training of three checkpoints, a checkpoint, and what is no model."""
    text = json.dumps(config_json(unet_config()))
    for number in range(3):
        folder = tmp_path / "lemons" / "checkpoints" / f"{number:08d}"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(text)
        (folder / "model.safetensors").write_bytes(NO_TENSORS)
    names = {"best": "checkpoints/00000001", "last": "checkpoints/00000002"}
    (tmp_path / "lemons" / "checkpoints.json").write_text(json.dumps(names))
    (tmp_path / "single").mkdir()
    (tmp_path / "single" / "config.json").write_text(text)
    (tmp_path / "single" / "model.safetensors").write_bytes(NO_TENSORS)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    (tmp_path / "list.txt").write_text("x")
    (tmp_path / "lemon").mkdir()
    tensor = b'{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}'
    whole = len(tensor).to_bytes(8, "little") + tensor + bytes(32)
    weights = {
        "bare": ("notes.txt", b""),
        "keras": ("model.h5", b""),
        "cut": ("model.safetensors", whole[:20]),
        "short": ("model.safetensors", whole[:-4]),
    }
    for name, (file, content) in weights.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(text)
        (tmp_path / name / file).write_bytes(content)
    (tmp_path / "pictures_of_lemons").mkdir()
    (tmp_path / "pictures_of_lemons" / "meta.json").write_text("{}")
    return DataFolders((tmp_path / "absent", tmp_path))


def refused(data: DataFolders, *names: str, **value: Any) -> SchemaError:
    with pytest.raises(SchemaError) as error:
        open_model_source(settings(**value), names, data)
    return error.value


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("lemons", {}, "lemons/checkpoints/00000002"),
        ("lemons", {"checkpoint": "last"}, "lemons/checkpoints/00000002"),
        ("lemons", {"checkpoint": "best"}, "lemons/checkpoints/00000001"),
        ("lemons", {"checkpoint": 0}, "lemons/checkpoints/00000000"),
        ("lemons/checkpoints", {"checkpoint": 1}, "lemons/checkpoints/00000001"),
        ("lemons/checkpoints/00000000", {}, "lemons/checkpoints/00000000"),
        ("single", {}, "single"),
    ],
)
def test_found(
    data: DataFolders, tmp_path: Path, name: str, value: dict[str, Any], place: str
) -> None:
    found = open_model_source(settings(**value), (name,), data)
    assert found.path == tmp_path / place
    assert found.spec.label_names == ("bg", "vessel")
    assert found.spec.suffix == "_unet"
    assert found.notes == ()


def test_a_choice_that_means_nothing(data: DataFolders) -> None:
    (note,) = open_model_source(settings(checkpoint="best"), ("single",), data).notes
    assert "'checkpoint' has no effect" in note


def test_onnx(data: DataFolders, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from tests.nodes.models.inference.tiny_models import write_onnx

    write_onnx(tmp_path / "red.onnx")
    found = open_model_source(settings(), ("red.onnx",), data)
    assert found.path == tmp_path / "red.onnx"
    assert found.spec.label_names == ("bg", "vessel")
    (note,) = open_model_source(settings(checkpoint=3), ("red.onnx",), data).notes
    assert "'checkpoint' has no effect" in note


@pytest.mark.parametrize("name", ["lemonz", "lemons/checkpoint", "../lemons", "lemons/../single"])
def test_no_such_model(data: DataFolders, name: str) -> None:
    error = refused(data, name)
    assert (error.code, error.at, error.value) == ("E401", (0,), name)
    assert {"broken.onnx", "lemons", "single"} <= {*error.allowed}


def test_the_nearest_name(data: DataFolders) -> None:
    assert refused(data, "lemonz").help == "did you mean 'lemons'?"
    assert "looked in" in refused(data, "xyz").help
    assert refused(data, "lemons/checkpoints/00000009").help.endswith("but not what is named in it")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("broken.onnx", {}, "is no ONNX file"),
        ("list.txt", {}, "is no model"),
        ("pictures", {}, "is no model"),
        ("pictures", {"checkpoint": 0}, "has no checkpoint 0: it has none"),
        ("lemons", {"checkpoint": 7}, "has no checkpoint 7: there are 0, 1, 2"),
        ("bare", {}, "bare holds no weights: there is no model.safetensors"),
        ("keras", {}, "holds Keras weights, which cannot be read"),
        ("cut", {}, "cannot be read: they are no safetensors"),
        ("short", {}, "cannot be read: the file has 91 bytes, its header says 95"),
        ("pictures_of_lemons", {}, "is no model: it has neither a config.json nor checkpoints"),
    ],
)
def test_what_cannot_be_read(
    data: DataFolders, name: str, value: dict[str, Any], words: str
) -> None:
    error = refused(data, name, **value)
    assert (error.code, error.at) == ("E410", (0,))
    assert words in error.message


def test_one_model(data: DataFolders) -> None:
    error = refused(data, "lemons", "single")
    assert (error.code, error.at, error.value) == ("E405", (1,), "single")


def test_settings() -> None:
    assert settings().checkpoint == "last"
    assert_survives_json(settings(checkpoint=3))
    for bad in ("first", -1, True, 1.5, None):
        with pytest.raises(ValidationError) as error:
            settings(checkpoint=bad)
        assert error.value.error_count() == 1
