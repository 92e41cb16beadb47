"""A training from the beginning to the end: what it tells and leaves, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import find_checkpoint, load_state, read_config
from dtl_nodes.models.training.events import (
    CheckpointEvent,
    MetricsEvent,
    NoteEvent,
    ProgressEvent,
    TrainEvent,
    WarningEvent,
)
from dtl_nodes.models.training.key import OtherTraining
from tests.nodes.models.training.running import GRAPH, files_of, run_fit
from tests.nodes.models.training.tiny import (
    MEMBERS,
    Diverging,
    DropsLast,
    Greedy,
    NothingToLearn,
    open_samples,
    tiny_settings,
    write_samples,
)

torch = pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")

BATCHES = {"train": 2, "val": 2}


def of_type(told: list[TrainEvent], kind: type[Any]) -> list[Any]:
    return [event for event in told if isinstance(event, kind)]


def warnings_of(told: list[TrainEvent]) -> list[str]:
    return [event.message for event in of_type(told, WarningEvent)]


def settings(**changes: Any) -> Any:
    return tiny_settings(**{"batch_size": BATCHES, "val_every": 0.5, **changes})


@pytest.fixture
def state_before() -> Any:
    """The generators that everybody shares, as they were."""
    return torch.get_rng_state()


def test_what_is_told_and_left(tmp_path: Path, state_before: Any) -> None:
    told = run_fit(write_samples(tmp_path / "p"), tmp_path / "m", settings())
    trained = [event for event in of_type(told, MetricsEvent) if event.set == "train"]
    assert [event.epoch for event in trained] == pytest.approx([n / 3 for n in range(1, 7)])
    assert set(trained[0].metrics) == {"loss", "accuracy"}
    validated = [event for event in of_type(told, MetricsEvent) if event.set == "val"]
    assert [event.epoch for event in validated] == pytest.approx([2 / 3, 1, 5 / 3, 2])
    assert [(e.current, e.total) for e in of_type(told, ProgressEvent)] == [
        (n, 6) for n in range(1, 7)
    ]
    checkpoints = of_type(told, CheckpointEvent)
    assert [event.subdir for event in checkpoints] == [f"{n:08d}" for n in range(4)]
    assert checkpoints[0].best_now
    assert checkpoints[0].as_json()["optional"]["val_metrics"] == dict(validated[0].metrics)
    notes = [event.message for event in of_type(told, NoteEvent)]
    assert notes[0] == "6 samples to train on, 3 to validate on, device cpu"
    assert notes[1].startswith("training starts from random weights")

    folder = tmp_path / "m"
    assert find_checkpoint(folder).name == "00000003"
    last = find_checkpoint(folder)
    assert read_config(last).indices == {"bg": 0, "box": 1}
    assert (last / "graph.json").read_bytes() == GRAPH
    metrics = json.loads((last / "metrics.json").read_text())
    assert metrics["val"] == dict(validated[-1].metrics)
    assert (metrics["device"], metrics["headline"], metrics["step"]) == ("cpu", "accuracy", 6)
    assert set(load_state(last)) >= {"0.weight", "1.running_mean", "3.bias"}
    assert (folder / "report.html").is_file()
    for name in ("curves.png", "samples/00000003.png"):
        picture = cv2.imread(str(folder / name))
        assert picture is not None
        assert picture.std() > 5
    assert torch.equal(torch.get_rng_state(), state_before), "the streams of others stay"


def test_the_best_is_a_strict_improvement_and_the_index_names_it(tmp_path: Path) -> None:
    told = run_fit(write_samples(tmp_path / "p"), tmp_path / "m", settings(epochs=4, lr=0.2))
    losses = [e.metrics["loss"] for e in of_type(told, MetricsEvent) if e.set == "val"]
    best = [event.best_now for event in of_type(told, CheckpointEvent)]
    assert best == [loss < min(losses[:n], default=np.inf) for n, loss in enumerate(losses)]
    index = json.loads((tmp_path / "m/checkpoints.json").read_text())
    assert index["best"] == f"checkpoints/{int(np.argmin(losses)):08d}"
    assert index["last"] == "checkpoints/00000007"


def test_the_final_state_is_always_validated_and_saved(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    for val_every, epochs in ((3.0, [2.0]), (0.8, [1.0, 5 / 3, 2.0])):
        told = run_fit(data, tmp_path / str(val_every), settings(val_every=val_every))
        found = [event.epoch for event in of_type(told, CheckpointEvent)]
        assert found == pytest.approx(epochs)


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        run_fit(data, tmp_path / name, settings(), seed=seed)
    a, b, c = (files_of(tmp_path / name) for name in "abc")
    assert a == b
    weights = "checkpoints/00000003/model.safetensors"
    assert a[weights] != c[weights]


def test_workers_change_nothing(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    run_fit(data, tmp_path / "a", settings())
    run_fit(data, tmp_path / "b", settings(data_workers={"train": 2, "val": 1}))
    weights = "checkpoints/00000003/model.safetensors"
    assert files_of(tmp_path / "a")[weights] == files_of(tmp_path / "b")[weights]


def test_only_the_best_and_the_last_may_stay(tmp_path: Path) -> None:
    chosen = settings(epochs=3, lr=0.2, keep_checkpoints="best_and_last")
    run_fit(write_samples(tmp_path / "p"), tmp_path / "m", chosen)
    index = json.loads((tmp_path / "m/checkpoints.json").read_text())
    kept = {f"checkpoints/{path.name}" for path in (tmp_path / "m/checkpoints").iterdir()}
    assert kept == {index["best"], index["last"]}
    assert {f"checkpoints/{entry['subdir']}" for entry in index["checkpoints"]} == kept


def test_a_missing_gpu_is_a_warning_that_names_the_device(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    data = write_samples(tmp_path / "p")
    told = run_fit(data, tmp_path / "m", settings(gpu_devices=[0, 3], precision="16-mixed"))
    assert warnings_of(told) == [
        "GPUs 0, 3 of 'gpu_devices' not found (there are 0): training runs on cpu",
        "'precision' 16-mixed needs a GPU: training on the CPU uses 32",
    ]
    with pytest.raises(ModelError, match="GPU 0 of 'gpu_devices' not found"):
        run_fit(data, tmp_path / "n", settings(gpu_devices=[0]), is_strict=True)


def test_half_precision_on_the_cpu(tmp_path: Path) -> None:
    chosen = settings(precision="bf16-mixed")
    told = run_fit(write_samples(tmp_path / "p"), tmp_path / "m", chosen)
    assert len(of_type(told, CheckpointEvent)) == 4
    assert load_state(find_checkpoint(tmp_path / "m"))["0.weight"].dtype == torch.float32


def test_a_leak_is_told_before_the_first_step(tmp_path: Path) -> None:
    write_samples(tmp_path / "p")
    roots = {f"ds/{number}.png": f"photo{number % 3}" for number in range(len(MEMBERS))}
    told = run_fit(open_samples(tmp_path / "p", roots), tmp_path / "m", settings())
    (message,) = warnings_of(told)
    assert message.startswith("train and val share 3 source images of 3: 3 of 3 validation")
    first_step = next(n for n, e in enumerate(told) if isinstance(e, MetricsEvent))
    assert told.index(WarningEvent(message)) < first_step


def test_corrupted_samples_are_replaced_until_there_are_too_many(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    for number in (1, 2, 7):
        image = tmp_path / f"p/ds/img/{number}.png"
        image.write_bytes(image.read_bytes()[:60])
    allowed = {"train": 2, "val": 1}
    told = run_fit(data, tmp_path / "m", settings(allow_corrupted_samples=allowed))
    messages = warnings_of(told)
    assert len(messages) == 3
    assert sum("of the train set" in message for message in messages) == 2
    with pytest.raises(ModelError, match=r"'allow_corrupted_samples\.train' is 1"):
        run_fit(
            data, tmp_path / "n", settings(allow_corrupted_samples={"train": 1, "val": 1}, epochs=3)
        )
    with pytest.raises(ModelError, match=r"ds/7\.png of the val set .*val' is 0"):
        run_fit(data, tmp_path / "o", settings(allow_corrupted_samples={"train": 2, "val": 0}))


def test_a_loss_that_is_no_number_ends_it_and_the_last_checkpoint_stays(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    with pytest.raises(ModelError, match=r"the loss is nan after 1\.33333 epochs"):
        run_fit(data, tmp_path / "m", settings(), Diverging)
    last = find_checkpoint(tmp_path / "m")
    assert last.name == "00000001"
    assert all(value.isfinite().all() for value in load_state(last).values())


def test_no_memory(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    with pytest.raises(ModelError, match=r"lower 'batch_size' \(now train 2, val 2\) or 'input_s"):
        run_fit(data, tmp_path / "m", settings(), Greedy)


def test_a_loss_of_zero_moves_nothing(tmp_path: Path) -> None:
    run_fit(write_samples(tmp_path / "p"), tmp_path / "m", settings(), NothingToLearn)
    first, last = (load_state(tmp_path / f"m/checkpoints/0000000{n}") for n in (0, 3))
    assert torch.equal(first["0.weight"], last["0.weight"])
    assert not torch.equal(first["1.running_mean"], last["1.running_mean"])


def test_fewer_samples_than_a_batch_where_the_last_one_is_dropped(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["train"] * 3 + ["val"])
    with pytest.raises(ModelError, match="drops leaves out the last partial batch"):
        run_fit(data, tmp_path / "m", settings(batch_size={"train": 4}), DropsLast)
    told = run_fit(data, tmp_path / "m", settings(batch_size={"train": 2}), DropsLast)
    assert of_type(told, ProgressEvent)[-1].total == 2


def test_patience_divides_the_rate(tmp_path: Path) -> None:
    chosen = settings(lr=3.0, epochs=4, lr_decreasing={"patience": 1, "lr_divisor": 10})
    told = run_fit(write_samples(tmp_path / "p"), tmp_path / "m", chosen)
    notes = [event.message for event in of_type(told, NoteEvent)]
    assert "learning rate divided by 10: 0.3" in notes


def test_continuing_goes_on_with_a_model_of_the_same_classes(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    run_fit(data, tmp_path / "a", settings())
    again = settings(weights_init_type="continue_training", weights=str(tmp_path / "a"))
    told = run_fit(data, tmp_path / "b", again)
    assert f"training goes on with the model {tmp_path / 'a'}" in [
        event.message for event in of_type(told, NoteEvent)
    ]
    assert of_type(told, CheckpointEvent)[0].id == 0
    losses = [event.metrics["loss"] for event in of_type(told, MetricsEvent)]
    fresh = run_fit(data, tmp_path / "c", settings(), seed=8)
    assert losses[0] < of_type(fresh, MetricsEvent)[0].metrics["loss"]


def test_every_epoch_may_have_samples_of_its_own(tmp_path: Path) -> None:
    sets = [write_samples(tmp_path / f"p{n}", seed=n) for n in range(3)]
    asked: list[int] = []

    def samples(epoch: int) -> Any:
        asked.append(epoch)
        return sets[epoch]

    chosen = settings(epochs=3, augment="every_epoch")
    run_fit(samples, tmp_path / "a", chosen)
    assert asked == [0, 1, 2]
    run_fit(samples, tmp_path / "b", chosen, stop_after=12)
    run_fit(samples, tmp_path / "b", chosen)
    run_fit(sets[0], tmp_path / "c", settings(epochs=3))
    weights = "checkpoints/00000005/model.safetensors"
    a, b, c = (files_of(tmp_path / name)[weights] for name in "abc")
    assert a == b
    assert a != c


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p")
    (tmp_path / "m").mkdir()
    (tmp_path / "m/notes.txt").write_text("mine")
    with pytest.raises(OtherTraining, match="is not empty and holds no training"):
        run_fit(data, tmp_path / "m", settings())
    assert [path.name for path in (tmp_path / "m").iterdir()] == ["notes.txt"]
