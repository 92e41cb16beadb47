"""Choosing the datasets of a project."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dtl_engine.errors import UsageError
from dtl_engine.testing.settings import parse_settings
from dtl_nodes.families.dataset_choice import DatasetChoice
from dtl_nodes.formats.supervisely.existing import ExistingProject

PROJECT = ExistingProject(
    taken={"ds1": frozenset("a"), "ds1_001": frozenset("a"), "empty": frozenset()},
    datasets=frozenset(("ds1", "ds1_001", "empty")),
)


def named(wanted: tuple[str, ...], **settings: Any) -> dict[str, str]:
    choice = parse_settings(DatasetChoice, settings)
    assert isinstance(choice, DatasetChoice)
    return dict(choice.named(wanted, PROJECT))


def test_keep_numbers_names_that_are_taken() -> None:
    assert named(("ds1", "ds2"), dataset_option="keep") == {"ds1": "ds1_002", "ds2": "ds2"}
    # What another source dataset is called is no free name either.
    wanted = ("ds1", "ds1_001", "ds1_002")
    assert named(wanted, dataset_option="keep") == {
        "ds1": "ds1_003",
        "ds1_001": "ds1_001_001",
        "ds1_002": "ds1_002",
    }
    assert named(("empty",), dataset_option="keep", dataset_name="") == {"empty": "empty"}


def test_one_dataset_for_all() -> None:
    wanted = ("ds1", "ds2")
    for option, name in (("new", "batch 2"), ("new", "empty"), ("existing", "ds1")):
        found = named(wanted, dataset_option=option, dataset_name=name)
        assert found == dict.fromkeys(wanted, name)


def test_the_dataset_must_be_there_or_not() -> None:
    with pytest.raises(UsageError, match="has a dataset 'ds1' already"):
        named(("x",), dataset_option="new", dataset_name="ds1")
    with pytest.raises(UsageError, match="no dataset 'ds2'; did you mean 'ds1'"):
        named(("x",), dataset_option="existing", dataset_name="ds2")


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({}, "dataset_option"),
        ({"dataset_option": "newest"}, "dataset_option"),
        ({"dataset_option": "new"}, "'dataset_name' is needed"),
        ({"dataset_option": "existing", "dataset_name": ""}, "'dataset_name' is needed"),
        ({"dataset_option": "existing", "dataset_id": 7}, "numbers on a server"),
        ({"dataset_option": "keep", "dataset_name": "a"}, "'keep' has no use"),
        *(
            ({"dataset_option": "new", "dataset_name": name}, "dataset_name")
            for name in ("a/b", "a\\b", ".a", "..", " a", "a ", "a\nb", "a:b", 201 * "a")
        ),
    ],
)
def test_refuses(settings: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        named((), **settings)
