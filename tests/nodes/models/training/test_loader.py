"""Batches: their order, what replaces samples that cannot be used, processes that load them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.sdk import ModelError
from dtl_nodes.models.training.corrupted import Corrupted
from dtl_nodes.models.training.data import choose
from dtl_nodes.models.training.loader import Batches, Loader, SampleSet
from dtl_nodes.models.training.model_config import model_config
from dtl_nodes.models.training.settings import DatasetTags, WorkersPerSet
from tests.nodes.models.training.tiny import Tiny, open_samples, tiny_settings, write_samples

torch = pytest.importorskip("torch")


def sample_set(project: Path, name: Any = "train") -> SampleSet:
    data = open_samples(project)
    settings = tiny_settings()
    chosen = choose(data, DatasetTags(), ModelFamily.SEMANTIC)
    config = model_config(Tiny, settings, data.source.schema)
    return SampleSet(name, data.source, getattr(chosen, name), Tiny(config), settings, 5)


def cut_short(image: Path) -> None:
    """Leave the head of a picture, by which it looks sound until it is decoded."""
    image.write_bytes(image.read_bytes()[:60])


def make_loader(samples: SampleSet, workers: int = 0) -> Loader:
    return Loader(samples, Batches(len(samples), 2, 5, shuffles=True), workers)


def test_every_sample_comes_once_an_epoch_in_another_order() -> None:
    batches = Batches(7, 3, 1, shuffles=True)
    orders = []
    for epoch in (0, 1):
        batches.epoch = epoch
        found = list(batches)
        assert [len(batch) for batch in found] == [3, 3, 1]
        assert all(draw[0] == epoch for batch in found for draw in batch)
        orders.append([index for batch in found for _, index in batch])
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(7))
    assert orders[0] != orders[1]


def test_the_order_is_that_of_the_seed_and_can_be_entered_anywhere() -> None:
    whole = list(Batches(9, 2, 4, shuffles=True, epoch=2))
    assert list(Batches(9, 2, 4, shuffles=True, epoch=2, start=3)) == whole[3:]
    assert list(Batches(9, 2, 5, shuffles=True, epoch=2)) != whole


def test_without_shuffling_and_with_the_last_batch_dropped() -> None:
    batches = Batches(5, 2, 0, shuffles=False, drops_last=True)
    assert list(batches) == [[(0, 0), (0, 1)], [(0, 2), (0, 3)]]
    assert len(batches) == 2


def test_devices_share_each_step_and_none_goes_without() -> None:
    per_rank = [list(Batches(7, 2, 0, shuffles=False, rank=r, devices=3)) for r in range(3)]
    assert {len(batches) for batches in per_rank} == {2}
    assert [[len(b) for b in batches] for batches in per_rank] == [[2, 1], [2, 1], [2, 1]]
    seen = {index for batches in per_rank for batch in batches for _, index in batch}
    assert seen == set(range(7))


def test_a_corrupted_sample_is_replaced_by_the_same_other_one(tmp_path: Path) -> None:
    write_samples(tmp_path / "p")
    cut_short(tmp_path / "p/ds/img/1.png")
    samples = sample_set(tmp_path / "p")
    first, second = samples[0, 1], samples[0, 1]
    (failure,) = first.failures
    assert failure[0] == "ds/1.png"
    np.testing.assert_array_equal(first.content["image"], second.content["image"])
    assert first.content["image"].shape == (3, 16, 16)


def test_a_sample_without_anything_to_learn_is_replaced_in_training_alone(tmp_path: Path) -> None:
    write_samples(tmp_path / "p", ["train", "train", "val", "val"], empty=[1, 3])
    train, val = sample_set(tmp_path / "p"), sample_set(tmp_path / "p", "val")
    assert train[0, 1].content is not None
    assert train[0, 1].failures == ()
    assert val[0, 1].content is None
    sizes = [loaded.content["image"].shape[0] for loaded in make_loader(val).epoch(0)]
    assert sizes == [1]


def test_it_gives_up_where_nothing_can_be_used(tmp_path: Path) -> None:
    write_samples(tmp_path / "p", ["train", "val"])
    samples = sample_set(tmp_path / "p")
    (tmp_path / "p/ds/img/0.png").write_bytes(b"")
    assert samples[0, 0].gave_up


def test_processes_load_the_same_batches(tmp_path: Path) -> None:
    write_samples(tmp_path / "p")
    cut_short(tmp_path / "p/ds/img/1.png")
    samples = sample_set(tmp_path / "p")
    here, there = make_loader(samples), make_loader(samples, workers=2)
    state = torch.get_rng_state()
    for epoch, start in ((0, 1), (1, 0)):
        pairs = list(zip(here.epoch(epoch, start), there.epoch(epoch, start), strict=True))
        assert len(pairs) == 3 - start
        for one, other in pairs:
            assert torch.equal(one.content["image"], other.content["image"])
            assert one.failures == other.failures
    there.close()
    assert torch.equal(torch.get_rng_state(), state), "networks draw from that stream"


def test_failures_are_counted_once_for_each_sample_over_the_whole_run() -> None:
    corrupted = Corrupted(WorkersPerSet(train=2, val=0))
    assert corrupted.count("train", [("ds/a", "broken")]) == [
        "sample ds/a of the train set cannot be used: broken; another one takes its place (1 of 2)"
    ]
    later = Corrupted(WorkersPerSet(train=2, val=0))
    later.restore(corrupted.state())
    assert later.count("train", [("ds/a", "broken"), ("ds/b", "gone")])[0].endswith("(2 of 2)")
    with pytest.raises(ModelError, match=r"ds/c.*3 of its samples failed and 'allow_corr.*' is 2"):
        later.count("train", [("ds/c", "gone")])
    with pytest.raises(ModelError, match=r"'allow_corrupted_samples\.val' is 0"):
        later.count("val", [("ds/a", "broken")])
