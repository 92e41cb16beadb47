"""What is taken in a project that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import UsageError
from dtl_nodes.formats.supervisely.existing import back_up, image_names, open_existing
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import tree


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def test_images_and_annotations_take_their_names(project: Path) -> None:
    for name in ("stray.PNG.json", "older.json", "v1.2.json", ".hidden.json"):
        (project / "ds1" / "ann" / name).write_text("{}")
    (project / "ds1" / "img" / "notes.txt").write_text("")
    (project / "notes").mkdir()
    schema, found = open_existing(project)
    assert schema.label_names[:2] == ("dot", "box")
    assert found.datasets == {"ds1", "ds2"}
    assert found.taken == {
        "ds1": {"one", "two", "stray", "older", "v1.2", "notes"},
        "ds2": {"one"},
        "notes": frozenset(),
    }
    assert sorted(image_names(project / "ds1")) == ["one.png", "two.jpg"]


def test_there_is_no_such_project(project: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no project 'mni' to add to; did you mean 'mini'"):
        open_existing(project.with_name("mni"))
    with pytest.raises(UsageError, match="'40' to add to; there are mini; 'dst' is the name"):
        open_existing(project.with_name("40"))
    with pytest.raises(UsageError, match="there is none at all"):
        open_existing(project / "ds1" / "40")


def test_there_is_no_such_dataset(project: Path) -> None:
    _, found = open_existing(project)
    found.require_dataset("ds1")
    with pytest.raises(UsageError, match="no dataset 'sd1'; did you mean 'ds1'"):
        found.require_dataset("sd1")
    with pytest.raises(UsageError, match="no dataset 'all'; its datasets: ds1, ds2"):
        found.require_dataset("all")


def test_copies_of_a_project(project: Path) -> None:
    (project.parent / ".mini_backup.partial").mkdir()
    first, second = back_up(project), back_up(project)
    assert (first.name, second.name) == ("mini_backup", "mini_backup_2")
    assert tree(first) == tree(second) == tree(project)
    assert sorted(path.name for path in project.parent.iterdir()) == [
        "mini",
        "mini_backup",
        "mini_backup_2",
    ]
