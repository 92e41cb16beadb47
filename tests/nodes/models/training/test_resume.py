"""Trainings that are interrupted, killed, complete or changed."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from dtl_nodes.models.checkpoint import find_checkpoint, load_state
from dtl_nodes.models.training.events import CheckpointEvent, NoteEvent
from dtl_nodes.models.training.key import OtherTraining
from dtl_nodes.models.training.state import read_state
from tests.nodes.models.training.running import files_of, run_fit, start
from tests.nodes.models.training.tiny import Tiny, tiny_settings, write_samples

torch = pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")

SETTINGS: dict[str, Any] = {
    "batch_size": {"train": 1, "val": 2},
    "epochs": 3,
    "val_every": 0.5,
    "lr": 0.05,
    "lr_decreasing": {"patience": 1, "lr_divisor": 2},
    "warmup_iterations": 4,
}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project, and the folder of a training on it that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write_samples(folder / "p")
    assert start(folder / "p", folder / "m", **SETTINGS) == 0
    return folder / "p", folder / "m"


def test_a_training_killed_in_mid_epoch_ends_where_an_undisturbed_one_ends(
    undisturbed: tuple[Path, Path], tmp_path: Path
) -> None:
    project, whole = undisturbed
    for kill_after in (5, 19, 30):
        assert start(project, tmp_path / "m", kill_after, **SETTINGS) == -signal.SIGKILL
    assert start(project, tmp_path / "m", **SETTINGS) == 0
    found, expected = files_of(tmp_path / "m"), files_of(whole)
    assert found.keys() == expected.keys()
    assert [name for name in found if found[name] != expected[name]] == []


def test_a_state_between_validations_is_as_good(
    undisturbed: tuple[Path, Path], tmp_path: Path
) -> None:
    from tests.nodes.models.training.tiny import open_samples

    project, whole = undisturbed
    torch.set_num_threads(1)
    data, chosen = open_samples(project), tiny_settings(**SETTINGS)
    for stop_after in (4, 7, 24):
        told = run_fit(
            data, tmp_path / "m", chosen, stop_after=stop_after, state_every_minutes=1e-9
        )
        assert len(told) < 40
    run_fit(data, tmp_path / "m", chosen)
    assert files_of(tmp_path / "m") == files_of(whole)


def test_records_go_on_without_a_gap_or_a_repetition(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    data, chosen = write_samples(tmp_path / "p"), tiny_settings(**SETTINGS)
    run_fit(data, tmp_path / "m", chosen, stop_after=20)
    run_fit(data, tmp_path / "m", chosen)
    with (tmp_path / "m/metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    losses = [row for row in rows if row["set"] == "train" and row["metric"] == "loss"]
    assert [int(row["step"]) for row in losses] == list(range(18))
    events = EventAccumulator(str(tmp_path / "m/events"), {"scalars": 0, "images": 0})
    events.Reload()
    scalars = events.Scalars("loss/train")
    assert [scalar.step for scalar in scalars] == list(range(18))
    values = [float(row["value"]) for row in losses]
    assert [scalar.value for scalar in scalars] == pytest.approx(values)
    assert len(events.Images("samples")) == 6


def test_a_complete_training_is_not_run_again(tmp_path: Path) -> None:
    data, chosen = write_samples(tmp_path / "p"), tiny_settings(**SETTINGS)
    run_fit(data, tmp_path / "m", chosen)
    before = files_of(tmp_path / "m")
    told = run_fit(data, tmp_path / "m", tiny_settings(**SETTINGS, data_workers={"train": 3}))
    assert told == [NoteEvent("m is trained already, with the same data and settings")]
    assert files_of(tmp_path / "m") == before


def test_another_training_is_refused_with_what_differs(tmp_path: Path) -> None:
    data, chosen = write_samples(tmp_path / "p"), tiny_settings(**SETTINGS)
    run_fit(data, tmp_path / "m", chosen, stop_after=9)
    other = tiny_settings(**{**SETTINGS, "lr": 0.01, "epochs": 4})
    with pytest.raises(OtherTraining, match=r"differs in settings\.epochs, settings\.lr: empty"):
        run_fit(data, tmp_path / "m", other)
    with pytest.raises(OtherTraining, match="differs in seed:"):
        run_fit(data, tmp_path / "m", chosen, seed=4)
    path = tmp_path / "p/ds/ann/0.png.json"
    annotation = json.loads(path.read_text())
    annotation["objects"] = []
    path.write_text(json.dumps(annotation))
    with pytest.raises(OtherTraining, match="differs in data:"):
        run_fit(data, tmp_path / "m", chosen)


def test_other_starting_weights_make_another_training(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    run_fit(data, tmp_path / "a", tiny_settings(epochs=1))
    chosen = tiny_settings(epochs=1, weights=str(tmp_path / "a"))
    run_fit(data, tmp_path / "m", chosen)
    weights = find_checkpoint(tmp_path / "a") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\0")
    with pytest.raises(OtherTraining, match="differs in weights:"):
        run_fit(data, tmp_path / "m", chosen)


def test_one_that_was_killed_before_its_first_state_starts_again(
    undisturbed: tuple[Path, Path], tmp_path: Path
) -> None:
    project, whole = undisturbed
    assert start(project, tmp_path / "m", 4, **SETTINGS) == -signal.SIGKILL
    assert read_state(tmp_path / "m/state") is None
    assert start(project, tmp_path / "m", **SETTINGS) == 0
    weights = "checkpoints/00000005/model.safetensors"
    assert files_of(tmp_path / "m")[weights] == files_of(whole)[weights]


def test_stopping_saves_the_state_and_later_checkpoints_are_those_of_the_same_run(
    tmp_path: Path,
) -> None:
    data, chosen = write_samples(tmp_path / "p"), tiny_settings(**SETTINGS)
    first = run_fit(data, tmp_path / "m", chosen, stop_after=15)
    state = read_state(tmp_path / "m/state")
    assert state is not None
    assert 0 < state["step"] < 18
    second = run_fit(data, tmp_path / "m", chosen)
    ids = [e.id for e in (*first, *second) if isinstance(e, CheckpointEvent)]
    assert ids == list(range(6))
    assert NoteEvent(f"training goes on after step {state['step']}") in second


class KeepsPublished(Tiny):
    """Does not train a first layer that was loaded; its optimiser holds what is trained alone."""

    name = "keeps"

    def freeze(self, module: Any, settings: Any) -> None:
        is_loaded = bool((module[0].weight > 2).any())
        module[0].requires_grad_(requires_grad=not is_loaded)


def with_published(tmp_path: Path) -> Path:
    """Write weights whose first layer is like no random one."""
    run_fit(write_samples(tmp_path / "before"), tmp_path / "source", tiny_settings(epochs=1))
    state = load_state(find_checkpoint(tmp_path / "source"))
    state["0.weight"] += 3
    torch.save(state, tmp_path / "published.pt")
    return tmp_path / "published.pt"


def test_what_was_frozen_for_its_weights_stays_frozen(tmp_path: Path) -> None:
    weights = with_published(tmp_path)
    data, chosen = write_samples(tmp_path / "p"), tiny_settings(**SETTINGS, weights=str(weights))
    run_fit(data, tmp_path / "a", chosen, KeepsPublished)
    for stop_after in (3, 20, 1000):
        run_fit(data, tmp_path / "b", chosen, KeepsPublished, stop_after=stop_after)
    assert files_of(tmp_path / "b") == files_of(tmp_path / "a")
    kept = load_state(find_checkpoint(tmp_path / "b"))["0.weight"]
    assert torch.equal(kept, load_state(weights)["0.weight"])


def test_a_detector_with_a_frozen_published_backbone_goes_on(tmp_path: Path) -> None:
    pytest.importorskip("torchvision")
    pytest.importorskip("pycocotools")
    from dtl_nodes.models.architectures.faster_rcnn import FasterRCNN
    from tests.nodes.models.architectures.drawn_discs import detector

    sizes = {"min_dim": 64, "max_dim": 64}
    small = {"backbone": "resnet18_fpn", "input_size": sizes, "proposals": 20, "rois": 8}
    _, architecture = detector("faster_rcnn", **small)
    state = dict(architecture.build().state_dict())
    for name, value in state.items():
        if name.endswith("running_mean"):
            state[name] = value + 0.01
    torch.save(state, tmp_path / "published.pt")
    settings = FasterRCNN.settings_model.model_validate_json(
        json.dumps(
            {
                "architecture": "faster_rcnn",
                "train_layers": "4+",
                "weights": str(tmp_path / "published.pt"),
                "gpu_devices": [],
                "epochs": 1,
                "batch_size": {"train": 2, "val": 2},
                **small,
            }
        )
    )
    data = write_samples(tmp_path / "p", ["train"] * 6 + ["val"])
    for name, stops in (("a", (1000,)), ("b", (3, 5, 1000))):
        for stop_after in stops:
            run_fit(data, tmp_path / name, settings, FasterRCNN, stop_after=stop_after)  # type: ignore[arg-type]
    assert files_of(tmp_path / "b") == files_of(tmp_path / "a")
    found = load_state(find_checkpoint(tmp_path / "b"))
    stages = {
        stage: all(
            torch.equal(found[name], state[name])
            for name in state
            if name.startswith(f"backbone.body.{stage}.") and name.endswith("weight")
        )
        for stage in ("layer2", "layer3")
    }
    assert stages == {"layer2": True, "layer3": False}
