"""Checkpoints: folders with the weights, the configuration and the metrics of a model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dtl_engine.sdk import ModelError
from dtl_nodes.models.config import CONFIG, GRAPH, METRICS, WEIGHTS, ModelConfig
from dtl_nodes.models.config_file import config_json, parse_config, read_config
from dtl_nodes.models.weights_file import load_tensors, refuse_frameworks, weights_file

if TYPE_CHECKING:
    import torch

__all__ = [
    "CHECKPOINTS",
    "INDEX",
    "config_json",
    "find_checkpoint",
    "load_state",
    "parse_config",
    "read_config",
    "replace_folder",
    "write_checkpoint",
    "write_file",
]

CHECKPOINTS = "checkpoints"
"""The folder of a training that holds its checkpoints, numbered from ``00000000``."""

INDEX = "checkpoints.json"
"""The file of a training that names the best and the last of them."""

PREFIX = "module."
"""What PyTorch puts before the names of parameters when several devices train."""


def write_file(path: Path, data: bytes) -> None:
    """Write a file beside its name first, so that the name never holds a half of it."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)


def write_checkpoint(
    folder: Path,
    config: ModelConfig,
    state: Mapping[str, torch.Tensor],
    metrics: Mapping[str, Any],
    graph: bytes | None,
) -> None:
    """Write a checkpoint; ``folder`` appears complete, or not at all.

    Args:
        folder: the checkpoint; what is there is replaced.
        config: its ``config.json``.
        state: parameters and buffers by name, on any device.
        metrics: JSON value of ``metrics.json``.
        graph: the document that the model was trained by, as it is stored beside it.
    """
    from safetensors.torch import save

    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / WEIGHTS).write_bytes(save(_separate(state), metadata={"format": "pt"}))
    (partial / CONFIG).write_bytes(_json(config_json(config)))
    (partial / METRICS).write_bytes(_json(metrics))
    if graph is not None:
        (partial / GRAPH).write_bytes(graph)
    replace_folder(partial, folder)


def replace_folder(partial: Path, folder: Path) -> None:
    """Give a complete folder its name; what bears the name is put aside and then deleted."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_state(place: Path) -> dict[str, torch.Tensor]:
    """Load parameters and buffers by name, on the CPU, without the prefix ``module.``.

    Args:
        place: a checkpoint folder, or a file of weights: safetensors, or a PyTorch state dict.

    Raises:
        ModelError: there are no weights, or none that can be read.
    """
    state = load_tensors(weights_file(place) if place.is_dir() else place)
    return {name.removeprefix(PREFIX): value for name, value in state.items()}


def find_checkpoint(place: Path, which: Literal["best", "last"] = "last") -> Path:
    """Return the checkpoint folder that a path means.

    Args:
        place: a checkpoint folder, a training folder, or a folder of numbered checkpoints.
        which: of a training.

    Raises:
        ModelError: there is none.
    """
    if (place / CONFIG).is_file():
        return place
    if (place / INDEX).is_file():
        return _indexed(place, which)
    for folder in (place / CHECKPOINTS, place):
        numbered = _numbered(folder)
        if numbered:
            return numbered[-1]
    if not place.exists():
        raise ModelError(f"the model {place} does not exist")
    if place.is_dir():
        refuse_frameworks(place)
    raise ModelError(f"{place} is no model: it has neither a {CONFIG} nor checkpoints")


def _indexed(place: Path, which: str) -> Path:
    """Return the checkpoint that the index of a training names."""
    path = place / INDEX
    try:
        name = json.loads(path.read_text(encoding="utf-8"))[which]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} does not name the {which} checkpoint") from error
    folder = place / str(name)
    if not folder.resolve().is_relative_to(place.resolve()) or not (folder / CONFIG).is_file():
        raise ModelError(f"{path} names {name!r} as the {which} checkpoint, which is none")
    return folder


def _numbered(folder: Path) -> list[Path]:
    """Return the numbered checkpoints of a folder, in order; empty ones are none."""
    if not folder.is_dir():
        return []
    return sorted(
        entry for entry in folder.iterdir() if entry.name.isdigit() and (entry / CONFIG).is_file()
    )


def _separate(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return tensors as they can be stored: on the CPU, contiguous, none sharing memory."""
    seen: set[int] = set()
    ready: dict[str, torch.Tensor] = {}
    for name, value in state.items():
        tensor = value.detach().cpu().contiguous()
        pointer = tensor.untyped_storage().data_ptr()
        ready[name.removeprefix(PREFIX)] = tensor.clone() if pointer in seen else tensor
        seen.add(pointer)
    return ready


def _json(value: Any) -> bytes:
    """Return JSON text, ended by a line break; numbers that are none are written as null."""
    return (json.dumps(_finite(value), indent=2, ensure_ascii=False) + "\n").encode()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
