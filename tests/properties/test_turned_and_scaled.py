"""Turning and scaling: painting objects and moving the picture may be done in either order.

Masks under whole factors agree bit by bit. Elsewhere a picture that was painted before it was moved
is coarser, so the two may differ along the border:

- areas: only in pixels whose centre lies, mapped back, within ``sqrt(1/2)`` pixels of the border,
  the furthest that a place can be from the centre of its pixel;
- lines and points: every pixel painted before lies, mapped back, within ``sqrt(2)`` pixels of the
  shape, every pixel painted after within ``sqrt(1/2)`` pixels of the new image.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dtl_engine.model.affine import Affine
from dtl_engine.model.annotation import Instance
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Painted,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)
from dtl_engine.testing import assert_same_sample, make_sample
from dtl_nodes.resize import Resize
from dtl_nodes.resize_annotation import ResizeAnnotation
from dtl_nodes.restore_annotation_scale import RestoreAnnotationScale
from dtl_nodes.rotate import Rotate
from dtl_nodes.settings.scaling import ScalingSettings
from tests.fixtures.nodes import run
from tests.properties.geometric import to, turning
from tests.properties.test_nodes import painted, samples
from tests.properties.test_shapes import SHAPES, SIZES, masks, union

NOISE = 1e-5
SIDES = st.integers(1, 60)
ANGLES = st.floats(-360, 360, allow_subnormal=False)
MODES = st.sampled_from(("keep", "crop", "preserve_size"))
SCALINGS = st.one_of(
    st.builds(partial(to, keep=False), SIDES, SIDES),
    st.builds(partial(to, keep=True), SIDES, SIDES),
    st.builds(partial(to, keep=True), SIDES, st.just(-1)),
    st.builds(partial(to, keep=True), st.just(-1), SIDES),
)
WHOLE_BOXES = st.tuples(*[st.integers(0, 24)] * 4).map(
    lambda box: Rectangle.from_corners([box[:2], box[2:]])
)


@given(st.one_of(masks(), WHOLE_BOXES), SIZES, st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_whole_factors_repeat_pixels(shape: Shape, size: Size, across: int, down: int) -> None:
    sample = make_sample(*size, [Instance("thing", shape)])
    chosen = to(size.width * across, size.height * down, keep=False)
    (result,) = run(Resize, chosen, sample)
    expected = np.kron(painted(sample, "thing"), np.ones((down, across), bool))
    assert (painted(result, "thing") == expected).all()


@given(masks(), SIZES, SCALINGS)
@settings(max_examples=200, deadline=None)
def test_masks_take_the_nearest_pixel(mask: Mask, size: Size, chosen: dict[str, Any]) -> None:
    sample = make_sample(*size, [Instance("thing", piece) for piece in mask.normalize(size)])
    (result,) = run(Resize, chosen, sample)
    affine = ScalingSettings(**chosen).affine(size).of_masks
    left, top, right, bottom = map(round, affine.bbox(Rectangle(0, 0, *size).bbox))
    columns, rows = (
        (np.arange(new) * 2 + 1) * old // (2 * new)
        for new, old in ((right - left, size.width), (bottom - top, size.height))
    )
    expected = np.zeros(affine.target[::-1], bool)
    expected[top:bottom, left:right] = painted(sample, "thing")[np.ix_(rows, columns)]
    assert (painted(result, "thing") == expected).all()


def outline(shape: Shape) -> Any:
    """Return the border of an area, or the shape itself, as shapely geometry."""
    match shape:
        case Rectangle():
            return shapely.box(*shape.bbox).exterior
        case Polygon():
            closed = [np.concatenate((ring, ring[:1])) for ring in shape.rings]
            return shapely.MultiLineString(closed)
        case Polyline():
            return shapely.LineString(shape.points)
        case Point():
            return shapely.Point(shape.x, shape.y)
        case Keypoints():
            return shapely.MultiPoint([(node.x, node.y) for node in shape.nodes])
    raise AssertionError(shape)


def distances(shape: Shape, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far places, (N, 2), are from the border or from the shape itself: (N,)."""
    found: NDArray[np.float64] = shapely.distance(outline(shape), shapely.points(places))
    return found


def centres(size: Size) -> NDArray[np.float64]:
    rows, columns = np.indices((size.height, size.width)).reshape(2, -1) + 0.5
    return np.stack((columns, rows), axis=1)


def assert_agree(shape: Shape, made: tuple[Shape, ...], size: Size, affine: Affine) -> None:
    """Fail unless painting ``shape`` and then mapping the picture is near painting ``made``."""
    places = affine.inverse.points(centres(affine.target))
    inside = ((places >= 0) & (places < size)).all(axis=1)
    columns, rows = np.floor(places[inside]).astype(int).T
    before: Painted = shape.paint(size)[rows, columns]
    after: Painted = union(made, affine.target).ravel()[inside]
    places = places[inside]
    match shape:
        case Mask():
            sharp = (np.abs(places - np.round(places)) > NOISE).all(axis=1)
            assert (before == after)[sharp].all()
        case Rectangle() if not affine.is_upright:
            lost = places[before & ~after]
            assert (distances(shape, lost) <= math.sqrt(0.5) + NOISE).all()
        case Rectangle() | Polygon():
            differ = places[before != after]
            assert (distances(shape, differ) <= math.sqrt(0.5) + NOISE).all()
        case _:
            a, b, d, e = affine.matrix[:, :2].ravel()
            shortest = min(math.hypot(a, d), math.hypot(b, e))
            assert (distances(shape, places[before]) <= math.sqrt(2) + NOISE).all()
            assert (distances(shape, places[after]) <= math.sqrt(0.5) / shortest + NOISE).all()


@given(SHAPES, SIZES, ANGLES, MODES)
@settings(max_examples=400, deadline=None)
def test_turning_keeps_objects_on_their_pixels(
    shape: Shape, size: Size, degrees: float, mode: str
) -> None:
    sample = make_sample(*size, [Instance("thing", shape)])
    for result in run(Rotate, turning(degrees, mode), sample):
        affine = Affine.rotation(size, degrees)
        if mode != "keep":
            # All windows lie in the middle of the canvas, down to whole pixels.
            canvas = affine.target
            left = (canvas.width - result.size.width) / 2
            top = (canvas.height - result.size.height) / 2
            corner = [math.ceil(left), math.ceil(top)]
            if mode == "crop":
                corner = [math.floor(left), math.floor(top)]
            window = Window(*corner, corner[0] + result.size.width, corner[1] + result.size.height)
            affine = affine.then(Affine.cutting(canvas, window))
        made = tuple(instance.shape for instance in result.instances)
        assert_agree(shape, made, size, affine)


@given(SHAPES, SIZES, SCALINGS)
@settings(max_examples=400, deadline=None)
def test_scaling_keeps_objects_on_their_pixels(
    shape: Shape, size: Size, chosen: dict[str, Any]
) -> None:
    (result,) = run(Resize, chosen, make_sample(*size, [Instance("thing", shape)]))
    affine = ScalingSettings(**chosen).affine(size)
    used = affine.of_masks if isinstance(shape, Mask) else affine
    assert_agree(shape, tuple(instance.shape for instance in result.instances), size, used)


@given(SIZES, SCALINGS)
@settings(max_examples=300, deadline=None)
def test_image_and_points_are_half_a_pixel_from_masks_at_most(
    size: Size, chosen: dict[str, Any]
) -> None:
    affine = ScalingSettings(**chosen).affine(size)
    corner, other = affine.point(*size), affine.of_masks.point(*size)
    assert affine.point(0, 0) == affine.of_masks.point(0, 0)
    vanishing = min(abs(corner[axis] - affine.point(0, 0)[axis]) for axis in (0, 1)) < 0.5
    limit = 1 if vanishing else 0.5
    assert all(abs(one - two) <= limit for one, two in zip(corner, other, strict=True))


@given(SHAPES, SIZES, SCALINGS)
@settings(max_examples=300, deadline=None)
def test_scaling_is_undone_by_its_inverse(shape: Shape, size: Size, chosen: dict[str, Any]) -> None:
    affine = ScalingSettings(**chosen).affine(size)
    for scaled in shape.transform(affine):
        for back in scaled.transform(affine.inverse):
            if not isinstance(shape, Mask):
                assert back.bbox == pytest.approx(shape.bbox, abs=1e-9)
                assert outline(back).equals_exact(outline(shape), 1e-9)


@given(masks(), SIZES, st.integers(1, 4), st.integers(1, 4))
@settings(deadline=None)
def test_enlarged_masks_return(mask: Mask, size: Size, across: int, down: int) -> None:
    larger = Size(size.width * across + across // 2, size.height * down + down // 2)
    affine = Affine.scaling(size, larger)
    (scaled,) = mask.transform(affine)
    assert scaled.transform(affine.inverse) == (mask,)


@given(samples(), SCALINGS)
@settings(max_examples=200, deadline=None)
def test_brackets_return_what_nothing_changed(sample: Sample, chosen: dict[str, Any]) -> None:
    (scaled,) = run(ResizeAnnotation, chosen, sample)
    (back,) = run(RestoreAnnotationScale, {}, scaled)
    kept = iter(sample.instances)
    assert all(instance in kept for instance in back.instances), "masks may vanish, no more"
    if len(back.instances) == len(sample.instances):
        assert_same_sample(back, sample)
    assert_same_sample(scaled.to_save(), back)
