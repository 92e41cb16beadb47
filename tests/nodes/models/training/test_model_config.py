"""The configuration of the model that a training makes."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError
from dtl_engine.sdk import ModelError
from dtl_nodes.models.config import ModelConfig, in_order
from dtl_nodes.models.training.model_config import model_config
from dtl_nodes.models.training.settings import TrainSettings
from tests.nodes.models.training.tiny import Tiny, tiny_settings

SCHEMA = Schema(
    tuple(LabelSpec(name, "polygon", "#123456") for name in ("kiwi", "neutral", "apple"))
)


class Boxes(Tiny):
    family: ClassVar[ModelFamily] = ModelFamily.BOXES


class BoxSettings(TrainSettings):
    width: int = 4


def test_classes_and_settings_are_those_of_the_training() -> None:
    config = model_config(Tiny, tiny_settings(lr=0.5), SCHEMA)
    assert config.indices == {"bg": 0, "apple": 1, "kiwi": 2}
    assert [label.name for label in config.labels] == ["kiwi", "apple", "bg"]
    assert {label.kind for label in config.labels} == {"bitmap"}
    assert config.settings["lr"] == 0.5
    assert config.settings["batch_size"] == {"train": 1, "val": 1}
    json.dumps(dict(config.settings))


def test_boxes_without_background_are_numbered_from_1() -> None:
    settings = BoxSettings.model_validate_json('{"architecture": "faster_rcnn"}')
    config = model_config(Boxes, settings, SCHEMA)
    assert config.indices == {"apple": 1, "kiwi": 2, "neutral": 3}
    assert config.background is None
    assert {label.kind for label in config.labels} == {"rectangle"}


def start(**changes: Any) -> ModelConfig:
    config = model_config(Tiny, tiny_settings(width=9), SCHEMA)
    facts = {"architecture": config.architecture, "indices": {"bg": 0, "apple": 2, "kiwi": 1}}
    return ModelConfig(family=config.family, labels=config.labels, **{**facts, **changes})


def test_a_model_declares_its_classes_in_the_order_of_its_outputs() -> None:
    config = model_config(Tiny, tiny_settings(), SCHEMA)
    before = config.spec("_t")
    assert [label.name for label in before.labels] == ["bg", "apple", "kiwi"] == [*config.titles]
    assert in_order(config).spec("_t") == before, "the same when it is loaded"
    without = ModelConfig(config.architecture, config.family, {"bg": 0, "kiwi": 1}, config.labels)
    assert [label.name for label in in_order(without).labels] == ["bg", "kiwi"]


GOING_ON = {"weights_init_type": "continue_training", "weights": "model"}


class Shaped(Tiny):
    shaping: ClassVar[tuple[str, ...]] = ("width",)


def test_continuing_keeps_numbers_and_the_shape_of_the_network() -> None:
    config = model_config(Tiny, tiny_settings(**GOING_ON), SCHEMA, start())
    assert config.indices == {"bg": 0, "apple": 2, "kiwi": 1}
    assert config.architecture == {"name": "tiny", "width": 9}
    given = model_config(Tiny, tiny_settings(width=2, **GOING_ON), SCHEMA, start())
    assert given.architecture == {"name": "tiny", "width": 2}


def test_other_classes_are_learnt_with_the_shape_of_the_model_too() -> None:
    found = model_config(Shaped, tiny_settings(), SCHEMA, start(indices={"bg": 0, "pear": 1}))
    assert found.indices == {"bg": 0, "apple": 1, "kiwi": 2}
    assert found.architecture == {"name": "tiny", "width": 9}
    assert model_config(Tiny, tiny_settings(), SCHEMA, start()).architecture["width"] == 4
    other = start(architecture={"name": "unet", "width": 9})
    assert model_config(Shaped, tiny_settings(), SCHEMA, other).architecture["width"] == 4


@pytest.mark.parametrize("changes", [{}, GOING_ON])
def test_a_given_shape_must_be_that_of_the_model(changes: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="'width' is 2, and the model to start from has 9") as no:
        model_config(Shaped, tiny_settings(width=2, **changes), SCHEMA, start())
    assert (no.value.code, no.value.at) == ("E410", ("width",))
    assert model_config(Shaped, tiny_settings(width=9), SCHEMA, start()).architecture["width"] == 9


def test_continuing_needs_the_same_classes_and_network() -> None:
    with pytest.raises(ModelError, match=r"only the model has 'pear'.*only the data have 'apple'"):
        model_config(
            Tiny, tiny_settings(**GOING_ON), SCHEMA, start(indices={"bg": 0, "pear": 1, "kiwi": 2})
        )
    with pytest.raises(ModelError, match="background is 'bg': it has number 1"):
        model_config(
            Tiny, tiny_settings(**GOING_ON), SCHEMA, start(indices={"kiwi": 0, "bg": 1, "apple": 2})
        )
    with pytest.raises(ModelError, match="the network of the model, 'unet'"):
        model_config(Tiny, tiny_settings(**GOING_ON), SCHEMA, start(architecture={"name": "unet"}))


def test_nothing_to_learn() -> None:
    with pytest.raises(SchemaError):
        model_config(Tiny, tiny_settings(), Schema(SCHEMA.labels[1:2]))
