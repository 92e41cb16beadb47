"""What a training depends on: whether a folder holds this very training, begun or complete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import write_file
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.config_file import config_json
from dtl_nodes.models.training.data import TrainingSet

KEY = "key.json"

LIBRARIES = ("torch", "torchvision", "segmentation-models-pytorch")
"""Packages whose versions change what a training makes."""

_WITHOUT_EFFECT = ("name", "data_workers", "keep_checkpoints", "weights")
"""Settings that change nothing of the result; the weights count by their content."""

_READ_WHOLE = (".json", ".txt", ".xml", ".csv", ".yaml", ".yml")
_HEAD_BYTES = 1 << 16


class OtherTraining(ModelError):
    """A folder holds something else than the training that is to go on in it."""


Key = Mapping[str, Any]
"""Names of parts -> their values or hashes, as JSON holds them."""


def training_key(
    data: TrainingSet, config: ModelConfig, settings: Any, seed: int, start: str
) -> dict[str, Any]:
    """Return what a training depends on, part by part.

    Args:
        data: the samples, for each epoch anew: those of the first one.
        config: of the model that is made.
        settings: those of ``train``.
        seed: of the training.
        start: the file or folder of weights that it starts from, or ``""``.
    """
    described = config_json(config)
    chosen = settings.model_dump(mode="json", by_alias=True)
    return {
        "data": fingerprint(data),
        "settings": {key: each for key, each in chosen.items() if key not in _WITHOUT_EFFECT},
        "architecture": described["architecture"],
        "classes": described["class_title_to_idx"],
        "seed": seed,
        "weights": _hash_of(Path(start)) if start else "",
        "versions": {name: _version(name) for name in LIBRARIES},
    }


def fingerprint(data: TrainingSet) -> str:
    """Return a hash of the samples: names, annotations, and of images the size and the beginning.

    The beginning of an image file tells changed images from equal ones at little cost, whatever
    the size of the set.
    """
    found = hashlib.blake2b(digest_size=16)
    found.update(_hash_of(data.source.location).encode())
    for dataset in data.source.datasets:
        found.update("\0".join((dataset.name, *dataset.files)).encode("utf-8", "surrogatepass"))
    for sample, root in sorted(data.roots.items()):
        found.update(f"\0{sample}\0{root}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def differences(folder: Path, key: Key) -> list[str] | None:
    """Return in what a training differs from the one whose state is in ``folder``, in words.

    Args:
        folder: of the state.
        key: of the training.

    Returns:
        Names of parts, none if it is the same training; ``None``: there is no training.
    """
    path = folder / KEY
    if not path.is_file():
        return None
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return [f"{KEY}, which cannot be read"]
    return _differences(known, json.loads(json.dumps(key)))


def write_key(folder: Path, key: Key) -> None:
    """Write the key of a training that begins."""
    write_file(folder / KEY, (json.dumps(key, indent=2) + "\n").encode())


def _differences(known: Any, key: dict[str, Any]) -> list[str]:
    """Return the parts that differ, in words."""
    if not isinstance(known, dict):
        return ["everything"]
    differing: list[str] = []
    for part, value in key.items():
        other = known.get(part)
        if other == value:
            continue
        if isinstance(value, dict) and isinstance(other, dict):
            names = sorted(n for n in {*value, *other} if value.get(n) != other.get(n))
            differing.extend(f"{part}.{name}" for name in names)
        else:
            differing.append(part)
    return differing


def _hash_of(place: Path) -> str:
    """Return a hash of a file, or of all files below a folder with their names."""
    found = hashlib.blake2b(digest_size=16)
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else []
    for path in files or [place]:
        name = path.relative_to(place).as_posix()
        found.update(f"{name}\0{path.stat().st_size}\0".encode("utf-8", "surrogatepass"))
        is_whole = place.is_file() or path.suffix.lower() in _READ_WHOLE
        with path.open("rb") as file:
            if is_whole:
                while block := file.read(1 << 20):
                    found.update(block)
            else:
                found.update(file.read(_HEAD_BYTES))
    return found.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
