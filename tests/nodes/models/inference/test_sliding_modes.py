"""What becomes of one image in the modes with sliding windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.geometry import Size
from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Mask, Polygon, Rectangle
from dtl_nodes.models.inference.run import apply_mode
from tests.nodes.models.inference.fakes import (
    BOXES,
    MASKS,
    SEMANTIC,
    Fake,
    brief,
    picture,
    run,
    sample_of,
    settings,
    why,
)

OLD = Instance("fruit", Polygon([(1, 1), (3, 1), (3, 3)]))


SMALL = {"window": {"width": 6, "height": 6}, "min_overlap": {"x": 2, "y": 2}}


def test_sliding_window_adds_scores() -> None:
    sample = sample_of(picture((10, 6), (0, 0, 5, 6, 255)), OLD)
    found = run(SEMANTIC, sample, mode={"name": "sliding_window", "save": True, **SMALL})
    assert brief(found) == [
        ("fruit", (1, 1, 3, 3)),
        ("sliding_window", (0, 0, 6, 6)), ("sliding_window", (4, 0, 10, 6)),
        ("bg", (5, 0, 10, 6)), ("blob", (0, 0, 5, 6)),
    ]  # fmt: skip


def test_of_equal_sums_the_first_class_wins() -> None:
    class Even(Fake):
        def one(self, pixels: Any) -> Any:
            found = super().one(pixels)
            found.scores[:] = 0.5
            return found

    (found,) = apply_mode(
        settings(mode={"name": "sliding_window", **SMALL}),
        [sample_of(picture((10, 6)))],
        Even(SEMANTIC),
    )
    assert isinstance(found, Sample)
    assert brief(found) == [("bg", (0, 0, 10, 6))]


def test_sums_and_not_the_last_window_decide() -> None:
    class Unsure(Fake):
        calls = 0

        def one(self, pixels: Any) -> Any:
            found = super().one(pixels)
            found.scores[0] = (0.9, 0.4)[self.calls]
            found.scores[1] = 1 - found.scores[0]
            self.calls += 1
            return found

    (found,) = apply_mode(
        settings(mode={"name": "sliding_window", **SMALL}),
        [sample_of(picture((10, 6)))],
        Unsure(SEMANTIC),
    )
    assert isinstance(found, Sample)
    assert brief(found) == [("bg", (0, 0, 6, 6)), ("blob", (6, 0, 10, 6))]


@pytest.mark.parametrize("border", ["shift_window", "add_padding", "change_size"])
@pytest.mark.parametrize("size", [(4, 3), (10, 3), (7, 9), (13, 6), (1, 1)])
def test_borders_never_leave_the_image(border: str, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3), np.uint8)
    mode = {"name": "sliding_window", "border": border, **SMALL}
    found = run(SEMANTIC, sample_of(pixels), mode=mode)
    painted = sum(each.shape.paint(Size(*size)).astype(int) for each in found.instances)
    assert (np.asarray(painted) == 1).all()
    whole = run(SEMANTIC, sample_of(pixels))
    assert [each.shape for each in found.instances] == [each.shape for each in whole.instances]


@pytest.mark.parametrize("name", ["sliding_window", "sliding_window_det"])
def test_strict_windows(name: str) -> None:
    spec = SEMANTIC if name == "sliding_window" else MASKS
    error = why(spec, sample_of(picture((5, 9))), mode={"name": name, "strict": True, **SMALL})
    assert error.code == "F611"
    assert "5x9" in error.message
    assert "6x6" in error.message


def test_a_small_image_is_padded_and_cut() -> None:
    sample = sample_of(picture((4, 3), (2, 1, 4, 3, 255)))
    fake = Fake(BOXES)
    chosen = settings(mode={"name": "sliding_window_det", "save": True, **SMALL})
    (found,) = apply_mode(chosen, [sample], fake)
    assert fake.seen == [[(6, 6)]]
    assert isinstance(found, Sample)
    assert brief(found) == [("sliding_window", (0, 0, 4, 3)), ("blob", (2, 1, 4, 3))]


def twice() -> Sample:
    """Return blobs that two windows see: one cut differently, one whole in both, and dust."""
    return sample_of(picture((10, 6), (3, 0, 6, 2, 204), (4, 3, 6, 5, 255), (8, 5, 9, 6, 102)), OLD)


def test_sliding_window_det_in_the_order_of_windows() -> None:
    found = run(BOXES, twice(), mode={"name": "sliding_window_det", "save": True, **SMALL})
    assert brief(found) == [
        ("fruit", (1, 1, 3, 3)),
        ("sliding_window", (0, 0, 6, 6)), ("sliding_window", (4, 0, 10, 6)),
        ("blob", (3, 0, 6, 2)), ("blob", (4, 3, 6, 5)),
        ("blob", (4, 0, 6, 2)), ("blob", (4, 3, 6, 5)), ("dust", (8, 5, 9, 6)),
    ]  # fmt: skip


@pytest.mark.parametrize("spec", [BOXES, MASKS])
def test_suppression(spec: ModelSpec) -> None:
    nms = {"enable": True, "iou_threshold": 0.4}
    found = run(spec, twice(), mode={"name": "sliding_window_det", "nms_after": nms, **SMALL})
    assert [(*each, *found.instances[at].tags) for at, each in enumerate(brief(found))][1:] == [
        ("blob", (4, 0, 6, 2), Tag("confidence", 0.8)),
        ("blob", (4, 3, 6, 5), Tag("confidence", 1.0)),
        ("dust", (8, 5, 9, 6), Tag("confidence", 0.4)),
    ]
    kind = Mask if spec is MASKS else Rectangle
    assert all(isinstance(each.shape, kind) for each in found.instances[1:])


def test_suppression_by_a_renamed_tag() -> None:
    nms = {"enable": True, "confidence_tag_name": "score"}
    mode = {"name": "sliding_window_det", "nms_after": nms, "model_tags": {"add_suffix": "_x"}}
    found = run(BOXES, twice(), model={"confidence_tag_name": "score"}, mode={**mode, **SMALL})
    assert found.instances[1].tags == (Tag("score_x", 0.8),)
