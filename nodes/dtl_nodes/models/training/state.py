"""The state of a training on disk: all that it needs to go on as if nothing had happened."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import write_file

if TYPE_CHECKING:
    import torch

STATE = "state"
"""The folder of a training that holds its state."""

FILE = "state.pt"
FORMAT = 1


def write_state(folder: Path, state: Mapping[str, Any]) -> None:
    """Write a state of tensors, numbers, texts, lists and dicts; it appears whole or not at all."""
    import torch

    data = io.BytesIO()
    torch.save({"format": FORMAT, **state}, data)
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / FILE, data.getvalue())


def read_state(folder: Path) -> dict[str, Any] | None:
    """Read the state of a training, on the CPU; ``None``: there is none.

    Raises:
        ModelError: it cannot be read.
    """
    import pickle

    import torch

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: empty the folder to train anew") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ModelError(f"{path} was written by another version: empty the folder to train anew")
    return state


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seed all global generators for a while, then put them back as they were.

    Networks draw from them: initial weights, dropout, the sampling of proposals.
    """
    import torch

    of_python, of_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - see above
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(of_python)
            np.random.set_state(of_numpy)  # noqa: NPY002


def random_state(device: torch.device) -> dict[str, Any]:
    """Return the state of all global generators, as ``write_state`` takes it."""
    import torch

    version, numbers, gauss = random.getstate()
    name, keys, position, has_gauss, cached = np.random.get_state(legacy=True)  # noqa: NPY002
    return {
        "python": [version, list(numbers), gauss],
        "numpy": [name, [int(key) for key in keys], int(position), int(has_gauss), float(cached)],
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state(device) if device.type == "cuda" else None,
    }


def restore_random_state(state: Mapping[str, Any], device: torch.device) -> None:
    """Put all global generators back to a saved state."""
    import torch

    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
    name, keys, *rest = state["numpy"]
    np.random.set_state((name, np.array(keys, np.uint32), *rest))  # noqa: NPY002
    torch.set_rng_state(state["torch"])
    if device.type == "cuda" and state["cuda"] is not None:
        torch.cuda.set_rng_state(state["cuda"], device)
