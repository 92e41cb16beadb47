"""Units of work: which source images, in which order, through which layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.plan.units import datasets_in_order, units
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import compiled, reading, saving

AWKWARD = {"ds1": (("a[1].png", 20, 20), ("a1.png", 20, 20), ("b.png", 20, 20))}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_project(folder)
    write_project(folder, "aa", datasets=AWKWARD)
    return folder


def test_projects_by_first_mention_then_by_name(data: Path) -> None:
    graph = compiled(
        data,
        reading("mini/ds2", "$a"),
        reading("aa", "$b"),
        reading("mini/*", "$c"),
        saving(["$a", "$b", "$c"]),
    )
    keys = [dataset.key for dataset in datasets_in_order(graph)]
    assert keys == ["mini/ds1", "mini/ds2", "aa/ds1"]
    found = [(unit.index, str(unit.origin), unit.entries) for unit in units(graph)]
    assert found == [
        (0, "mini/ds1/one.png", ("c",)),
        (1, "mini/ds1/two.jpg", ("c",)),
        (2, "mini/ds2/one.png", ("a", "c")),
        (3, "aa/ds1/a1.png", ("b",)),
        (4, "aa/ds1/a[1].png", ("b",)),
        (5, "aa/ds1/b.png", ("b",)),
    ]


@pytest.mark.parametrize(
    ("only", "files"),
    [
        (("aa/ds1/b.png",), ["b.png"]),
        (("aa/ds1/a[1].png",), ["a1.png"]),
        (("aa/ds1/a[[]1].png",), ["a[1].png"]),
        (("*/B.PNG",), []),
        (("*.png", "*"), ["a1.png", "a[1].png", "b.png"]),
        (("b.png",), []),
    ],
)
def test_patterns(only: tuple[str, ...], files: list[str], data: Path) -> None:
    graph = compiled(data, reading("aa"), saving("$in"))
    found = list(units(graph, only))
    assert [unit.origin.file for unit in found] == files
    every = {str(unit.origin): unit.index for unit in units(graph)}
    assert all(every[str(unit.origin)] == unit.index for unit in found)


def test_a_limit_cuts_what_matches(data: Path) -> None:
    graph = compiled(data, reading("mini/*", "$a"), saving("$a"))
    assert [str(unit.origin) for unit in units(graph, ("*/one.png",), 1)] == ["mini/ds1/one.png"]
    assert len(list(units(graph, (), 2))) == 2
    assert len(list(units(graph, (), 99))) == 3
