"""Node libraries of others: they add actions, clash, or are broken, and nothing else suffers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest

from dtl_engine import run_graph
from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.plugins import install_library
from tests.fixtures.projects import write_project

STAMP = '''
"""The ``stamp`` node."""

from dtl_engine.sdk import MapNode, Sample, Schema, Settings, Tag, TagSpec, TagValueType


class StampSettings(Settings):
    """Settings of ``stamp``."""

    text: str
    """What to write."""


class Stamp(MapNode[StampSettings]):
    """Stamp each image with a tag and turn it upside down.

    Example:
        {"text": "seen"}
    """

    action = "stamp"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: StampSettings, schema: Schema) -> Schema:
        """Declare the tag."""
        return schema.with_tag(TagSpec("stamp", TagValueType.STRING))

    def apply(self, sample: Sample) -> Sample:
        """Return a stamped copy."""
        tags = (*sample.tags, Tag("stamp", self.settings.text))
        return sample.replace(tags=tags).mirror("horizontal")
'''
CATALOGUE = 'CATALOGUE = {{"{action}": "{name}_nodes.stamp:Stamp"}}\n'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on ``sys.path`` to install libraries into."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield folder
    for module in set(sys.modules) - before:
        package = module.partition(".")[0]
        # Ours stay: a class of a module that is imported again is not the same one.
        if package.endswith("_nodes") and package != "dtl_nodes":
            del sys.modules[module]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one project."""
    folder = tmp_path / "data"
    write_project(folder, datasets={"ds1": (("one.png", 20, 16),)})
    return folder


def install_stamp(site: Path, name: str, action: str = "stamp") -> None:
    files = {"__init__.py": CATALOGUE.format(action=action, name=name), "stamp.py": STAMP}
    install_library(site, name, files)


def graph(action: str, settings: dict[str, Any]) -> list[dict[str, Any]]:
    mapping = {"classes_mapping": "default"}
    return [
        {"action": "data", "src": ["mini"], "dst": "$in", "settings": mapping},
        {"action": action, "src": ["$in"], "dst": "$out", "settings": settings},
        {"action": "supervisely", "src": ["$out"], "dst": "result", "settings": {}},
    ]


def check(folder: Path, layers: list[dict[str, Any]], data: Path) -> Outcome:
    path = folder / "graph.json"
    path.write_text(json.dumps(layers, indent=1))
    return run_cli("check", path, "--data", data)


def test_an_action_of_another_library_runs(site: Path, data: Path, tmp_path: Path) -> None:
    install_stamp(site, "acme")
    report = run_graph(graph("stamp", {"text": "seen"}), data=[data], out=tmp_path)
    assert report.exit_code == 0
    result = tmp_path / "result"
    tags = json.loads((result / "ds1" / "ann" / "one.png.json").read_text())["tags"]
    assert tags[-1] == {"name": "stamp", "value": "seen"}
    declared = json.loads((result / "meta.json").read_text())["tags"]
    assert "stamp" in [tag["name"] for tag in declared]
    before, after = (
        cv2.imread(str(folder / "ds1" / "img" / "one.png")) for folder in (data / "mini", result)
    )
    assert before is not None
    assert after is not None
    assert (after == before[::-1]).all()


def test_it_is_listed_and_explained_like_ours(site: Path) -> None:
    install_stamp(site, "acme")
    listed = json.loads(run_cli("nodes", "--format", "json").out)
    (row,) = (row for row in listed["actions"] if row["action"] == "stamp")
    assert (row["library"], row["family"]) == ("acme", "annotation")
    assert listed["broken_libraries"] == {}
    explained = run_cli("nodes", "stamp").out
    assert "Stamp each image" in explained
    assert "What to write." in explained


def test_its_settings_are_checked_like_ours(site: Path, data: Path, tmp_path: Path) -> None:
    install_stamp(site, "acme")
    outcome = check(tmp_path, graph("stamp", {"texd": "seen"}), data)
    assert outcome.code == 2
    assert "unknown setting 'texd'" in outcome.out + outcome.err
    assert "did you mean 'text'?" in outcome.out + outcome.err


@pytest.mark.parametrize("action", ["stamp", "flip"])
def test_one_action_of_two_libraries_is_an_error_naming_both(
    site: Path, data: Path, tmp_path: Path, action: str
) -> None:
    other = "bold" if action == "stamp" else "builtin"
    install_stamp(site, "acme", action)
    if action == "stamp":
        install_stamp(site, "bold")
    settings = {"text": "x"} if action == "stamp" else {"axis": "vertical"}
    outcome = check(tmp_path, graph(action, settings), data)
    assert outcome.code == 2
    assert "E110" in outcome.out + outcome.err
    for name in ("acme", other):
        assert f"'{name}'" in outcome.out + outcome.err
    assert check(tmp_path, graph("dummy", {}), data).code == 0
    assert "two libraries" in run_cli("nodes").out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import nothing_of_this_name\n", "nothing_of_this_name"),
        ("CATALOGUE = {\n", "was never closed"),
        ("ACTIONS = {}\n", "CATALOGUE"),
        ("CATALOGUE = 3\n", "items"),
    ],
)
def test_a_broken_library_is_told_and_blocks_nothing_else(
    site: Path, data: Path, tmp_path: Path, text: str, words: str
) -> None:
    install_library(site, "acme", {"__init__.py": text})
    outcome = run_cli("nodes")
    assert outcome.code == 0
    assert "'acme'" in outcome.err
    assert words in outcome.err
    assert "flip" in outcome.out
    assert check(tmp_path, graph("flip", {"axis": "vertical"}), data).code == 0
    refused = check(tmp_path, graph("stamp", {"text": "x"}), data)
    assert refused.code == 2
    assert "unknown action 'stamp'" in refused.out + refused.err
    assert "'acme'" in refused.out + refused.err


@pytest.mark.parametrize(
    ("stamp", "words"),
    [
        ("import nothing_of_this_name\n", "nothing_of_this_name"),
        ("class Stamp:\n    pass\n", "no node class"),
        ("Other = 3\n", "Stamp"),
        ("def (:\n", "invalid syntax"),
    ],
)
def test_a_broken_node_blocks_only_graphs_that_use_it(
    site: Path, data: Path, tmp_path: Path, stamp: str, words: str
) -> None:
    init = CATALOGUE.format(action="stamp", name="acme")
    install_library(site, "acme", {"__init__.py": init, "stamp.py": stamp})
    assert words in run_cli("nodes").out
    assert check(tmp_path, graph("dummy", {}), data).code == 0
    refused = check(tmp_path, graph("stamp", {"text": "x"}), data)
    assert refused.code == 2
    assert words in refused.out + refused.err
    assert "'acme'" in refused.out + refused.err
