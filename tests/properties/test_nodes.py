"""Whole samples: what geometric nodes do to pixels and to annotations agrees bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.geometry import Window
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec, TagValueType
from dtl_engine.model.shapes import Shape, ShapeKind
from dtl_engine.testing import assert_same_sample, make_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.background import Background
from dtl_nodes.crop import Crop
from dtl_nodes.data import Data
from dtl_nodes.flip import Flip
from dtl_nodes.tag import TagImages
from tests.fixtures.nodes import NodeClass, infer, run
from tests.properties.test_shapes import SHAPES, SIZES

SCHEMA = Schema(
    tuple(LabelSpec(f"a {kind}", kind, "#123456") for kind in ShapeKind),
    (TagSpec("flag"), TagSpec("note", TagValueType.STRING)),
)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Samples with up to three instances each, labelled after their shape."""
    width, height = draw(SIZES)
    shapes = draw(st.lists(SHAPES, max_size=3))
    instances = [Instance(f"a {shape.kind}", shape) for shape in shapes]
    tags = tuple(Tag(name) for name in draw(st.sets(st.sampled_from(("flag", "note")))))
    return make_sample(width, height, instances, tags)


def painted(sample: Sample, label: str) -> NDArray[np.bool_]:
    """Return the pixels of all objects of one label: pieces of one object are told together."""
    picture = np.zeros((sample.size.height, sample.size.width), bool)
    for instance in sample.instances:
        if instance.label == label:
            picture |= instance.shape.paint(sample.size)
    return picture


Move = Callable[[NDArray[Any]], NDArray[Any]]


def cut_out(window: Window, picture: NDArray[Any]) -> NDArray[Any]:
    """Return the part of a picture in ``window``."""
    return picture[window.top : window.bottom, window.left : window.right]


def assert_moves_alike(before: Sample, after: Sample, move: Move) -> None:
    """Fail unless image and objects of ``after`` are those of ``before``, moved."""
    assert (after.image.pixels() == move(before.image.pixels())).all()
    for label in SCHEMA.label_names:
        assert (painted(after, label) == move(painted(before, label))).all(), label


@given(samples())
@settings(max_examples=200)
def test_flip_moves_pixels_and_objects_alike(sample: Sample) -> None:
    (vertical,) = run(Flip, {"axis": "vertical"}, sample)
    assert_moves_alike(sample, vertical, lambda picture: picture[:, ::-1])
    (horizontal,) = run(Flip, {"axis": "horizontal"}, sample)
    assert_moves_alike(sample, horizontal, lambda picture: picture[::-1])


@given(samples(), st.tuples(*[st.integers(0, 12)] * 4))
@settings(max_examples=200)
def test_crop_moves_pixels_and_objects_alike(
    sample: Sample, cuts: tuple[int, int, int, int]
) -> None:
    sides = dict(zip(("left", "top", "right", "bottom"), (f"{cut}px" for cut in cuts), strict=True))
    width, height = sample.size
    window = Window(cuts[0], cuts[1], width - cuts[2], height - cuts[3])
    results = run(Crop, {"sides": sides}, sample)
    assert len(results) == (not window.is_empty)
    for result in results:
        assert result.size == window.size
        assert_moves_alike(sample, result, partial(cut_out, window))


@given(samples(), st.integers(0, 2**32), st.floats(1, 100), st.floats(1, 100))
@settings(max_examples=200)
def test_random_crop_moves_pixels_and_objects_alike(
    sample: Sample, seed: int, width_percent: float, height_percent: float
) -> None:
    part = {
        "width": {"min_percent": 0, "max_percent": width_percent},
        "height": {"min_percent": height_percent, "max_percent": 100},
    }
    for result in run(Crop, {"random_part": part}, sample, seed=seed):
        # The picture counts its columns in red and its rows in green.
        x, y, _ = (int(value) for value in result.image.pixels()[0, 0])
        window = Window(x, y, x + result.size.width, y + result.size.height)
        assert_same_sample(result, sample.crop(window))
        assert_moves_alike(sample, result, partial(cut_out, window))


@given(samples(), st.sampled_from(("vertical", "horizontal")))
def test_flipping_twice_is_identity(sample: Sample, axis: str) -> None:
    (once,) = run(Flip, {"axis": axis}, sample)
    (twice,) = run(Flip, {"axis": axis}, once)
    assert_same_sample(twice, sample)


def _mappings() -> st.SearchStrategy[dict[str, str]]:
    """Mappings whose titles are new or swap with no other shape."""
    values = st.sampled_from(("__default__", "__ignore__", "same", "new"))
    rest = st.sampled_from(("__default__", "__ignore__"))

    def spelled(chosen: dict[str, str], other: str) -> dict[str, str]:
        named = {
            label: {"same": label, "new": f"new {label}"}.get(value, value)
            for label, value in chosen.items()
        }
        return {**named, "__other__": other}

    chosen = st.dictionaries(st.sampled_from(SCHEMA.label_names), values)
    return st.builds(spelled, chosen, rest)


NODES: st.SearchStrategy[tuple[NodeClass, dict[str, Any]]] = st.one_of(
    st.builds(lambda mapping: (Data, {"classes_mapping": mapping}), _mappings()),
    st.sampled_from(("sky", f"a {ShapeKind.RECTANGLE}")).map(
        lambda label: (Background, {"class": label})
    ),
    st.tuples(st.sampled_from(("flag", "new")), st.just("add")).map(
        lambda pair: (TagImages, {"tag": pair[0], "action": pair[1]})
    ),
    st.sampled_from(("note", "new")).map(
        lambda name: (TagImages, {"tag": {"name": name, "value": "x"}, "action": "add"})
    ),
    st.sampled_from(("flag", "note", "new")).map(
        lambda name: (TagImages, {"tag": name, "action": "delete"})
    ),
    st.sampled_from(("vertical", "horizontal")).map(lambda axis: (Flip, {"axis": axis})),
    st.integers(0, 3).map(lambda cut: (Crop, {"sides": {"left": f"{cut}px"}})),
)


@given(samples(), st.lists(NODES, min_size=1, max_size=4))
@settings(max_examples=200)
def test_inferred_schema_covers_what_runs(
    sample: Sample, chain: list[tuple[NodeClass, dict[str, Any]]]
) -> None:
    schema, carried = SCHEMA, [sample]
    for node, chosen in chain:
        try:
            schema = infer(node, chosen, schema)
        except SchemaError:
            continue
        carried = [result for each in carried for result in run(node, chosen, each)]
        for each in carried:
            assert_schema_covers(schema, each)


def test_every_shape_is_tried() -> None:
    kinds: set[ShapeKind] = set()

    @given(SHAPES)
    @settings(max_examples=500, database=None, derandomize=True)
    def collect(shape: Shape) -> None:
        kinds.add(shape.kind)

    collect()
    assert kinds == set(ShapeKind)
