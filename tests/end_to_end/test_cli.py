"""Every subcommand of ``dtl``: what a person and what a program sees of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dtl_engine import __version__
from dtl_engine.cli import COMMANDS
from dtl_visualizer.program import has_dot
from tests.fixtures.cli import run_cli
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import document, layer, reading, saving

SAMPLE_OF = ("--only", "*/fruit_2.jpg")

needs_dot = pytest.mark.skipif(not has_dot(), reason="the program 'dot' is not installed")


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document with two saving layers beside its project, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    write_project(tmp_path)
    content = document(
        reading(),
        layer("flip", "$in", "$flipped", axis="vertical"),
        layer("if", "$flipped", ["$wide", None], condition={"min_width": 30}),
        saving("$flipped", "all"),
        saving("$wide", "broad"),
        seed=3,
    )
    path = tmp_path / "graph.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_help_lists_the_commands() -> None:
    outcome = run_cli("--help")
    assert outcome.code == 0
    assert all(f"  {name}  " in outcome.out for name in COMMANDS)
    assert run_cli("-h") == outcome


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    outcome = run_cli(command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: dtl {command}")


def test_version() -> None:
    assert run_cli("--version").out == f"dtl, version {__version__}\n"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["rnu", "lemon"], "no command 'rnu'; did you mean 'run'?"),
        (["frobnicate"], "no command 'frobnicate'\n"),
        (["run", "lemon", "--sed", "3"], "--seed"),
        (["run", "lemn"], "there is no graph 'lemn': 'lemn' is not in "),
        (["run", "lemn"], "nor a shipped graph (augment, geometry, lemon, "),
        (["run", "lemn"], "did you mean 'lemon'?"),
        (["check", "absent/lemon.json"], "'absent' is not in "),
        (["check", "."], ". is a folder, and a graph is a JSON document"),
        (["plan", "lemon", "--data", __file__], "test_cli.py is a file: name the folder"),
        (["nodes", "Flop"], "no action 'Flop'; did you mean 'flip'?"),
        (["run", "lemon", "--seed", "many"], "--seed is a whole number or 'random', not 'many'"),
        (["run", "lemon", "--set", "$data2"], "has no '='"),
        (["inspect", "lemn"], "nor a shipped sample (lemon, lemons_test, nails, "),
        (["inspect", "lemn"], "vessels_test); did you mean 'lemon'?"),
        (["check", "lemon", "--data", "nowhere"], "the data folder nowhere does not exist"),
        (["run", "lemon", "--workers", "0"], "--workers"),
        (["run", "lemon", "--only", "melon/*"], "no image matches 'melon/*'"),
        (["plan", "lemon", "--only", "melon/*"], "the first one is lemon/ds1/fruit_1.jpg"),
        (["check", "lemon", "--set", "$dta2.multiply=3"], "did you mean '$data2'?"),
        (["check", "lemon", "--set", "$data2.multiply=many"], "--set '$data2.multiply=many'"),
        (["check", "lemon", "--set", "$zzz.x=3"], "help: there are $sample, $fv, $fh, $data,"),
        (["graph", "lemon", "-o", "lemon.xyz"], "tells no format"),
        (["graph", "lemon", "-o", "absent/lemon.svg"], "written: there is no folder absent"),
        (["completion", "tcsh"], "'tcsh'"),
        (["run"], "Missing argument 'GRAPH'"),
    ],
)
def test_wrong_calls_say_what_to_write(words: list[str], hint: str, tmp_path: Path) -> None:
    outcome = run_cli(*words, *(["--out", tmp_path] if words[0] == "run" and words[1:] else []))
    assert outcome.code == 2
    assert hint in outcome.out + outcome.err
    assert "Traceback" not in outcome.err
    assert not list(tmp_path.iterdir())


def test_run_tells_what_every_layer_did(graph: Path) -> None:
    outcome = run_cli("run", graph)
    assert (outcome.code, outcome.err) == (0, "")
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows[0] == ["layer", "in", "out", "seconds"]
    assert [row[:-1] for row in rows[1:6]] == [
        ["data", "$in", "3", "3"],
        ["flip", "$flipped", "3", "3"],
        ["if", "$wide,", "null", "3", "3"],
        ["supervisely", "all", "3", "3"],
        ["supervisely", "broad", "2", "2"],
    ]
    assert outcome.out.splitlines()[6].startswith("3 images read, 5 samples saved in ")
    assert outcome.out.splitlines()[7:] == ["all: 3 samples", "broad: 2 samples"]
    assert len(list(graph.parent.glob("all/*/img/*"))) == 3
    assert len(list(graph.parent.glob("broad/*/img/*"))) == 2


def test_quiet_prints_problems_only(graph: Path) -> None:
    assert run_cli("run", graph, "--quiet").out == ""
    loud = run_cli("run", "lemon", "-q", "--out", "lemons", *SAMPLE_OF)
    assert loud.out == ""
    assert loud.err.count("W501") == 1


def test_json_lines_tell_everything(graph: Path) -> None:
    outcome = run_cli("run", graph, "--log-format", "json", "--workers", "2")
    assert (outcome.code, outcome.err) == (0, "")
    events = [json.loads(line) for line in outcome.out.splitlines()]
    assert [event["event"] for event in events] == ["started", *3 * ["image"], "finished"]
    assert events[0] == {
        "event": "started",
        "graph": str(graph),
        "seed": 3,
        "images": 3,
        "runner": "threads",
        "workers": 2,
        "outputs": {"all": "all", "broad": "broad"},
    }
    assert sorted(event["origin"] for event in events[1:4]) == [
        "mini/ds1/one.png",
        "mini/ds1/two.jpg",
        "mini/ds2/one.png",
    ]
    assert events[4]["saved"] == {"all": 3, "broad": 2}
    assert events[4]["nodes"]["flipped"]["entered"] == 3
    assert (events[4]["images"], events[4]["samples"], events[4]["exit_code"]) == (3, 5, 0)


def test_json_lines_hold_warnings_and_failures(graph: Path) -> None:
    (graph.parent / "mini/ds1/img/one.png").write_bytes(b"no picture")
    content = json.loads(graph.read_bytes())
    content["layers"].append(layer("dummy", "$in", "$unread"))
    graph.write_text(json.dumps(content))
    outcome = run_cli("run", graph, "--log-format", "json")
    events = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.code == 3
    assert (events[0]["event"], events[0]["code"]) == ("problem", "W502")
    assert [f["origin"] for f in events[-1]["failures"]] == ["mini/ds1/one.png"]
    assert sum("failure" in event for event in events) == 1


def test_only_reads_what_matches(graph: Path) -> None:
    outcome = run_cli("run", graph, "--only", "mini/ds1/t*", "--only", "mini/ds2/one.png")
    assert "2 images read, 3 samples saved" in outcome.out
    names = sorted(path.parent.parent.name + path.name for path in Path("all").glob("*/img/*"))
    assert names == ["ds1two.jpg", "ds2one.png"]


def test_check_shows_every_edge(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    outcome = run_cli("check", graph)
    assert (outcome.code, outcome.err) == (0, "")
    assert "\x1b" not in outcome.out
    first = {line.split()[0]: line for line in outcome.out.splitlines() if not line[0].isspace()}
    assert list(first) == ["edge", "$in", "$flipped", "$wide", "null", "all", "broad", "read", "0"]
    assert first["$in"].rstrip().endswith(" 3")
    assert first["null"].split()[1:3] == ["if", "(false)"]
    assert first["broad"].rstrip().endswith(" 0-3")
    assert first["read"] == "read as the original language: a document of version 1"
    assert "0 errors, 0 warnings" in first["0"]


def test_check_as_json(graph: Path) -> None:
    content = json.loads(run_cli("check", graph, "--format", "json").out)
    assert content["problems"] == []
    edge = content["edges"][1]
    assert (edge["name"], edge["from"], edge["to"]) == ("$flipped", "flipped", ["wide", "all"])
    assert {"title": "blob", "shape": "bitmap", "color": "#AA00AA"} in edge["classes"]
    assert edge["samples"] == [3, 3]
    content = json.loads(run_cli("check", "lemon", "--format", "json").out)
    assert [problem["code"] for problem in content["problems"]] == ["W501"]


def test_plan_says_what_would_happen(graph: Path) -> None:
    outcome = run_cli("plan", graph, "--out", "there", "--workers", "3", "--only", "mini/ds1/*")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "reads 2 images"
    assert "works with 3 threads, seed 3; one image at a time in each:" in lines
    assert "  data $in -> flip $flipped" in lines
    assert f"  {Path('there/all')}: 3 samples" in lines
    assert not Path("there").exists()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("g.svg", b"<svg"),
        ("g.png", b"\x89PNG"),
        pytest.param("g.pdf", b"%PDF", marks=needs_dot),
        ("g.dot", b"digraph"),
        ("g.mmd", b"---"),
    ],
)
def test_graph_is_drawn_in_all_formats(graph: Path, name: str, start: bytes) -> None:
    outcome = run_cli("graph", graph, "-o", name)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert start in Path(name).read_bytes()[:200]


def test_a_pdf_without_graphviz_says_what_to_install(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    outcome = run_cli("graph", graph, "-o", "g.pdf")
    assert (outcome.code, outcome.out) == (2, "")
    assert "Graphviz" in outcome.err
    assert not Path("g.pdf").exists()


def test_graph_goes_to_standard_output(graph: Path) -> None:
    command = [sys.executable, "-m", "dtl_engine", "graph", str(graph), "--format", "png"]
    drawn = subprocess.run(command, capture_output=True, check=True, cwd=graph.parent)
    assert drawn.stdout.startswith(b"\x89PNG")


def test_nodes_are_listed_and_explained() -> None:
    listed = run_cli("nodes").out
    actions = [line.split()[0] for line in listed.splitlines()]
    assert actions == sorted(actions)
    assert {"data", "flip", "if", "supervisely"} <= set(actions)
    content = json.loads(run_cli("nodes", "--format", "json").out)
    assert [row["action"] for row in content["actions"]] == actions
    assert content["broken_libraries"] == {}
    explained = run_cli("nodes", "crop").out
    assert explained.startswith("crop (geometry)\n")
    assert "min_percent: number, 0 to 100, required" in explained
    assert "outputs: true (samples), false (samples)" in run_cli("nodes", "if").out
    assert json.loads(run_cli("nodes", "flip", "--format", "json").out)["action"] == "flip"


@pytest.mark.parametrize("action", [line.split()[0] for line in run_cli("nodes").out.splitlines()])
def test_every_node_can_be_explained(action: str) -> None:
    outcome = run_cli("nodes", action)
    assert (outcome.code, outcome.err) == (0, "")


def test_schema_accepts_the_graph(graph: Path) -> None:
    schema = json.loads(run_cli("schema").out)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(graph.read_bytes()))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    outcome = run_cli("completion", shell)
    assert outcome.code == 0
    assert "_DTL_COMPLETE" in outcome.out
