"""Settings of Mask R-CNN and Faster R-CNN: what is accepted, and what is said of the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dtl_nodes.models.architectures.detection_shape import InputSize
from dtl_nodes.models.architectures.faster_rcnn import FasterRCNN
from dtl_nodes.models.architectures.faster_rcnn_settings import FasterRCNNSettings
from dtl_nodes.models.architectures.mask_rcnn import MaskRCNN
from dtl_nodes.models.architectures.mask_rcnn_settings import MaskRCNNSettings

GRAPHS = Path(__file__).resolve().parents[5] / "shared" / "graphs"


def mask_rcnn(**settings: Any) -> MaskRCNNSettings:
    text = json.dumps({"architecture": "mask_rcnn", **settings})
    return MaskRCNNSettings.model_validate_json(text)


def faster_rcnn(**settings: Any) -> FasterRCNNSettings:
    text = json.dumps({"architecture": "faster_rcnn", **settings})
    return FasterRCNNSettings.model_validate_json(text)


def refused(settings: dict[str, Any]) -> tuple[tuple[int | str, ...], str]:
    """Return the place and the message of the only problem."""
    with pytest.raises(ValidationError) as caught:
        mask_rcnn(**settings)
    (problem,) = caught.value.errors()
    return problem["loc"], problem["msg"]


@pytest.mark.parametrize("name", ["lemon_training", "mask_rcnn_readme_training"])
def test_configurations_of_the_documentation_are_accepted(name: str) -> None:
    path = GRAPHS / f"{name}.json"
    if not path.is_file():
        pytest.skip("needs the folder 'shared' beside the checkout")
    settings = mask_rcnn(**json.loads(path.read_text()))
    assert settings.backbone == "resnet50_fpn"
    assert settings.special_classes.background == "bg"


def test_defaults_are_those_of_the_original() -> None:
    settings = mask_rcnn()
    assert (settings.epochs, settings.lr, settings.train_layers) == (2, 0.001, "all")
    assert (settings.batch_size.train, settings.batch_size.val) == (1, 1)
    assert (settings.input_size.min_dim, settings.input_size.max_dim) == (256, 256)
    assert settings.special_classes.neutral is None
    assert settings.chosen_optimizer == "sgd"
    assert mask_rcnn(backbone="resnet18_fpn").chosen_optimizer == "adamw"


@pytest.mark.parametrize(
    "size",
    [
        {"width": 0, "height": 0},
        {"width": 640, "height": 480, "min_dim": 256, "max_dim": 512},
        {"min_dim": 128.0, "max_dim": 192.0},
        {"min_dim": [640, 672, 800], "max_dim": 1333, "size_divisor": 32},
    ],
)
def test_input_sizes(size: dict[str, Any]) -> None:
    mask_rcnn(input_size=size)


@pytest.mark.parametrize(
    ("settings", "place", "message"),
    [
        ({"input_size": {"max_dim": 500}}, ("input_size", "max_dim"), "must be a multiple of 64"),
        (
            {"input_size": {"min_dim": 512}},
            ("input_size", "max_dim"),
            "min_dim is 512, more than max_dim, which is 256",
        ),
        (
            {"input_size": {"min_dim": [64, 320], "max_dim": 256}},
            ("input_size", "max_dim"),
            "min_dim is 320",
        ),
        ({"input_size": {"width": 256, "height": 256}}, ("input_size",), "give 'min_dim' and"),
        ({"input_size": {"side": 256}}, ("input_size", "side"), "Extra inputs"),
        ({"snapshots": 3}, ("snapshots",), "Extra inputs"),
        ({"train_layers": "2+"}, ("train_layers",), "'all', '3+', '4+', '5+' or 'heads'"),
        ({"lr": 0}, ("lr",), "greater than 0"),
        ({"epochs": True}, ("epochs",), "valid integer"),
        ({"epochs": "3"}, ("epochs",), "valid integer"),
        (
            {"special_classes": {"background": "x", "neutral": "x"}},
            ("special_classes", "neutral"),
            "two classes",
        ),
        ({"special_classes": {"background": ""}}, ("special_classes", "background"), "at least 1"),
        ({"anchor_sizes": [16, 32]}, ("anchor_sizes",), "has 5 levels"),
        ({"flip": 1.5}, ("flip",), "less than or equal to 1"),
        ({"backbone": "vgg16"}, ("backbone",), "'resnet50_fpn'"),
    ],
)
def test_bad_values_are_told_where_they_are(
    settings: dict[str, Any], place: tuple[str, ...], message: str
) -> None:
    where, what = refused(settings)
    assert where == place
    assert message in what


def test_faster_rcnn_takes_exact_sizes_or_bounds() -> None:
    assert InputSize.of(faster_rcnn().input_size.model_dump()).exact == (300, 300)
    bounds = faster_rcnn(input_size={"min_dim": 128, "max_dim": 200}).input_size.model_dump()
    assert InputSize.of(bounds) == InputSize((128,), 200)
    assert faster_rcnn().special_classes.background is None


@pytest.mark.parametrize(
    "size",
    [
        {"width": 300},
        {"min_dim": 300},
        {"width": 300, "height": 300, "min_dim": 64, "max_dim": 64},
        {"min_dim": 300, "max_dim": 200},
    ],
)
def test_faster_rcnn_refuses_half_a_size(size: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        faster_rcnn(input_size=size)


def test_a_checkpoint_says_all_that_shapes_the_network() -> None:
    small = mask_rcnn(backbone="resnet18_fpn", input_size={"min_dim": 192, "max_dim": 256})
    assert MaskRCNN.describe(small) == {
        "name": "mask_rcnn",
        "backbone": "resnet18_fpn",
        "anchor_sizes": [[16.0], [32.0], [64.0], [128.0]],
        "anchor_ratios": [0.5, 1.0, 2.0],
        "proposals": [150, 150],
        "rois": 64,
        "max_detections": 100,
    }
    full = FasterRCNN.describe(faster_rcnn(anchor_sizes=[8, 16, 32, 64, 128], proposals=300))
    assert full["anchor_sizes"] == [[8.0], [16.0], [32.0], [64.0], [128.0]]
    assert full["proposals"] == [300, 300]


@pytest.mark.parametrize(
    ("size", "image", "smaller"),
    [
        (InputSize((192,), 256), (1067, 800), (256, 191)),
        (InputSize((192,), 320), (1067, 800), (256, 192)),
        (InputSize((128, 192), 320), (800, 800), (192, 192)),
        (InputSize((512,), 512), (100, 80), (100, 80)),
        (InputSize(exact=(300, 200)), (600, 100), (300, 100)),
    ],
)
def test_samples_are_shrunk_to_the_largest_size_that_is_asked_for(
    size: InputSize, image: tuple[int, int], smaller: tuple[int, int]
) -> None:
    assert size.largest_for(*image) == smaller
