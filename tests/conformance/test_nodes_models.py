"""The nodes that make, load, apply, judge and write models pass the conformance suite."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.annotation import Tag
from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema, TagSpec, TagValueType
from dtl_engine.testing import (
    BatchConformance,
    FitConformance,
    ModelSourceConformance,
    NodeConformance,
    ValueSinkConformance,
    conformance_samples,
    sample_schema,
)
from dtl_engine.testing.demo import demo_samples
from dtl_nodes.compare import Compare
from dtl_nodes.evaluate import Evaluate
from dtl_nodes.export_model import ExportModel
from dtl_nodes.infer import Infer
from dtl_nodes.model import Model
from dtl_nodes.models.config_file import config_json
from dtl_nodes.train import Train
from tests.fixtures.check_projects import NO_TENSORS
from tests.nodes.models.inference.fakes import MASKS, Fake
from tests.nodes.models.inference.tiny_models import unet_config, write_onnx

SMALL = {"epochs": 1, "val_every": 1, "gpu_devices": [], "weights": False}


class TestCompare(ValueSinkConformance):
    node = Compare
    settings = ({},)

    def write_inputs(self, folder: Path) -> Mapping[str, Sequence[Path]]:
        schemas = {"samples": sample_schema()}
        reports = []
        for name, labels in (("one", {"patch": "blob"}), ("two", {"patch": "box"})):
            chosen = Evaluate.settings_model.model_validate({"classes_mapping": labels})
            node: Any = Evaluate(chosen)  # type: ignore[arg-type]
            (folder / name).mkdir(parents=True)
            tally = node.tally(schemas)
            for sample in demo_samples():
                node.observe(tally, sample, "samples")
            node.conclude(tally, schemas, folder / name)
            reports.append(folder / name)
        return {"report": reports}


class TestEvaluate(NodeConformance):
    node = Evaluate
    settings = (
        {"classes_mapping": {"patch": "blob"}},
        {"classes_mapping": {"patch": "blob", "box": "dot"}, "iou": 0.3},
    )


class TestExportModel(ValueSinkConformance):
    node = ExportModel
    settings = ({"format": "onnx"}, {"format": "torchscript"}, {"format": "safetensors"})

    @pytest.fixture(autouse=True)
    def _has_torch(self) -> None:
        for library in ("torch", "segmentation_models_pytorch", "onnx", "onnxruntime"):
            pytest.importorskip(library)

    def write_inputs(self, folder: Path) -> Mapping[str, Sequence[Path]]:
        from dtl_nodes.models.architectures import load_architecture
        from dtl_nodes.models.checkpoint import write_checkpoint

        config = unet_config(32)
        network = load_architecture(config.name)(config).build()
        write_checkpoint(folder / "00000000", config, network.state_dict(), {}, None)
        return {"model": [folder / "00000000"]}


class TestInfer(BatchConformance):
    node = Infer
    settings = (
        {"batch_size": 3},
        {"mode": {"name": "full_image", "model_classes": {"save_classes": ["blob"],
                                                          "add_suffix": "_a"}}},
        {"mode": {"name": "roi", "save": True, "bounds": {"left": "0%", "top": "0%",
                                                          "right": "0px", "bottom": "0px"},
                  "model_classes": {"add_suffix": "_a"}}},
        {"mode": {"name": "bboxes", "from_classes": ["box", "patch"], "save": True,
                  "model_classes": {"add_suffix": "_a"}}},
        {"mode": {"name": "sliding_window_det", "window": {"width": 8, "height": 8},
                  "nms_after": {"enable": True, "iou_threshold": 0.4,
                                "confidence_tag_name": "score"}, "save": True,
                  "model_classes": {"add_suffix": "_a"}},
         "model": {"confidence_tag_name": "score", "min_confidence_threshold": 0}},
        {"existing_objects": [], "mode": {"name": "full_image"}},
    )  # fmt: skip

    @pytest.fixture(autouse=True)
    def _fake(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "dtl_nodes.models.inference.open_model.open_predictor",
            lambda path, options, gpu: Fake(MASKS, options["confidence_tag_name"]),
        )

    def write_model(self, folder: Path) -> Path:
        return folder

    def spec(self) -> ModelSpec:
        return MASKS


class TestModel(ModelSourceConformance):
    node = Model
    settings = ({}, {"checkpoint": "best"}, {"checkpoint": 0})

    def write_model(self, folder: Path) -> tuple[str, ...]:
        checkpoint = folder / "blobs" / "checkpoints" / "00000000"
        checkpoint.mkdir(parents=True, exist_ok=True)
        (checkpoint / "config.json").write_text(json.dumps(config_json(unet_config(32))))
        (checkpoint / "model.safetensors").write_bytes(NO_TENSORS)
        index = dict.fromkeys(("best", "last"), "checkpoints/00000000")
        (folder / "blobs" / "checkpoints.json").write_text(json.dumps(index))
        return ("blobs",)


class TestModelOfOnnx(ModelSourceConformance):
    node = Model
    settings = ({},)

    def write_model(self, folder: Path) -> tuple[str, ...]:
        pytest.importorskip("onnx")
        write_onnx(folder / "red.onnx")
        return ("red.onnx",)


class TestTrain(FitConformance):
    node = Train
    settings = (
        {"architecture": "unet", "encoder": "resnet18", "encoder_depth": 3,
         "input_size": {"width": 32, "height": 32}, **SMALL},
        {"architecture": "resnet", "classes": ["checked", "plain"], "num_layers": 18,
         "input_size": {"width": 32, "height": 32}, "batch_size": {"train": 2, "val": 1}, **SMALL},
    )  # fmt: skip

    @pytest.fixture(autouse=True)
    def _has_torch(self) -> None:
        for library in ("torch", "torchvision", "segmentation_models_pytorch", "lightning_fabric"):
            pytest.importorskip(library)

    def samples(self) -> tuple[Sample, ...]:
        """Return samples in both sets, of two kinds."""
        kinds = ("checked", "plain")
        return tuple(
            sample.replace(tags=(Tag("train"), Tag("val"), Tag(kinds[at % 2])))
            for at, sample in enumerate(conformance_samples())
        )

    def schema(self) -> Schema:
        schema = sample_schema()
        known = {tag.name for tag in schema.tags}
        new = [TagSpec(n, TagValueType.NONE) for n in ("train", "val", "plain") if n not in known]
        return Schema(schema.labels, (*schema.tags, *new))
