"""Networks as ONNX files.

PyTorch has two exporters. Only the one that traces takes torchvision's detectors: the newer one
stops at the non-maximum suppression, whose lengths depend on data (pytorch/vision #9321, #9462).
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.exporting.agreement import Named, Run
from dtl_nodes.models.exporting.network import Network, without_tracing_warnings


def write_onnx(network: Network, path: Path, opset: int) -> None:
    """Write a network with its configuration and its classes in the metadata.

    Args:
        network: what to write.
        path: the file.
        opset: version of the operators.

    Raises:
        ModelError: the network has an operation that the format does not.
    """
    import onnx
    import torch

    architecture = network.architecture
    buffer = BytesIO()
    # It takes a buffer too, whatever its annotations say.
    write: Any = torch.onnx.export
    try:
        with torch.no_grad(), without_tracing_warnings():
            write(
                network.exported,
                network.example,
                buffer,
                dynamo=False,
                opset_version=opset,
                input_names=list(architecture.input_names),
                output_names=list(architecture.output_names),
                dynamic_axes={name: dict(axes) for name, axes in architecture.dynamic_axes.items()},
            )
    except (torch.onnx.errors.OnnxExporterError, RuntimeError, TypeError, ValueError) as error:
        raise ModelError(
            f"the network '{architecture.name}' cannot be exported to ONNX: {error}"
        ) from error
    model = onnx.load_from_string(buffer.getvalue())
    onnx.helper.set_model_props(model, network.properties)
    path.write_bytes(model.SerializeToString(deterministic=True))


def open_onnx(path: Path) -> Run:
    """Return the network of a file, run by onnxruntime on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def run(inputs: Named) -> Named:
        return dict(zip(names, session.run(names, dict(inputs)), strict=True))

    return run
