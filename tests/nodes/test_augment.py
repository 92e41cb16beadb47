"""The ``augment`` node: every transform, and the annotation on its pixels."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import product
from typing import Any

import albumentations as A
import numpy as np
import pytest
from pydantic import ValidationError

from dtl_engine.errors import DataError
from dtl_engine.model.affine import Affine
from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Node,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)
from dtl_engine.node.draws import Draws
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample
from dtl_nodes.albumentation.names import (
    CROPS,
    GEOMETRIC,
    PADS,
    REFUSED,
    SYMMETRIES,
    offered,
)
from dtl_nodes.augment import Augment
from tests.fixtures.nodes import make, run, shapes_of, size_of, with_shapes

SIZE = Size(120, 100)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "Affine": {"scale": [0.7, 1.3], "rotate": [-40, 40], "shear": [-10, 10]},
    "AtLeastOneBBoxRandomCrop": {"height": 60, "width": 80},
    "CenterCrop": {"height": 60, "width": 81},
    "Crop": {"x_min": 10, "y_min": 20, "x_max": 91, "y_max": 70},
    "CropAndPad": {"percent": [-0.2, 0.2]},
    "CropNonEmptyMaskIfExists": {"height": 60, "width": 80},
    "ElasticTransform": {"alpha": 60, "sigma": 6},
    "GridElasticDeform": {"num_grid_xy": [4, 4], "magnitude": 6},
    "LongestMaxSize": {"max_size": 77},
    "OpticalDistortion": {"distort_limit": 0.4},
    "Pad": {"padding": [5, 7, 9, 3]},
    "PadIfNeeded": {"min_height": 130, "min_width": 151},
    "RandomCrop": {"height": 60, "width": 80},
    "RandomResizedCrop": {"size": [70, 90], "scale": [0.3, 0.8]},
    "RandomSizedBBoxSafeCrop": {"height": 60, "width": 100},
    "RandomSizedCrop": {"min_max_height": [40, 70], "size": [64, 96]},
    "Resize": {"height": 57, "width": 133},
    "SmallestMaxSize": {"max_size": 130},
}
"""Beside the defaults, what makes the transforms work on a picture of ``SIZE``."""

EXACT = SYMMETRIES | CROPS | PADS | {"RandomGridShuffle"}
BENT_SHARPLY = {"GridElasticDeform", "ThinPlateSpline"}
FAR_PX = 6
"""So many pixels off the border may differ for the others: where lines of a mesh meet."""


def transform(name: str, **more: Any) -> dict[str, Any]:
    return {"transform": {"name": name, "p": 1, **ARGUMENTS.get(name, {}), **more}}


def painted(shape: Shape, name: str, *others: Shape, **more: Any) -> Iterator[tuple[Any, Any]]:
    """Yield for some draws what becomes of the shape, painted, and what of its painting."""
    pixels = np.repeat(shape.paint(SIZE)[..., None].view(np.uint8) * np.uint8(255), 3, axis=2)
    instances = [Instance("thing", shape), *(Instance("other", one) for one in others)]
    sample = make_sample(*SIZE, instances)
    sample = sample.replace(image=sample.image.with_pixels(pixels))
    for seed in range(6):
        (result,) = run(Augment, transform(name, **more), sample, seed=seed)
        assert result.size == result.image.size
        pieces = [one.shape for one in result.instances if one.label == "thing"]
        blank = np.zeros((result.size.height, result.size.width), bool)
        got = np.any([blank, *(piece.paint(result.size) for piece in pieces)], axis=0)
        yield got, result.image.pixels()[..., 0] > 127


def off_border(got: Any, wanted: Any) -> int:
    near = np.zeros_like(wanted)
    for axis, step in product((0, 1), (-1, 1)):
        near |= np.roll(wanted, step, axis) != wanted
    return int(((got != wanted) & ~near).sum())


def ellipse() -> Mask:
    rows, columns = np.indices((SIZE.height, SIZE.width))
    mask = Mask.tight(((columns - 60) / 30) ** 2 + ((rows - 50) / 25) ** 2 < 1, 0, 0)
    assert mask is not None
    return mask


POLYGON = Polygon(
    [(20, 15), (80, 22), (95, 70), (40, 88), (12, 50)], [[(40, 40), (60, 40), (50, 60)]]
)


@pytest.mark.parametrize("name", sorted(GEOMETRIC))
@pytest.mark.parametrize("shape", [POLYGON, ellipse()], ids=["polygon", "mask"])
def test_areas_stay_on_their_pixels(name: str, shape: Shape) -> None:
    for got, wanted in painted(shape, name, Rectangle(30, 30, 50, 60)):
        assert wanted.any()
        if name in EXACT:
            assert (got == wanted).all()
        else:
            assert off_border(got, wanted) <= FAR_PX


@pytest.mark.parametrize("name", sorted(GEOMETRIC - {"RandomGridShuffle"}))
def test_rectangles_are_around_their_pixels(name: str) -> None:
    box = Rectangle(30, 25, 85, 75)
    for got, wanted in painted(box, name, ellipse()):
        (top, left), (bottom, right) = extent(wanted)
        (y0, x0), (y1, x1) = extent(got)
        # The cells of a mesh are drawn with their border, over their neighbours.
        bound = 0 if name in EXACT else 3 if name == "GridElasticDeform" else 1
        assert max(abs(top - y0), abs(left - x0), abs(bottom - y1), abs(right - x1)) <= bound


def extent(picture: Any) -> tuple[Any, Any]:
    places = np.argwhere(picture)
    return places.min(axis=0), places.max(axis=0)


@pytest.mark.parametrize("name", sorted(GEOMETRIC - {"RandomGridShuffle"}))
def test_points_lines_and_keypoints_follow_a_spot(name: str) -> None:
    """A round spot lies where its middle goes, for all shapes that are made of points."""
    x, y = 57.5, 48.5
    rows, columns = np.indices((SIZE.height, SIZE.width)) + 0.5
    spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 4)
    pixels = np.repeat(np.rint(255 * spot).astype(np.uint8)[..., None], 3, axis=2)
    line = Polyline([(x, y), (x + 0.5, y)])
    sample = with_shapes(SIZE, Point(x, y), Keypoints((Node("a", x, y),)), line)
    sample = sample.replace(image=sample.image.with_pixels(pixels))
    # Stronger ones fold, and the spot is in two places of which one may be too small to be seen.
    gentle = {"scale_range": [0.05, 0.1]} if name == "ThinPlateSpline" else {}
    seen = 0
    for seed in range(12):
        (result,) = run(Augment, transform(name, **gentle), sample, seed=seed)
        values = result.image.pixels()[..., 0].astype(float)
        if not is_whole_spot(values):
            continue
        rows, columns = np.indices(values.shape) + 0.5
        middle = (columns * values).sum() / values.sum(), (rows * values).sum() / values.sum()
        point, hand, first = shapes_of(result)[:3]
        assert isinstance(point, Point)
        assert isinstance(hand, Keypoints)
        assert isinstance(first, Polyline)
        seen += 1
        # A spot across a bend has its middle elsewhere than its centre of mass.
        bound = 0.01 if name in EXACT else 0.7 if name in BENT_SHARPLY else 0.4
        assert (point.x, point.y) == pytest.approx(middle, abs=bound)
        assert (hand.nodes[0].x, hand.nodes[0].y) == (point.x, point.y)
        assert first.points[0].tolist() == pytest.approx([point.x, point.y], abs=0.2)
    assert seen


def is_whole_spot(values: Any) -> bool:
    """Whether there is one spot that the border does not cut."""
    import cv2

    count, _ = cv2.connectedComponents((values > 0).astype(np.uint8))
    borders = (values[0], values[-1], values[:, 0], values[:, -1])
    return count == 2 and not any(border.any() for border in borders)


PIXELS = sorted(set(offered()) - GEOMETRIC)


@pytest.mark.parametrize("name", PIXELS)
def test_pixel_transforms_leave_the_annotation_alone_and_wait(name: str) -> None:
    for sample in (*conformance_samples(), with_shapes(SIZE, POLYGON)):
        (result,) = run(Augment, transform(name), sample)
        assert result.annotation is sample.annotation
        try:
            pixels = pickle.loads(pickle.dumps(result)).image.pixels()
        except DataError as error:
            assert error.code == "F610"
            assert min(sample.size) < 10
        else:
            assert (pixels == result.image.pixels()).all()


@pytest.mark.parametrize("name", sorted(set(offered()) - {"BBoxSafeRandomCrop"}))
def test_same_draws_give_the_same_bytes(name: str) -> None:
    sample = with_shapes(SIZE, POLYGON, ellipse())
    (one,) = run(Augment, transform(name), sample, seed=5)
    (other,) = run(Augment, transform(name), sample, seed=5)
    assert_same_sample(one, other)


def test_compositions_that_mix_all_kinds_of_moves() -> None:
    """Each transform counts places in its own way; together they must still agree."""
    steps = [
        {"name": "Rotate", "limit": [20, 20], "p": 1},
        {"name": "Resize", "height": 150, "width": 170},
        {"name": "HorizontalFlip", "p": 1},
        {"name": "RandomCrop", "height": 120, "width": 140},
        {"name": "Perspective", "p": 1},
        {"name": "RandomRotate90"},
        {"name": "RandomScale", "scale_limit": [-0.3, -0.3], "p": 1},
    ]
    for shape in (POLYGON, ellipse()):
        for got, wanted in painted(shape, "Compose", transforms=steps):
            assert off_border(got, wanted) <= FAR_PX


def test_nothing_chosen_is_nothing_changed() -> None:
    sample = with_shapes(SIZE, POLYGON)
    (result,) = run(Augment, {"transform": {"name": "Affine", "rotate": 9, "p": 0}}, sample)
    assert result is sample


def test_fixed_crop_of_a_small_image_sets_it_aside() -> None:
    with pytest.raises(DataError, match="RandomCrop cannot work on an image of 10x8 pixels: Crop"):
        run(Augment, transform("RandomCrop"), make_sample(10, 8))


def test_what_opencv_refuses_sets_the_image_aside() -> None:
    (result,) = run(Augment, transform("Downscale"), make_sample(1, 1))
    with pytest.raises(DataError, match="OpenCV requires"):
        result.image.pixels()


def test_crops_that_look_at_the_annotation() -> None:
    small = Mask.tight(np.ones((4, 4), bool), 100, 10)
    assert small is not None
    sample = with_shapes(SIZE, small)
    for seed in range(10):
        settings = transform("CropNonEmptyMaskIfExists", height=12, width=12)
        (cropped,) = run(Augment, settings, sample, seed=seed)
        assert len(cropped.instances) == 1
        (kept,) = run(Augment, transform("BBoxSafeRandomCrop"), sample, seed=seed)
        assert kept.instances[0].shape.area == 16


def test_crops_look_at_the_annotation_behind_the_moves_before() -> None:
    """The mask is mirrored first, and the crop finds it on the other side."""
    small = Mask.tight(np.ones((4, 4), bool), 100, 10)
    assert small is not None
    steps = [
        {"name": "HorizontalFlip", "p": 1},
        {"name": "CropNonEmptyMaskIfExists", "height": 12, "width": 12, "p": 1},
    ]
    for seed in range(10):
        (cropped,) = run(
            Augment, transform("Compose", transforms=steps), with_shapes(SIZE, small), seed=seed
        )
        assert len(cropped.instances) == 1


def test_repeated_borders_repeat_masks_but_no_outlines() -> None:
    mask = Mask.tight(np.ones((2, 2), bool), 0, 0)
    assert mask is not None
    settings = transform("Pad", padding=4, border_mode="BORDER_REFLECT")
    (result,) = run(Augment, settings, with_shapes((8, 8), mask, Rectangle(0, 0, 2, 2)))
    assert shapes_of(result)[1] == Rectangle(4, 4, 6, 6)
    assert shapes_of(result)[0].area == 16


def test_objects_scaled_for_a_while_are_restored_first() -> None:
    sample = with_shapes((8, 8), Rectangle(0, 0, 4, 4))
    doubled = Affine.scaling(Size(8, 8), Size(16, 16))
    framed = sample.replace(annotation=sample.annotation.scaled(doubled))
    (result,) = run(Augment, transform("HorizontalFlip"), framed)
    assert shapes_of(result) == [Rectangle(4, 0, 8, 4)]


def test_names_of_opencv_constants() -> None:
    by_name, by_number = (
        run(Augment, transform("Rotate", interpolation=value), with_shapes(SIZE, POLYGON))[0]
        for value in ("INTER_CUBIC", 2)
    )
    assert_same_sample(by_name, by_number)


def test_shift_scale_rotate_is_affine() -> None:
    limits = {"shift_limit": [0.1, 0.1], "scale_limit": [0.2, 0.2], "rotate_limit": [30, 30]}
    (result,) = run(Augment, transform("ShiftScaleRotate", **limits), make_sample(*SIZE))
    affine = A.Affine(
        scale=(1.2, 1.2), translate_percent={"x": (0.1, 0.1), "y": (0.1, 0.1)}, rotate=(30, 30), p=1
    )
    expected = affine(image=make_sample(*SIZE).image.pixels())["image"]
    assert (result.image.pixels() == expected).all()


def test_pixels_are_those_of_albumentations() -> None:
    """Behind the choice, the library does what it always does."""
    (result,) = run(Augment, transform("Solarize", threshold_range=[0.3, 0.3]), make_sample(*SIZE))
    expected = A.Solarize(threshold_range=(0.3, 0.3), p=1)(image=make_sample(*SIZE).image.pixels())
    assert (result.image.pixels() == expected["image"]).all()


def test_sizes_and_annotation_agree() -> None:
    (result,) = run(Augment, transform("Transpose"), with_shapes((9, 4), Point(1, 2)))
    assert size_of(result) == (Size(4, 9), Size(4, 9))
    assert shapes_of(result) == [Point(2, 1)]


def test_tags_description_and_foreign_keys_stay() -> None:
    for sample in conformance_samples():
        (result,) = run(Augment, transform("HorizontalFlip"), sample)
        assert result.tags == sample.tags
        for one, other in zip(result.instances, sample.instances, strict=True):
            assert one.with_shape(other.shape) == other


def test_annotation_is_not_even_read_where_nothing_moves() -> None:
    class Unread:
        def load(self) -> tuple[Instance, ...]:
            raise AssertionError("the annotation was read")

    sample = make_sample(8, 6)
    sample = sample.replace(annotation=Annotation(sample.size, Unread()))
    (result,) = run(Augment, transform("GaussNoise"), sample)
    assert result.image.pixels().shape == (6, 8, 3)


def test_threads_share_nothing() -> None:
    from concurrent.futures import ThreadPoolExecutor

    steps = [{"name": "Affine", "rotate": [-90, 90], "p": 1}, {"name": "GaussNoise", "p": 1}]
    node = make(Augment, transform("Compose", transforms=steps))
    samples = [with_shapes((40, 30), POLYGON, file=f"{number}.png") for number in range(24)]

    def work(sample: Sample) -> Sample:
        return node.apply(sample, node.draw(sample, Draws(1, "node", sample)))  # type: ignore[attr-defined,no-any-return]

    alone = [work(sample) for sample in samples]
    with ThreadPoolExecutor(4) as pool:
        for one, other in zip(alone, pool.map(work, samples), strict=True):
            assert_same_sample(one, other)


def refused(written: Any) -> list[tuple[str, str]]:
    """Return places and messages of all mistakes."""
    with pytest.raises(ValidationError) as caught:
        make(Augment, {"transform": written})
    return [
        (".".join(map(str, error["loc"])), f"{error['msg']} ({error['ctx']['help']})")
        for error in caught.value.errors()
    ]


@pytest.mark.parametrize(
    ("written", "place", "words"),
    [
        ({"name": "RandomBrightnesContrast"}, "name", "did you mean 'RandomBrightnessContrast'?"),
        ({"name": "Xyzzy"}, "name", "there is no such transform"),
        ({"name": "Blur", "blur_limt": 3}, "blur_limt", "did you mean 'blur_limit'?"),
        ({"name": "Blur", "blur_limit": [4, 8]}, "blur_limit", "must be odd"),
        ({"name": "Blur", "blur_limit": "3"}, "blur_limit", "must be a list or a whole number"),
        ({"name": "GaussNoise", "std_range": []}, "std_range", "must be a list of 2"),
        ({"name": "GaussNoise", "std_range": [0, 0, 1]}, "std_range", "must be a list of 2"),
        ({"name": "Equalize", "mask_params": ["m"]}, "mask_params", "has no effect"),
        ({"name": "GaussNoise", "std_range": [0.5, 2]}, "std_range", "must be >= 0 and <= 1"),
        ({"name": "NoOp", "p": 1.5}, "p", "less than or equal to 1"),
        ({"name": "Resize", "width": 4}, "", "'Resize' needs 'height'"),
        ({"name": "Affine", "translate_px": 1, "translate_percent": 0.1}, "", "both were provided"),
        ({"name": "Rotate", "mask_interpolation": 1}, "mask_interpolation", "has no effect"),
        ({"name": "Pad", "fill_mask": 7}, "fill_mask", "masks end where the image does"),
        ({"name": "Rotate", "interpolation": 9}, "interpolation", "'INTER_LINEAR'"),
        ({"name": "Resize", "height": 4, "width": 4, "area_for_downscale": "image_mask"},
         "area_for_downscale", "use 'image'"),
        ({"name": "ToGray", "num_output_channels": 1}, "num_output_channels", "3 channels"),
        ({"name": "OneOf", "transforms": []}, "transforms", "a list that is not empty"),
        ({"name": "OneOf"}, "", "needs 'transforms'"),
        ({"name": "OneOf", "transforms": [{"name": "NoOp", "p": 0}]}, "transforms", "above 0"),
        ({"name": "SomeOf", "n": 3, "transforms": [{"name": "NoOp"}]}, "n", "cannot take 3 of 1"),
        ({"name": "SomeOf", "n": 0, "transforms": [{"name": "NoOp"}]}, "n", "at least 1"),
        ({"name": "RandomOrder", "replace": 1, "transforms": [{"name": "NoOp"}]}, "replace",
         "true or false"),
        ({"name": "OneOrOther", "first": {"name": "NoOp"}}, "", "'first' and 'second'"),
        ({"name": "Compose", "p": 2, "transforms": [{"name": "NoOp"}]}, "p", "from 0 to 1"),
        ({"name": "Compose", "transforms": [{"name": "NoOp"}, {"p": 1}]}, "transforms.1",
         "needs a 'name'"),
        ({"name": "Compose", "transforms": [3]}, "transforms.0", "an object with a 'name'"),
        ({"name": "Compose", "transforms": [{"name": "NoOp"}], "seed": 3}, "seed",
         "'Compose' has no argument 'seed'"),
        ({"name": 3}, "", "'name' is a string"),
    ],
)  # fmt: skip
def test_mistakes_are_told_at_their_place(written: Any, place: str, words: str) -> None:
    ((at, message),) = refused(written)
    assert at == ".".join(part for part in ("transform", place) if part)
    assert words in message


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_transforms_say_why(name: str) -> None:
    assert refused({"name": name}) == [("transform.name", f"'{name}' {REFUSED[name]} ()")]


def test_all_mistakes_are_told_at_once() -> None:
    inner = [{"name": "Lambda"}, {"name": "Blur", "p": -1}, {"name": "OneOf", "transforms": [7]}]
    places = [place for place, _ in refused({"name": "Compose", "transforms": inner})]
    assert places == [
        "transform.transforms.0.name",
        "transform.transforms.1.p",
        "transform.transforms.2.transforms.0",
    ]


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ({"name": "GaussNoise", "std_rang": [0, 1], "p": 1.5}, ["std_rang", "p"]),
        ({"name": "Resize", "widht": 4, "height": 0, "p": 2}, ["widht", "", "height", "p"]),
        ({"name": "Rotate", "mask_interpolation": 1, "limit": "far"},
         ["mask_interpolation", "limit"]),
        ({"name": "GausNoise", "std_range": [0, 9], "p": 1.5}, ["name", "p"]),
        ({"name": "OneOf", "p": 1.5, "transform": []}, ["transform", "", "p"]),
        ({"name": "SomeOf", "transforms": [], "n": 0}, ["transforms", "n"]),
        ({"name": "Compose", "p": "often", "transforms": [{"name": "NoOp", "q": 1, "p": -1}]},
         ["transforms.0.q", "transforms.0.p", "p"]),
    ],
)  # fmt: skip
def test_one_mistake_hides_no_other(written: Any, places: list[str]) -> None:
    found = [place.removeprefix("transform").removeprefix(".") for place, _ in refused(written)]
    assert sorted(found) == sorted(places)


def test_what_depends_on_a_misspelt_argument_is_not_told() -> None:
    """Taken for not given, it would contradict what else is written."""
    written = {"name": "Affine", "translate_px": 1, "translate_percnt": None}
    assert [place for place, _ in refused(written)] == ["transform.translate_percnt"]
    written = {"name": "CropAndPad", "pxx": 4}
    assert [place for place, _ in refused(written)] == ["transform.pxx"]


def test_arguments_at_their_defaults_may_be_written() -> None:
    make(Augment, transform("Rotate", mask_interpolation="INTER_NEAREST", fill_mask=0))
