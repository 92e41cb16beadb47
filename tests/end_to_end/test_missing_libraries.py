"""Graphs with models where their libraries are not installed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.shipped import graphs_folder
from dtl_nodes.models.config_file import config_json
from tests.fixtures.check_projects import write_check_projects
from tests.fixtures.cli import run_cli
from tests.fixtures.small_graphs import Json, document, layer, reading, saving
from tests.nodes.models.inference.tiny_models import unet_config

MODELS = ("torch", "torchvision", "segmentation_models_pytorch", "lightning_fabric", "safetensors",
          "pycocotools", "onnx", "onnxruntime")  # fmt: skip
GRAPHS = sorted(path.stem for path in graphs_folder().glob("*_model.json"))


@pytest.fixture(autouse=True)
def _without(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec

    def found(name: str, package: str | None = None) -> Any:
        return None if name in MODELS else find(name, package)

    for module in ("extras", "model_source"):
        monkeypatch.setattr(f"dtl_nodes.models.{module}.find_spec", found)


@pytest.mark.parametrize("name", GRAPHS)
def test_what_to_install_is_told_before_anything_is_written(name: str, tmp_path: Path) -> None:
    outcome = run_cli("run", name, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert outcome.out == ""
    (line,) = outcome.err.splitlines()
    assert f"{name}.json:" in line
    assert "training needs torch, " in line
    assert line.endswith("pip install 'dtl-engine[models]'")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["check", "plan", "explain"])
def test_graphs_are_checked_all_the_same(command: str) -> None:
    assert run_cli(command, "vessels_model").code == 0


@pytest.mark.parametrize(
    ("model", "needed"),
    [
        ("retina", "torch, segmentation_models_pytorch, safetensors: pip install 'dtl-engine"),
        ("blobs", "torch, torchvision, safetensors: pip install 'dtl-engine[models]'"),
        ("red.onnx", "onnxruntime: pip install onnxruntime"),
    ],
)
def test_a_model_says_what_it_needs(model: str, needed: str, tmp_path: Path) -> None:
    write_check_projects(tmp_path)
    (tmp_path / "red.onnx").write_bytes(_onnx_of(config_json(unet_config())))
    graph = tmp_path / "graph.json"
    layers = (
        reading(),
        layer("model", model, "$model"),
        layer("infer", ["$in", "$model"], "$found"),
        saving("$found"),
    )
    graph.write_text(json.dumps(document(*layers)))
    chosen = (graph, "--data", tmp_path)
    assert run_cli("check", *chosen).code == 0
    outcome = run_cli("run", *chosen, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert f"this model needs {needed}" in outcome.err
    assert not (tmp_path / "out").exists()


def test_what_exporting_needs_is_told_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("dtl_nodes.train.require_extra", lambda *told: None)
    outcome = run_cli("run", "vessels_model", "--out", tmp_path / "out")
    assert outcome.code == 2
    assert "exporting models needs torch, safetensors, onnx, onnxruntime: pip" in outcome.err
    assert not (tmp_path / "out").exists()


def _onnx_of(config: Json) -> bytes:
    """Return an ONNX file that says of itself what it is, and is nothing else."""
    key, value = b"dtl_config", json.dumps(config).encode()
    entry = _field(1, key) + _field(2, value)
    return _field(14, entry)


def _field(number: int, content: bytes) -> bytes:
    length, size = len(content), b""
    while length >= 128:
        size += bytes([length % 128 + 128])
        length //= 128
    return bytes([number * 8 + 2]) + size + bytes([length]) + content


def test_what_judging_needs_is_told_too(tmp_path: Path) -> None:
    write_check_projects(tmp_path)
    graph = tmp_path / "graph.json"
    chosen = {"classes_mapping": {"blob": "patch"}, "confidence_tag_name": "weight"}
    graph.write_text(json.dumps(document(reading(), layer("evaluate", "$in", "$judged", **chosen))))
    outcome = run_cli("run", graph, "--data", tmp_path, "--out", tmp_path / "out")
    assert outcome.code == 2, outcome.out
    assert "COCO's average precision needs pycocotools: pip install 'dtl-eng" in outcome.err
    assert not (tmp_path / "out").exists()
