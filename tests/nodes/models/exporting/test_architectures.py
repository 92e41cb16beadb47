"""The networks there are: what is exported predicts what the checkpoint does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dtl_engine.sdk import LabelSpec, ModelFamily, Pixels, ShapeKind
from dtl_nodes.models.architectures import load_architecture
from dtl_nodes.models.checkpoint import write_checkpoint
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.exporting.export_model import export_model
from dtl_nodes.models.exporting.settings import ExportModelSettings
from dtl_nodes.models.inference.open_model import open_predictor
from dtl_nodes.models.inference.predictor import Prediction

pytest.importorskip("torch")
pytest.importorskip("torchvision")
pytest.importorskip("onnxruntime")

OPTIONS = {
    "confidence_tag_name": "confidence",
    "min_confidence_threshold": 0.0,
    "scores": False,
    "threads": 1,
}
DETECTOR = {
    "backbone": "resnet18_fpn",
    "input_size": {"min_dim": 64, "max_dim": 128},
    "proposals": 40,
    "max_detections": 6,
}
SETTINGS = ExportModelSettings(format="onnx")
SMALL: dict[str, dict[str, Any]] = {
    "unet": {"encoder": "resnet18", "input_size": {"width": 64, "height": 32}},
    "resnet": {"num_layers": 18, "input_size": {"width": 32, "height": 32}},
    "mask_rcnn": DETECTOR,
    "faster_rcnn": DETECTOR,
}


def photographs() -> list[Pixels]:
    folder = Path(__file__).resolve().parents[4] / "graphs"
    files = sorted(folder.rglob("lemon/*/img/*.jp*g"))[:3]
    assert len(files) == 3
    sizes = ((96, 64), (70, 90), (128, 80))
    return [
        np.ascontiguousarray(cv2.resize(cv2.imread(str(file)), size)[:, :, ::-1])
        for file, size in zip(files, sizes, strict=True)
    ]


def write_model(folder: Path, name: str) -> Path:
    """Write a checkpoint with fixed random weights."""
    import torch

    kind = load_architecture(name)
    settings = kind.settings_model.model_validate({"architecture": name, **SMALL[name]})
    shape = ShapeKind.RECTANGLE if kind.family is ModelFamily.BOXES else ShapeKind.BITMAP
    is_tags = kind.family is ModelFamily.TAGS
    names = ("bg", "lemon", "kiwi")
    labels = () if is_tags else tuple(LabelSpec(each, shape, "#808080") for each in names)
    config = ModelConfig(
        kind.describe(settings),
        kind.family,
        {each: index for index, each in enumerate(names)},
        labels,
        settings.model_dump(mode="json"),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        module = kind(config).build()
    write_checkpoint(folder, config, module.state_dict(), {}, None)
    return folder


def described(found: Prediction) -> dict[str, list[float]]:
    """Return the areas of objects by class, and the values of tags."""
    numbers: dict[str, list[float]] = {}
    for each in found.instances:
        numbers.setdefault(each.label, []).append(each.shape.area)
    for tag in found.tags:
        numbers.setdefault(tag.name, []).append(float(tag.value or 0))
    return {name: sorted(values) for name, values in numbers.items()}


@pytest.mark.filterwarnings("ignore:.*'backbone_name' as positional:UserWarning")
@pytest.mark.parametrize("name", SMALL)
def test_an_onnx_file_predicts_what_its_checkpoint_does(name: str, tmp_path: Path) -> None:
    checkpoint = write_model(tmp_path / "model", name)
    target = tmp_path / "model.onnx"
    done = export_model(checkpoint, target, SETTINGS, photographs())
    assert done.images == 3
    assert done.difference is not None
    assert done.difference <= SETTINGS.tolerance
    pictures = photographs()
    one = open_predictor(checkpoint, OPTIONS, None)
    other = open_predictor(target, OPTIONS, None)
    assert one.spec == other.spec
    for expected, found in zip(one.predict(pictures), other.predict(pictures), strict=True):
        numbers, others = described(expected), described(found)
        assert numbers
        assert set(numbers) == set(others)
        for title, values in numbers.items():
            assert others[title] == pytest.approx(values, rel=0.02, abs=2)
