"""Several processes that train together, here on the CPU."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.sdk import ModelError
from dtl_nodes.models.training.devices import Devices
from dtl_nodes.models.training.events import CheckpointEvent, MetricsEvent, ProgressEvent
from tests.nodes.models.training.running import files_of, run_fit
from tests.nodes.models.training.tiny import Diverging, Tiny, tiny_settings, write_samples

pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")

TWO = Devices("cpu", (0, 1))
SETTINGS = {"batch_size": {"train": 2, "val": 2}, "val_every": 0.5, "epochs": 2}


def test_they_validate_once_and_go_on_after_a_stop(tmp_path: Path) -> None:
    data, chosen = write_samples(tmp_path / "p"), tiny_settings(**SETTINGS)
    whole = run_fit(data, tmp_path / "a", chosen, devices=TWO)
    steps = [event for event in whole if isinstance(event, ProgressEvent)]
    assert [(event.current, event.total) for event in steps] == [(n, 4) for n in range(1, 5)]
    assert [e.id for e in whole if isinstance(e, CheckpointEvent)] == [0, 1, 2, 3]
    last = json.loads((tmp_path / "a/checkpoints/00000003/metrics.json").read_text())
    assert last["device"] == "cpu, 2 processes"
    run_fit(data, tmp_path / "b", chosen, devices=TWO, stop_after=5)
    run_fit(data, tmp_path / "b", chosen, devices=TWO)
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


def test_each_epoch_gets_its_samples_from_the_process_that_started_them(tmp_path: Path) -> None:
    sets = [write_samples(tmp_path / f"p{n}", seed=n) for n in range(2)]
    asked: list[int] = []

    def samples(epoch: int) -> Any:
        asked.append(epoch)
        return sets[epoch]

    told = run_fit(
        samples, tmp_path / "m", tiny_settings(**SETTINGS, augment="every_epoch"), devices=TWO
    )
    assert asked == [0, 1]
    assert len([event for event in told if isinstance(event, MetricsEvent)]) == 8


@pytest.mark.parametrize("architecture", [Diverging])
def test_an_error_in_one_of_them_is_told_as_it_is(tmp_path: Path, architecture: type[Tiny]) -> None:
    data = write_samples(tmp_path / "p")
    with pytest.raises(ModelError, match="the loss is nan after"):
        run_fit(data, tmp_path / "m", tiny_settings(**SETTINGS), architecture, devices=TWO)
