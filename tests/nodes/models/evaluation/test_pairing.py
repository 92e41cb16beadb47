"""What is compared with what, and mistakes that are found before an image is opened."""

from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.sdk import Schema, SchemaError, ShapeKind, TagSpec, TagValueType
from dtl_nodes.models.evaluation.task import Pair
from tests.nodes.models.evaluation.drawn import CONFIDENCE, schema, task

TAGS = Schema((), (TagSpec("ill"), TagSpec("ill_r", TagValueType.NUMBER)))


def numbers(*names: str) -> list[TagSpec]:
    """Return tags of numbers."""
    return [TagSpec(name, TagValueType.NUMBER) for name in names]


MODELLED = schema(tags=[*numbers("score"), TagSpec("note", TagValueType.STRING)])
TWICE = schema(tags=numbers("confidence_x", "confidence_y"))


def names(pairs: tuple[Pair, ...]) -> dict[str, str]:
    return {pair.truth: pair.predicted for pair in pairs}


def test_classes_are_paired_by_the_suffix_that_is_there() -> None:
    assert names(task(schema()).classes) == {"a": "a_m", "b": "b_m"}
    cars = schema(ShapeKind.BITMAP, "car", "carpet", "bg", "car_unet", "bg_unet", "neutral")
    assert names(task(cars).classes) == {"car": "car_unet"}
    two = schema(ShapeKind.BITMAP, "a", "a_x", "a_y")
    assert names(task(two, suffix="_y").classes) == {"a": "a_y"}


def test_a_ground_truth_of_its_own_has_the_same_names() -> None:
    same = schema(ShapeKind.BITMAP, "a", "b")
    assert names(task(same, same).classes) == {"a": "a", "b": "b"}
    assert names(task(same, project_gt="one", project_pred="two").classes) == {"a": "a", "b": "b"}
    assert names(task(schema(ShapeKind.BITMAP, "a_m"), same).classes) == {"a": "a_m"}


def test_metrics_follow_from_what_is_there() -> None:
    pixels = {"miou", "dice", "pixel_accuracy"}
    objects = {"precision_recall", "confusion_matrix"}
    scored = {"coco_bbox", "map_voc11"}
    assert task(schema()).metrics == pixels
    assert task(schema(ShapeKind.RECTANGLE)).metrics == objects
    boxes = task(schema(ShapeKind.RECTANGLE, tags=[CONFIDENCE]))
    assert boxes.metrics == objects | scored
    masks = task(schema(ShapeKind.POLYGON, tags=[CONFIDENCE]))
    assert masks.metrics == pixels | objects | scored | {"coco_segm"}
    tags = task(TAGS, tags_mapping={"ill": "ill_r"}, confidence_threshold=0.5)
    assert tags.metrics == {"classification"}
    guessed = task(TAGS, metrics=["classification"], confidence_threshold=0.5)
    assert names(guessed.tags) == {"ill": "ill_r"}
    assert task(schema(), metrics=["dice"]).metrics == {"dice"}


@pytest.mark.parametrize(
    ("there", "chosen", "found"),
    [
        ([], {}, None),
        (["score"], {}, None),
        (["score"], {"confidence_tag_name": "score"}, "score"),
        (["confidence_m", "confidence", "confidence_x"], {}, "confidence_m"),
        (["confidence", "confidence_x", "confidence_y"], {}, "confidence"),
        (["confidence_x", "score"], {}, "confidence_x"),
        (["confidence_a", "confidence_m"], {"classes_mapping": {"a": "b_m"}}, "confidence_m"),
        # No metric looks at it.
        (["confidence_x", "confidence_y"], {"metrics": ["miou"]}, None),
        (["score"], {"metrics": ["miou"], "confidence_tag_name": "sure"}, None),
    ],
)
def test_the_confidence_is_found_by_the_name_of_its_tag(
    there: list[str], chosen: dict[str, Any], found: str | None
) -> None:
    resolved = task(schema(tags=numbers(*there)), **chosen)
    assert resolved.confidence == found
    assert ("coco_bbox" in resolved.metrics) == (found is not None)


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(SchemaError) as refused:
        task(MODELLED, confidence_tag_name="scor")
    assert refused.value.help == "did you mean 'score'?"
    with pytest.raises(SchemaError) as refused:
        task(MODELLED, metrics=["coco_segm"])
    assert refused.value.help == (
        'name it, as in "confidence_tag_name": "score"; tags of numbers here: score'
    )


@pytest.mark.parametrize(
    ("here", "chosen", "code", "at", "words"),
    [
        (
            schema(),
            {"classes_mapping": {"c": "a_m"}},
            "E302",
            ("classes_mapping", "c"),
            "class 'c'",
        ),
        (schema(), {"classes_mapping": {"a": "a_n"}}, "E302", ("classes_mapping", "a"), "'a_n'"),
        (schema(), {"classes_mapping": {"a": "a"}}, "E311", ("classes_mapping", "a"), "itself"),
        (TAGS, {"tags_mapping": {"well": "ill_r"}}, "E302", ("tags_mapping", "well"), "tag 'well'"),
        (TAGS, {"tags_mapping": {"ill": "ill_r"}}, "E311", (), "'confidence_threshold' is needed"),
        (schema(), {"suffix": "_n"}, "E311", ("suffix",), "'_n'"),
        (schema(ShapeKind.BITMAP, "a", "a_x", "a_y"), {}, "E311", (), "'_x', '_y'"),
        (schema(ShapeKind.BITMAP, "a", "b"), {}, "E311", (), "not told what to compare"),
        (schema(), {"metrics": ["miou", "coco_segm"]}, "E302", ("metrics", 1), "tag 'confidence'"),
        (MODELLED, {"confidence_tag_name": "scor"}, "E302", ("confidence_tag_name",), "'scor'"),
        (MODELLED, {"confidence_tag_name": "note"}, "E302", ("confidence_tag_name",), "of numbers"),
        (TWICE, {}, "E311", (), "'confidence_x', 'confidence_y'"),
        (schema(), {"metrics": ["classification"]}, "E306", ("metrics", 0), "image tags"),
        (TAGS, {"metrics": ["miou"]}, "E306", ("metrics", 0), "none are paired"),
    ],
)
def test_mistakes(
    here: Schema, chosen: dict[str, Any], code: str, at: tuple[Any, ...], words: str
) -> None:
    with pytest.raises(SchemaError) as refused:
        task(here, **chosen)
    assert (refused.value.code, refused.value.at) == (code, at)
    assert words in refused.value.message


def test_a_ground_truth_of_its_own_has_no_project() -> None:
    with pytest.raises(SchemaError, match="input of its own") as refused:
        task(schema(), schema(), project_gt="one", project_pred="two")
    assert refused.value.at == ("project_pred",)
