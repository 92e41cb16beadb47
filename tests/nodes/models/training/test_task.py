"""What one run of the ``train`` node hands to the training."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.schema import Schema
from dtl_engine.sdk import FitEvent, FitTask, ModelError
from dtl_nodes.models.training.task import train
from tests.nodes.models.training.tiny import Tiny, tiny_settings, write_samples

torch = pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")


@pytest.fixture
def make_task(tmp_path: Path) -> Callable[..., FitTask]:
    write_samples(tmp_path / "samples")

    def make(told: list[FitEvent], **changes: Any) -> FitTask:
        facts: dict[str, Any] = {
            "samples": tmp_path / "samples",
            "folder": tmp_path / "model",
            "schema": Schema(),
            "seed": 3,
            "graph": b"{}",
            "overwrite": False,
            "find": lambda name: None,
            "again": lambda epoch: tmp_path / "samples",
            "tell": told.append,
            "should_stop": lambda: False,
        }
        return FitTask(**{**facts, **changes})

    return make


def test_the_state_is_saved_every_ten_minutes_too(
    make_task: Callable[..., FitTask], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dtl_nodes.models.training import loop

    minutes = itertools.count(0, 4)
    monkeypatch.setattr(loop, "monotonic", lambda: 60.0 * next(minutes))
    saved: list[int] = []
    monkeypatch.setattr(loop, "write_state", lambda folder, state: saved.append(state["step"]))
    train(Tiny, tiny_settings(epochs=1), make_task([]))
    # A look at the clock when it starts, at each step, and whenever a state is saved.
    assert saved == [3, 6]


def test_a_missing_gpu_is_an_error_where_devices_are_taken_literally(
    make_task: Callable[..., FitTask],
) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    asked = tiny_settings(epochs=1, gpu_devices=[1])
    with pytest.raises(ModelError, match="GPU 1 of 'gpu_devices' not found"):
        train(Tiny, asked, make_task([], strict_devices=True))
    told: list[FitEvent] = []
    task = make_task(told)
    train(Tiny, asked, task)
    (warning,) = (event.text for event in told if event.kind == "warning")
    assert warning.endswith("training runs on cpu")
    assert (
        '"gpu_devices": [\n      1\n    ]'
        in next(task.folder.glob("checkpoints/*/config.json")).read_text()
    ), "the configuration stays as it was asked for"
