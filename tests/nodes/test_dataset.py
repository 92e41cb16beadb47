from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.testing import make_sample
from dtl_nodes.dataset import ChooseDataset
from tests.fixtures.nodes import refuses, run

SAMPLE = make_sample(4, 3, dataset="berries", project="garden")


def chosen(settings: dict[str, Any], dataset: str | None = None) -> str | None:
    sample = SAMPLE.in_dataset(dataset) if dataset else SAMPLE
    (result,) = run(ChooseDataset, settings, sample)
    assert result.origin == SAMPLE.origin
    assert result.image is SAMPLE.image
    return result.dataset


@pytest.mark.parametrize("name", ["a", "part 1", "A-b_c 9", "x" * 2048])
def test_name_is_taken(name: str) -> None:
    assert chosen({"name": name}) == name


def test_the_last_one_wins() -> None:
    assert chosen({"name": "late"}, "early") == "late"
    assert chosen({"rule": "save_original"}, "early") == "berries"


def test_original_name_has_no_project() -> None:
    assert chosen({"rule": "save_original"}) == "berries"


@pytest.mark.parametrize(
    "settings",
    [{}, {"name": ""}, {"name": "x" * 2049}, {"name": "a/b"}, {"name": "a\n"}, {"name": "änne"},
     {"name": "a.b"}, {"name": ".."}, {"name": 1}, {"rule": "save"}, {"rule": None},
     {"name": "a", "rule": "save_original"}, {"name": "a", "other": 1}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(ChooseDataset, settings)
