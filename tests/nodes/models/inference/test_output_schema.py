from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec, TagValueType
from dtl_engine.model.shapes import ShapeKind
from dtl_nodes.models.inference.notes import notes
from dtl_nodes.models.inference.output_schema import output_schema
from tests.nodes.models.inference.fakes import BOXES, MASKS, SEMANTIC, TAGS, settings

FRUIT = Schema(
    (
        LabelSpec("fruit", ShapeKind.POLYGON, "#0000FF"),
        LabelSpec("leaf", ShapeKind.BITMAP, "#00AA00"),
    ),
    (TagSpec("train"),),
)


def names(schema: Schema) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return schema.label_names, schema.tag_names


def refused(spec: ModelSpec, schema: Schema = FRUIT, **value: Any) -> SchemaError:
    with pytest.raises(SchemaError) as error:
        output_schema(settings(**value), schema, spec)
    return error.value


def test_full_image_gives_classes_and_tags_the_suffix_of_the_network() -> None:
    found = output_schema(settings(), FRUIT, MASKS)
    assert names(found) == (
        ("fruit", "leaf", "blob_masks", "dust_masks"), ("train", "confidence_masks"),
    )  # fmt: skip
    assert found.label("blob_masks") == replace(MASKS.labels[0], name="blob_masks")
    assert found.tag("confidence_masks") == TagSpec("confidence_masks", TagValueType.NUMBER)


def test_other_modes_give_none() -> None:
    found = output_schema(settings(mode={"name": "sliding_window_det"}), FRUIT, BOXES)
    assert names(found) == (("fruit", "leaf", "blob", "dust"), ("train", "confidence"))


def test_a_config_that_omits_model_tags() -> None:
    mode = {"name": "full_image", "model_classes": {"save_classes": "__all__", "add_suffix": "_p"}}
    found = output_schema(settings(mode=mode), FRUIT, MASKS)
    assert names(found) == (("fruit", "leaf", "blob_p", "dust_p"), ("train", "confidence_masks"))


def test_the_confidence_tag_as_the_settings_call_it() -> None:
    found = output_schema(settings(model={"confidence_tag_name": "score"}), FRUIT, BOXES)
    assert found.tag_names == ("train", "score_blobs")


def test_tags_of_a_classifier() -> None:
    mode = {"name": "roi", "save": True, "model_tags": {"save_names": ["dark"], "add_suffix": "_c"}}
    found = output_schema(settings(mode=mode), FRUIT, TAGS)
    assert names(found) == (("fruit", "leaf", "inference_roi"), ("train", "dark_c"))


def test_windows_come_last() -> None:
    mode = {"name": "sliding_window", "save": True, "class_name": "part"}
    found = output_schema(settings(mode=mode), FRUIT, SEMANTIC)
    assert found.label_names == ("fruit", "leaf", "bg", "blob", "part")
    part = found.label("part")
    assert part is not None
    assert part.kind is ShapeKind.RECTANGLE


def test_boxes_have_the_colours_of_their_objects() -> None:
    mode = {"name": "bboxes", "from_classes": ["fruit"], "save": True}
    found = output_schema(settings(mode=mode), FRUIT, TAGS)
    assert found.label_names == ("fruit", "leaf", "fruit_input_bbox")
    assert found.labels[2] == LabelSpec("fruit_input_bbox", ShapeKind.RECTANGLE, "#0000FF")


def test_classes_of_one_title() -> None:
    classes = {"class_mapping": {"blob": "thing", "dust": "thing"}}
    found = output_schema(settings(mode={"name": "roi", "model_classes": classes}), FRUIT, BOXES)
    assert found.label_names == ("fruit", "leaf", "thing")


def test_the_oldest_layout() -> None:
    found = output_schema(
        settings(
            existing_objects={"save_classes": ["leaf"], "add_suffix": "_old"},
            mode={"source": "bboxes", "intermediate_add_suffix": "_box"},
        ),
        FRUIT,
        BOXES,
    )
    assert found.label_names == ("leaf_old", "blob", "dust", "fruit_box", "leaf_box")


@pytest.mark.parametrize(
    ("value", "at", "title"),
    [
        ({"mode": {"name": "roi"}}, ("mode",), "blob"),
        ({"mode": {"name": "roi", "model_classes": {}}}, ("mode", "model_classes"), "blob"),
        ({"mode": {"name": "roi", "model_classes": {"add_suffix": ""}}},
         ("mode", "model_classes", "add_suffix"), "blob"),
        ({"mode": {"source": "roi"}, "model_classes": {"add_suffix": ""}},
         ("model_classes", "add_suffix"), "blob"),
        ({"mode": {"name": "roi", "model_classes": {"add_suffix": "_x"},
                   "model_tags": {"save_names": "__all__"}}},
         ("mode", "model_tags"), "confidence"),
        ({"mode": {"name": "sliding_window_det", "model_classes": {"add_suffix": "_x"},
                   "save": True, "class_name": "blob"}}, ("mode", "class_name"), "blob"),
        ({"mode": {"name": "bboxes", "model_classes": {"add_suffix": "_x"}, "save": True,
                   "add_suffix": ""}}, ("mode", "add_suffix"), "blob"),
        ({"mode": {"name": "roi", "intermediate_class": "dust_x", "model_tags": {"save_names": []},
                   "model_classes": {"add_suffix": "_x"}}},
         ("mode", "intermediate_class"), "dust_x"),
    ],
)  # fmt: skip
def test_names_that_are_taken(value: dict[str, Any], at: tuple[str, ...], title: str) -> None:
    taken = Schema(BOXES.labels, BOXES.tags)
    error = refused(BOXES, taken, **value)
    assert (error.code, error.at, error.value) == ("E309", at, title)
    assert f"'{title}'" in error.message
    key = at[-1] if at[-1] in ("class_name", "intermediate_class") else "add_suffix"
    assert key in error.help


def test_the_suffix_that_is_proposed_is_free() -> None:
    taken = Schema((*BOXES.labels, replace(BOXES.labels[1], name="dust_pred")), BOXES.tags)
    error = refused(BOXES, taken, mode={"name": "roi"})
    assert error.help == 'write "add_suffix": "_pred2" in \'model_classes\''
    mode = {"name": "roi", "model_classes": {"add_suffix": "_pred2"}}
    error = refused(BOXES, taken, mode=mode)
    assert error.help == 'write "add_suffix": "_pred" in \'model_tags\''
    mode["model_tags"] = {"add_suffix": "_pred"}
    assert output_schema(settings(mode=mode), taken, BOXES).label_names[-1] == "dust_pred2"


def test_taken_even_if_shape_and_colour_are_equal() -> None:
    once = output_schema(settings(), FRUIT, MASKS)
    assert refused(MASKS, once).value == "blob_masks"


def test_unknown_names_stand_at_their_places() -> None:
    error = refused(BOXES, mode={"model_classes": {"save_classes": ["dust", "blop"]}})
    assert (error.code, error.at) == ("E302", ("mode", "model_classes", "save_classes", 1))
    assert error.help == "did you mean 'blob'?"
    error = refused(BOXES, mode={"model_tags": {"save_names": ["confidenze"]}})
    assert error.at == ("mode", "model_tags", "save_names", 0)
    error = refused(BOXES, mode={"name": "bboxes", "from_classes": ["fruits"]})
    assert (error.at, error.help) == (("mode", "from_classes", 0), "did you mean 'fruit'?")
    error = refused(BOXES, existing_objects={"save_classes": ["x"]})
    assert error.at == ("existing_objects", "save_classes", 0)


def test_reserved_words_are_no_titles() -> None:
    mode = {"model_classes": {"class_mapping": {"blob": "__ignore__"}, "add_suffix": ""}}
    assert refused(BOXES, mode=mode).code == "E305"


@pytest.mark.parametrize(
    ("spec", "mode", "at"),
    [
        (MASKS, {"name": "sliding_window"}, ("mode", "name")),
        (TAGS, {"name": "sliding_window"}, ("mode", "name")),
        (SEMANTIC, {"name": "sliding_window_det"}, ("mode", "name")),
        (TAGS, {"name": "sliding_window_det"}, ("mode", "name")),
        (BOXES, {"save_probabilities": True}, ("mode", "save_probabilities")),
    ],
)
def test_models_that_cannot(spec: ModelSpec, mode: dict[str, Any], at: tuple[str, ...]) -> None:
    error = refused(spec, mode=mode)
    assert (error.code, error.at) == ("E310", at)


def test_windows_that_are_saved_can_carry_tags() -> None:
    found = output_schema(settings(mode={"name": "sliding_window_det", "save": True}), FRUIT, TAGS)
    assert names(found) == (("fruit", "leaf", "sliding_window"), ("train", "bright", "dark"))


def test_suppression_needs_the_confidence() -> None:
    nms = {"enable": True, "confidence_tag_name": "score"}
    mode = {"name": "sliding_window_det", "nms_after": nms}
    error = refused(BOXES, mode=mode)
    assert (error.code, error.at) == ("E302", ("mode", "nms_after", "confidence_tag_name"))
    output_schema(settings(model={"confidence_tag_name": "score"}, mode=mode), FRUIT, BOXES)
    wordy = replace(BOXES, tags=(TagSpec("confidence", TagValueType.STRING),))
    assert refused(wordy, mode={**mode, "nms_after": {"enable": True}}).code == "E310"


def test_notes() -> None:
    mode = {"name": "sliding_window_det", "save_probabilities": True, "intermediate_class": "part"}
    assert len([*notes(settings(mode=mode), MASKS)]) == 3
    assert len([*notes(settings(mode=mode), BOXES)]) == 2
    assert not [*notes(settings(), MASKS)]
