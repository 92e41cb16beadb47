from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.image import Image
from dtl_engine.node.draws import Draws
from dtl_engine.sdk import (
    LabelSpec,
    Mask,
    Pixels,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Sample,
    Schema,
    Shape,
    ShapeKind,
)
from dtl_engine.testing import make_sample, run_node
from dtl_nodes.anonymize import Anonymize
from tests.fixtures.nodes import make, refuses

SCHEMA = Schema(
    (
        LabelSpec("plate", "any", "#102030"),
        LabelSpec("face", ShapeKind.RECTANGLE, "#F0a"),
        LabelSpec("tree", ShapeKind.POLYGON, "#00FF00"),
    )
)
RED = {"classes": ["plate"], "type": "color", "color": [255, 0, 0]}
BLUR = {"classes": ["plate"], "type": "blur"}


def anonymized(settings: Any, sample: Sample) -> Pixels:
    draws = Draws(0, "node", sample)
    ((_, result),) = run_node(make(Anonymize, settings), sample, draws, SCHEMA, Path()).results
    assert result.annotation is sample.annotation
    return result.image.pixels()


def scene(*objects: tuple[str, Shape], size: tuple[int, int] = (12, 10)) -> Sample:
    return make_sample(*size, [Instance(label, shape) for label, shape in objects])


def where_changed(settings: Any, sample: Sample) -> list[str]:
    changed = (anonymized(settings, sample) != sample.image.pixels()).any(axis=2)
    return ["".join(".#"[pixel] for pixel in row) for row in changed.astype(int).tolist()]


def test_objects_are_painted_as_they_are_drawn() -> None:
    hole = [(3, 3), (5, 3), (5, 5), (3, 5)]
    ring = Polygon([(1, 1), (6, 1), (6, 6), (1, 6)], [hole])
    blob = Mask.tight(np.array([[1, 0], [1, 1]], bool), 10, 8)
    assert blob is not None
    sample = scene(
        ("plate", ring),
        ("plate", Rectangle(8, 0, 9, 1)),
        ("plate", Polyline([(0, 8), (3, 8)])),
        ("plate", Point(5, 8)),
        ("plate", blob),
        ("tree", Polygon([(8, 3), (11, 3), (11, 6)])),
        ("plate", Rectangle(20, 20, 30, 30)),
    )
    assert where_changed(RED, sample) == [
        "........##..",
        ".######.##..",
        ".######.....",
        ".######.....",
        ".###.##.....",
        ".######.....",
        ".######.....",
        "............",
        "####.#....#.",
        "..........##",
    ]


def test_colors() -> None:
    sample = scene(("plate", Rectangle(0, 0, 3, 3)), ("face", Rectangle(2, 2, 5, 5)))
    red = anonymized({**RED, "classes": ["plate", "face"]}, sample)
    assert red[0, 0].tolist() == red[5, 5].tolist() == [255, 0, 0]
    own = anonymized({"classes": ["face", "plate"], "type": "class_color"}, sample)
    assert own[0, 0].tolist() == [0x10, 0x20, 0x30]
    assert own[5, 5].tolist() == [255, 0, 170]
    assert own[3, 3].tolist() == [255, 0, 170], "the object on top is painted last"


@pytest.mark.parametrize("size", [(700, 500), (90, 60), (1, 1)])
def test_blur_shows_the_whole_image_blurred(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    cv2.circle(pixels, (size[0] // 2, size[1] // 3), size[1] // 4, (255, 255, 255), -1)
    image = Image.from_pixels(pixels)
    far, near = Rectangle(size[0] - 40, 30, size[0] + 9, 80), Rectangle(size[0] - 60, 0, 900, 2)
    sample = scene(("plate", far), ("plate", near), size=size).replace(image=image)
    real = pixels.astype(np.float32)
    whole = cv2.GaussianBlur(real, (401, 401), 50, borderType=cv2.BORDER_REFLECT_101)
    covered = anonymized({**RED, "color": [1, 2, 3]}, sample)
    under = (covered == (1, 2, 3)).all(axis=2)
    hidden = anonymized(BLUR, sample)
    assert (hidden[~under] == pixels[~under]).all()
    assert np.abs(hidden[under] - whole[under]).max() < 1


def test_images_without_such_an_object_are_not_touched() -> None:
    sample = scene(("tree", Polygon([(0, 0), (4, 0), (0, 4)])))
    for settings in (RED, BLUR, {"classes": ["plate", "no such"], "type": "class_color"}):
        draws = Draws(0, "node", sample)
        ((_, result),) = run_node(make(Anonymize, settings), sample, draws, SCHEMA, Path()).results
        assert result is sample


def test_objects_outside_the_image_change_nothing() -> None:
    sample = scene(("plate", Rectangle(-9, -9, -2, -2)))
    for settings in (RED, BLUR):
        assert (anonymized(settings, sample) == sample.image.pixels()).all()


def test_classes_need_not_exist() -> None:
    node = make(Anonymize, {"classes": ["plate", "sign"], "type": "blur"})
    assert node.mentioned_labels(node.settings) == {("classes", 0): "plate", ("classes", 1): "sign"}
    assert not node.is_random(node.settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"classes": ["plate"], "type": "color"}, ("needs the setting 'color'",)),
     ({**RED, "color": [0, 0]}, ()), ({**RED, "color": [0, 0, 256]}, ()),
     ({**RED, "color": "#FF0000"}, ()), ({**RED, "type": "pixelate"}, ("class_color",)),
     ({"type": "blur"}, ("classes",)), ({"classes": "plate", "type": "blur"}, ()),
     ({"classes": [""], "type": "blur"}, ())],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], words: tuple[str, ...]) -> None:
    refuses(Anonymize, settings, *words)
