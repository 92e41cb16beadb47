"""``expect``: facts that hold, facts that do not, and facts that make no sense."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.errors import GraphInvalid
from dtl_engine.plan.plan import RunnerKind
from dtl_nodes.expect import Expect
from tests.fixtures.cli import run_cli
from tests.fixtures.nodes import refuses
from tests.fixtures.small_graphs import Json, compiled, layer, reading, run


def expecting(src: Any, **facts: Any) -> Json:
    return {"action": "expect", "src": src, "dst": "facts", "settings": facts}


HALVED = layer("crop", "$in", "$half", sides={"right": "50%"})
TWICE = layer("multiply", "$half", "$all", multiply=2)
BOTH = {"samples": ["$all"], "since": ["$in"]}


def judged(data: Path, out: Path, *layers: Json, runner: str = "serial") -> tuple[int, list[str]]:
    """Return the exit code and what is not as expected, without the places."""
    outcome = run(compiled(data, reading(), *layers), out, RunnerKind(runner), 2)
    return outcome.exit_code, [text.partition(": ")[2] for text in outcome.unmet]


def test_facts_that_hold(mini: Path, tmp_path: Path) -> None:
    facts = {
        "samples": {"min": 6, "max": 6},
        "sources": {"max": 3},
        "objects": {"box": {"min": 6, "max": 6}},
        "objects_per_sample": {"max": 6},
        "unlabelled": {"max_percent": 0},
        "tags": {"checked": {"min_percent": 100}},
        "loss": {"max_percent": 0, "classes": ["box"]},
    }
    assert judged(mini, tmp_path, HALVED, TWICE, expecting(BOTH, **facts)) == (0, [])
    report = json.loads((tmp_path / "facts/report.json").read_bytes())
    assert report["holds"] is True
    assert report["facts"][0] == {
        "name": "samples", "expected": "exactly 6", "found": "6", "holds": True
    }  # fmt: skip


@pytest.mark.parametrize("runner", ["serial", "threads"])
def test_facts_that_do_not_hold(mini: Path, tmp_path: Path, runner: str) -> None:
    facts = {
        "samples": {"min": 7},
        "sources": {"min": 4},
        "objects": {"box": {"max": 5}},
        "objects_per_sample": {"min": 7},
        "unlabelled": {"min_percent": 10},
        "tags": {"checked": {"max_percent": 50.5}},
    }
    code, unmet = judged(mini, tmp_path, HALVED, TWICE, expecting(["$all"], **facts), runner=runner)
    assert code == 1
    assert unmet[:3] == [
        "expected at least 7 samples, found 6",
        "expected at least 4 source images, found 3",
        "expected at most 5 objects of 'box', found 6",
    ]
    assert unmet[-2:] == [
        "expected at most 50.5 % samples tagged 'checked', found 100 %",
        "expected at least 10 % samples without objects, found 0 %",
    ]
    assert json.loads((tmp_path / "facts/report.json").read_bytes())["holds"] is False


def test_loss_of_all_objects_and_of_those_on_a_sample(mini: Path, tmp_path: Path) -> None:
    thinned = layer("crop", "$in", "$all", sides={"left": "60%"})
    code, unmet = judged(mini, tmp_path, thinned, expecting(BOTH, loss={"max_percent": 5}))
    assert code == 1
    assert (
        "expected at most 5 % of the objects of 'box' lost, found 100 % (3 before, 0 here)" in unmet
    )
    multiplied = layer("multiply", "$few", "$all", multiply=5)
    few = layer("if", "$in", ["$few", "null"], condition={"min_height": 30})
    loss = {"max_percent": 0, "classes": ["box"], "per_sample": True}
    again = tmp_path / "again"
    assert judged(mini, again, few, multiplied, expecting(BOTH, loss=loss)) == (0, [])


def test_what_was_saved_stays(mini: Path, tmp_path: Path) -> None:
    saved = layer("supervisely", "$in", "kept")
    code, _ = judged(mini, tmp_path, saved, expecting(["$in"], samples={"max": 1}))
    assert code == 1
    assert len(list((tmp_path / "kept").glob("*/img/*"))) == 3
    assert not list(tmp_path.rglob(".partial"))


@pytest.mark.parametrize(
    ("src", "facts", "words"),
    [
        (["$in"], {"objects": {"bax": {"min": 1}}}, ("E302", "no class 'bax'", "'box'")),
        (["$in"], {"tags": {"cheked": {"min_percent": 1}}}, ("E302", "no tag", "'checked'")),
        (["$in"], {"loss": {"max_percent": 1}}, ("E307", '"since"')),
        (
            {"samples": ["$in"], "since": ["$in"]},
            {"loss": {"max_percent": 1, "classes": ["boxes"]}},
            ("E302", "'box'", "/loss/classes/0"),
        ),
        ({"samples": ["$in"], "sinse": ["$in"]}, {"samples": {"min": 1}}, ("E213", "'since'")),
    ],
)
def test_facts_that_make_no_sense(
    mini: Path, src: Any, facts: Json, words: tuple[str, ...]
) -> None:
    with pytest.raises(GraphInvalid) as invalid:
        compiled(mini, reading(), expecting(src, **facts))
    (problem,) = invalid.value.problems
    assert all(word in str(problem) for word in words), str(problem)


def test_settings_that_make_no_sense() -> None:
    refuses(Expect, {}, "no fact is declared")
    refuses(Expect, {"samples": {}}, "'min' or 'max' is needed")
    refuses(Expect, {"samples": {"min": 3, "max": 2}}, "min 3 is above max 2")
    refuses(Expect, {"unlabelled": {"min_percent": 9, "max_percent": 8.5}}, "above max_percent 8.5")
    refuses(Expect, {"unlabelled": {}}, "'min_percent' or 'max_percent' is needed")
    refuses(Expect, {"loss": {"max_percent": 101}}, "100")


def test_a_report_is_replaced_only_when_asked(mini: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph.json"
    layers = [reading(), expecting(["$in"], samples={"min": 1})]
    graph.write_text(json.dumps({"version": 1, "layers": layers}))
    words = ("run", graph, "--data", mini, "--out", tmp_path, "--quiet")
    assert run_cli(*words).code == 0
    assert "exists; --overwrite replaces it" in run_cli(*words).err
    assert run_cli(*words, "--overwrite").code == 0
    failing = run_cli(*words, "--overwrite", "--set", "facts.samples.min=4")
    assert failing.code == 1
    assert failing.err.endswith(": expected at least 4 samples, found 3\n")
