"""Broken graphs: each file of ``tests/broken/graphs`` gets the message that stands beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dtl_engine import api
from dtl_engine.node.catalogue import Catalogue, installed_catalogue
from tests.fixtures.check_projects import write_check_projects
from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.processes import finish, start
from tests.fixtures.strange_library import with_strange_library

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "broken" / "graphs"
GRAPHS = sorted(path.stem for path in FOLDER.glob("*.json"))
SOURCES = ("dtl_engine", "nodes")
CODE = re.compile(r'"([EW][0-9]{3})"')
HEADLINE = re.compile(
    r"^(?P<file>[^\n]+?):(?P<line>\d+):(?P<column>\d+): (?P<warning>warning )?(?P<code>[EW]\d{3}) "
    r"(?P<message>[^\n]*)(?:\n  at (?P<pointer>[^\n]*))?(?:\n  used by [^\n]*)*"
    r"(?:\n  help: (?P<help>[^\n]*))?",
    re.MULTILINE,
)
TESTED_IN_CODE = {
    "E006": "test_document_of_too_many_values",
    "E109": "test_settings_on_the_command_line",
}
"""Codes without a file, and where they are tested."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The projects that the graphs read."""
    folder = tmp_path_factory.mktemp("data")
    write_check_projects(folder)
    return folder


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The installed actions and those of a strange library."""
    return with_strange_library(installed_catalogue())


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> None:
    """The graphs lie in the current folder; a strange library is installed; 100 columns."""
    monkeypatch.setattr(api, "installed_catalogue", lambda: catalogue)
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", "100")


def expected(name: str) -> str:
    return (FOLDER / f"{name}.expected.txt").read_text(encoding="utf-8")


def exit_code(name: str) -> int:
    return 0 if name.startswith("W") else 2


def check(name: str, data: Path, *options: object) -> Outcome:
    outcome = run_cli("check", f"{name}.json", "--data", data, *options)
    assert outcome.err == ""
    return outcome


@pytest.mark.parametrize("name", GRAPHS)
def test_check_says_what_is_wrong(name: str, data: Path) -> None:
    outcome = check(name, data)
    assert outcome.out.replace(str(data), "DATA") == expected(name)
    assert outcome.code == exit_code(name)


@pytest.mark.parametrize("name", GRAPHS)
def test_check_tells_the_same_as_json(name: str, data: Path) -> None:
    outcome = check(name, data, "--format", "json")
    assert outcome.code == exit_code(name)
    listed = json.loads(outcome.out.replace(str(data), "DATA"))["problems"]
    assert [as_text(problem) for problem in listed] == [
        match[0] for match in HEADLINE.finditer(expected(name))
    ]
    for problem in listed:
        assert problem.keys() >= {"value", "allowed"}
        assert isinstance(problem["allowed"], list)


def as_text(problem: dict[str, Any]) -> str:
    """Return a problem of the JSON form as it is printed."""
    warning = "warning " if problem["severity"] == "warning" else ""
    place = f"{problem['file']}:{problem['line']}:{problem['column']}"
    lines = [f"{place}: {warning}{problem['code']} {problem['message']}"]
    lines += [f"  at {problem['pointer']}"] if problem["pointer"] else []
    for user in problem["used_by"]:
        lines.append(f"  used by {user['file']}:{user['line']}:{user['column']}")
    lines += [f"  help: {problem['help']}"] if problem["help"] else []
    return "\n".join(lines)


@pytest.mark.parametrize("name", [name for name in GRAPHS if exit_code(name) == 2])
def test_run_refuses_it_and_writes_nothing(name: str, data: Path, tmp_path: Path) -> None:
    outcome = run_cli("run", f"{name}.json", "--data", data, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.replace(str(data), "DATA") == without_count(expected(name))
    assert list(tmp_path.iterdir()) == []


def without_count(text: str) -> str:
    return text[: text.rstrip("\n").rindex("\n") + 1]


def test_files_are_named_after_what_they_show() -> None:
    for name in GRAPHS:
        codes = [match["code"] for match in HEADLINE.finditer(expected(name))]
        first = name.partition("_")[0]
        assert len(codes) > 1 if first == "several" else first in codes, name


def test_every_code_has_a_file() -> None:
    texts = (p.read_text(encoding="utf-8") for s in SOURCES for p in (ROOT / s).rglob("*.py"))
    emitted = {code for text in texts for code in CODE.findall(text)}
    shown = {name.partition("_")[0] for name in GRAPHS} - {"several"}
    assert emitted - shown == set(TESTED_IN_CODE)
    assert shown <= emitted


def test_there_are_no_stray_expectations() -> None:
    assert sorted(p.name.partition(".")[0] for p in FOLDER.glob("*.expected.txt")) == GRAPHS


def test_real_process_prints_the_same(data: Path) -> None:
    name = "several_in_one_document"
    outcome = finish(start("check", f"{name}.json", "--data", data, cwd=FOLDER))
    assert outcome == Outcome(2, expected(name), "")


def test_document_of_too_many_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("big.json").write_text("[" + "0," * 1_000_000 + "0]", encoding="utf-8")
    outcome = run_cli("check", "big.json")
    assert outcome.code == 2
    assert "big.json:1:2000000: E006 the document holds more than 1000000 values" in outcome.out


SOUND = "W501_random_split_of_copies"


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("$man.multiply=3", "E109 no layer with the output '$man'"),
        ("$out.action=add", "E109 2 layers with the output '$out'"),
        (
            "$many.multiply.by=3",
            "E109 there is no 'multiply.by' in the settings of '$many' to set",
        ),
        ("$many.multiply=0", "E105 'multiply' is at least 1, not 0"),
        ("$many.multipy=3", "E103 unknown setting 'multipy' of action 'multiply'"),
        ("$train.condition.probability=high", "E104 'condition.probability' is a number"),
    ],
)
def test_settings_on_the_command_line(setting: str, line: str, data: Path) -> None:
    outcome = check(SOUND, data, "--set", setting)
    assert outcome.code == 2
    assert line in outcome.out


def test_problem_of_a_set_value_names_the_option(data: Path) -> None:
    outcome = check(SOUND, data, "--set", "$many.multiply=0")
    assert outcome.out.startswith("--set '$many.multiply=0':1:1: E105 'multiply' is at least 1")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--set", "multiply"], "override 'multiply' has no '='"),
        (["--set", "$many=3"], "override '$many=3' names no setting"),
        (["--set", "$many.multiply=NaN"], "found NaN, expected a finite number"),
        (["--seed", "lucky"], "--seed is a whole number or 'random', not 'lucky'"),
        (["--data", "nowhere"], "the data folder nowhere does not exist"),
        (["--format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["--fromat", "json"], "No such option '--fromat'"),
    ],
)
def test_wrong_options_are_refused(options: list[str], line: str) -> None:
    outcome = run_cli("check", f"{SOUND}.json", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert line in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ("absent.json", f"there is no graph 'absent.json': 'absent.json' is not in {FOLDER}, nor "),
        (".", ". is a folder, and a graph is a JSON document"),
        ("lemo", f"there is no graph 'lemo': 'lemo' is not in {FOLDER}, nor a shipped graph ("),
    ],
)
def test_graph_that_cannot_be_read(graph: str, message: str) -> None:
    outcome = run_cli("check", graph)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"dtl: {message}")
