"""The ``add_to_existing_project`` node, through graphs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.errors import UsageError
from dtl_nodes.add_to_existing_project import AddToExistingProject
from tests.fixtures.nodes import refuses
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, run, tree

NEW = {"dataset_option": "new", "dataset_name": "batch2"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_project(tmp_path / "data").parent


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with the project ``plums``, which is equal to the source."""
    return write_project(tmp_path / "out", "plums").parent


def adding(src: str = "$in", dst: str = "plums", **settings: Any) -> Json:
    return layer("add_to_existing_project", src, dst, **settings)


def added(data: Path, out: Path, *layers: Json) -> list[str]:
    """Run a graph and return the files that it added; none may be changed."""
    before = tree(out / "plums")
    report = run(compiled(data, reading(), *layers), out)
    assert report.exit_code == 0
    after = tree(out / "plums")
    changed = {path for path, content in before.items() if after.get(path) != content}
    assert changed <= {"meta.json"}
    for path in after:
        if "/img/" in path:
            assert f"{path.replace('/img/', '/ann/')}.json" in after
    assert sorted(path.name for path in out.iterdir()) == ["plums"]
    return sorted(path for path in after.keys() - before.keys() if "/img/" in path)


def test_keeps_datasets_where_their_names_are_free(data: Path, out: Path) -> None:
    assert added(data, out, adding(dataset_option="keep")) == [
        "ds1_001/img/one.png",
        "ds1_001/img/two.jpg",
        "ds2_001/img/one.png",
    ]
    chosen = layer("dataset", "$in", "$n", name="all")
    assert added(data, out, chosen, adding("$n", dataset_option="keep")) == [
        "all/img/one.png",
        "all/img/one_2.png",
        "all/img/two.jpg",
    ]


def test_adds_a_new_dataset(data: Path, out: Path) -> None:
    files = ["batch2/img/one.png", "batch2/img/one_2.png", "batch2/img/two.jpg"]
    assert added(data, out, adding(**NEW)) == files
    with pytest.raises(UsageError, match=r"<graph>:1:\d+: the project has a dataset 'batch2'"):
        added(data, out, adding(**NEW))


def test_adds_to_a_dataset_beside_what_is_there(data: Path, out: Path) -> None:
    (out / "plums" / "ds1" / "ann" / "two_1.json").write_text("{}")
    many = layer("multiply", "$in", "$many", multiply=2)
    existing = {"dataset_option": "existing", "dataset_name": "ds1"}
    assert added(data, out, many, adding("$many", **existing)) == [
        "ds1/img/one_2.png",
        "ds1/img/one_2_1.png",
        "ds1/img/one_3.png",
        "ds1/img/one_3_1.png",
        "ds1/img/two_2.jpg",
        "ds1/img/two_2_1.jpg",
    ]


def test_there_is_no_such_dataset(data: Path, out: Path) -> None:
    existing = {"dataset_option": "existing", "dataset_name": "sd1"}
    with pytest.raises(UsageError, match="no dataset 'sd1'; did you mean 'ds1'"):
        added(data, out, adding(**existing))


def test_declarations_are_merged_when_asked_for(data: Path, out: Path) -> None:
    layers = [
        layer("tag", "$in", "$t", tag="fresh", action="add"),
        layer("background", "$t", "$b", **{"class": "sky"}),
    ]
    with pytest.raises(UsageError, match=r"class 'sky' is not in the project; tag 'fresh'"):
        added(data, out, *layers, adding("$b", **NEW))
    assert len(added(data, out, *layers, adding("$b", **NEW, merge_different_meta=True))) == 3
    meta = json.loads((out / "plums" / "meta.json").read_bytes())
    assert [label["title"] for label in meta["classes"]][-2:] == ["hand", "sky"]
    assert [tag["name"] for tag in meta["tags"]][-1] == "fresh"


def test_clashes_are_found_before_anything_is_written(data: Path, out: Path) -> None:
    layers = [layer("bbox", "$in", "$b", classes_mapping={"patch": "blob2", "blob": "patch"})]
    before = tree(out)
    with pytest.raises(UsageError, match="class 'patch' has shape polygon in the project"):
        added(data, out, *layers, adding("$b", **NEW, merge_different_meta=True))
    assert tree(out) == before


def test_there_must_be_a_project(data: Path, out: Path) -> None:
    for name in ("plum", "40"):
        with pytest.raises(UsageError, match=f"holds no project '{name}' to add to"):
            added(data, out, adding(dst=name, **NEW))
    (out / "plums").rename(out / "pears")
    (out / "plums").symlink_to(out / "pears")
    with pytest.raises(UsageError, match=r"nothing can be added to .*: it is no folder"):
        run(compiled(data, reading(), adding(**NEW)), out)


def test_what_is_read_is_not_added_to(data: Path) -> None:
    before = tree(data)
    with pytest.raises(UsageError, match="over, the input"):
        run(compiled(data, reading(), adding(dst="mini", **NEW)), data)
    assert tree(data) == before


@pytest.mark.parametrize("settings", [{}, {"dataset_option": "new"}, {**NEW, "merge": True}])
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(AddToExistingProject, settings)
