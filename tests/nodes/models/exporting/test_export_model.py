"""Exported models: what the files hold, that they agree, that a failed check leaves none."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.sdk import ModelError
from dtl_nodes.models import architectures
from dtl_nodes.models.exporting.export_model import export_model
from dtl_nodes.models.exporting.settings import ExportModelSettings
from tests.nodes.models.exporting.tiny import CONFIG, write_tiny

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")

HERE = "tests.nodes.models.exporting.tiny"


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"tiny": f"{HERE}:Tiny", "shifted": f"{HERE}:Shifted"}
    monkeypatch.setattr(architectures, "ARCHITECTURES", {**architectures.ARCHITECTURES, **known})


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "model" / "00000000")


def pictures() -> list[Any]:
    rng = np.random.default_rng(5)
    sizes = ((20, 30), (33, 17), (16, 24))
    return [rng.integers(0, 256, (*size, 3), dtype=np.uint8) for size in sizes]


def settings(**values: Any) -> ExportModelSettings:
    return ExportModelSettings.model_validate({"format": "onnx", **values})


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_onnx_file_says_what_it_is_and_what_the_network_says(
    checkpoint: Path, tmp_path: Path
) -> None:
    import onnxruntime

    target = tmp_path / "out" / "tiny.onnx"
    done = export_model(checkpoint, target, settings(), pictures())
    assert (done.path, done.images) == (target, 3)
    assert done.difference is not None
    assert done.difference < 1e-5
    assert files(target.parent) == ["tiny.onnx"]

    session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    properties = session.get_modelmeta().custom_metadata_map
    config = json.loads(properties["dtl_config"])
    assert config == json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    assert json.loads(properties["dtl_classes"]) == ["bg", "Äpfel", "kiwi"]
    assert session.get_inputs()[0].shape == ["batch", 3, "height", "width"]
    found = session.run(None, {"image": np.zeros((2, 3, 9, 7), np.float32)})
    assert found[0].shape == (2, CONFIG.outputs, 9, 7)


@pytest.mark.parametrize(
    ("format_", "name"),
    [("onnx", "m.onnx"), ("torchscript", "m.pt"), ("safetensors", "m.safetensors")],
)
def test_one_checkpoint_gives_one_file_byte_for_byte(
    format_: str, name: str, checkpoint: Path, tmp_path: Path
) -> None:
    targets = [tmp_path / folder / name for folder in "ab"]
    for target in targets:
        export_model(checkpoint, target, settings(format=format_), pictures()[:1])
    one, other = (target.read_bytes() for target in targets)
    assert one == other
    assert str(tmp_path).encode() not in one


def test_a_torchscript_file_brings_its_configuration(checkpoint: Path, tmp_path: Path) -> None:
    target = tmp_path / "tiny.pt"
    done = export_model(checkpoint, target, settings(format="torchscript"), pictures())
    assert done.images == 3
    with zipfile.ZipFile(target) as archive:
        extra = {Path(name).name: name for name in archive.namelist() if "/extra/" in name}
        assert sorted(extra) == ["classes.json", "config.json"]
        config = json.loads(archive.read(extra["config.json"]))
    assert config["class_title_to_idx"] == dict(CONFIG.indices)


def test_safetensors_as_a_checkpoint_folder(checkpoint: Path, tmp_path: Path) -> None:
    target = tmp_path / "tiny"
    export_model(checkpoint, target, settings(format="safetensors"))
    names = ["config.json", "graph.json", "metrics.json", "model.safetensors"]
    assert files(target) == names
    for name in names:
        assert (target / name).read_bytes() == (checkpoint / name).read_bytes()


def test_a_safetensors_file_alone_brings_its_configuration(
    checkpoint: Path, tmp_path: Path
) -> None:
    from safetensors import safe_open

    target = tmp_path / "tiny.safetensors"
    export_model(checkpoint, target, settings(format="safetensors"))
    with safe_open(target, "pt") as file:
        assert json.loads(file.metadata()["dtl_config"])["architecture"]["width"] == 4
        assert "0.weight" in set(file.keys())


@pytest.mark.parametrize("format_", ["onnx", "torchscript"])
def test_a_failed_check_tells_the_figures_and_leaves_no_file(format_: str, tmp_path: Path) -> None:
    checkpoint = write_tiny(tmp_path / "model", "shifted")
    target = tmp_path / "out" / "m"
    target.parent.mkdir()
    target.write_bytes(b"before")
    with pytest.raises(ModelError, match=r"of image 1: logits differs by 0\.2\d*; allowed is 0.00"):
        export_model(checkpoint, target, settings(format=format_), pictures()[:1])
    assert files(target.parent) == ["m"]
    assert target.read_bytes() == b"before"


def test_nothing_is_checked_where_that_is_wanted(tmp_path: Path) -> None:
    checkpoint = write_tiny(tmp_path / "model", "shifted")
    done = export_model(checkpoint, tmp_path / "m.onnx", settings(check=0), pictures())
    assert (done.images, done.difference) == (0, None)


def test_a_training_folder_stands_for_its_last_checkpoint(checkpoint: Path, tmp_path: Path) -> None:
    export_model(checkpoint.parent, tmp_path / "m.onnx", settings(check=1))
    assert (tmp_path / "m.onnx").is_file()


def test_weights_of_another_network_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    text = (checkpoint / "config.json").read_text(encoding="utf-8")
    wider = re.sub(r'"width": 4', '"width": 5', text)
    (checkpoint / "config.json").write_text(wider, encoding="utf-8")
    with pytest.raises(ModelError, match=r"are not those of its tiny: '0\.weight' is \(4, 3"):
        export_model(checkpoint, tmp_path / "m.onnx", settings())
    assert not (tmp_path / "m.onnx").exists()


def test_the_random_numbers_of_others_stay(checkpoint: Path, tmp_path: Path) -> None:
    import torch

    before = torch.get_rng_state()
    export_model(checkpoint, tmp_path / "m.onnx", settings(check=1))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    "values", [{"format": "tflite"}, {"opset": 9}, {"check": -1}, {"tolerance": 0}, {"opst": 17}]
)
def test_bad_settings(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        settings(**values)
