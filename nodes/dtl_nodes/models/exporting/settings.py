"""How a model is exported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field

from dtl_engine.sdk import Settings
from dtl_nodes.models.extras import require_extra

ModelFormat = Literal["onnx", "torchscript", "safetensors"]


MODEL_FORMATS: tuple[str, ...] = get_args(ModelFormat)

_NEEDED: Mapping[ModelFormat, tuple[str, ...]] = {
    "onnx": ("onnx", "onnxruntime"),
    "torchscript": (),
    "safetensors": (),
}


def require_for_export(format: ModelFormat) -> None:
    """Refuse to export where a library is missing.

    Raises:
        UsageError: it says what to install.
    """
    require_extra("models", "exporting models", "torch", "safetensors", *_NEEDED[format])


class ExportModelSettings(Settings):
    """Settings of ``export`` where its source is a model."""

    format: ModelFormat
    """``onnx``: one file that runs in onnxruntime, without torch. ``torchscript``: one file that
    runs in libtorch. ``safetensors``: the weights with their configuration; a name that ends in
    ``.safetensors`` is one file, any other a checkpoint folder."""

    opset: Annotated[int, Field(ge=16, le=20)] = 17
    """Version of the operators in an ONNX file; older runtimes know only lower ones."""

    check: Annotated[int, Field(ge=0, le=100)] = 3
    """On how many images the exported network is run beside the original one; where they differ
    nothing is written. 0: it is not checked."""

    tolerance: Annotated[float, Field(gt=0, le=1)] = 5e-3
    """By how much their outputs may differ, as a part of the largest number in an output, or of 1
    where that is larger. Whole numbers may not differ."""
