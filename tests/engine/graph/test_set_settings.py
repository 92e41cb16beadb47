"""Settings from the command line take the place of those in the document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dtl_engine.errors import UsageError
from dtl_engine.graph.overrides import parse_override
from dtl_engine.graph.read import GraphRead, read_graph
from tests.fixtures.small_graphs import layer

LAYERS = [
    layer("crop", "$in", "$crop", part={"width": 3}, sizes=[{"px": 1}, {"px": 2}]),
    layer("if", "$crop", ["$yes", None], condition={"probability": 0.5}),
    layer("flip", "$crop", "$twice", axis="vertical"),
    layer("flip", "$yes", "$twice", axis="vertical"),
]


def read(*texts: str) -> GraphRead:
    return read_graph(json.dumps(LAYERS).encode(), "g.json", overrides=map(parse_override, texts))


@pytest.mark.parametrize(
    ("text", "at", "path", "value"),
    [
        ("$crop.part.width=5", 0, ["part", "width"], 5),
        ("$crop.part.height=5", 0, ["part", "height"], 5),
        ("$crop.sizes.1.px=9", 0, ["sizes", 1, "px"], 9),
        ("$crop.sizes.0=null", 0, ["sizes", 0], None),
        ("$crop.new.deep.key=x", 0, ["new", "deep", "key"], "x"),
        ("$yes.condition.probability=0.9", 1, ["condition", "probability"], 0.9),
    ],
)
def test_settings_are_replaced(text: str, at: int, path: list[Any], value: Any) -> None:
    after = read(text).spec
    assert read(text).problems == ()
    found = after.layers[at].settings
    for key in path:
        found = found[key]
    assert found == value
    pointer = f"/{at}/settings/" + "/".join(str(part) for part in path)
    assert after.locate(pointer).file == f"--set '{text}'"
    assert after.locate(f"/{at}/action").file == "g.json"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$crap.axis=1", "no layer with the output '$crap'"),
        ("$twice.axis=1", "2 layers with the output '$twice'"),
        ("$crop.sizes.2=1", "no 'sizes.2'"),
        ("$crop.sizes.²=1", "no 'sizes.²'"),
        ("$crop.sizes.-1=1", "no 'sizes.-1'"),
        ("$crop.sizes.01.px=1", "no 'sizes.01.px'"),
        ("$crop.part.width.x=1", "no 'part.width.x'"),
        (f"$crop.sizes.{'9' * 5000}=1", "to set"),
    ],
)
def test_what_does_not_fit_is_told(text: str, words: str) -> None:
    after = read(text)
    (problem,) = after.problems
    assert problem.code == "E109"
    assert words in problem.message
    assert after.spec.layers == read().spec.layers


def test_paths_have_an_end() -> None:
    with pytest.raises(UsageError, match="leads deeper than 64 names"):
        parse_override(f"$crop{'.a' * 5000}=1")


def test_the_last_one_wins() -> None:
    after = read("$crop.part.width=5", "$crop.part.width=6").spec
    assert after.layers[0].settings["part"] == {"width": 6}
