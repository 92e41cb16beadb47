"""Find the model that a ``model`` layer names: a training, one of its checkpoints, an ONNX file.

Models are looked for like projects, in the data folders. Behind the name of a training the path may
go on to one of its checkpoints, as in ``lemons/checkpoints/00000002``.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field
from pydantic import Tag as UnionTag

from dtl_engine.sdk import (
    DataFolders,
    ModelError,
    OpenedModel,
    SchemaError,
    Settings,
    UsageError,
    did_you_mean,
)
from dtl_nodes.models.checkpoint import CHECKPOINTS, INDEX, find_checkpoint
from dtl_nodes.models.config import CONFIG
from dtl_nodes.models.extras import require_extra
from dtl_nodes.models.inference.open_model import ONNX, is_onnx, open_architecture, spec_of
from dtl_nodes.models.weights_file import check_weights


def _form(value: object) -> str:
    return "[string]" if isinstance(value, str) else "[number]"


Choice = Annotated[
    Annotated[Literal["last", "best"], UnionTag("[string]")]
    | Annotated[int, Field(ge=0), UnionTag("[number]")],
    Discriminator(_form),
]

NUMBER_DIGITS = 8
"""Of the names of checkpoint folders."""


class ModelSettings(Settings):
    """Settings of ``model``."""

    checkpoint: Choice = "last"
    """Which checkpoint of a training: ``"last"``, ``"best"``, or its number. It means nothing for
    what is no training."""


def open_model_source(
    settings: ModelSettings, names: tuple[str, ...], data: DataFolders
) -> OpenedModel:
    """Find a model and read what it predicts; it is not loaded.

    Args:
        settings: of ``model``.
        names: what ``src`` names; one model.
        data: the folders to look in.

    Returns:
        The model; its path is a checkpoint folder or an ONNX file.

    Raises:
        SchemaError: E401, there is no such model; E405, not exactly one is named; E410, it or its
            weights cannot be read, or it has no such checkpoint. ``at`` is the index of the name.
    """
    if len(names) != 1:
        raise SchemaError(
            "E405",
            f"'model' loads one model, not {len(names)}",
            at=(1,) if names else (),
            value=names[1] if names else None,
            help="write one 'model' layer for each",
        )
    (name,) = names
    place = find_in(data, name)
    try:
        path, notes = _chosen(place, settings.checkpoint)
        opened = OpenedModel(path, spec_of(path), notes)
        if not is_onnx(path):
            check_weights(path)
        return opened
    except ModelError as error:
        raise SchemaError("E410", str(error), at=(0,), value=name) from error


def require_libraries(opened: OpenedModel | None) -> None:
    """Refuse a model that was found where the libraries that run it are missing.

    Raises:
        UsageError: it says what to install.
    """
    if opened is None:
        return
    if not is_onnx(opened.path):
        libraries = open_architecture(opened.path).libraries
        require_extra("models", "this model", *libraries, "safetensors")
    elif find_spec("onnxruntime") is None:
        raise UsageError("this model needs onnxruntime: pip install onnxruntime")


def find_in(data: DataFolders, name: str, at: tuple[str | int, ...] = (0,)) -> Path:
    """Return the folder or file of a model; names never lead out of the data folders.

    Args:
        data: the folders to look in.
        name: of the model, perhaps with a path to one of its checkpoints.
        at: where the name stands.

    Raises:
        SchemaError: E401.
    """
    first, *rest = name.split("/")
    place = data.find(first)
    if place is not None and all(part not in ("", ".", "..") and "\\" not in part for part in rest):
        inner = place.joinpath(*rest)
        if inner.exists():
            return inner
        looked = f"{place} is there, but not what is named in it"
    else:
        looked = f"looked in {', '.join(map(str, data.folders))}; '--data' names a folder"
    known = tuple(sorted({found for folder in data.folders for found in _models_in(folder)}))
    raise SchemaError(
        "E401",
        f"there is no model '{name}'",
        at=at,
        value=name,
        allowed=known,
        help=did_you_mean(name, known) or looked,
    )


def _models_in(folder: Path) -> Iterator[str]:
    """Yield the names of what looks like a model in a folder."""
    try:
        for entry in folder.iterdir():
            marks = (CONFIG, INDEX, CHECKPOINTS)
            if is_onnx(entry) or (entry.is_dir() and any((entry / x).exists() for x in marks)):
                yield entry.name
    except OSError:
        return


def _chosen(place: Path, choice: str | int) -> tuple[Path, tuple[str, ...]]:
    """Return the checkpoint folder or ONNX file of what was found, and what is worth a warning.

    Raises:
        ModelError: there is none.
    """
    no_choice = (
        () if choice == "last" else (f"'checkpoint' has no effect: {place} is a single one",)
    )
    if is_onnx(place):
        return place, no_choice
    if not place.is_dir():
        raise ModelError(
            f"{place} is no model: a model is the folder of a training, one of its checkpoints, or "
            f"a file with the suffix {ONNX}"
        )
    if (place / CONFIG).is_file():
        return place, no_choice
    if isinstance(choice, int):
        return _numbered(place, choice), ()
    return find_checkpoint(place, "best" if choice == "best" else "last"), ()


def _numbered(place: Path, number: int) -> Path:
    """Return the checkpoint of that number.

    Raises:
        ModelError: there is none.
    """
    folder = place / CHECKPOINTS if (place / CHECKPOINTS).is_dir() else place
    path = folder / f"{number:0{NUMBER_DIGITS}d}"
    if (path / CONFIG).is_file():
        return path
    there = sorted(
        int(entry.name)
        for entry in folder.iterdir()
        if entry.name.isdigit() and (entry / CONFIG).is_file()
    )
    shown = f"there are {', '.join(map(str, there))}" if there else "it has none"
    raise ModelError(f"{place} has no checkpoint {number}: {shown}")
