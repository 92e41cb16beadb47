"""Files of weights: found in a folder, told from those of other frameworks, loaded as tensors."""

from __future__ import annotations

import json
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.config import WEIGHTS

if TYPE_CHECKING:
    import torch

TORCH_WEIGHTS = "model.pt"
TORCH_SUFFIXES = (".pt", ".pth", ".bin")
SUFFIX = ".safetensors"

_FOREIGN = {
    ".h5": "Keras",
    ".hdf5": "Keras",
    ".keras": "Keras",
    ".ckpt": "TensorFlow",
    ".index": "TensorFlow",
    ".meta": "TensorFlow",
    ".pb": "TensorFlow",
    ".tflite": "TensorFlow",
    ".weights": "darknet",
}
_INNER_KEYS = ("state_dict", "model_state_dict", "model")
_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 100_000_000
"""What the library of safetensors allows."""


def weights_file(folder: Path) -> Path:
    """Return the file of weights in a folder, own form first.

    Raises:
        ModelError: it holds none, several that are no checkpoint's, or those of another framework.
    """
    for name in (WEIGHTS, TORCH_WEIGHTS):
        if (folder / name).is_file():
            return folder / name
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    ours = [path for path in files if path.suffix in (SUFFIX, *TORCH_SUFFIXES)]
    if len(ours) > 1:
        names = ", ".join(path.name for path in ours)
        raise ModelError(f"{folder} holds several files of weights ({names}): name one of them")
    if not ours:
        refuse_frameworks(folder)
        raise ModelError(f"{folder} holds no weights: there is no {WEIGHTS}")
    return ours[0]


def refuse_frameworks(place: Path) -> None:
    """Refuse weights of other frameworks, by the name of a file or of any in a folder.

    Raises:
        ModelError: there are some.
    """
    for path in sorted(place.rglob("*")) if place.is_dir() else (place,):
        if framework := _framework(path):
            raise ModelError(
                f"{path} holds {framework} weights, which cannot be read: only safetensors and "
                "PyTorch state dicts can"
            )


def check_weights(folder: Path) -> None:
    """Look whether a checkpoint has whole weights, without loading them or the library for them.

    Raises:
        ModelError: there are none, or they are cut off.
    """
    path = weights_file(folder)
    if path.suffix != SUFFIX:
        return
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            is_sound = 0 < length <= min(size - _LENGTH_BYTES, _MAX_HEADER_BYTES)
            header: Any = json.loads(file.read(length)) if is_sound else None
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name[:2] != "__"]
        end = _LENGTH_BYTES + length + max(ends, default=0)
    except OSError as error:
        why = error.strerror or error
        raise ModelError(f"the weights {path} cannot be read: {why}") from error
    except (ValueError, RecursionError, AttributeError, LookupError, TypeError) as error:
        raise ModelError(f"the weights {path} cannot be read: they are no safetensors") from error
    if end != size:
        raise ModelError(
            f"the weights {path} cannot be read: the file has {size} bytes, its header says {end}"
        )


def load_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Load the tensors of a file by name, on the CPU.

    Raises:
        ModelError: it is no file of weights that can be read.
    """
    if not path.is_file():
        raise ModelError(f"the weights {path} do not exist")
    _refuse_foreign(path)
    return _load_safetensors(path) if path.suffix == SUFFIX else _load_pickled(path)


def _refuse_foreign(path: Path) -> None:
    refuse_frameworks(path)
    if path.suffix.lower() == ".onnx":
        raise ModelError(
            f"{path} is an exported network: it can be used by 'infer', but not be trained; "
            "name its checkpoint folder"
        )


def _framework(path: Path) -> str:
    """Return the framework whose weights a file name promises, if they cannot be read here."""
    # TensorFlow numbers its files: model.ckpt-0.data-00000-of-00001.
    if ".ckpt" in path.name or ".data-" in path.name:
        return "TensorFlow"
    return _FOREIGN.get(path.suffix.lower(), "")


def _load_safetensors(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"the weights {path} cannot be read: {error}") from error


def _load_pickled(path: Path) -> dict[str, torch.Tensor]:
    """Load a state dict, never running code that the file brings."""
    content = _unpickled(path)
    for key in _INNER_KEYS:
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict):
        raise ModelError(f"{path} holds no weights: it is no PyTorch state dict")
    import torch

    state = {str(name): value for name, value in content.items() if torch.is_tensor(value)}
    if not state:
        raise ModelError(f"{path} holds no weights: it has no tensor with a name")
    return state


def _unpickled(path: Path) -> Any:
    import pickle

    import torch

    if _is_script(path):
        raise ModelError(
            f"the weights {path} cannot be read: it is a TorchScript file, which brings code; "
            "name the checkpoint that it was made of"
        )
    try:
        with warnings.catch_warnings():
            # It tells of versions of pickle, which nobody here can change.
            warnings.simplefilter("ignore", UserWarning)
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # What torch says here advises to load the file with all the code in it.
        raise ModelError(
            f"the weights {path} cannot be read: the file is damaged, or it holds other objects "
            "than tensors, which are never loaded, as they can run code; save the 'state_dict()' "
            "alone"
        ) from error
    except (RuntimeError, EOFError, OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"the weights {path} cannot be read: the file is damaged, or none of PyTorch"
        ) from error


def _is_script(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False
