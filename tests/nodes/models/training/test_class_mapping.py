from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec, TagValueType
from dtl_engine.model.shapes import ShapeKind
from dtl_engine.sdk import ModelError
from dtl_nodes.models.training.class_mapping import (
    class_indices,
    classifier_tags,
    continued_indices,
    out_labels,
    trained_classes,
)

LABELS = (
    LabelSpec("zebra", ShapeKind.POLYGON, "#110000"),
    LabelSpec("neutral", ShapeKind.POLYGON, "#220000"),
    LabelSpec("Apple", ShapeKind.RECTANGLE, "#330000", {"geometry_config": {"x": 1}}),
)
SPECIAL = SimpleNamespace(background="bg", neutral="neutral")
SEMANTIC = SimpleNamespace(special_classes=SPECIAL)


def test_worked_number_7() -> None:
    titles = ["zebra", "Apple", "neutral", "bg"]
    assert class_indices(titles, "bg", "neutral") == {"bg": 0, "Apple": 1, "zebra": 2}


def test_the_background_need_not_be_declared() -> None:
    assert class_indices(["b", "a"], "bg") == {"bg": 0, "a": 1, "b": 2}


def test_without_background_numbers_start_at_0() -> None:
    assert class_indices(["b", "a", "b"], None) == {"a": 0, "b": 1}


def test_declared_classes_keep_their_order_and_the_background_comes_last() -> None:
    assert out_labels(LABELS, ShapeKind.BITMAP, "bg", "neutral") == (
        LabelSpec("zebra", ShapeKind.BITMAP, "#110000"),
        LabelSpec("Apple", ShapeKind.BITMAP, "#330000"),
        LabelSpec("bg", ShapeKind.BITMAP, "#222222"),
    )


def test_a_declared_background_stays_where_it_is() -> None:
    labels = (LabelSpec("bg", ShapeKind.RECTANGLE, "#445566"), LABELS[0])
    found = out_labels(labels, ShapeKind.BITMAP, "bg", "neutral")
    assert [(label.name, label.color) for label in found] == [
        ("bg", "#445566"),
        ("zebra", "#110000"),
    ]


def test_classes_of_a_semantic_network() -> None:
    indices, labels = trained_classes(ModelFamily.SEMANTIC, SEMANTIC, Schema(LABELS))
    assert indices == {"bg": 0, "Apple": 1, "zebra": 2}
    assert [label.name for label in labels] == ["zebra", "Apple", "bg"]


def test_a_network_needs_a_class_besides_background_and_neutral() -> None:
    labels = (LabelSpec("bg", ShapeKind.BITMAP, "#000000"), LABELS[1])
    with pytest.raises(SchemaError, match=r"no class to learn.*'bg', 'neutral'") as refused:
        trained_classes(ModelFamily.SEMANTIC, SEMANTIC, Schema(labels))
    assert refused.value.code == "E309"


TAGS = Schema(
    tags=(
        TagSpec("train"),
        TagSpec("val"),
        TagSpec("rust"),
        TagSpec("healthy"),
        TagSpec("count", TagValueType.NUMBER),
    )
)
SETS = ("train", "val")


def test_classes_of_a_classifier_are_tags_without_a_value() -> None:
    assert classifier_tags(TAGS, SETS) == ("healthy", "rust")
    settings: Any = SimpleNamespace(
        dataset_tags=SimpleNamespace(train="train", val="val"), classes=None, ignore_tags=()
    )
    assert trained_classes(ModelFamily.TAGS, settings, TAGS) == ({"healthy": 0, "rust": 1}, ())


def test_listed_classes_replace_the_automatic_ones() -> None:
    assert classifier_tags(TAGS, SETS, ["val", "rust", "healthy"], ["rust"]) == ("healthy", "val")


def test_a_listed_class_must_be_declared() -> None:
    with pytest.raises(SchemaError, match="no tag 'rusty' to learn") as refused:
        classifier_tags(TAGS, SETS, ["healthy", "rusty"])
    problem = refused.value
    assert (problem.code, problem.at, problem.help) == (
        "E302",
        ("classes", 1),
        "did you mean 'rust'?",
    )


@pytest.mark.parametrize(
    ("ignored", "told"), [(["rust"], "there is only 'healthy'"), (["rust", "healthy"], "is none")]
)
def test_a_classifier_needs_two_classes(ignored: list[str], told: str) -> None:
    with pytest.raises(SchemaError, match=told) as refused:
        classifier_tags(TAGS, SETS, None, ignored)
    assert refused.value.code == "E309"


def test_training_that_goes_on_keeps_the_numbers_of_the_model() -> None:
    model = {"bg": 0, "b": 1, "a": 2}
    assert continued_indices(model, {"bg": 0, "a": 1, "b": 2}, "bg") == model


def test_training_goes_on_only_with_the_same_classes() -> None:
    with pytest.raises(ModelError, match=r"only the model has 'b'; only the data have 'c', 'd'"):
        continued_indices({"bg": 0, "b": 1}, {"bg": 0, "c": 1, "d": 2}, "bg")
    with pytest.raises(ModelError, match=r"background is 'bg': it has number 1 there, not 0"):
        continued_indices({"bg": 1, "b": 0}, {"bg": 0, "b": 1}, "bg")
