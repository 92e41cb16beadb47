"""Choosing samples by image tags, and what is wrong with them at first sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.sdk import ModelError
from dtl_nodes.models.training.data import (
    check_batches,
    choose,
    choose_train,
    epoch_of,
    leak,
    roots_of,
)
from dtl_nodes.models.training.settings import DatasetTags, PerSet
from tests.nodes.models.training.tiny import open_samples, write_samples

TAGS = DatasetTags()


def files(origins: tuple[object, ...]) -> list[str]:
    return [origin.file for origin in origins]  # type: ignore[attr-defined]


def test_samples_are_in_the_sets_of_their_tags(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["train", "val", "train+val", "", "other"])
    chosen = choose(data, TAGS, ModelFamily.SEMANTIC)
    assert files(chosen.train) == ["0.png", "2.png"]
    assert files(chosen.val) == ["1.png", "2.png"]
    assert choose_train(data, TAGS, ModelFamily.SEMANTIC) == chosen.train


def test_one_tag_for_both_sets_makes_them_equal(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["all", "all"])
    chosen = choose(data, DatasetTags(train="all", val="all"), ModelFamily.SEMANTIC)
    assert chosen.train == chosen.val != ()


def test_a_tag_that_no_image_has_is_named_with_those_there_are(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["train", "vall", "other"])
    with pytest.raises(ModelError) as error:
        choose(data, TAGS, ModelFamily.SEMANTIC)
    assert str(error.value) == (
        "no image has the tag 'val' of 'dataset_tags.val': the images have the tags other, train, "
        "vall; did you mean 'vall'?"
    )


def test_no_tag_at_all(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["", ""])
    with pytest.raises(ModelError, match=r"'dataset_tags\.train': no image has a tag"):
        choose(data, TAGS, ModelFamily.SEMANTIC)


def test_a_set_without_objects_is_refused_unless_tags_are_classes(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["train", "val"], empty=[0])
    with pytest.raises(ModelError, match="'train' has an object: the train set has nothing to le"):
        choose(data, TAGS, ModelFamily.INSTANCES)
    assert choose(data, TAGS, ModelFamily.TAGS).train


def test_an_unreadable_annotation_counts_for_the_training_set(tmp_path: Path) -> None:
    write_samples(tmp_path / "p", ["train", "val", "val"])
    (tmp_path / "p/ds/ann/2.png.json").write_text("{")
    chosen = choose(open_samples(tmp_path / "p"), TAGS, ModelFamily.SEMANTIC)
    assert files(chosen.train) == ["0.png", "2.png"]
    assert files(chosen.val) == ["1.png"]


def test_fewer_samples_than_a_batch(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["train"] * 3 + ["val"])
    chosen = choose(data, TAGS, ModelFamily.SEMANTIC)
    check_batches(chosen, PerSet(train=3), 1, drops_last=True, architecture="drops")
    check_batches(chosen, PerSet(train=4), 1, drops_last=False, architecture="unet")
    with pytest.raises(ModelError, match="3 samples, fewer than one batch of 2 on each of 2 dev"):
        check_batches(chosen, PerSet(train=2), 2, drops_last=True, architecture="drops")


def test_a_leak_is_told_with_its_numbers(tmp_path: Path) -> None:
    write_samples(tmp_path / "p", ["train", "train", "val", "val", "val"])
    roots = {"ds/0.png": "a", "ds/1.png": "b", "ds/2.png": "a", "ds/3.png": "a"}
    data = open_samples(tmp_path / "p", roots)
    chosen = choose(data, TAGS, ModelFamily.SEMANTIC)
    told = leak(roots_of(data, chosen.train), roots_of(data, chosen.val))
    assert told.startswith(
        "train and val share 1 source image of 3: 2 of 3 validation samples show what is trained on"
    )
    assert leak(["a"], ["b"]) == ""


def test_samples_for_each_epoch_come_from_a_function_or_an_object(tmp_path: Path) -> None:
    sets = [write_samples(tmp_path / name, ["train", "val"]) for name in "ab"]

    class Epochs:
        for_epoch = staticmethod(sets.__getitem__)

    for data in (sets.__getitem__, Epochs()):
        assert [epoch_of(data, number) for number in (0, 1)] == sets
    assert epoch_of(sets[1], 7) is sets[1]
