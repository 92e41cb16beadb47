"""Names of outputs: readable, unique, the same whatever the order of work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.compile.graph import CompiledGraph
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, run, saving


def one_of_each(*files: str) -> Any:
    return tuple((file, 20, 20) for file in files)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_project(
        folder,
        "AB",
        datasets={d: one_of_each("x.png") for d in ("dsA", "dsB")},
        classes=(),
        tagged=False,
    )
    write_project(
        folder, "A", datasets={"dsA": one_of_each("x.png", "y.png")}, classes=(), tagged=False
    )
    numbered = one_of_each("a.jpg", "a.png", "a_1.png", "a_2.png", "a_2_1.png", "b.png")
    write_project(folder, "N", datasets={"ds": numbered}, classes=(), tagged=False)
    return folder


def names(graph: CompiledGraph, out: Path) -> list[str]:
    run(graph, out)
    files = sorted(path.relative_to(out / "out") for path in out.glob("out/*/img/*"))
    return [f"{file.parts[0]}/{file.name}" for file in files]


def both(*more: Json) -> list[Json]:
    return [reading("AB", "$ab"), reading("A", "$a"), *more]


def test_datasets_of_equal_name_get_their_projects(data: Path, tmp_path: Path) -> None:
    found = names(compiled(data, *both(saving(["$a", "$ab"]))), tmp_path)
    assert found == ["AB__dsA/x.png", "A__dsA/x.png", "A__dsA/y.png", "dsB/x.png"]


def test_only_selected_datasets_count(data: Path, tmp_path: Path) -> None:
    graph = compiled(data, reading("AB/dsB", "$b"), reading("A", "$a"), saving(["$a", "$b"]))
    assert names(graph, tmp_path) == ["dsA/x.png", "dsA/y.png", "dsB/x.png"]


def test_a_project_that_is_read_for_nothing_counts(data: Path, tmp_path: Path) -> None:
    """What is saved elsewhere, or nowhere, changes no name."""
    unused = names(compiled(data, *both(saving("$a"))), tmp_path / "1")
    used = names(compiled(data, *both(saving("$a"), saving("$ab", "more"))), tmp_path / "2")
    assert unused == used == ["A__dsA/x.png", "A__dsA/y.png"]


def test_the_dataset_layer_decides(data: Path, tmp_path: Path) -> None:
    renamed = layer("dataset", ["$a", "$ab"], "$n", name="all")
    found = names(compiled(data, *both(renamed, saving("$n"))), tmp_path / "1")
    assert found == ["all/x.png", "all/x_2.png", "all/x_3.png", "all/y.png"]
    original = layer("dataset", ["$a", "$ab"], "$n", rule="save_original")
    found = names(compiled(data, *both(original, saving("$n"))), tmp_path / "2")
    assert found == ["dsA/x.png", "dsA/x_2.png", "dsA/y.png", "dsB/x.png"]


def test_the_last_dataset_layer_wins(data: Path, tmp_path: Path) -> None:
    first = layer("dataset", "$in", "$one", name="one")
    last = layer("dataset", "$one", "$two", name="two")
    graph = compiled(data, reading("A"), first, last, saving(["$one", "$two"]))
    assert names(graph, tmp_path) == ["one/x.png", "one/y.png", "two/x.png", "two/y.png"]


def test_numbers_skip_names_that_are_taken(data: Path, tmp_path: Path) -> None:
    many = layer("multiply", "$in", "$many", multiply=3)
    found = names(compiled(data, reading("N"), many, saving("$many")), tmp_path)
    assert len(found) == len({Path(name).stem for name in found}) == 18
    assert {"ds/a.jpg", "ds/a_1.png", "ds/a_2.png", "ds/a_2_1.png"} <= set(found)
    assert {"ds/b.png", "ds/b_1.png", "ds/b_2.png"} <= set(found)


def test_each_output_has_its_own_names(data: Path, tmp_path: Path) -> None:
    graph = compiled(data, reading("A"), saving("$in", "out"), saving("$in", "second"))
    assert names(graph, tmp_path) == ["dsA/x.png", "dsA/y.png"]
    assert len(list(tmp_path.glob("second/dsA/img/?.png"))) == 2


def test_the_first_one_saved_keeps_the_plain_name(data: Path, tmp_path: Path) -> None:
    """As in the original engine: the consumers' order in the array decides."""
    tagged = layer("tag", "$in", "$t", tag="t", action="add")
    before = compiled(data, reading("A"), tagged, saving(["$in", "$t"]))
    after = compiled(data, reading("A"), saving(["$in", "$t"]), tagged)
    for graph, plain_is_tagged in ((before, True), (after, False)):
        folder = tmp_path / str(plain_is_tagged)
        assert names(graph, folder) == ["dsA/x.png", "dsA/x_1.png", "dsA/y.png", "dsA/y_1.png"]
        content = (folder / "out/dsA/ann/x.png.json").read_text()
        assert ('"t"' in content) is plain_is_tagged
