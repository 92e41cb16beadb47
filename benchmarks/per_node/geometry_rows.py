"""Nodes that move pixels and objects, beside albumentations and OpenCV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

from benchmarks.per_node.course import in_one_block
from benchmarks.per_node.pixel_calls import made_pipeline
from benchmarks.per_node.rows import Build, Call, GeometryRow, Json
from benchmarks.per_node.scene import Scene

DEGREES = 10
WINDOW, OVERLAP = 512, 64
PAD_PX = 10
SIDES = ("left", "top", "right", "bottom")

Steps = Callable[[Scene], list[Json]]
"""Steps of a pipeline of albumentations for one scene."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge in pixels."""


def with_masks(steps: Steps) -> Build:
    """Return calls of a pipeline on the photograph and its eight masks."""

    def build(scene: Scene) -> Call:
        pipeline = made_pipeline(steps(scene))

        def call() -> object:
            made = pipeline(image=scene.pixels, masks=scene.full_masks)
            return [in_one_block(each) for each in (made["image"], *made["masks"])]

        return call

    return build


def alone(steps: Steps) -> Build:
    """Return calls of a pipeline on the photograph."""

    def build(scene: Scene) -> Call:
        pipeline = made_pipeline(steps(scene))
        return lambda: in_one_block(pipeline(image=scene.pixels)["image"])

    return build


def step(name: str, **arguments: Any) -> Steps:
    """Return a pipeline of one transform that does not depend on the scene."""
    return lambda _: [{"name": name, "p": 1.0, **arguments}]


def fixed(settings: Json) -> Callable[[Scene], Json]:
    """Return settings that do not depend on the scene."""
    return lambda _: settings


def opencv(function: Callable[[Scene], object]) -> Build:
    """Return calls of a function of the scene."""
    return lambda scene: lambda: in_one_block(function(scene))


def _margins(scene: Scene) -> Box:
    dx, dy = scene.px(150), scene.px(100)
    return dx, dy, scene.size.width - dx, scene.size.height - dy


def _crop_settings(scene: Scene) -> Json:
    dx, dy = _margins(scene)[:2]
    return {"sides": {"left": f"{dx}px", "right": f"{dx}px", "top": f"{dy}px", "bottom": f"{dy}px"}}


def _crop_step(box: Box) -> Json:
    edges = zip(("x_min", "y_min", "x_max", "y_max"), box, strict=True)
    return {"name": "Crop", "p": 1.0, **dict(edges)}


def _part(scene: Scene, box: Box) -> Any:
    left, top, right, bottom = box
    return scene.pixels[top:bottom, left:right]


def _half(scene: Scene) -> tuple[int, int]:
    return scene.size.width // 2, scene.size.height // 2


def _turned(scene: Scene) -> object:
    width, height = scene.size
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), DEGREES, 1)
    return cv2.warpAffine(scene.pixels, matrix, (width, height), flags=cv2.INTER_LANCZOS4)


def _seen_aslant(scene: Scene) -> object:
    width, height = scene.size
    old = np.array(((20, 10), (width - 30, 0), (width, height - 20), (0, height)), np.float32)
    new = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    return cv2.warpPerspective(scene.pixels, cv2.getPerspectiveTransform(old, new), (width, height))


def _bent(scene: Scene) -> object:
    rows, columns = np.indices(scene.pixels.shape[:2], np.float32)
    rng = np.random.default_rng(1)
    for start in (rows, columns):
        field = rng.random(start.shape, np.float32) * 2 - 1
        start += 25 * cv2.GaussianBlur(field, (0, 0), 5)
    return cv2.remap(scene.pixels, columns, rows, cv2.INTER_LINEAR)


def _tiles(scene: Scene) -> Iterator[Box]:
    width, height = scene.size
    side, overlap = scene.px(WINDOW), scene.px(OVERLAP)
    for row in range(-(-(height - overlap) // (side - overlap))):
        for column in range(-(-(width - overlap) // (side - overlap))):
            left = min(column * (side - overlap), width - side)
            top = min(row * (side - overlap), height - side)
            yield left, top, left + side, top + side


def _window_settings(scene: Scene) -> Json:
    side, overlap = scene.px(WINDOW), scene.px(OVERLAP)
    return {
        "window": {"width": side, "height": side},
        "min_overlap": {"x": overlap, "y": overlap},
    }


def _around_objects(scene: Scene) -> Iterator[Box]:
    for instance in scene.masks:
        (left, top, right, bottom), pad = map(int, instance.shape.bbox), scene.px(PAD_PX)
        yield left - pad, top - pad, right + pad, bottom + pad


def _each_box(boxes: Callable[[Scene], Iterator[Box]], *, one_mask: bool) -> Build:
    """Return calls that cut out all boxes through albumentations, with all masks or their own."""

    def build(scene: Scene) -> Call:
        crops = [made_pipeline([_crop_step(box)]) for box in boxes(scene)]

        def call() -> object:
            cut = []
            for number, crop in enumerate(crops):
                masks = scene.full_masks[number : number + 1] if one_mask else scene.full_masks
                made = crop(image=scene.pixels, masks=masks)
                cut.append([in_one_block(each) for each in (made["image"], *made["masks"])])
            return cut

        return call

    return build


def _each_part(boxes: Callable[[Scene], Iterator[Box]]) -> Build:
    """Return calls that cut out all boxes as slices."""

    def build(scene: Scene) -> Call:
        found = list(boxes(scene))
        return lambda: [in_one_block(_part(scene, box)) for box in found]

    return build


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
        with_masks(lambda scene: [_crop_step(_margins(scene))]),
        opencv(lambda scene: _part(scene, _margins(scene))),
        "A.Crop; a copied slice",
    ),
    GeometryRow(
        "elastic_transformation",
        "",
        fixed({"alpha": {"min": 25, "max": 25}, "sigma": {"min": 5, "max": 5}}),
        with_masks(BEND),
        opencv(_bent),
        "A.ElasticTransform; GaussianBlur, remap",
    ),
    _flip("vertical", "HorizontalFlip", 1),
    _flip("horizontal", "VerticalFlip", 0),
    GeometryRow(
        "instances_crop",
        "8 images",
        lambda scene: {
            "classes": ["blob"],
            "pad": {"sides": dict.fromkeys(SIDES, f"{scene.px(PAD_PX)}px")},
        },
        _each_box(_around_objects, one_mask=True),
        None,
        "A.Crop for each",
        needs_objects=True,
    ),
    GeometryRow(
        "perspective_transform",
        "",
        fixed({"scale": {"min": 0.05, "max": 0.05}, "size_box": {"keep": True, "fit": False}}),
        with_masks(ASLANT),
        opencv(_seen_aslant),
        "A.Perspective; warpPerspective",
    ),
    GeometryRow(
        "resize",
        "to one half",
        lambda scene: {
            "width": _half(scene)[0],
            "height": _half(scene)[1],
            "aspect_ratio": {"keep": False},
        },
        with_masks(
            lambda scene: [{"name": "Resize", "height": _half(scene)[1], "width": _half(scene)[0]}]
        ),
        opencv(lambda scene: cv2.resize(scene.pixels, _half(scene))),
        "A.Resize; resize",
    ),
    _rotate(10, "10 degrees", "preserve_size", LANCZOS, opencv(_turned), "A.Rotate; warpAffine"),
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
        _each_box(_tiles, one_mask=False),
        _each_part(_tiles),
        "A.Crop for each; copied slices",
    ),
)
