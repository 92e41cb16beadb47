"""Checkpoint folders: written whole, and found by what names them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.schema import LabelSpec
from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import (
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
