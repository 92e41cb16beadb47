"""The ``train`` node without any network at work: its variants, and what it says beforehand."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.errors import ModelError
from dtl_engine.node.description import describe
from dtl_engine.plan.plan import make_plan
from dtl_engine.testing.settings import parse_settings
from dtl_nodes.models.architectures import architecture_names
from dtl_nodes.train import Train
from tests.fixtures.small_graphs import Json, document, layer, reading, saving


def made(**settings: Any) -> Train:
    variant = Train.variant(settings)
    node: Train = variant(parse_settings(variant.settings_model, settings))  # type: ignore[arg-type]
    return node


def tagged() -> list[Json]:
    return [
        {"action": "tag", "src": [src], "dst": dst, "settings": {"tag": name, "action": "add"}}
        for src, dst, name in (("$in", "$a", "train"), ("$a", "$set", "val"))
    ]


def test_there_is_a_variant_for_each_network() -> None:
    assert tuple(variant.values[0] for variant in Train.variants()) == architecture_names()
    for variant in Train.variants():
        for name in variant.values:
            assert Train.variant({"architecture": name}) is variant.node
            assert variant.node.settings_model is not Train.settings_model


def test_pages_list_what_a_network_adds() -> None:
    by_name = {each.variant.values[0]: each for each in describe(Train).variants}
    names = {setting.name for setting in by_name["unet"].settings}
    assert {"encoder", "loss_weights", "input_size"} <= names
    assert not names & {"architecture", "name", "epochs", "gpu_devices"}


@pytest.mark.parametrize("settings", [None, [], 3, {}, {"architecture": 3}, {"architecture": "x"}])
def test_without_a_network_the_rest_is_checked_all_the_same(settings: Any) -> None:
    model = Train.variant(settings).settings_model
    assert model.model_config["extra"] == "ignore"
    assert "epochs" in model.model_fields


def test_a_network_that_cannot_be_loaded_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ModelError(f"architecture '{name}' of library 'acme' cannot be loaded: no acme")

    monkeypatch.setattr("dtl_nodes.models.training.settings.load_architecture", refuse)
    model = Train.variant({}).settings_model
    with pytest.raises(ValueError, match="library 'acme' cannot be loaded"):
        parse_settings(model, {"architecture": "unet"})


def test_nodes_of_every_network_go_to_other_processes() -> None:
    for name in architecture_names():
        node = made(architecture=name)
        copy = pickle.loads(pickle.dumps(node))
        assert (type(copy), copy.settings) == (type(node), node.settings)


def test_a_plan_with_a_training_goes_to_other_processes(mini: Path, tmp_path: Path) -> None:
    layers = (
        reading(),
        *tagged(),
        layer("train", "$set", ["$net", None], architecture="unet", encoder="resnet18"),
        layer("infer", ["$in", "$net"], "$found"),
        saving("$found"),
    )
    plan = make_plan(compile_graph(document(*layers), data=[mini]), tmp_path)
    sent = pickle.loads(pickle.dumps(plan))
    assert sent.graph.models == plan.graph.models
    assert type(sent.graph.by_id["net"].node) is type(plan.graph.by_id["net"].node)


def test_what_it_predicts_is_known_before_it_is_trained(mini: Path) -> None:
    layers = (
        reading(),
        *tagged(),
        layer("train", "$set", ["$net", None], architecture="mask_rcnn"),
        layer("infer", ["$in", "$net"], "$found"),
        saving("$found"),
    )
    schema = compile_graph(document(*layers), data=[mini]).inputs["out"].schema
    assert schema is not None
    assert "box_maskrcnn" in schema.label_names
    assert "confidence_maskrcnn" in schema.tag_names
