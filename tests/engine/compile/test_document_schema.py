"""The JSON Schema of documents agrees with what the compiler accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dtl_engine.compile.document_schema import document_schema
from dtl_engine.node.base import MapNode
from dtl_engine.node.catalogue import Catalogue, Entry, installed_catalogue
from dtl_engine.node.settings import Settings
from tests.fixtures.small_graphs import document, layer, reading, saving

GRAPHS = sorted((Path(__file__).resolve().parents[3] / "graphs").glob("*.json"))


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = document_schema(installed_catalogue())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_shipped_graphs_fit(path: Path, validator: Any) -> None:
    content = json.loads(path.read_bytes())
    validator.validate(content)
    if not {"extends", "inputs"} & set(content) and '"graph"' not in path.read_text():
        validator.validate(content["layers"])


def test_original_graphs_fit(shared: Path, validator: Any) -> None:
    for name in ("lemon", "vessels"):
        validator.validate(json.loads((shared / "graphs" / f"{name}.json").read_bytes()))


@pytest.mark.parametrize(
    "value",
    [
        [layer("flip", "$a", "$b", axis="up")],
        [layer("flip", "$a", "$b")],
        [layer("flip", "$a", "$b", axis="vertical", speed=3)],
        [layer("flip", "a", "$b", axis="vertical")],
        [layer("flip", [], "$b", axis="vertical")],
        [layer("flip", "$a", ["$b"], axis="vertical")],
        [layer("if", "$a", "$b", condition={"probability": 0.5})],
        [layer("if", "$a", ["$b"], condition={"probability": 0.5})],
        [layer("if", "$a", ["$b", None], condition={"probability": 2})],
        [layer("flop", "$a", "$b")],
        [{**reading(), "comment": ""}],
        [{"action": "dummy", "src": ["$a"], "dst": "$b"}],
        {"version": 3, "layers": []},
        {"version": 1},
        {"version": 1, "layers": [], "sed": 3},
        {"version": 1, "layers": [], "seed": "3"},
        {"version": 1, "layers": [{"dst": "$b", "settings": {}}]},
        {"version": 1, "extends": "a.json", "layers": [{"settings": {}}]},
        {"version": 1, "extends": 5, "layers": []},
        {"version": 1, "layers": [], "parameters": {"a": {"defalt": 1}}},
        {"version": 1, "layers": [], "parameters": {"a.b": 1}},
        {"version": 1, "layers": [layer("graph", "$a", "$b")]},
        {"version": 1, "layers": [layer("graph", "$a", "$b", document="p.json", x=1)]},
        {"version": 1, "layers": [layer("flip", "$a", "$b", axis="a ${axis}")]},
        [layer("graph", "$a", "$b", document="p.json")],
        7,
    ],
)
def test_mistakes_do_not_fit(value: Any, validator: Any) -> None:
    assert not validator.is_valid(value)


@pytest.mark.parametrize("dst", ["$b", None, "null"])
def test_outputs_that_fit(dst: Any, validator: Any) -> None:
    validator.validate([layer("flip", "$a", dst, axis="vertical")])
    validator.validate([layer("if", "$a", [dst, "$c"], condition={"min_width": 3})])
    validator.validate(document(reading(), saving("$in")))


@pytest.mark.parametrize(
    "value",
    [
        {"version": 1, "extends": "a.json"},
        {"version": 1, "extends": ["a.json"], "layers": [{"dst": "$b", "settings": {"x": 1}}]},
        {"version": 1, "extends": "lemon", "remove": ["$a"], "layers": [saving("$a")]},
        {"version": 1, "parameters": {"a": 1, "b": {"default": [], "type": "array"}}, "layers": []},
        {"version": 1, "layers": [layer("graph", "$a", "$b", document="p.json", parameters={})]},
        {"version": 1, "inputs": "$a", "outputs": ["$b", "$c"], "layers": []},
        document(layer("flip", "$a", "$b_${n}", axis="${axis}")),
        document(layer("multiply", "$a", "$b", multiply="${n}"), saving("$b", "${name}")),
        document(layer("if", "$a", ["$b", None], condition={"probability": "${share}"})),
        document(layer("if", "$a", ["$b", None], condition="${condition}")),
    ],
)
def test_composition_fits(value: Any, validator: Any) -> None:
    validator.validate(value)


UNET = {"architecture": "unet", "encoder": "resnet18", "epochs": 3}


@pytest.mark.parametrize(
    "settings",
    [
        UNET,
        {"architecture": "unet_v2", "loss_weights": {"bce": 1, "dice": 0.5}},
        {"architecture": "mask_rcnn", "input_size": {"min_dim": 512, "max_dim": 512}},
        {"architecture": "unet", "encoder": "${encoder}", "epochs": "${epochs}"},
        {"architecture": "${network}", "encoder": "resnet18", "train_layers": "heads"},
    ],
)
def test_training_settings_are_those_of_the_network(settings: Any, validator: Any) -> None:
    validator.validate(document(layer("train", "$a", ["$model", None], **settings)))


@pytest.mark.parametrize(
    "settings",
    [
        {**UNET, "architecture": "mask_rcnn"},
        {**UNET, "architecture": "unte"},
        {**UNET, "encoder": "resnet19"},
        {**UNET, "epochs": 0},
        {"epochs": 3},
    ],
)
def test_training_settings_of_another_network_do_not_fit(settings: Any, validator: Any) -> None:
    assert not validator.is_valid(document(layer("train", "$a", ["$model", None], **settings)))


def test_editors_find_all_networks_before_one_is_chosen(validator: Any) -> None:
    settings = validator.schema["$defs"]["layer.train"]["properties"]["settings"]
    (names, _) = settings["properties"]["architecture"]["anyOf"]
    assert {"unet", "unet_v2", "mask_rcnn", "classifier"} <= set(names["enum"])


@pytest.mark.parametrize(
    ("settings", "fits"),
    [
        ({"format": "coco"}, True),
        ({"format": "onnx", "opset": 17}, True),
        ({"format": "${format}", "opset": 17}, True),
        ({"format": "coco", "opset": 17}, False),
        ({"format": "onnx", "splits": ["train"]}, False),
        ({"format": "onxn"}, False),
        ({}, False),
    ],
)
def test_what_is_exported_decides_what_may_be_set(
    settings: Any, fits: bool, validator: Any
) -> None:
    assert validator.is_valid(document(layer("export", "$a", "out", **settings))) is fits


@pytest.mark.parametrize(
    ("src", "fits"),
    [
        (["$found", "$truth"], True),
        ({"samples": ["$found"], "ground_truth": ["$truth"]}, True),
        ({"samples": ["$found"], "truth": ["$truth"]}, False),
        ({"samples": "$found"}, False),
        ([], False),
    ],
)
def test_inputs_by_port(src: Any, fits: bool, validator: Any) -> None:
    written = {**layer("evaluate", [], "$scores"), "src": src}
    assert validator.is_valid(document(written)) is fits


def test_every_setting_is_described(validator: Any) -> None:
    for name, definition in validator.schema["$defs"].items():
        settings = definition.get("properties", {}).get("settings", {})
        for key, value in settings.get("properties", {}).items():
            assert value.get("description"), f"{name}: {key}"


class Range(Settings):
    """Two libraries have such a model."""

    least: int


class Wide(Settings):
    range: Range


class Stretch(MapNode[Wide]):
    """Stretch."""

    action = "stretch it"

    def apply(self, sample: Any) -> Any:
        return sample


def _other() -> type[MapNode[Any]]:
    class Range(Settings):  # the same name, another content
        colours: int

    class Narrow(Settings):
        range: Range

    class Paint(MapNode[Narrow]):
        """Paint."""

        action = "paint"

        def apply(self, sample: Any) -> Any:
            return sample

    return Paint


Paint = _other()


def test_models_of_one_name_stay_apart() -> None:
    entries = {
        "stretch it": Entry("stretch it", "mine", f"{__name__}:Stretch"),
        "paint": Entry("paint", "mine", f"{__name__}:Paint"),
        "gone": Entry("gone", "mine", "no_such_module:Gone"),
    }
    validator = Draft202012Validator(document_schema(Catalogue(entries)))
    validator.validate([layer("stretch it", "$a", "$b", range={"least": 1})])
    validator.validate([layer("paint", "$a", "$b", range={"colours": 1})])
    assert not validator.is_valid([layer("paint", "$a", "$b", range={"least": 1})])
