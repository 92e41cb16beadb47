"""What ``dtl run`` says of a training, and what it does where a GPU is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dtl_engine.shipped import samples_folder
from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.small_graphs import Json, document, layer, reading

torch = pytest.importorskip("torch")
pytest.importorskip("segmentation_models_pytorch")

NOT_THERE = 64
"""The number of a GPU that no machine has."""

WARNING = f"GPU {NOT_THERE} of 'gpu_devices' not found (there are {{there}})"


def tagged() -> list[Json]:
    return [
        layer("tag", "$in", "$a", tag="train", action="add"),
        layer("tag", "$a", "$set", tag="val", action="add"),
    ]


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    network = {
        **{"architecture": "unet", "encoder": "mobilenet_v2", "encoder_depth": 3},
        **{"decoder_channels": [8, 8, 8], "input_size": {"width": 32, "height": 32}},
        **{"epochs": 1, "val_every": 1, "weights": False, "gpu_devices": [NOT_THERE]},
    }
    read = reading("vessels/*", mapping={"vessel": "vessel", "__other__": "__ignore__"})
    train = layer("train", "$set", ["$model", None], name="eyes", **network)
    content = document(read, *tagged(), train)
    (tmp_path / "graph.json").write_text(json.dumps(content))
    return tmp_path / "graph.json"


def run(graph: Path, *options: str) -> Outcome:
    out = graph.parent / "out"
    return run_cli("run", graph, "--data", samples_folder(), "--out", out, *options)


def test_a_gpu_that_is_not_there(graph: Path) -> None:
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    warning = WARNING.format(there=there)
    refused = run(graph, "--strict-devices")
    assert refused.code == 1
    assert "graph.json:1:" in refused.err
    assert warning in refused.err
    assert not (graph.parent / "out" / "eyes").exists()

    done = run(graph)
    assert done.code == 0, done.err
    assert f"warning: {warning}: training runs on cpu" in done.err
    assert "samples to train on, 5 to validate on, device cpu" in done.err
    assert "epoch 1: val loss" in done.err
    config = json.loads((graph.parent / "out/eyes/checkpoints/00000000/config.json").read_text())
    assert config["settings"]["gpu_devices"] == [NOT_THERE]
    page = (graph.parent / "out/eyes/report.html").read_text()
    assert "<td>device</td><td>cpu</td>" in page


def test_every_event_is_a_json_object(graph: Path) -> None:
    done = run(graph, "--log-format", "json")
    assert done.code == 0, done.err
    told = [json.loads(line) for line in done.out.splitlines()]
    kinds = [event["event_type"] for event in told if event["event"] == "fit"]
    measured = [event for event in told if event.get("event_type") == "METRICS"]
    assert kinds.count("PROGRESS") == 5
    assert [event["type"] for event in measured] == [*["train"] * 5, "val"]
    assert kinds.count("CHECKPOINT") == 1
    assert {"WARNING", "NOTE"} <= set(kinds)
