"""The smallest models that the predictors load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.schema import LabelSpec
from dtl_engine.model.shapes import ShapeKind
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.config_file import config_json

OPTIONS = {"confidence_tag_name": "confidence", "min_confidence_threshold": 0.7, "scores": True}


def unet_config(side: int = 32) -> ModelConfig:
    """Return the configuration of a network that knows vessels; classes are not in order."""
    return ModelConfig(
        {"name": "unet", "encoder": "mobilenet_v2", "encoder_depth": 3,
         "decoder_channels": [8, 8, 8]},
        ModelFamily.SEMANTIC,
        {"bg": 0, "vessel": 1},
        (LabelSpec("vessel", ShapeKind.BITMAP, "#1C86EE"),
         LabelSpec("bg", ShapeKind.BITMAP, "#222222")),
        {"input_size": {"width": side, "height": side}},
    )  # fmt: skip


def write_onnx(path: Path, side: int = 32, *, batch: str | int = "batch", **more: Any) -> None:
    """Write a network that calls what has much red a vessel, as an export does.

    Args:
        path: the file.
        side: of its input in pixels.
        batch: length of the batch axis, or its name.
        more: what differs in its metadata: name -> text, or ``None`` for none.
    """
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = np.zeros((2, 3, 1, 1), np.float32)
    weights[1, 0] = 4
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["image", "weights"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        ],
        "red",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [batch, 3, side, side])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [batch, 2, side, side])],
        [numpy_helper.from_array(weights, "weights")],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    properties = {"dtl_config": json.dumps(config_json(unet_config(side))), **more}
    helper.set_model_props(model, {name: x for name, x in properties.items() if x is not None})
    onnx.save(model, str(path))
