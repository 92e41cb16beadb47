"""Find the model that a ``model`` layer names: a training, one of its checkpoints, an ONNX file.

Models are looked for like projects, in the data folders. Behind the name of a training the path may
go on to one of its checkpoints, as in ``lemons/checkpoints/00000002``.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    did_you_mean,
)
from dtl_nodes.models.checkpoint import CHECKPOINTS, INDEX, find_checkpoint
from dtl_nodes.models.config import CONFIG
from dtl_nodes.models.inference.open_model import ONNX, is_onnx, spec_of


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
        SchemaError: E401, there is no such model; E405, not exactly one is named; E410, it cannot
            be read, or has no such checkpoint. ``at`` is the index of the name.
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
        path, notes = (place, ()) if is_onnx(place) else _checkpoint(place, settings.checkpoint)
        return OpenedModel(path, spec_of(path), notes)
    except ModelError as error:
        raise SchemaError("E410", str(error), at=(0,), value=name) from error


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
        place = place.joinpath(*rest)
        if place.exists():
            return place
    known = tuple(sorted({found for folder in data.folders for found in _models_in(folder)}))
    looked = ", ".join(map(str, data.folders))
    raise SchemaError(
        "E401",
        f"there is no model '{name}'",
        at=at,
        value=name,
        allowed=known,
        help=did_you_mean(name, known) or f"looked in {looked}; '--data' names a folder",
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


def _checkpoint(place: Path, choice: str | int) -> tuple[Path, tuple[str, ...]]:
    """Return a checkpoint folder of what was found, and what is worth a warning.

    Raises:
        ModelError: there is none.
    """
    if not place.is_dir():
        raise ModelError(
            f"{place} is no model: a model is the folder of a training, one of its checkpoints, or "
            f"a file with the suffix {ONNX}"
        )
    if (place / CONFIG).is_file():
        notes = (f"'checkpoint' has no effect: {place} is a single checkpoint",)
        return place, notes if choice != "last" else ()
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
