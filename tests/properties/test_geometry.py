"""Geometric nodes: painting objects and moving the picture may be done in either order.

Quarter turns, windows of whole pixels and masks under whole factors agree bit by bit. Elsewhere a
picture that was painted before it was moved is coarser, so the two may differ along the border:

- areas: only in pixels whose centre lies, mapped back, within ``sqrt(1/2)`` pixels of the border,
  the furthest that a place can be from the centre of its pixel;
- lines and points: every pixel painted before lies, mapped back, within ``sqrt(2)`` pixels of the
  shape, every pixel painted after within ``sqrt(1/2)`` pixels of the new image.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise
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
    ShapeKind,
)
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample
from dtl_nodes.crop import Crop
from dtl_nodes.crop_annotation import CropAnnotation
from dtl_nodes.flip import Flip
from dtl_nodes.instances_crop import InstancesCrop
from dtl_nodes.resize import Resize
from dtl_nodes.resize_annotation import ResizeAnnotation
from dtl_nodes.restore_annotation_scale import RestoreAnnotationScale
from dtl_nodes.rotate import Rotate
from dtl_nodes.settings.scaling import ScalingSettings
from dtl_nodes.sliding_window import SlidingWindow
from tests.fixtures.nodes import NodeClass, run
from tests.properties.test_nodes import assert_moves_alike, cut_out, painted, samples
from tests.properties.test_shapes import SHAPES, SIZES, masks, union

LABELS = tuple(f"a {kind}" for kind in ShapeKind)
NOISE = 1e-5
SIDES = st.integers(1, 60)
ANGLES = st.floats(-360, 360, allow_subnormal=False)
MODES = st.sampled_from(("keep", "crop", "preserve_size"))


def to(width: int, height: int, *, keep: bool) -> dict[str, Any]:
    return {"width": width, "height": height, "aspect_ratio": {"keep": keep}}


SCALINGS = st.one_of(
    st.builds(partial(to, keep=False), SIDES, SIDES),
    st.builds(partial(to, keep=True), SIDES, SIDES),
    st.builds(partial(to, keep=True), SIDES, st.just(-1)),
    st.builds(partial(to, keep=True), st.just(-1), SIDES),
)


def turning(degrees: float, mode: str = "keep") -> dict[str, Any]:
    angles = {"min_degrees": degrees, "max_degrees": degrees}
    return {"rotate_angles": angles, "black_regions": {"mode": mode}}


def where(sample: Sample) -> Window:
    """Return where a window of ``picture`` lay: its pixels tell."""
    x, y, _ = (int(value) for value in sample.image.pixels()[0, 0])
    return Window(x, y, x + sample.size.width, y + sample.size.height)


@given(samples(), st.integers(-4, 4), st.sampled_from(("keep", "crop")))
@settings(max_examples=200, deadline=None)
def test_quarter_turns_move_pixels_and_objects_alike(
    sample: Sample, quarters: int, mode: str
) -> None:
    for result in run(Rotate, turning(90 * quarters, mode), sample):
        assert_moves_alike(sample, result, lambda picture: np.rot90(picture, quarters))


@given(samples(), st.integers(1, 12), st.integers(1, 12), st.data())
@settings(max_examples=150, deadline=None)
def test_windows_tile_the_image(
    sample: Sample, width: int, height: int, data: st.DataObject
) -> None:
    width, height = min(width, sample.size.width), min(height, sample.size.height)
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    results = run(
        SlidingWindow,
        {"window": {"width": width, "height": height}, "min_overlap": {"x": x, "y": y}},
        sample,
    )
    windows = [where(result) for result in results]
    assert len(set(windows)) == len(windows)
    assert windows == sorted(windows, key=lambda window: (window.top, window.left))
    covered = np.zeros((sample.size.height, sample.size.width), bool)
    for window, result in zip(windows, results, strict=True):
        assert window.size == (width, height)
        assert_moves_alike(sample, result, partial(cut_out, window))
        cut_out(window, covered)[...] = True
    assert covered.all()
    for axis, side, overlap in ((0, width, x), (1, height, y)):
        starts = sorted({window[axis] for window in windows})
        assert all(later - start <= side - overlap for start, later in pairwise(starts))


@given(samples(), st.tuples(*[st.integers(0, 12)] * 4))
@settings(max_examples=150, deadline=None)
def test_clipped_objects_are_what_they_were_inside(
    sample: Sample, cuts: tuple[int, int, int, int]
) -> None:
    sides = dict(zip(("left", "top", "right", "bottom"), (f"{cut}px" for cut in cuts), strict=True))
    width, height = sample.size
    window = Window(cuts[0], cuts[1], width - cuts[2], height - cuts[3])
    for result in run(CropAnnotation, {"sides": sides}, sample):
        for label in LABELS:
            before, after = painted(sample, label), painted(result, label)
            assert (cut_out(window, after) == cut_out(window, before)).all()
            if label == f"a {ShapeKind.RECTANGLE}" or label == f"a {ShapeKind.BITMAP}":
                cut_out(window, after)[...] = False
                assert not after.any()


@given(samples(), st.tuples(*[st.integers(0, 5)] * 4))
@settings(max_examples=200, deadline=None)
def test_images_of_objects_hold_them_whole(sample: Sample, pads: tuple[int, int, int, int]) -> None:
    sides = dict(zip(("left", "top", "right", "bottom"), (f"{pad}px" for pad in pads), strict=True))
    saved = [f"a {ShapeKind.LINE}", f"a {ShapeKind.POINT}"]
    picked = [label for label in LABELS if label not in saved]
    chosen = {"classes": picked, "save_classes": saved, "pad": {"sides": sides}}
    results = run(InstancesCrop, chosen, sample)
    targets = [instance for instance in sample.instances if instance.label in picked]
    assert len(results) <= len(targets)
    for result in results:
        window = where(result)
        for label in saved:
            expected = cut_out(window, painted(sample, label))
            assert (painted(result, label) == expected).all()
        own = {instance.label for instance in result.instances} - set(saved)
        assert len(own) <= 1
        for label in own:
            assert any(
                (painted(result, label) == cut_out(window, target.shape.paint(sample.size))).all()
                for target in targets
                if target.label == label
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


Distance = Callable[[NDArray[np.float64]], NDArray[np.float64]]


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


PERCENT = {"min_percent": 30, "max_percent": 90}
PART = {"random_part": {"width": PERCENT, "height": PERCENT}}
LAYERS: tuple[tuple[NodeClass, dict[str, Any]], ...] = (
    (Crop, PART),
    (CropAnnotation, PART),
    (Flip, {"axis": "vertical"}),
    (InstancesCrop, {"classes": ["box", "blob"], "pad": {"sides": {"left": "20%"}}}),
    (Resize, to(40, 31, keep=True)),
    (ResizeAnnotation, to(40, 31, keep=True)),
    (RestoreAnnotationScale, {}),
    *(
        (Rotate, {"rotate_angles": {"min_degrees": -90, "max_degrees": 200}, "black_regions": m})
        for m in ({"mode": "keep"}, {"mode": "crop"}, {"mode": "preserve_size"})
    ),
    (SlidingWindow, {"window": {"width": 1, "height": 1}, "min_overlap": {"x": 0, "y": 0}}),
)


@pytest.mark.parametrize(("node", "chosen"), LAYERS)
@given(order=st.permutations(range(len(conformance_samples()))), seed=st.integers(0, 99))
@settings(max_examples=5, deadline=None)
def test_order_of_samples_changes_no_byte(
    node: NodeClass, chosen: dict[str, Any], order: list[int], seed: int
) -> None:
    def bytes_of(sample: Sample) -> list[bytes]:
        return [result.image.encode(".png") for result in run(node, chosen, sample, seed=seed)]

    straight = [bytes_of(sample) for sample in conformance_samples()]
    given_samples = conformance_samples()
    shuffled = {at: bytes_of(given_samples[at]) for at in order}
    assert [shuffled[at] for at in range(len(straight))] == straight
    for at, sample in enumerate(conformance_samples()):
        one, other = (run(node, chosen, each, seed=seed) for each in (sample, given_samples[at]))
        for mine, others in zip(one, other, strict=True):
            assert_same_sample(mine, others)


@pytest.mark.parametrize("kind", list(ShapeKind))
@pytest.mark.parametrize(
    ("node", "chosen"),
    [
        (Crop, {"sides": {"left": "1px"}}),
        (CropAnnotation, {"sides": {"top": "1px"}}),
        (Flip, {"axis": "horizontal"}),
        (InstancesCrop, {"classes": ["frame"], "save_classes": ["thing"], "pad": {"sides": {}}}),
        (Resize, to(31, 40, keep=False)),
        (ResizeAnnotation, to(31, 40, keep=True)),
        (RestoreAnnotationScale, {}),
        (Rotate, turning(25, "preserve_size")),
        (SlidingWindow, {"window": {"width": 24, "height": 16}, "min_overlap": {"x": 0, "y": 0}}),
    ],
)
def test_every_kind_of_shape_goes_through_every_layer(
    node: NodeClass, chosen: dict[str, Any], kind: ShapeKind
) -> None:
    (shape,) = (
        each.shape for each in conformance_samples()[0].instances if each.shape.kind == kind
    )
    frame = Instance("frame", Rectangle(0, 0, 24, 16))
    (result,) = run(node, chosen, make_sample(24, 16, [frame, Instance("thing", shape)]))
    things = [each.shape for each in result.instances if each.label == "thing"]
    assert things
    assert {each.kind for each in things} == {kind}
