"""What nodes on masks and classes promise for any masks, against whole pictures."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec
from dtl_engine.model.shapes import Mask, ShapeKind
from dtl_engine.testing import assert_same_sample, make_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.bitwise_masks import BitwiseMasks
from dtl_nodes.color_class import ColorClass
from dtl_nodes.drop_noise import DropNoise
from dtl_nodes.drop_obj_by_class import DropObjByClass
from dtl_nodes.duplicate_objects import DuplicateObjects
from dtl_nodes.merge_bitmap_masks import MergeBitmapMasks
from dtl_nodes.objects_filter import ObjectsFilter
from dtl_nodes.objects_filter_by_area import ObjectsFilterByArea
from dtl_nodes.rename import Rename
from dtl_nodes.skeletonize import Skeletonize
from dtl_nodes.split_masks import SplitMasks
from tests.fixtures.nodes import NodeClass, infer, run
from tests.properties.test_shapes import SHAPES

WIDTH, HEIGHT = 24, 18
METHODS = ("skeletonization", "medial_axis", "thinning")
COMBINED = {
    "and": np.logical_and,
    "or": np.logical_or,
    "xor": np.logical_xor,
    "nor": np.logical_xor,
}
KINDS = {f"a {kind}": kind for kind in ShapeKind} | {"stain": ShapeKind.BITMAP}
SCHEMA = Schema(
    tuple(LabelSpec(name, kind, "#123456") for name, kind in KINDS.items()), (TagSpec("flag"),)
)
MASK = f"a {ShapeKind.BITMAP}"

Picture = NDArray[np.bool_]


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Pictures with something in them: noise, or noise blown up to blocks or smoothed to blobs."""
    seed, share = draw(st.integers(0, 2**32)), draw(st.floats(0.05, 0.95))
    noise = np.random.default_rng(seed).random((HEIGHT, WIDTH), np.float32)
    match draw(st.sampled_from(("noise", "blocks", "blobs"))):
        case "blocks":
            side = draw(st.integers(2, 9))
            noise = np.kron(noise, np.ones((side, side), np.float32))[:HEIGHT, :WIDTH]
        case "blobs":
            noise = cv2.GaussianBlur(noise, (0, 0), draw(st.floats(0.5, 4)))
    return noise <= np.quantile(noise, share)


def as_masks(*found: Picture, label: str = MASK) -> list[Instance]:
    """Return one object for each picture that has a pixel."""
    masks = (Mask.tight(picture, 0, 0) for picture in found)
    return [Instance(label, mask, (Tag("flag"),)) for mask in masks if mask is not None]


def sample_of(*instances: Instance) -> Sample:
    return make_sample(WIDTH, HEIGHT, instances)


def painted(sample: Sample, label: str = MASK) -> list[Picture]:
    """Return a whole picture of each object of the label."""
    return [i.shape.paint(sample.size) for i in sample.instances if i.label == label]


def components(picture: Picture, connectivity: int) -> NDArray[np.int32]:
    _, labels = cv2.connectedComponents(picture.view(np.uint8), connectivity=connectivity)
    return np.asarray(labels, np.int32)


@pytest.mark.parametrize("method", METHODS)
@given(pictures())
@settings(max_examples=150)
def test_skeletons_lie_inside_and_keep_pieces_and_holes(method: str, picture: Picture) -> None:
    chosen = {"classes": [MASK], "method": method}
    (result,) = run(Skeletonize, chosen, sample_of(*as_masks(picture)))
    (skeleton,) = painted(result)
    assert not (skeleton & ~picture).any()
    assert components(skeleton, 8).max() == components(picture, 8).max()
    outside = [components(np.pad(~p, 1, constant_values=True), 4) for p in (picture, skeleton)]
    assert outside[0].max() == outside[1].max()
    if method != "medial_axis":  # its order is that of the distances, of which few are left
        (again,) = run(Skeletonize, chosen, result)
        assert again is result


@given(pictures())
@settings(max_examples=150)
def test_pieces_are_connected_apart_and_all_there(picture: Picture) -> None:
    (result,) = run(SplitMasks, {"classes": [MASK]}, sample_of(*as_masks(picture)))
    labels = components(picture, 8)
    pieces = painted(result)
    assert len(pieces) == labels.max()
    assert sum(piece.astype(int) for piece in pieces).tolist() == picture.astype(int).tolist()
    assert all(len(np.unique(labels[piece])) == 1 for piece in pieces)
    firsts = [int(np.flatnonzero(piece)[0]) for piece in pieces]
    assert firsts == sorted(firsts)


@given(st.lists(pictures(), max_size=3))
def test_merging_pieces_is_merging(found: list[Picture]) -> None:
    sample = sample_of(*as_masks(*found))
    (split,) = run(SplitMasks, {"classes": [MASK]}, sample)
    (merged,) = run(MergeBitmapMasks, {"class": MASK}, sample)
    (again,) = run(MergeBitmapMasks, {"class": MASK}, split)
    assert_same_sample(again, merged)
    assert len(merged.instances) == min(1, len(found))


@given(pictures(), st.integers(0, 40))
@settings(max_examples=150)
def test_noise_goes_and_nothing_else(picture: Picture, least_px: int) -> None:
    chosen = {"classes": [MASK], "min_area": f"{least_px}px", "src_type": "image"}
    sample = sample_of(*as_masks(picture))
    (result,) = run(DropNoise, chosen, sample)
    labels = components(picture, 4)
    stays = np.bincount(labels.ravel()) >= least_px
    stays[0] = False
    expected = stays[labels]
    left = painted(result)
    assert len(left) == int(expected.any())
    assert all((each == expected).all() for each in left)
    assert (result is sample) == (expected == picture).all()


@given(
    st.sampled_from(sorted(COMBINED)),
    st.lists(pictures(), max_size=2),
    st.lists(pictures(), max_size=2),
)
@settings(max_examples=150)
def test_bitwise_is_that_of_whole_pictures(
    type: str, operands: list[Picture], corrected: list[Picture]
) -> None:
    sample = sample_of(*as_masks(*corrected), *as_masks(*operands, label="stain"))
    chosen = {"type": type, "class_mask": "stain", "classes_to_correct": [MASK]}
    (result,) = run(BitwiseMasks, chosen, sample)
    expected = corrected
    if operands:
        operand = np.logical_or.reduce(operands)
        expected = [COMBINED[type](operand, picture) for picture in corrected]
    found = painted(result)
    wanted = [picture for picture in expected if picture.any()]
    assert len(found) == len(wanted)
    assert all((one == other).all() for one, other in zip(found, wanted, strict=True))
    assert len(painted(result, "stain")) == len(operands)


LABELS = st.sampled_from(tuple(KINDS))
TITLES = st.one_of(LABELS, st.sampled_from(("new", "other", "__ignore__", "__default__")))
TAGS = st.sampled_from(({"name": "flag"}, {"name": "x", "value": 1}, {"name": "y", "value": "z"}))
SIZES = st.one_of(
    st.floats(0, 100).map(lambda percent: {"percent": percent}),
    st.integers(0, 200).map(lambda pixels: {"pixels": pixels}),
    st.builds(lambda w, h: {"width": w, "height": h}, st.integers(0, 24), st.integers(0, 24)),
)


def _by_size(classes: list[str], size: Any, comparator: str, action: Any) -> dict[str, Any]:
    sizes = {"filtering_classes": classes, "area_size": size}
    return {"filter_by": {"polygon_sizes": {**sizes, "comparator": comparator, "action": action}}}


def _mapping(node: NodeClass) -> st.SearchStrategy[tuple[NodeClass, dict[str, Any]]]:
    mappings = st.dictionaries(LABELS, TITLES, max_size=3)
    return mappings.map(lambda mapping: (node, {"classes_mapping": mapping}))


def _listed(node: NodeClass, **more: Any) -> st.SearchStrategy[tuple[NodeClass, dict[str, Any]]]:
    lists = st.lists(LABELS, max_size=2)
    return lists.map(lambda labels: (node, {"classes": labels, **more}))


NODES: st.SearchStrategy[tuple[NodeClass, dict[str, Any]]] = st.one_of(
    _mapping(Rename),
    _mapping(DuplicateObjects),
    _listed(DropObjByClass),
    _listed(SplitMasks),
    _listed(Skeletonize, method="thinning"),
    _listed(DropNoise, min_area="3px", src_type="bbox"),
    LABELS.map(lambda label: (MergeBitmapMasks, {"class": label})),
    LABELS.map(lambda label: (ColorClass, {"classes_color_mapping": {label: "#ABC"}})),
    LABELS.map(
        lambda label: (
            BitwiseMasks,
            {"type": "xor", "class_mask": "stain", "classes_to_correct": [label]},
        )
    ),
    st.builds(
        lambda labels, size, comparator, action: (
            ObjectsFilter,
            _by_size(labels, size, comparator, action),
        ),
        st.lists(LABELS, max_size=3),
        SIZES,
        st.sampled_from(("less", "greater")),
        st.one_of(st.just("delete"), TITLES.map(lambda title: {"remap_class": title})),
    ),
    st.lists(LABELS, max_size=3).map(
        lambda names: (ObjectsFilter, {"filter_by": {"names": names}})
    ),
    st.builds(
        lambda labels, area, action, tags: (
            ObjectsFilterByArea,
            {
                "classes": labels,
                "area": area,
                "comparator": "lt",
                "action": action,
                "tags_to_add": tags,
            },
        ),
        st.lists(LABELS, min_size=1, max_size=3),
        st.integers(0, 200),
        st.sampled_from(("delete", "keep", "add_tags")),
        st.lists(TAGS, max_size=2),
    ),
)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Samples with any shapes, some of the masks of another class."""
    shapes = draw(st.lists(SHAPES, max_size=5))
    labels = [draw(st.sampled_from([n for n, k in KINDS.items() if k == s.kind])) for s in shapes]
    return sample_of(*map(Instance, labels, shapes))


@given(st.lists(samples(), min_size=1, max_size=3), st.lists(NODES, min_size=1, max_size=4))
@settings(max_examples=300)
def test_inferred_schema_covers_what_runs_in_any_order(
    before: list[Sample], chain: list[tuple[NodeClass, dict[str, Any]]]
) -> None:
    schema, carried = SCHEMA, before
    for node, chosen in chain:
        try:
            schema = infer(node, chosen, schema)
        except SchemaError:
            continue
        results = [run(node, chosen, sample)[0] for sample in carried]
        reversed_results = [run(node, chosen, sample)[0] for sample in reversed(carried)]
        for one, other in zip(results, reversed(reversed_results), strict=True):
            assert_schema_covers(schema, one)
            assert_same_sample(one, other)
        carried = results
