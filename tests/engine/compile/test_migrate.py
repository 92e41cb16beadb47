"""Migration: the object form of either generation, with the same meaning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.api import compile_graph, migrate_graph
from dtl_engine.errors import GraphInvalid
from tests.fixtures.small_graphs import Json, document, layer, reading, run, saving, tree

FLIPPED = layer("flip", "$in", "$out", axis="vertical")


def migrated(value: Any, generation: int | None = None) -> tuple[Json, list[str]]:
    found, problems = migrate_graph(value, generation=generation)
    return found, [problem.code for problem in problems]


def test_a_bare_list_becomes_an_object() -> None:
    layers = [reading(), FLIPPED, saving("$out")]
    assert migrated(layers) == ({"version": 1, "layers": layers}, [])


def test_the_second_generation_gets_the_first_ones_meaning() -> None:
    layers = [
        {**reading(), "action": "images_project", "src": {"source": ["mini/*"]}},
        FLIPPED,
        {**saving("$out"), "action": "create_new_project"},
    ]
    expected = [reading(), layer("flip", "$in", "$out", axis="horizontal"), saving("$out")]
    assert migrated(layers, generation=2) == ({"version": 1, "layers": expected}, [])
    declared = {"seed": 7, "version": 2, "$schema": "s.json", "layers": layers}
    found, _ = migrated(declared)
    assert found == {"$schema": "s.json", "version": 1, "seed": 7, "layers": expected}
    assert list(found) == ["$schema", "version", "seed", "layers"]


def test_a_document_of_version_1_stays_as_it_is() -> None:
    value = document(reading(), FLIPPED, saving("$out"))
    assert migrated(value) == (value, [])


def test_what_was_ignored_is_left_out_and_told() -> None:
    cut = layer("crop", "$in", "$out", sides={"left": "1px", "lfet": "2px"})
    found, codes = migrated([reading(), cut, saving("$out")])
    assert found["layers"][1]["settings"] == {"sides": {"left": "1px"}}
    assert codes == ["W503"]


def test_discarded_outputs_stay_discarded() -> None:
    routed = layer("if", "$in", ["$out", "null"], condition={"min_width": 3})
    found, _ = migrated([reading(), routed, layer("dummy", "$in", None), saving("$out")])
    assert [x["dst"] for x in found["layers"][1:3]] == [["$out", None], None]


def test_composed_documents_stay_composed(tmp_path: Path) -> None:
    base = {"version": 2, "layers": [reading(), FLIPPED, saving("$out")]}
    (tmp_path / "base.json").write_text(json.dumps(base))
    main = {
        "version": 2,
        "extends": "base.json",
        "parameters": {"times": 2},
        "layers": [
            {"dst": "$out", "settings": {"axis": "horizontal"}},
            layer("multiply", "$out", "$many", multiply="${times}"),
            {"dst": "out", "src": ["$many"]},
        ],
    }
    (tmp_path / "main.json").write_text(json.dumps(main))
    found, _ = migrate_graph(tmp_path / "main.json")
    assert found["extends"] == "base.json"
    assert found["layers"] == [
        {"dst": "$out", "settings": {"axis": "vertical"}},
        *main["layers"][1:],
    ]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([reading(), {**FLIPPED, "action": "flop"}], "E102"),
        ([reading(), {**FLIPPED, "action": "create_labeling_job"}], "E111"),
        ([reading(), {"action": "flip"}], "E101"),
        ({"version": 3, "layers": []}, "E105"),
    ],
)
def test_what_cannot_be_migrated(value: Any, code: str) -> None:
    with pytest.raises(GraphInvalid) as invalid:
        migrated(value)
    assert code in {problem.code for problem in invalid.value.problems}


@pytest.mark.parametrize("generation", [1, 2])
def test_the_migrated_document_does_the_same(mini: Path, tmp_path: Path, generation: int) -> None:
    layers = [reading(), FLIPPED, saving("$out")]
    old = compile_graph({"version": generation, "layers": layers}, data=[mini])
    new = compile_graph(migrated(layers, generation)[0], data=[mini])
    run(old, tmp_path / "old")
    run(new, tmp_path / "new")
    assert tree(tmp_path / "old") == tree(tmp_path / "new")
