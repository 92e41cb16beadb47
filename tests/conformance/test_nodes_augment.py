"""The nodes that apply transforms of albumentations and imgaug pass the conformance suite."""

from __future__ import annotations

from typing import Any

from dtl_engine.testing import NodeConformance
from dtl_nodes.augment import Augment
from dtl_nodes.elastic_transformation import ElasticTransformation
from dtl_nodes.imgaug_studio import ImgaugStudio
from dtl_nodes.perspective_transform import PerspectiveTransform


class TestAugment(NodeConformance):
    node = Augment
    settings = (
        {"transform": {"name": "HorizontalFlip", "p": 1}},
        {"transform": {"name": "InvertImg", "p": 0}},
        {"transform": {"name": "RandomBrightnessContrast", "brightness_limit": [-0.3, 0.3]}},
        {"transform": {"name": "D4"}},
        {"transform": {"name": "Affine", "rotate": [-45, 45], "scale": 0.8, "p": 1}},
        {"transform": {"name": "Perspective", "fit_output": True, "p": 1}},
        {"transform": {"name": "ElasticTransform", "alpha": 30, "sigma": 3, "p": 1}},
        {"transform": {"name": "RandomGridShuffle", "grid": [2, 2], "p": 1}},
        {"transform": {"name": "BBoxSafeRandomCrop", "erosion_rate": 0.1, "p": 0}},
        {
            "transform": {
                "name": "Compose",
                "transforms": [
                    {"name": "PadIfNeeded", "min_height": 16, "min_width": 16},
                    {"name": "CropNonEmptyMaskIfExists", "height": 12, "width": 9},
                    {
                        "name": "OneOf",
                        "p": 1,
                        "transforms": [
                            {"name": "GaussNoise", "p": 0.3},
                            {"name": "Transpose"},
                            {"name": "Resize", "height": 20, "width": 7},
                        ],
                    },
                    {
                        "name": "SomeOf",
                        "n": 2,
                        "transforms": [
                            {"name": "VerticalFlip"},
                            {"name": "ThinPlateSpline"},
                            {"name": "CoarseDropout"},
                        ],
                    },
                    {
                        "name": "RandomOrder",
                        "n": 3,
                        "replace": True,
                        "transforms": [{"name": "RandomRotate90"}, {"name": "ToSepia"}],
                    },
                    {
                        "name": "OneOrOther",
                        "first": {"name": "Sequential", "transforms": [{"name": "NoOp"}]},
                        "second": {
                            "name": "GridElasticDeform",
                            "num_grid_xy": [2, 2],
                            "magnitude": 2,
                        },
                    },
                ],
            }
        },
    )


class TestElasticTransformation(NodeConformance):
    node = ElasticTransformation
    settings = tuple(
        {"alpha": alpha, "sigma": sigma, "classes_mapping": mapping}
        for alpha, sigma, mapping in (
            ({"min": 0, "max": 1}, {"min": 1, "max": 1}, {}),
            ({"min": 10, "max": 40}, {"min": 4, "max": 6}, {"patch": "patch_mask"}),
            ({"min": 200, "max": 200}, {"min": 0, "max": 1}, {"patch": "__default__"}),
        )
    )


class TestPerspectiveTransform(NodeConformance):
    node = PerspectiveTransform
    settings = tuple(
        {
            "scale": scale,
            "size_box": {"keep": keep, "fit": fit},
            "cval": {"value": 200},
            "classes_mapping": {"patch": "patch_mask"},
        }
        for scale in ({"min": 0.01, "max": 0.1}, {"min": 0.5, "max": 0.5})
        for keep in (False, True)
        for fit in (False, True)
    )


def entry(name: str, category: str, sometimes: float | None = None, **params: Any) -> Any:
    return {"category": category, "name": name, "params": params, "sometimes": sometimes}


class TestImgaugStudio(NodeConformance):
    node = ImgaugStudio
    settings = (
        {"pipeline": [], "shuffle": True, "classes_to_convert": {}},
        {
            "pipeline": [
                entry("Add", "arithmetic", 0.5, value=[5, 25], per_channel=True),
                entry("GaussianBlur", "blur", None, sigma=1),
            ],
            "shuffle": False,
            "classes_to_convert": {"patch": "patch_mask"},
        },
        {
            "pipeline": [
                entry("Affine", "geometric", None, rotate=[-30, 30], scale={"x": [0.5, 2]}),
                entry("Fliplr", "flip", None, p=0.5),
                entry("CropAndPad", "size", 0.5, percent=[-0.2, 0.2], keep_size=False),
                entry("ElasticTransformation", "geometric", 0.5, alpha=20, sigma=2),
                entry("Rot90", "geometric", 0.5, k=[0, 3], keep_size=False),
                entry("SaltAndPepper", "arithmetic", 0.5, p=0.1),
            ],
            "shuffle": True,
            "classes_to_convert": {},
        },
    )
