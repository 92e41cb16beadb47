"""The ``output_project`` node, through graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.errors import UsageError
from dtl_nodes.output_project import OutputProject
from tests.fixtures.nodes import refuses
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import compiled, layer, reading, run, saving, tree

AS_WRITTEN_BY_V2 = {
    "project_name": "plums",
    "dataset_option": "keep",
    "dataset_name": None,
    "dataset_id": None,
    "merge_different_meta": False,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_project(tmp_path / "data").parent


def write(data: Path, out: Path, *, existing: bool, **settings: Any) -> dict[str, bytes]:
    chosen = {**AS_WRITTEN_BY_V2, "is_existing_project": existing, **settings}
    run(compiled(data, reading(), layer("output_project", "$in", "plums", **chosen)), out)
    return tree(out / "plums")


def test_a_new_project_is_that_of_supervisely(data: Path, tmp_path: Path) -> None:
    run(compiled(data, reading(), saving("$in", "plums")), tmp_path / "1")
    assert write(data, tmp_path / "2", existing=False) == tree(tmp_path / "1" / "plums")
    with pytest.raises(UsageError, match="exists; --overwrite replaces it"):
        write(data, tmp_path / "2", existing=False)


def test_a_new_project_of_one_dataset(data: Path, tmp_path: Path) -> None:
    found = write(data, tmp_path, existing=False, dataset_option="new", dataset_name="all")
    assert sorted(path for path in found if "/img/" in path) == [
        "all/img/one.png",
        "all/img/one_2.png",
        "all/img/two.jpg",
    ]


def test_adds_to_a_project(data: Path, tmp_path: Path) -> None:
    before = write(data, tmp_path, existing=False)
    after = write(data, tmp_path, existing=True, project_name="whatever it is called elsewhere")
    assert before.items() <= after.items()
    assert len(after) == 2 * len(before) - 1


def test_names_of_a_new_project_must_agree(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="differently, 'plums' and 'pears'"):
        write(data, tmp_path, existing=False, project_name="pears")
    for name in ("", None):
        assert write(data, tmp_path / f"{name}", existing=False, project_name=name)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"dataset_option": "keep"}, "is_existing_project"),
        ({"is_existing_project": False}, "dataset_option"),
        (
            {"is_existing_project": False, "dataset_option": "existing", "dataset_name": "a"},
            "a new project has no dataset",
        ),
        ({"is_existing_project": True, "dataset_option": "keep", "dataset_id": 3}, "on a server"),
    ],
)
def test_refuses(settings: dict[str, Any], word: str) -> None:
    refuses(OutputProject, settings, word)
