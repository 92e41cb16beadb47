"""Every command and snippet of the documentation works as it stands."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from dtl_engine import compile_graph
from dtl_engine.cli import COMMANDS
from dtl_engine.shipped import graphs_folder
from tests.conftest import ROOT
from tests.fixtures.cli import run_cli

README = (ROOT / "README.md").read_text()
COMPOSITION = (ROOT / "docs" / "composition.md").read_text()
FORMATS_PAGE = (ROOT / "docs" / "formats.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def dtl_commands(text: str = README) -> list[str]:
    lines = (line for block in blocks(text, "sh") for line in block.splitlines())
    return [line for line in lines if line.startswith("dtl ")]


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents of the page on composition, in the current folder."""
    monkeypatch.chdir(tmp_path)
    named = r"`(\w+\.json)`[^`]*\n\n```json\n(.*?)^```$"
    found = re.findall(named, COMPOSITION, re.MULTILINE | re.DOTALL)
    assert len(found) == len(blocks(COMPOSITION, "json"))
    for name, text in found:
        Path(name).write_text(text)
    return [name for name, _ in found]


@pytest.mark.parametrize("line", dtl_commands())
def test_every_command_of_the_readme(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run_cli(*shlex.split(line, comments=True)[1:])
    assert outcome.code == 0, outcome.err
    assert outcome.out or list(tmp_path.iterdir())


@pytest.mark.parametrize("line", dtl_commands(COMPOSITION))
def test_every_command_on_composition(line: str, documents: list[str]) -> None:
    outcome = run_cli(*shlex.split(line, comments=True)[1:])
    assert outcome.code == 0, outcome.err


def test_the_documents_on_composition(documents: list[str]) -> None:
    for name in documents:
        is_part = "inputs" in json.loads(Path(name).read_text())
        outcome = run_cli("check", name)
        assert (outcome.code, "E129" in outcome.out) == ((2, True) if is_part else (0, False))
    assert compile_graph("copies.json", set=["copies=2"]).sinks[0].id == "lemon_x2"
    assert [node.id for node in compile_graph("all_ways.json").nodes] == [
        *("photos", "both/flipped", "both", "four/flipped", "four", "all_ways")
    ]
    wide = compile_graph("fruit_wide.json")
    assert wide.by_id["crop"].spec.settings == {"sides": {"left": "2px"}}
    assert wide.by_id["train"].spec.settings == {"condition": {"min_width": 400}}
    assert [node.id for node in wide.nodes][-2:] == ["fruit_train", "small"]


def test_the_messages_on_composition(documents: list[str]) -> None:
    of_range, of_part = blocks(COMPOSITION, "text")
    assert of_range in run_cli("check", "copies.json", "--set", "copies=99").out
    part = Path("mirrored.json")
    part.write_text(part.read_text().replace('"flip"', '"filp"'))
    assert of_part in run_cli("check", "all_ways.json").out


def test_the_commands_of_the_readme_are_the_ones_there_are() -> None:
    shown = {shlex.split(line)[1] for line in dtl_commands()} | {"completion"}
    assert shown == set(COMMANDS)


def test_the_first_command_runs_the_main_job() -> None:
    main, tests = blocks(README, "sh")[:2]
    assert main.strip().endswith("dtl run lemon --out out")
    assert tests.strip().endswith("pytest -n auto")


def test_the_graphs_of_the_readme_compile() -> None:
    graphs = [compile_graph(json.loads(block)) for block in blocks(README, "json")]
    assert [graph.warnings for graph in graphs] == [(), ()]
    assert [{graph.output_name(sink) for sink in graph.sinks} for graph in graphs] == [
        {"fruit_train", "fruit_val"},
        {"fruit", "judged"},
    ]


@pytest.mark.parametrize("block", blocks(README, "python"))
def test_the_python_of_the_readme(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out.endswith("264 0\n")


def test_the_error_shown_in_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("graphs").mkdir()
    Path("graphs/street.json").write_text(
        "[\n"
        '{"action": "data", "src": ["lemon/*"], "dst": "$a",\n'
        ' "settings": {"classes_mapping": "default"}},\n'
        '{"action": "flip", "src": ["$a"], "dst": "$b",\n'
        ' "settings": {  "axsi": "vertical", "axis": "vertical"}},\n'
        '{"action": "supervisely", "src": ["$b"], "dst": "out", "settings": {}}\n'
        "]\n"
    )
    (shown,) = (block for block in blocks(README, "text") if "axsi" in block)
    assert shown in run_cli("check", "graphs/street.json").out


def test_the_picture_is_what_dtl_graph_draws(tmp_path: Path) -> None:
    picture = ROOT / "docs" / "lemon.svg"
    drawn = tmp_path / "lemon.svg"
    graph = graphs_folder() / "lemon.json"
    assert run_cli("graph", graph, "-o", drawn, "--layout", "builtin").code == 0
    without_links = re.compile(rb'href="[^"]*"')
    assert without_links.sub(b"", drawn.read_bytes()) == without_links.sub(
        b"", picture.read_bytes()
    )


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_page_on_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in dtl_commands(FORMATS_PAGE):
        outcome = run_cli(*shlex.split(line, comments=True)[1:])
        assert outcome.code == 0, f"{line}\n{outcome.err}"
    assert {path.name for path in tmp_path.iterdir()} == {"coco", "boxes", "outlines", "voc"}
    for block in blocks(FORMATS_PAGE, "json"):
        assert compile_graph(json.loads(block)).warnings == ()


def test_the_table_of_formats() -> None:
    rows = re.findall(r"^\| `(\w+)` \|([^|]+)\|([^|]*)\|", FORMATS_PAGE, re.MULTILINE)
    listed = json.loads(run_cli("inspect", "--formats", "--format", "json").out)["formats"]
    assert [(name, bool(writes.strip())) for name, _, writes in rows] == [
        (each["name"], each["writes"]) for each in listed
    ]
