from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import ImageError
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Keypoints, Mask, Node, Point, Polygon, Polyline, Rectangle
from dtl_engine.node.count import Count
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample
from dtl_nodes.rotate import Rotate
from tests.fixtures.nodes import make, refuses, run, shapes_of, size_of, with_shapes


def by(low: float, high: float | None = None, mode: str = "keep") -> dict[str, Any]:
    angles = {"min_degrees": low, "max_degrees": low if high is None else high}
    return {"rotate_angles": angles, "black_regions": {"mode": mode}}


def turned(sample: Sample, degrees: float, mode: str = "keep") -> Sample:
    (result,) = run(Rotate, by(degrees, mode=mode), sample)
    return result


def white(width: int, height: int) -> Sample:
    pixels = np.full((height, width, 3), 255, np.uint8)
    return make_sample(width, height).replace(image=Image.from_pixels(pixels))


@pytest.mark.parametrize("mode", ["keep", "crop"])
@pytest.mark.parametrize("quarters", range(-4, 5))
def test_quarter_turns_turn_the_pixels(quarters: int, mode: str) -> None:
    for sample in conformance_samples():
        result = turned(sample, 90 * quarters, mode)
        assert result.size == result.image.size
        pixels = np.rot90(sample.image.pixels(), quarters)
        assert (result.image.pixels() == pixels).all()


@pytest.mark.parametrize("mode", ["keep", "crop", "preserve_size"])
def test_full_turns_are_identity(mode: str) -> None:
    for sample in conformance_samples():
        assert_same_sample(turned(sample, 360, mode), sample)


def test_objects_of_a_quarter_turn() -> None:
    mask = Mask.tight(np.array([[1, 1, 0], [0, 1, 1]], bool), 0, 0)
    assert mask is not None
    hand = Keypoints((Node("w", 1, 2), Node("t", 3, 4)))
    sample = with_shapes(
        (10, 8), Point(1, 1), Rectangle(1, 1, 4, 3), Polyline([(0, 0), (10, 8)]), hand, mask
    )
    result = turned(sample, 90)
    assert size_of(result) == (Size(8, 10), Size(8, 10))
    assert shapes_of(result) == [
        Point(1, 9),
        Rectangle(1, 6, 3, 9),
        Polyline([(0, 10), (8, 0)]),
        Keypoints((Node("w", 2, 9), Node("t", 4, 7))),
        Mask.tight(np.array([[0, 1], [1, 1], [1, 0]], bool), 0, 7),
    ]


def test_objects_of_30_degrees() -> None:
    result = turned(with_shapes((10, 8), Point(5, 4), Rectangle(1, 1, 4, 3)), 30)
    assert size_of(result) == (Size(13, 12), Size(13, 12))
    point, box = shapes_of(result)
    assert point == Point(6.5, 6)
    assert box.bbox == pytest.approx((1.536, 3.902, 5.134, 7.134), abs=1e-3)


@pytest.mark.parametrize(
    ("size", "degrees", "canvas"),
    [((100, 60), 30, (117, 102)), ((100, 60), 45, (114, 114)), ((200, 50), 5, (204, 68)),
     ((10, 8), 180, (10, 8)), ((1, 1), 45, (2, 2)), ((1, 1), 30, (2, 2))],
)  # fmt: skip
def test_keep_holds_all_and_clips_nothing(
    size: tuple[int, int], degrees: float, canvas: tuple[int, int]
) -> None:
    result = turned(with_shapes(size, Rectangle(-5, 0, *size)), degrees)
    assert size_of(result) == (Size(*canvas), Size(*canvas))
    assert len(shapes_of(result)) == 1


def test_keep_leaves_objects_outside() -> None:
    assert shapes_of(turned(with_shapes((10, 8), Rectangle(-5, 0, 2, 2)), 90)) == [
        Rectangle(0, 8, 2, 15)
    ]


@pytest.mark.parametrize(
    ("size", "degrees", "inner"),
    [((100, 60), 30, (60, 34)), ((200, 50), 5, (197, 32)), ((60, 100), 30, (34, 60)),
     ((100, 60), 150, (60, 34)), ((100, 60), -30, (60, 34)), ((64, 64), 45, (45, 45))],
)  # fmt: skip
def test_crop_takes_the_largest_inner_window(
    size: tuple[int, int], degrees: float, inner: tuple[int, int]
) -> None:
    result = turned(white(*size), degrees, "crop")
    assert result.size == result.image.size
    for found, exact in zip(result.size, inner, strict=True):
        assert exact <= found <= exact + 1, "borders are cut to whole pixels"
    assert (result.image.pixels() == 255).all(), "nothing is black"


def test_crop_clips_and_shifts() -> None:
    sample = with_shapes((100, 60), Rectangle(0, 0, 100, 60), Point(50, 30), Point(0, 0))
    result = turned(sample, 30, "crop")
    box, middle = shapes_of(result)
    assert box == Rectangle(0, 0, *result.size)
    assert isinstance(middle, Point)
    assert (middle.x, middle.y) == pytest.approx(
        (result.size.width / 2, result.size.height / 2), abs=1
    )


def test_crop_may_leave_nothing() -> None:
    results = [run(Rotate, by(angle, mode="crop"), make_sample(1, 40)) for angle in range(1, 90)]
    assert [] in results


def test_preserve_size_at_a_quarter_turn() -> None:
    full = Polygon([(0, 0), (10, 0), (10, 8), (0, 8)])
    result = turned(with_shapes((10, 8), full), 90, "preserve_size")
    assert size_of(result) == (Size(10, 8), Size(10, 8))
    (polygon,) = shapes_of(result)
    assert polygon.bbox == (1, 0, 9, 8)
    pixels = np.rot90(make_sample(10, 8).image.pixels())
    assert (result.image.pixels()[:, 1:9] == pixels[1:9]).all()
    assert not result.image.pixels()[:, [0, 9]].any()


def test_preserve_size_cuts_the_middle_out() -> None:
    sample = with_shapes((40, 30), Point(20, 15), Rectangle(0, 0, 40, 30), Point(0, 0))
    result = turned(sample, -12, "preserve_size")
    assert size_of(result) == (Size(40, 30), Size(40, 30))
    middle, box = shapes_of(result)
    assert isinstance(middle, Point)
    assert (middle.x, middle.y) == pytest.approx((20, 15), abs=0.5)
    assert box == Rectangle(0, 0, 40, 30)


def test_pixels_turn_with_the_objects() -> None:
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[10:20, 50:62] = 255
    mask = Mask.tight(pixels[:, :, 0], 0, 0)
    assert mask is not None
    sample = with_shapes((80, 60), mask).replace(image=Image.from_pixels(pixels))
    for degrees in (7, 33.3, 45, 130, -77):
        for mode in ("keep", "preserve_size", "crop"):
            result = turned(sample, degrees, mode)
            bright = result.image.pixels()[:, :, 0] >= 128
            drawn = np.zeros_like(bright)
            for shape in shapes_of(result):
                drawn |= shape.paint(result.size)
            # Interpolated and nearest pixels may differ along the border, nowhere else.
            assert np.count_nonzero(bright != drawn) <= 12, (degrees, mode)


def test_angles_span_the_range() -> None:
    sample = with_shapes((100, 100), Point(100, 50))
    angles = []
    for seed in range(200):
        (result,) = run(Rotate, by(10, 40), sample, seed=seed)
        (point,) = shapes_of(result)
        assert isinstance(point, Point)
        middle_x, middle_y = result.size.width / 2, result.size.height / 2
        angles.append(np.degrees(np.arctan2(middle_y - point.y, point.x - middle_x)))
    assert min(angles) == pytest.approx(10, abs=1)
    assert max(angles) == pytest.approx(40, abs=1)
    assert 10 <= min(angles) <= max(angles) <= 40


def test_image_is_not_decoded_before_it_is_needed() -> None:
    missing = Image.open("nowhere.png", Size(10, 8))
    assert turned(make_sample(10, 8).replace(image=missing), 90).image.size == Size(8, 10)


def test_giant_images_are_refused() -> None:
    missing = Image.open("nowhere.png", Size(40_000, 1))
    sample = make_sample(40_000, 1).replace(image=missing)
    with pytest.raises(ImageError, match="at most 32766 pixels, one here has 40000"):
        turned(sample, 30)


@pytest.mark.parametrize(
    ("settings", "counts"),
    [(by(0, 90), (3, 3)), (by(0, 90, "preserve_size"), (3, 3)), (by(0, 90, "crop"), (0, 3)),
     (by(90, 90, "crop"), (3, 3)), (by(30, 30, "crop"), (0, 3))],
)  # fmt: skip
def test_counts(settings: dict[str, Any], counts: tuple[int, int]) -> None:
    node = make(Rotate, settings)
    (count,) = node.infer_counts(node.settings, Count(3))
    assert (count.low, count.high) == counts


@pytest.mark.parametrize(
    ("settings", "words"),
    [(by(3, 2), "min_degrees 3 is above max_degrees 2"), (by(0, mode="fill"), "'keep'"),
     ({"rotate_angles": {"min_degrees": 0, "max_degrees": 1}}, "black_regions"),
     (by(0) | {"rotate_angles": {"min_degrees": 0}}, "max_degrees"), (by(0, 1e9), "360000"),
     (by(0) | {"angle": 3}, "angle")],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], words: str) -> None:
    refuses(Rotate, settings, words)
