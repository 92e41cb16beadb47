"""Writing a trained model as one file for other programs, checked against the original."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dtl_engine.sdk import Pixels, replacing
from dtl_nodes.models.checkpoint import find_checkpoint
from dtl_nodes.models.exporting.agreement import Run, check_agreement
from dtl_nodes.models.exporting.network import Network, load_network
from dtl_nodes.models.exporting.settings import ExportModelSettings, require_for_export
from dtl_nodes.models.exporting.weights import export_weights


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and how well it agrees.

    ``images`` is the number of images that were checked and ``difference`` the largest difference
    on them, relative as in ``ExportModelSettings.tolerance``; ``None`` where nothing was computed.
    """

    path: Path
    images: int = 0
    difference: float | None = None


def export_model(
    source: Path,
    target: Path,
    settings: ExportModelSettings,
    images: Sequence[Pixels] = (),
) -> Exported:
    """Export the model in a folder; ``target`` appears complete and checked, or not at all.

    The same checkpoint gives the same bytes.

    Args:
        source: a checkpoint folder, or a training folder, whose last one is taken.
        target: the file or folder to write; what is there is replaced.
        settings: the format and the check.
        images: real images to check with, (H, W, 3) uint8 RGB of any sizes; as many are taken as
            ``settings.check`` says. Without any, the network is checked on its example inputs.

    Raises:
        ModelError: the model cannot be read or exported, or the exported network says something
            else than the original one.
        UsageError: a library is missing.
    """
    require_for_export(settings.format)
    folder = find_checkpoint(source)
    if settings.format == "safetensors":
        export_weights(folder, target)
        return Exported(target)
    network = load_network(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as partial:
        run = _WRITERS[settings.format](network, folder, partial, settings)
        chosen = images[: settings.check]
        difference = None
        if settings.check:
            difference = check_agreement(network, run, chosen, settings.tolerance)
    return Exported(target, len(chosen), difference)


def _onnx(network: Network, folder: Path, path: Path, settings: ExportModelSettings) -> Run:
    from dtl_nodes.models.exporting.onnx_file import open_onnx, write_onnx

    write_onnx(network, path, settings.opset)
    return open_onnx(path)


def _torchscript(network: Network, folder: Path, path: Path, settings: ExportModelSettings) -> Run:
    from dtl_nodes.models.exporting.torchscript import open_torchscript, trace_apart

    trace_apart(network, folder, path)
    return open_torchscript(path, network.architecture.output_names)


_WRITERS: Mapping[str, Callable[[Network, Path, Path, ExportModelSettings], Run]] = {
    "onnx": _onnx,
    "torchscript": _torchscript,
}
