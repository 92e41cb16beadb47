"""Nodes that move pixels and objects, beside albumentations and OpenCV."""

from __future__ import annotations

from collections.abc import Callable

import cv2

from benchmarks.per_node.geometry_calls import (
    DEGREES,
    OVERLAP,
    PAD_PX,
    SIDES,
    WINDOW,
    Steps,
    alone,
    around_objects,
    bent,
    crop_step,
    each_box,
    each_part,
    half_size,
    margins,
    opencv,
    part,
    seen_aslant,
    step,
    tiles,
    turned,
    with_masks,
)
from benchmarks.per_node.rows import Build, GeometryRow, Json
from benchmarks.per_node.scene import Scene


def fixed(settings: Json) -> Callable[[Scene], Json]:
    """Return settings that do not depend on the scene."""
    return lambda _: settings


def _crop_settings(scene: Scene) -> Json:
    dx, dy = margins(scene)[:2]
    return {"sides": {"left": f"{dx}px", "right": f"{dx}px", "top": f"{dy}px", "bottom": f"{dy}px"}}


def _window_settings(scene: Scene) -> Json:
    side, overlap = scene.px(WINDOW), scene.px(OVERLAP)
    return {
        "window": {"width": side, "height": side},
        "min_overlap": {"x": overlap, "y": overlap},
    }


def _half_sides(scene: Scene) -> Json:
    width, height = half_size(scene)
    return {"width": width, "height": height}


def _flip(axis: str, name: str, code: int) -> GeometryRow:
    direct = opencv(lambda scene: cv2.flip(scene.pixels, code))
    return GeometryRow(
        "flip", axis, fixed({"axis": axis}), with_masks(step(name)), direct, f"A.{name}; flip"
    )


def _rotate(
    degrees: float, variant: str, mode: str, steps: Steps, image: Build, call: str
) -> GeometryRow:
    angles = {"min_degrees": degrees, "max_degrees": degrees}
    settings = fixed({"rotate_angles": angles, "black_regions": {"mode": mode}})
    return GeometryRow("rotate", variant, settings, with_masks(steps), image, call)


def _augment(variant: str, *steps: Json) -> GeometryRow:
    def made(_: Scene) -> list[Json]:
        return list(steps)

    settings = fixed({"transform": {"name": "Compose", "transforms": steps}})
    return GeometryRow("augment", variant, settings, with_masks(made), alone(made), "the same")


MIRROR = {"name": "HorizontalFlip", "p": 1.0}
AFFINE = {"name": "Affine", "p": 1.0, "rotate": [DEGREES, DEGREES], "scale": [1.1, 1.1]}
BENT = {"name": "GridDistortion", "p": 1.0}
LANCZOS = step("Rotate", limit=(DEGREES, DEGREES), interpolation=cv2.INTER_LANCZOS4)
ASLANT = step("Perspective", scale=(0.05, 0.05))
BEND = step("ElasticTransform", alpha=25, sigma=5)

GEOMETRY_ROWS = (
    _augment("mirror", MIRROR),
    _augment("mirror, affine", MIRROR, AFFINE),
    _augment("grid distortion", BENT),
    GeometryRow(
        "crop",
        "sides",
        _crop_settings,
        with_masks(lambda scene: [crop_step(margins(scene))]),
        opencv(lambda scene: part(scene, margins(scene))),
        "A.Crop; a copied slice",
    ),
    GeometryRow(
        "elastic_transformation",
        "",
        fixed({"alpha": {"min": 25, "max": 25}, "sigma": {"min": 5, "max": 5}}),
        with_masks(BEND),
        opencv(bent),
        "A.ElasticTransform; GaussianBlur, remap",
    ),
    _flip("vertical", "HorizontalFlip", 1),
    _flip("horizontal", "VerticalFlip", 0),
    GeometryRow(
        "imgaug_studio",
        "Rotate",
        fixed(
            {
                "shuffle": False,
                "classes_to_convert": {},
                "pipeline": [
                    {"category": "geometric", "name": "Rotate", "params": {"rotate": DEGREES}}
                ],
            }
        ),
        with_masks(step("Rotate", limit=(DEGREES, DEGREES))),
        opencv(lambda scene: turned(scene, cv2.INTER_LINEAR)),
        "A.Rotate; warpAffine",
    ),
    GeometryRow(
        "instances_crop",
        "8 images",
        lambda scene: {
            "classes": ["blob"],
            "pad": {"sides": dict.fromkeys(SIDES, f"{scene.px(PAD_PX)}px")},
        },
        each_box(around_objects, one_mask=True),
        None,
        "A.Crop for each",
        needs_objects=True,
    ),
    GeometryRow(
        "perspective_transform",
        "",
        fixed({"scale": {"min": 0.05, "max": 0.05}, "size_box": {"keep": True, "fit": False}}),
        with_masks(ASLANT),
        opencv(seen_aslant),
        "A.Perspective; warpPerspective",
    ),
    GeometryRow(
        "resize",
        "to one half",
        lambda scene: {**_half_sides(scene), "aspect_ratio": {"keep": False}},
        with_masks(lambda scene: [{"name": "Resize", "p": 1.0, **_half_sides(scene)}]),
        opencv(lambda scene: cv2.resize(scene.pixels, half_size(scene))),
        "A.Resize; resize",
    ),
    _rotate(10, "10 degrees", "preserve_size", LANCZOS, opencv(turned), "A.Rotate; warpAffine"),
    _rotate(
        90,
        "90 degrees",
        "keep",
        step("Transpose"),
        opencv(lambda scene: cv2.rotate(scene.pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)),
        "A.Transpose; rotate",
    ),
    GeometryRow(
        "sliding_window",
        "512 x 512",
        _window_settings,
        each_box(tiles, one_mask=False),
        each_part(tiles),
        "A.Crop for each; copied slices",
    ),
)
