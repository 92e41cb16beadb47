"""Files of weights: read without running what is in them, refused with reasons."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import (
    load_state,
)

torch = pytest.importorskip("torch")


def state(value: float = 1.0) -> dict[str, Any]:
    shared = torch.full((2, 3), value)
    return {"a.weight": shared, "a.tied": shared, "a.turned": shared.T, "steps": torch.tensor(7)}


@pytest.mark.parametrize("wrapped", [False, True])
def test_state_dicts_are_read_without_their_prefix(tmp_path: Path, wrapped: bool) -> None:
    content: Any = {f"module.{name}": value for name, value in state().items()}
    torch.save({"state_dict": content, "epoch": 3} if wrapped else content, tmp_path / "model.pt")
    assert list(load_state(tmp_path)) == list(state())
    assert list(load_state(tmp_path / "model.pt")) == list(state())


def test_code_in_a_file_of_weights_is_not_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    torch.save({"a": torch.ones(1), "b": Evil()}, tmp_path / "model.pt")
    with pytest.raises(ModelError, match="which are never loaded, as they can run code") as told:
        load_state(tmp_path)
    # The library advises to load it all the same.
    assert "weights_only" not in str(told.value)
    assert not (tmp_path / "ran").exists()


def test_other_objects_than_tensors_are_never_loaded(tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    for name, content in (("old", Evil()), ("network", torch.nn.Linear(2, 2))):
        torch.save(content, tmp_path / f"{name}.pt", _use_new_zipfile_serialization=name != "old")
    (tmp_path / "plain.pt").write_bytes(pickle.dumps(Evil()))
    for name in ("old", "network", "plain"):
        with pytest.raises(ModelError, match="other objects than tensors"):
            load_state(tmp_path / f"{name}.pt")
    assert not (tmp_path / "ran").exists()


def test_a_file_with_code_in_it(tmp_path: Path) -> None:
    traced = torch.jit.trace
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(traced(torch.nn.Linear(2, 2), torch.ones(1, 2)), tmp_path / "m.pt")
    with pytest.raises(ModelError, match="it is a TorchScript file, which brings code"):
        load_state(tmp_path / "m.pt")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x80\x02"])
def test_files_that_are_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.pt").write_bytes(content)
    with pytest.raises(ModelError, match="the file is damaged"):
        load_state(tmp_path / "m.pt")
    torch.save(state(), tmp_path / "whole.pt")
    (tmp_path / "m.pt").write_bytes((tmp_path / "whole.pt").read_bytes()[:300])
    with pytest.raises(ModelError, match="the file is damaged"):
        load_state(tmp_path / "m.pt")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("model_weights/model.h5", "Keras weights, which cannot be read: only safetensors and Py"),
        ("model_weights/model.ckpt-0.data-00000-of-00001", "TensorFlow weights"),
        ("model.weights", "darknet weights"),
    ],
)
def test_weights_of_other_frameworks_are_refused_by_name(
    tmp_path: Path, name: str, words: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"weights")
    for place in (tmp_path, path):
        with pytest.raises(ModelError, match=words):
            load_state(place)


def test_weights_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model\.safetensors"):
        load_state(tmp_path)
    with pytest.raises(ModelError, match="do not exist"):
        load_state(tmp_path / "gone.pt")
    (tmp_path / "a.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be read"):
        load_state(tmp_path)
    torch.save([1], tmp_path / "b.pt")
    with pytest.raises(ModelError, match=r"several files of weights \(a\.safetensors, b\.pt\)"):
        load_state(tmp_path)
    with pytest.raises(ModelError, match="it is no PyTorch state dict"):
        load_state(tmp_path / "b.pt")
    with pytest.raises(ModelError, match="can be used by 'infer', but not be trained"):
        (tmp_path / "m.onnx").write_bytes(b"")
        load_state(tmp_path / "m.onnx")
