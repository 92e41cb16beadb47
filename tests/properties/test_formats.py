"""Every format: an object comes back as it was, or its class is among the losses."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import LabelSpec, Schema, TagSpec, TagValueType
from dtl_engine.model.shapes import Mask, Polygon, Shape, ShapeKind
from dtl_nodes.formats import WRITABLE
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    export,
    only_sample,
    open_dataset,
    sample_with,
)

TOLERANCE_PX = 0.012
WHOLE_PX = {"open_images": 1.5}
"""Formats that round the edges of boxes to pixels when they are read, and keep one at least."""

KINDS = {
    "box": ShapeKind.RECTANGLE,
    "patch": ShapeKind.POLYGON,
    "path": ShapeKind.LINE,
    "dot": ShapeKind.POINT,
    "blob": ShapeKind.BITMAP,
}
SCHEMA = Schema(
    tuple(LabelSpec(name, kind, "#804020") for name, kind in KINDS.items()),
    (
        TagSpec("good"),
        TagSpec("side", TagValueType.CHOICE, ("left", "right")),
        TagSpec("count", TagValueType.NUMBER),
        TagSpec("note", TagValueType.STRING),
    ),
)
CHOICES = (
    *(Tag("good"), Tag("side", "left"), Tag("side", "right"), Tag("count", 3), Tag("note", "a b")),
)
TAGS = st.sets(st.sampled_from(CHOICES), max_size=3).map(
    lambda found: tuple(sorted({tag.name: tag for tag in found}.values(), key=str))
)


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Objects inside the image, with or without tags.

    Boxes have an area: where one without is a pixel, and where it is nothing, is for each format.
    """
    label = draw(st.sampled_from(sorted(KINDS)))
    description = draw(st.sampled_from(("", "", "", "a thing")))
    tags = draw(TAGS) if draw(st.booleans()) else ()
    shape = draw(SHAPES[label])
    assume(label != "box" or shape.area > 0)
    return Instance(label, shape, tags, description)


@pytest.mark.parametrize("name", WRITABLE)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(found=st.lists(instances(), max_size=5), tags=TAGS)
def test_what_is_not_lost_comes_back(
    name: str, found: list[Instance], tags: tuple[Tag, ...]
) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "out"
        before = sample_with(found, tags, file="0123456789abcdef.png", dataset="train")
        lost = {label for label, _ in export(name, [before], SCHEMA, place)}
        after = only_sample(open_dataset(name, place))
        again = list(after.instances)
        if name == "voc":
            # Its files hold both: boxes of all objects, and masks in pictures.
            masks = only_sample(open_dataset(name, place, shapes="masks"))
            again = [each for each in again if each.label != "blob"]
            again += [each for each in masks.instances if each.label == "blob"]
    assert after.size == before.size
    for label in KINDS.keys() - lost:
        mine = [instance for instance in found if instance.label == label]
        theirs = [instance for instance in again if instance.label == label]
        assert len(mine) == len(theirs), label
        for one, other in zip(mine, theirs, strict=True):
            close = WHOLE_PX.get(name, TOLERANCE_PX)
            assert is_kept(one.shape, other.shape, close), f"{one.shape} -> {other.shape}"
            assert set(values(one.tags)) <= set(values(other.tags))
            assert one.description == other.description
    if "" not in lost:
        assert set(values(before.tags)) <= set(values(after.tags))
    if not lost and name != "voc":
        assert [instance.label for instance in again] == [instance.label for instance in found]


def values(tags: tuple[Tag, ...]) -> list[tuple[str, Any]]:
    return [(tag.name, tag.value) for tag in tags]


def is_kept(one: Shape, other: Shape, close: float) -> bool:
    """Whether a shape is the same up to rounded text, or has the very same pixels."""
    if type(one) is type(other) and not isinstance(one, Mask):
        mine, others = rings(one), rings(other)
        sizes = [len(ring) for ring in mine]
        if sizes == [len(ring) for ring in others] and all(
            np.allclose(a, b, rtol=0, atol=close) for a, b in zip(mine, others, strict=True)
        ):
            return True
    return bool(np.array_equal(one.paint(SIZE), other.paint(SIZE)))


def rings(shape: Shape) -> list[Any]:
    if isinstance(shape, Polygon):
        return [shape.exterior, *shape.holes]
    points = getattr(shape, "points", None)
    return [points if points is not None else np.array(shape.bbox).reshape(2, 2)]
