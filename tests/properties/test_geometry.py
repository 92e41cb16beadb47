"""Geometric nodes: quarter turns and windows agree with painting bit by bit, in any order."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.model.annotation import Instance
from dtl_engine.model.geometry import Window
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Rectangle, ShapeKind
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample
from dtl_nodes.crop import Crop
from dtl_nodes.crop_annotation import CropAnnotation
from dtl_nodes.flip import Flip
from dtl_nodes.instances_crop import InstancesCrop
from dtl_nodes.resize import Resize
from dtl_nodes.resize_annotation import ResizeAnnotation
from dtl_nodes.restore_annotation_scale import RestoreAnnotationScale
from dtl_nodes.rotate import Rotate
from dtl_nodes.sliding_window import SlidingWindow
from tests.fixtures.nodes import NodeClass, run
from tests.properties.geometric import to, turning
from tests.properties.test_nodes import assert_moves_alike, cut_out, painted, samples

LABELS = tuple(f"a {kind}" for kind in ShapeKind)


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
