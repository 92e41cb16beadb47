"""Open a model: what it predicts, and the model itself, ready to be fed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError, ModelSpec
from dtl_nodes.models.architectures import load_architecture
from dtl_nodes.models.checkpoint import find_checkpoint
from dtl_nodes.models.config import CONFIDENCE, CONFIG_PROPERTY, in_order
from dtl_nodes.models.config_file import parse_config, read_config
from dtl_nodes.models.inference.onnx_metadata import read_metadata

if TYPE_CHECKING:
    from dtl_nodes.models.architectures.base import Architecture
    from dtl_nodes.models.inference.predictor import Predictor

ONNX = ".onnx"


def is_onnx(path: Path) -> bool:
    """Whether a path is one of an exported network, by its suffix."""
    return path.suffix.lower() == ONNX


def open_architecture(path: Path) -> Architecture:
    """Return the network of a model without its weights: classes, and how images go in and out.

    Args:
        path: a checkpoint folder, a training folder (its last checkpoint), or an ONNX file.

    Raises:
        ModelError: it is none of these, or a network that no library has.
    """
    if is_onnx(path):
        text = read_metadata(path).get(CONFIG_PROPERTY)
        if text is None:
            raise ModelError(
                f"{path} does not say which classes it knows: it was not exported by this engine "
                f"(it has no property '{CONFIG_PROPERTY}')"
            )
        config = parse_config(text, f"'{CONFIG_PROPERTY}' of {path}")
    else:
        config = read_config(find_checkpoint(path))
    architecture = load_architecture(config.name)
    if config.family is not architecture.family:
        raise ModelError(
            f"{path} says that it predicts '{config.family}', and its network, {config.name}, "
            f"predicts '{architecture.family}'"
        )
    return architecture(in_order(config))


def spec_of(path: Path, *, confidence: str = CONFIDENCE) -> ModelSpec:
    """Return what a model predicts, without loading it.

    Args:
        path: as for ``open_architecture``.
        confidence: the tag on objects that holds their score.

    Raises:
        ModelError: the model cannot be read.
    """
    architecture = open_architecture(path)
    return architecture.config.spec(architecture.suffix, confidence=confidence)


def open_predictor(path: Path, options: Mapping[str, Any], gpu: int | None) -> Predictor:
    """Load a model.

    Args:
        path: as for ``open_architecture``; checkpoints run on torch, ONNX files on onnxruntime.
        options: ``InferSettings.options``: ``confidence_tag_name``, ``min_confidence_threshold``
            and ``scores``. ``threads``, where given, is how many of the CPU are used.
        gpu: number of the GPU; ``None``, or one that is not there: the CPU.

    Raises:
        ModelError: the model cannot be read or built, or the library that runs it is missing.
    """
    if is_onnx(path):
        from dtl_nodes.models.inference.onnx_predictor import OnnxPredictor

        return OnnxPredictor(path, open_architecture(path), options, gpu)
    from dtl_nodes.models.inference.torch_predictor import TorchPredictor

    folder = find_checkpoint(path)
    return TorchPredictor(folder, open_architecture(folder), options, gpu)
