"""Settings of ``evaluate``: what is accepted, and mistakes at their place."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.nodes.models.evaluation.drawn import settings


def test_the_configuration_of_the_original_plugins_is_accepted() -> None:
    chosen = settings(
        project_gt="lemons", project_pred="lemons_out", iou=0.5,
        classes_mapping={"lemon": "lemon_pred", "kiwi": "kiwi_pred"},
        confidence_tag_name="confidence", confidence_threshold=0.0,
    )  # fmt: skip
    assert chosen.classes_mapping == {"lemon": "lemon_pred", "kiwi": "kiwi_pred"}
    settings(
        project_gt="leaves", confidence_threshold=0.5,
        tags_mapping={"healthy": "healthy_resnet", "rust": "rust_resnet"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "at", "words"),
    [
        ({"classes_mapping": {"a": "p", "b": "p"}}, ("classes_mapping", "b"), "compared with 'a'"),
        ({"tags_mapping": {"a": "p", "b": "p"}}, ("tags_mapping", "b"), "compared with 'a'"),
        ({"classes_mapping": {}}, ("classes_mapping",), "at least 1"),
        ({"classes_mapping": {"neutral": "x"}}, ("classes_mapping", "neutral"), "counts nowhere"),
        ({"classes_mapping": {"a": "p"}, "suffix": "_m"}, ("suffix",), "already"),
        ({"project_pred": "out"}, ("project_pred",), "'project_gt' is needed"),
        ({"iou": 0}, ("iou",), "greater than 0"),
        ({"confidence_threshold": 1.5}, ("confidence_threshold",), "less than or equal to 1"),
        ({"metrics": ["mAP"]}, ("metrics", 0), "coco_segm"),
        ({"metrics": []}, ("metrics",), "at least one"),
        ({"project_1": "lemons"}, ("project_1",), "not permitted"),
        ({"special_classes": {"neutral": "bg"}}, ("special_classes",), "one class"),
    ],
)
def test_mistakes(chosen: dict[str, Any], at: tuple[str | int, ...], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**chosen)
    (error,) = refused.value.errors()
    assert error["loc"] == at
    assert words in error["msg"]
