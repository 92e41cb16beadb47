"""``dtl nodes ACTION``: every action is documented completely, in words of the language."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

from dtl_engine.cli.described import described, described_actions
from dtl_engine.node.catalogue import installed_catalogue
from dtl_engine.node.description import NodeDescription
from dtl_engine.node.settings_tree import Setting, every_setting
from dtl_engine.testing.settings import parse_settings
from tests.fixtures.cli import run_cli

CATALOGUE = installed_catalogue()
ACTIONS = described_actions(CATALOGUE)
JARGON = re.compile(
    r"\b(None|True|False|dtypes?|ndarray|numpy|pydantic|tuples?|dicts?|kwargs|self|"
    r"instances?|isinstance|bool|str|float(32|64)|u?int(8|16|64))\b|\b_[a-z]|[a-z]\(\)|``"
)
QUOTED = re.compile(r'`[^`]*`|"[^"]*"')
AT_A_START = re.compile(r"^True (if|for|with)\b")


@cache
def page(action: str) -> NodeDescription:
    return described(CATALOGUE, action)


def all_settings(node: NodeDescription) -> list[tuple[str, Setting]]:
    """Return the settings of an action and of its variants."""
    groups = (node.settings, *(variant.settings for variant in node.variants))
    return [found for group in groups for found in every_setting(group)]


def texts(node: NodeDescription) -> list[str]:
    settings = [setting for _, setting in all_settings(node)]
    return [
        *(node.summary, *node.paragraphs, node.remark),
        *(text for setting in settings for text in (setting.description, setting.kind)),
        *(group.heading for setting in settings for group in setting.groups),
    ]


@pytest.mark.parametrize("action", ACTIONS)
def test_everything_is_said(action: str) -> None:
    node = page(action)
    assert node.summary.endswith(".")
    assert len(node.summary) <= 110, "a summary is one short sentence"
    assert node.family != "other"
    for path, setting in all_settings(node):
        assert setting.description.endswith("."), f"{path} is not described"
        headings = [group.heading for group in setting.groups]
        assert len(set(headings)) == len(headings), f"the kinds of {path} are not told apart"
        if len(headings) > 1:
            assert all(headings), f"a kind of {path} has no name"


@pytest.mark.parametrize("action", ACTIONS)
def test_it_is_said_without_jargon(action: str) -> None:
    for text in texts(page(action)):
        found = JARGON.search(QUOTED.sub("", AT_A_START.sub("", text)))
        assert found is None, f"'{found[0]}' in: {text}"


@pytest.mark.parametrize("action", ACTIONS)
def test_the_example_is_a_layer(action: str) -> None:
    node = page(action)
    assert node.example is not None
    assert list(node.example) == ["action", "src", "dst", "settings"]
    if action in CATALOGUE.entries:
        variant = CATALOGUE.node_class(action).variant(node.example["settings"])
        parse_settings(variant.settings_model, node.example["settings"])


@pytest.mark.parametrize("action", ACTIONS)
def test_the_page_fits_a_terminal(action: str) -> None:
    outcome = run_cli("nodes", action)
    assert (outcome.code, outcome.err) == (0, "")
    node, lines = page(action), outcome.out.splitlines()
    assert lines[0].startswith(f"{action} ({node.family})")
    assert max(map(len, lines)) <= 100
    starts = [line.strip().partition(":")[0] for line in lines]
    assert {setting.name for _, setting in all_settings(node)} <= set(starts)
    start = lines.index("example:") + 1
    end = next((at for at in range(start, len(lines)) if not lines[at]), len(lines))
    assert json.loads("\n".join(lines[start:end])) == node.example


def test_json_says_the_same() -> None:
    content = json.loads(run_cli("nodes", "image_tag", "--format", "json").out)
    node = page("tag")
    assert (content["action"], content["aliases"]) == ("tag", ["image_tag"])
    assert (content["summary"], content["family"]) == (node.summary, node.family)
    assert content["example"] == node.example
    assert set(content["settings"]["properties"]) == {"tag", "action"}


def test_settings_of_every_variant_are_shown() -> None:
    page = run_cli("nodes", "train").out
    for name, own in (("unet", "loss_weights"), ("mask_rcnn", "train_layers"), ("resnet", "num_")):
        heading = f'settings with "architecture" "{name}"'
        assert heading in page
        assert own in page.partition(heading)[2].partition("settings with")[0]
    export = run_cli("nodes", "export").out
    assert 'settings with "format" "onnx"' in export
    assert "(inputs: model; outputs: none)" in export
    variants = json.loads(run_cli("nodes", "train", "--format", "json").out)["variants"]
    unet = next(variant for variant in variants if "unet_v2" in variant["values"])
    assert unet["setting"] == "architecture"
    assert "loss_weights" in unet["settings"]["properties"]


CROP = """\
crop (geometry)

Cut images; objects are clipped to the window, cut objects may fall into pieces.

A window without a pixel drops the sample. The new image starts at the window's corner.

inputs: samples
outputs: samples

settings (exactly one of the two):
  sides: object, optional
      Cut this much off each side; a missing side stays.
      left: string, default "0px"
"""

IF = """\
settings:
  condition: object, required
      What is asked of each sample.
      exactly one of:
      - By chance:
        probability: number, 0 to 1, required
            How likely a sample is to leave by the first output.
        by: "sample" or "source", default "sample"
"""


@pytest.mark.parametrize(("action", "text"), [("crop", CROP), ("if", IF)])
def test_how_it_looks(action: str, text: str) -> None:
    assert text in run_cli("nodes", action).out
