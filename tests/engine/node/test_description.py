from __future__ import annotations

from dtl_engine.model.sample import Sample
from dtl_engine.node.base import MapNode
from dtl_engine.node.description import describe, describe_action, example_layer
from dtl_engine.node.settings import NoSettings, Settings
from dtl_engine.node.signature import SAMPLES_TO_TRUE_FALSE, SINK, SOURCE


class StampSettings(Settings):
    """Settings of ``stamp``: all of them."""

    text: str
    """What to write."""


class Stamp(MapNode[StampSettings]):
    """Stamp each image.

    It is read again.

    Example:
        {"text": "seen"}

    Source: new.
    """

    action = "stamp"
    family = "annotation"

    def apply(self, sample: Sample) -> Sample:
        return sample


class Silent(Stamp):
    action = "silent"


def test_everything_is_there() -> None:
    found = describe(Stamp, ("mark",))
    assert (found.action, found.aliases, found.family) == ("stamp", ("mark",), "annotation")
    assert (found.summary, found.paragraphs) == ("Stamp each image.", ("It is read again.",))
    assert (found.source, found.remark) == ("new.", "all of them")
    assert [setting.name for setting in found.settings] == ["text"]
    assert found.example == {
        "action": "stamp",
        "src": ["$in"],
        "dst": "$out",
        "settings": {"text": "seen"},
    }


def test_as_json() -> None:
    content = describe(Stamp, ("mark",)).as_json()
    assert content["aliases"] == ["mark"]
    assert content["documentation"] == "Stamp each image.\n\nIt is read again."
    assert content["example"]["settings"] == {"text": "seen"}
    assert content["settings"]["properties"]["text"]["description"] == "What to write."
    assert content["inputs"] == [{"name": "samples", "kind": "samples"}]


def test_a_docstring_is_not_inherited() -> None:
    found = describe(Silent)
    assert (found.summary, found.example) == ("", None)


def test_an_action_that_is_no_node() -> None:
    schema = NoSettings.model_json_schema()
    found = describe_action("both", "language", "Do it.\n\nExample:\n    {}", SINK, schema)
    assert found.example == {"action": "both", "src": ["$in"], "dst": "output", "settings": {}}


def test_links_of_the_example() -> None:
    assert example_layer("if", SAMPLES_TO_TRUE_FALSE, {})["dst"] == ["$true", "$false"]
    assert example_layer("data", SOURCE, {})["src"] == ["project/*"]
