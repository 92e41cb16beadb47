from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dtl_engine.model.geometry import Size
from dtl_engine.testing.settings import assert_refuses_unknown_keys, assert_survives_json
from dtl_nodes.models.inference.boxes import Boxes
from dtl_nodes.models.inference.full_image import FullImage
from dtl_nodes.models.inference.roi import Roi
from dtl_nodes.models.inference.settings import InferSettings, UseSettings
from dtl_nodes.models.inference.sliding import SlidingWindow
from dtl_nodes.models.inference.sliding_detection import SlidingDetection
from tests.nodes.models.inference.fakes import settings

CURRENT: tuple[dict[str, Any], ...] = (
    {"model": {"gpu_device": 0, "confidence_tag_name": "confidence",
               "min_confidence_threshold": 0.4},
     "mode": {"name": "full_image",
              "model_classes": {"save_classes": ["lemon", "kiwi"], "add_suffix": "_pred"},
              "model_tags": {"save_names": "__all__", "add_suffix": ""}}},
    {"mode": {"name": "roi", "save": True, "class_name": "inference_roi",
              "bounds": {"left": "10%", "top": "30%", "right": "10px", "bottom": "0px"},
              "model_classes": {"save_classes": "__all__", "add_suffix": "_pred"}}},
    {"mode": {"name": "bboxes", "from_classes": ["fruit"], "save": True,
              "padding": {"left": "10px", "top": "10px", "right": "5%", "bottom": "5%"},
              "add_suffix": "_input_bbox",
              "model_classes": {"save_classes": "__all__", "add_suffix": "_pred"}}},
    {"model": {}, "mode": {"name": "sliding_window", "window": {"width": 256, "height": 192},
              "min_overlap": {"x": 32, "y": 24}, "save": False, "class_name": "sl_window",
              "border": "change_size", "strict": True, "save_probabilities": True}},
    {"model": {}, "batch_size": 4, "mode": {"name": "sliding_window_det",
              "nms_after": {"enable": True, "iou_threshold": 0.4, "kind": "greedy",
                            "confidence_tag_name": "confidence"}}},
)  # fmt: skip


def errors(**value: Any) -> dict[tuple[Any, ...], str]:
    with pytest.raises(ValidationError) as refused:
        settings(**value)
    return {each["loc"]: each["type"] for each in refused.value.errors(include_url=False)}


@pytest.mark.parametrize("value", CURRENT)
def test_current_layouts(value: dict[str, Any]) -> None:
    assert_survives_json(settings(**value))
    assert_refuses_unknown_keys(InferSettings, {"model": {}, **value})


@pytest.mark.parametrize("name", ["lemon", "vessels", "mask_rcnn_readme"])
def test_the_documentation(shared: Path, name: str) -> None:
    text = (shared / "graphs" / f"{name}_inference.json").read_text()
    found = InferSettings.model_validate_json(text)
    assert found.model == UseSettings()
    classes, at = found.classes
    assert classes is not None
    assert classes.saved == ("save_classes", "__all__")
    assert classes.add_suffix == json.loads(text)["mode"]["model_classes"]["add_suffix"]
    assert at == ("mode", "model_classes")


def test_defaults() -> None:
    found = settings()
    assert found.mode == FullImage()
    assert found.batch_size == 1
    assert found.options == {
        "confidence_tag_name": "confidence", "min_confidence_threshold": 0.7, "scores": False,
    }  # fmt: skip
    roi, boxes = settings(mode={"name": "roi"}).mode, settings(mode={"name": "bboxes"}).mode
    assert roi == Roi()
    assert isinstance(roi, Roi)
    assert (roi.bounds.left, roi.save, roi.class_name) == ("0px", False, "inference_roi")
    assert isinstance(boxes, Boxes)
    assert (boxes.from_classes, boxes.add_suffix) == ("__all__", "_input_bbox")
    windows = settings(mode={"name": "sliding_window"}).mode
    assert isinstance(windows, SlidingWindow)
    assert (windows.window_size, windows.overlap) == (Size(128, 128), Size(0, 0))
    assert (windows.class_name, windows.border) == ("sliding_window", "shift_window")
    found_by_windows = settings(mode={"name": "sliding_window_det"}).mode
    assert isinstance(found_by_windows, SlidingDetection)
    nms = found_by_windows.nms_after
    assert (nms.enable, nms.iou_threshold, nms.kind) == (False, 0.0, "transitive")
    assert nms.confidence_tag_name == "confidence"


def test_objects_merge_with_their_defaults() -> None:
    mode = settings(mode={"name": "sliding_window", "window": {"width": 64}}).mode
    assert isinstance(mode, SlidingWindow)
    assert mode.window_size == Size(64, 128)
    assert settings(mode={"model_tags": {"add_suffix": "_x"}}).mode.name == "full_image"


@pytest.mark.parametrize("name", ["objects", "bboxes_classifier"])
def test_other_names_of_bboxes(name: str) -> None:
    assert settings(mode={"name": name}).mode == Boxes()


def test_modes_of_newer_servers() -> None:
    basic, advanced = (
        settings(mode={"name": name, "nms_after": {"iou_threshold": 0.5}}).mode
        for name in ("basic", "advanced")
    )
    assert isinstance(basic, SlidingDetection)
    assert isinstance(advanced, SlidingDetection)
    assert (basic.nms_after.enable, advanced.nms_after.enable) == (False, True)
    assert basic.nms_after.iou_threshold == advanced.nms_after.iou_threshold == 0.5


def test_flat_names_of_newer_servers() -> None:
    mode = settings(
        mode={"name": "sliding_window", "windowWidth": 40, "windowHeight": 30, "overlapX": 4,
              "overlapY": 3, "borderStrategy": "add_padding", "window": {"width": 9, "height": 9}}
    ).mode  # fmt: skip
    assert isinstance(mode, SlidingWindow)
    assert (mode.window_size, mode.overlap) == (Size(40, 30), Size(4, 3))
    assert [*mode.windows(Size(40, 31))][-1] == (0, 27, 40, 57)


def test_without_model_at_the_root() -> None:
    found = settings(
        gpu_device=2,
        min_confidence_threshold=0.25,
        mode={"source": "sliding_window"},
        model_classes={"save_classes": ["a"], "add_suffix": "_old"},
    )
    assert found.mode == SlidingWindow()
    assert (found.model.gpu_device, found.model.min_confidence_threshold) == (2, 0.25)
    classes, at = found.classes
    assert classes is not None
    assert (classes.add_suffix, at) == ("_old", ("model_classes",))
    assert_survives_json(found)


def test_classes_of_the_mode_win_over_those_of_the_root() -> None:
    found = settings(
        mode={"model_classes": {"add_suffix": "_new"}}, model_classes={"add_suffix": "_old"}
    )
    classes, at = found.classes
    assert classes is not None
    assert (classes.add_suffix, at) == ("_new", ("mode", "model_classes"))


def test_a_deployment() -> None:
    found = settings(
        connection={"server": "x"}, cache_limit=500, model_settings={"min_confidence_threshold": 0}
    )
    assert found.model.min_confidence_threshold == 0
    assert settings(model={"gpu_device": None}, connection={}).model.gpu_device is None


def test_the_oldest_layout() -> None:
    found = settings(
        existing_objects=[],
        mode={"source": "sliding_window", "intermediate_class": "part", "window": {"width": 9}},
    )
    assert found.existing_objects is not None
    assert found.existing_objects.saved == ("save_classes", ())
    assert isinstance(found.mode, SlidingWindow)
    assert found.mode.saved_as == "part"
    assert found.is_oldest
    assert_survives_json(found)


def test_keys_without_effect() -> None:
    use = {"num_processes": 2, "min_score_threshold": 0.5, "use_flip": True}
    assert settings(model=use).mode == FullImage()
    assert errors(model={"num_processes": 0}) == {("model", "num_processes"): "greater_than_equal"}


@pytest.mark.parametrize(
    ("mode", "place", "kind"),
    [
        ({"name": "bboxes_ocr"}, ("name",), "literal_error"),
        ({"name": 3}, ("name",), "literal_error"),
        ({"name": "roi", "window": {}}, ("roi", "window"), "extra_forbidden"),
        ({"name": "roi", "bounds": {"left": "1.5%"}}, ("roi", "bounds", "left"), "value_error"),
        ({"model_classes": {"save_classes": "all"}},
         ("full_image", "model_classes", "save_classes", "[string]"), "literal_error"),
        ({"model_classes": {"save_classes": [1]}},
         ("full_image", "model_classes", "save_classes", "[list]", 0), "string_type"),
        ({"name": "sliding_window", "window": {"width": 10}, "min_overlap": {"x": 10}},
         ("sliding_window", "min_overlap", "x"), "value_error"),
        ({"name": "sliding_window", "windowHeight": 10, "overlapY": 11},
         ("sliding_window", "overlapY"), "value_error"),
        ({"source": "ful_image"}, ("source",), "literal_error"),
        ({"source": 3}, ("source",), "literal_error"),
        ({"name": "sliding_window_det", "nms_after": {"iou_threshold": -1}},
         ("sliding_window_det", "nms_after", "iou_threshold"), "greater_than_equal"),
    ],
)  # fmt: skip
def test_bad_modes(mode: dict[str, Any], place: tuple[Any, ...], kind: str) -> None:
    assert errors(mode=mode) == {("mode", *place): kind}


@pytest.mark.parametrize(
    "model",
    [{"confidence_tag_name": ""}, {"min_confidence_threshold": 1.1}, {"gpu_device": -1},
     {"gpu_device": "0"}, {"unknown": 1}],
)  # fmt: skip
def test_bad_use(model: dict[str, Any]) -> None:
    (place,) = errors(model=model)
    assert place[:2] == ("model", next(iter(model)))


def test_unknown_keys_of_the_older_layout_belong_to_the_model() -> None:
    assert errors(mode={}, gpu=1) == {("model", "gpu"): "extra_forbidden"}


@pytest.mark.parametrize("value", [[], "x", 3])
def test_what_is_no_object(value: object) -> None:
    with pytest.raises(ValidationError):
        InferSettings.model_validate_json(json.dumps(value))
    assert errors(mode=value)
