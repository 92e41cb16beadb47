"""Composed graphs through the real command line: what runs, what is explained, what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dtl_engine import compile_graph
from tests.fixtures.cli import run_cli
from tests.fixtures.documents import write_documents
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import document, layer, reading, saving, tree

BASE = document(
    reading("${project}/*"),
    {"action": "graph", "src": ["$in"], "dst": "$crops", "settings": {"document": "part.json"}},
    layer("if", "$crops", ["$train", "$val"], condition={"probability": "${share}"}),
    saving(["$train", "$val"], "all"),
    layer("dummy", "$val", "$idle"),
    seed=5,
) | {"parameters": {"project": "mini", "share": {"type": "number", "default": 0.5, "maximum": 1}}}
RANGE = {"min_percent": 60, "max_percent": 90}
PART = {
    "version": 1,
    "parameters": {"times": 2},
    "inputs": ["$in"],
    "outputs": ["$out"],
    "layers": [
        layer("multiply", "$in", "$many", multiply="${times}"),
        layer("crop", "$many", "$out", random_part={"width": RANGE, "height": RANGE}),
    ],
}
MAIN = {
    "version": 1,
    "extends": "base.json",
    "parameters": {"share": 0.25},
    "layers": [
        {"dst": "$crops", "settings": {"parameters": {"times": 3}}},
        layer("tag", "$train", "$tagged", tag="train", action="add"),
        saving("$tagged", "train"),
    ],
}
FLAT = [
    reading(),
    layer("multiply", "$in", "$crops/many", multiply=3),
    layer("crop", "$crops/many", "$crops", random_part={"width": RANGE, "height": RANGE}),
    layer("if", "$crops", ["$train", "$val"], condition={"probability": 0.25}),
    saving(["$train", "$val"], "all"),
    layer("dummy", "$val", "$idle"),
    layer("tag", "$train", "$tagged", tag="train", action="add"),
    saving("$tagged", "train"),
]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three documents beside the project that they read; 100 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    write_project(tmp_path)
    write_documents({"main.json": MAIN, "base.json": BASE, "part.json": PART})


def outputs_of(graph: str, out: str, *options: str) -> dict[str, bytes]:
    ran = run_cli("run", graph, "--out", out, "--quiet", *options)
    assert (ran.code, ran.out) == (0, "")
    return tree(Path(out))


def test_composed_and_flat_graphs_give_the_same_bytes() -> None:
    write_documents({"flat.json": document(*FLAT, seed=5)})
    composed = outputs_of("main.json", "composed")
    assert len([name for name in composed if "/img/" in name]) > 9
    assert outputs_of("flat.json", "flat") == composed
    Path("printed.json").write_text(run_cli("explain", "main.json", "--flat").out)
    assert json.loads(Path("printed.json").read_text())["layers"] == FLAT
    assert outputs_of("printed.json", "printed") == composed
    assert outputs_of("main.json", "workers", "--runner", "processes", "--workers", "2") == composed


def test_what_the_command_line_sets_is_in_the_flat_document() -> None:
    options = ["--set", "share=1", "--set", "$crops/many.multiply=2", "--seed", "9"]
    text = run_cli("explain", "main.json", "--flat", *options).out
    Path("printed.json").write_text(text)
    printed = json.loads(text)
    assert (printed["seed"], printed["layers"][1]["settings"]) == (9, {"multiply": 2})
    assert outputs_of("printed.json", "printed") == outputs_of("main.json", "composed", *options)


def test_a_flat_document_says_what_a_bare_list_says() -> None:
    base = [reading(), layer("tag", "$in", "$out", tag="${a}$${b}", action="add"), saving("$out")]
    write_documents({"list.json": base, "over.json": {"version": 1, "extends": "list.json"}})
    flat = run_cli("explain", "list.json", "--flat").out
    assert json.loads(flat) == base
    Path("printed.json").write_text(run_cli("explain", "over.json", "--flat").out)
    assert outputs_of("printed.json", "printed") == outputs_of("list.json", "list")


def test_versions_that_come_together_become_the_first_one() -> None:
    older = document(reading(), layer("flip", "$in", "$older", axis="vertical"))
    newer = {"version": 2, "extends": "older.json"}
    newer["layers"] = [
        layer("flip", "$older", "$newer", axis="vertical"),
        saving("$newer"),
    ]
    write_documents({"older.json": older, "newer.json": newer})
    Path("printed.json").write_text(run_cli("explain", "newer.json", "--flat").out)
    printed = json.loads(Path("printed.json").read_text())
    axes = [each["settings"].get("axis") for each in printed["layers"]]
    assert (printed["version"], axes) == (1, [None, "vertical", "horizontal", None])
    assert outputs_of("printed.json", "printed") == outputs_of("newer.json", "newer")


def test_explain_tells_every_stage() -> None:
    outcome = run_cli("explain", "main.json", "--set", "share=0.75")
    assert (outcome.code, outcome.err) == (0, "")
    assert "\x1b" not in outcome.out
    sections = re.split(r"^\n(?=\w)", outcome.out, flags=re.MULTILINE)
    told = {text.splitlines()[0]: text.splitlines()[1:] for text in sections if text.strip()}
    assert list(told) == [
        *("documents", "parameters", "problems", "one document"),
        *("layers, in the order in which samples reach them", "edges", "optimisation", "plan"),
    ]
    assert told["documents"][:2] == [
        "  main.json (graph)",
        "  base.json (extended, named at main.json:1:27)",
    ]
    assert told["documents"][2].startswith("  part.json (part, named at base.json:1:")
    parameters = [line.split() for line in told["parameters"]]
    assert ["share", "0.75", "--set,", "--set", "'share=0.75'"] in parameters
    assert ["$crops", "times", "3", "layer,"] in [line[:4] for line in parameters]
    assert "nobody reads '$idle'" in "".join(told["problems"])
    assert "leaves out, as nothing of it is saved: idle" in told["optimisation"][0]
    assert "  reads 3 images" in told["plan"]
    layers = "\n".join(told["layers, in the order in which samples reach them"])
    many = layers[layers.index("multiply $crops/many") :].split("\n\n")[0].splitlines()
    assert re.fullmatch(r"    part\.json:1:\d+, used by main\.json:1:\d+", many[1])
    assert many[2] == "    reads $in"
    assert re.fullmatch(r"    multiply  3 +main\.json:1:\d+, used by part\.json:1:\d+ *", many[4])
    assert re.search(
        r"condition\.probability +0\.75 +--set 'share=0\.75', used by base\.json", layers
    )
    assert re.search(r"random_part\.keep_aspect_ratio +false +default", layers)
    assert re.search(r"random_part\.width\.min_percent +60 +part\.json", layers)


def test_explain_as_json() -> None:
    content = json.loads(run_cli("explain", "main.json", "--format", "json").out)
    assert [each["role"] for each in content["documents"]] == ["graph", "extended", "part"]
    assert content["flat"]["layers"] == FLAT
    assert {each["name"]: each["value"] for each in content["parameters"]} == {
        **{"project": "mini", "share": 0.25},
        "times": 3,
    }
    assert [each["id"] for each in content["layers"]][:3] == ["in", "crops/many", "crops"]
    assert [edge["name"] for edge in content["edges"]][:2] == ["$in", "$crops/many"]
    assert content["left_out"] == ["idle"]
    assert "W502" in [problem["code"] for problem in content["problems"]]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("$crops", ["crops/many", "crops"]),
        ("$crops/many", ["crops/many"]),
        ("$val", ["train"]),
        ("all", ["all"]),
    ],
)
def test_explain_one_layer(name: str, ids: list[str]) -> None:
    content = json.loads(run_cli("explain", "main.json", name, "--format", "json").out)
    assert [each["id"] for each in content] == ids
    text = run_cli("explain", "main.json", name).out
    assert [line.split("(node ")[1][:-1] for line in text.splitlines() if "(node " in line] == ids


def test_explain_calls_documents_by_short_names(tmp_path: Path) -> None:
    write_documents(
        {
            "deep/er/main.json": {**MAIN, "extends": "base/base.json"},
            "deep/er/base/base.json": BASE,
            "deep/er/base/part.json": PART,
        }
    )
    main = tmp_path / "deep/er/main.json"
    told = run_cli("explain", main).out
    assert f"  main.json (graph): {main}\n" in told
    assert f"(extended, named at main.json:1:27): {main.parent}/base/base.json\n" in told
    assert "  multiply $crops/many  (node crops/many)\n    part.json:1:" in told
    assert "\n  base.json:1:" in told  # the problem that nobody reads '$idle'
    assert told.count(str(main.parent)) == 3
    same = {"version": 1, "extends": "base/main.json", "layers": []}
    write_documents({"deep/main.json": same, "deep/base/main.json": document(*FLAT, seed=5)})
    told = run_cli("explain", "deep/main.json", "$train").out
    assert "  if $train, $val  (node train)\n    base/main.json:1:" in told
    told = run_cli("explain", "deep/main.json").out
    assert "  base/main.json (extended, named at deep/main.json:1:" in told
    assert "): deep/base/main.json\n" in told
    content = json.loads(run_cli("explain", "deep/main.json", "--format", "json").out)
    assert content["layers"][0]["place"].startswith("deep/base/main.json:1:")


def test_explain_a_layer_that_is_not_there() -> None:
    outcome = run_cli("explain", "main.json", "$corps")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "dtl: no layer with the output '$corps'; did you mean '$crops'?\n"


def test_explain_a_graph_that_is_refused() -> None:
    for options, codes in ((["--set", "share=2"], ["E105"]), (["--set", "$in.x=2"], ["E103"])):
        outcome = run_cli("explain", "main.json", *options)
        assert (outcome.code, outcome.err) == (2, "")
        assert "  base.json (extended" in outcome.out
        assert "one document" not in outcome.out
        content = json.loads(run_cli("explain", "main.json", *options, "--format", "json").out)
        assert [each["code"] for each in content["problems"]] == codes
        assert "layers" not in content
        for more in (["--flat"], ["$crops"]):
            outcome = run_cli("explain", "main.json", *more, *options)
            assert (outcome.code, outcome.out) == (2, "")
            assert codes[0] in outcome.err


def test_the_schema_knows_composition() -> None:
    validator = Draft202012Validator(json.loads(run_cli("schema").out))
    for value in (MAIN, BASE, PART):
        validator.validate(value)


def test_shipped_graphs_are_extended_by_name_from_python(tmp_path: Path) -> None:
    graph = compile_graph(
        {"version": 1, "extends": "lemon_small", "layers": [saving("$train", "mine")]},
        set=["crops=1"],
    )
    assert graph.inputs["lemon_small"].total.high == 6 * 8
    assert [sink.id for sink in graph.sinks] == ["lemon_small", "mine"]
    write_documents({"sub/base.json": document(reading(), saving("$in"))})
    assert compile_graph({"version": 1, "extends": "sub/base.json"}, data=[tmp_path]).sinks


def test_a_failure_names_the_place_and_who_uses_it() -> None:
    part: dict[str, Any] = {**PART, "inputs": [], "layers": [reading("mini/*", "$out")]}
    del part["parameters"]
    use = {"action": "graph", "src": [], "dst": "$a", "settings": {"document": "reads.json"}}
    write_documents({"reads.json": part, "uses.json": document(use, saving("$a"))})
    (Path("mini") / "ds1" / "img" / "one.png").write_bytes(b"no picture")
    ran = run_cli("run", "uses.json", "--out", "out")
    assert ran.code == 3
    assert re.search(r"^reads\.json:1:\d+: F", ran.err, re.MULTILINE)
    assert re.search(r"^  used by uses\.json:1:\d+$", ran.err, re.MULTILINE)
    (record,) = Path("out/failed").rglob("*.json")
    location = json.loads(record.read_text())["location"]
    assert (location["file"], location["used_by"][0]["file"]) == ("reads.json", "uses.json")


def test_the_picture_links_every_layer_to_its_document() -> None:
    assert run_cli("graph", "main.json", "-o", "main.svg", "--layout", "builtin").code == 0
    drawn = Path("main.svg").read_text()
    assert set(re.findall(r'href="(\w+\.json)#L1"', drawn)) == {
        "main.json",
        "base.json",
        "part.json",
    }
