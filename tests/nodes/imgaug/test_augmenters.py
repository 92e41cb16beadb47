"""The augmenters: what they do to pixels, and annotations behind those that move content."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import DataError
from dtl_engine.model.annotation import Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask, Polygon, Rectangle, Shape
from dtl_engine.testing import picture
from dtl_nodes.imgaug.parameters import Interval, Number, WrongParameter
from dtl_nodes.imgaug.table import CATEGORIES, check_augmenter
from dtl_nodes.kernels.noise import seeded
from dtl_nodes.motion.carry import carried

ALL = [(category, name) for category, names in CATEGORIES.items() for name in names]
MOVING = [(category, name) for category, name in ALL if CATEGORIES[category][name].moves]
SIZES = [(64, 48), (1, 1), (1, 9), (7, 1), (2, 2), (3, 3), (13, 11)]

TRIED: dict[str, dict[str, Any]] = {
    "Affine": {"rotate": [-30, 30], "scale": [0.7, 1.3], "shear": [-8, 8]},
    "Crop": {"percent": [0, 0.2]},
    "CropAndPad": {"px": [-10, 10]},
    "CropToFixedSize": {"width": 70, "height": 60},
    "CenterCropToFixedSize": {"width": 71, "height": 61},
    "CenterPadToFixedSize": {"width": 141, "height": 121},
    "ElasticTransformation": {"alpha": 40, "sigma": 6},
    "Pad": {"percent": [0.1, 0.2], "keep_size": False},
    "PadToFixedSize": {"width": 141, "height": 121},
    "PerspectiveTransform": {"scale": 0.1},
    "PiecewiseAffine": {"scale": 0.03},
    "Resize": {"size": {"width": 0.8, "height": 130}},
    "Rotate": {"rotate": [-40, 40], "fit_output": True},
    "TranslateX": {"px": [-20, 20]},
    "TranslateY": {"percent": [-0.2, 0.2]},
}
EXACT = {
    "CenterCropToFixedSize",
    "CenterPadToFixedSize",
    "CropToFixedSize",
    "Fliplr",
    "Flipud",
    "Pad",
    "PadToFixedSize",
}


def act(category: str, name: str, pixels: Any, seed: int = 0, **values: Any) -> Any:
    assert check_augmenter(category, name, values) == []
    return CATEGORIES[category][name].run(pixels, seeded(seed), values)


def gray(*values: int) -> Any:
    """Return a picture of one row with these values in all channels."""
    return np.array([[[value] * 3 for value in values]], np.uint8)


def row(pixels: Any) -> list[int]:
    return list(pixels[0, :, 0].tolist())


@pytest.mark.parametrize(("category", "name"), ALL)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_runs_on_every_size_and_repeats(category: str, name: str, size: tuple[int, int]) -> None:
    pixels = picture(Size(*size))
    pixels.setflags(write=False)
    for seed in range(3):
        try:
            made, motions = act(category, name, pixels, seed)
        except DataError as error:
            assert (error.code, name) == ("F610", "Superpixels")
            return
        again, _ = act(category, name, pixels, seed)
        assert made.dtype == np.uint8
        assert (made == again).all()
        after = motions[-1].size if motions else Size(*size)
        assert made.shape == (after.height, after.width, 3)


@pytest.mark.parametrize(("category", "name"), ALL)
def test_defaults_can_be_written(category: str, name: str) -> None:
    parameters = CATEGORIES[category][name].parameters
    written = {key: parameter.initial for key, parameter in parameters.items()}
    assert check_augmenter(category, name, written) == []


@pytest.mark.parametrize(("category", "name"), MOVING)
@pytest.mark.parametrize("kind", ["polygon", "mask", "rectangle"])
def test_annotations_stay_on_their_pixels(category: str, name: str, kind: str) -> None:
    size = Size(120, 100)
    rows, columns = np.indices((100, 120))
    mask = Mask.tight(((columns - 60) / 30) ** 2 + ((rows - 50) / 25) ** 2 < 1, 0, 0)
    assert mask is not None
    shapes: dict[str, Shape] = {
        "polygon": Polygon(
            [(20, 15), (80, 22), (95, 70), (40, 88)], [[(40, 40), (60, 40), (50, 60)]]
        ),
        "mask": mask,
        "rectangle": Rectangle(30, 25, 85, 75),
    }  # fmt: skip
    shape = shapes[kind]
    before = np.repeat(shape.paint(size)[..., None].view(np.uint8) * np.uint8(255), 3, axis=2)
    for seed in range(5):
        made, motions = act(category, name, before, seed, **TRIED.get(name, {}))
        wanted = made[..., 0] > 127
        after = Size(wanted.shape[1], wanted.shape[0])
        pieces = [one.shape for one in carried([Instance("a", shape)], size, motions)]
        got = np.any([np.zeros_like(wanted), *(piece.paint(after) for piece in pieces)], axis=0)
        if kind == "rectangle":
            places, others = np.argwhere(got), np.argwhere(wanted)
            corners = (
                np.abs(places.min(axis=0) - others.min(axis=0)),
                np.abs(places.max(axis=0) - others.max(axis=0)),
            )
            assert np.max(corners) <= (0 if name in EXACT else 1)
        elif name in EXACT:
            assert (got == wanted).all()
        else:
            assert off_border(got, wanted) <= 3


def off_border(got: Any, wanted: Any) -> int:
    near = np.zeros_like(wanted)
    for axis, step in product((0, 1), (-1, 1)):
        near |= np.roll(wanted, step, axis) != wanted
    return int(((got != wanted) & ~near).sum())


@pytest.mark.parametrize(
    ("category", "name", "values", "before", "after"),
    [
        ("arithmetic", "Add", {"value": 20}, (0, 100, 250), [20, 120, 255]),
        ("arithmetic", "Multiply", {"mul": 1.5}, (0, 101, 250), [0, 152, 255]),
        ("arithmetic", "Invert", {}, (0, 100, 255), [255, 155, 0]),
        ("arithmetic", "Solarize", {"threshold": 101}, (100, 101, 255), [100, 154, 0]),
        ("arithmetic", "Dropout", {"p": 1}, (9, 9, 9), [0, 0, 0]),
        ("arithmetic", "CoarseDropout", {"p": 1, "size_px": 2}, (9, 9, 9), [0, 0, 0]),
        ("arithmetic", "Salt", {"p": 1}, (9, 9, 9), [255, 255, 255]),
        ("arithmetic", "AddElementwise", {"value": 3}, (1, 2, 3), [4, 5, 6]),
        ("arithmetic", "AdditiveGaussianNoise", {"scale": 0, "loc": 2}, (1, 2, 3), [3, 4, 5]),
        ("arithmetic", "Dropout2d", {"p": 1, "nb_keep_channels": 0}, (9, 9, 9), [0, 0, 0]),
        ("color", "AddToBrightness", {"add": 10}, (0, 100, 250), [10, 110, 255]),
        ("color", "RemoveSaturation", {}, (0, 100, 250), [0, 100, 250]),
        ("color", "UniformColorQuantization", {"n_colors": 2}, (0, 127, 128), [64, 64, 192]),
        ("contrast", "LinearContrast", {"alpha": 2}, (127, 137, 0), [127, 147, 0]),
        ("contrast", "GammaContrast", {"gamma": 2}, (0, 128, 255), [0, 64, 255]),
        ("contrast", "LogContrast", {"gain": 1}, (0, 255), [0, 255]),
        ("pillike", "Posterize", {"nb_bits": 1}, (0, 127, 128), [0, 0, 128]),
        ("flip", "Fliplr", {"p": 1}, (1, 2, 3), [3, 2, 1]),
        ("flip", "Fliplr", {"p": 0}, (1, 2, 3), [1, 2, 3]),
        ("size", "Crop", {"px": 1, "keep_size": False}, (1, 2, 3), [2]),
        ("size", "Pad", {"px": 1, "keep_size": False, "pad_cval": 7}, (1, 2), [7, 7, 7, 7]),
        ("geometric", "TranslateX", {"px": 1, "cval": 7}, (1, 2, 3), [7, 1, 2]),
        ("geometric", "TranslateX", {"px": 1, "mode": "edge"}, (1, 2, 3), [1, 1, 2]),
        ("geometric", "Rot90", {"k": 2}, (1, 2, 3), [3, 2, 1]),
    ],
)  # fmt: skip
def test_known_values(
    category: str, name: str, values: dict[str, Any], before: tuple[int, ...], after: list[int]
) -> None:
    made, _ = act(category, name, gray(*before), **values)
    assert row(made) == after


def test_quarter_turns_go_to_the_right() -> None:
    made, _ = act("geometric", "Rot90", picture(Size(3, 2)), k=1, keep_size=False)
    assert (made == np.rot90(picture(Size(3, 2)), -1)).all()
    kept, _ = act("geometric", "Rot90", picture(Size(3, 2)), k=1)
    assert kept.shape == (2, 3, 3)


def test_rotation_goes_to_the_right_about_the_middle() -> None:
    before = picture(Size(5, 5))
    made, _ = act("geometric", "Rotate", before, rotate=90)
    assert (made == np.rot90(before, -1)).all()


def test_gray_world_has_no_hue() -> None:
    colored = np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)
    made, _ = act("color", "Grayscale", colored)
    assert made.tolist() == [[[76] * 3, [29] * 3]]
    turned, _ = act("color", "AddToHue", colored, value=255)
    assert np.abs(turned.astype(int) - colored).max() <= 12


def test_warm_and_cold_light() -> None:
    white = np.full((1, 1, 3), 255, np.uint8)
    (warm,), (cold,) = (act("color", "ChangeColorTemperature", white, kelvin=k)[0][0]
                        for k in (2000, 20_000))  # fmt: skip
    assert warm[0] > warm[1] > warm[2]
    assert cold[0] < cold[1] < cold[2]


def test_channels_by_themselves() -> None:
    made, _ = act("arithmetic", "Add", gray(100), value=[-50, 50], per_channel=True)
    assert len(set(made[0, 0].tolist())) == 3
    made, _ = act("arithmetic", "Add", gray(100), value=[-50, 50])
    assert len(set(made[0, 0].tolist())) == 1


def test_sizes() -> None:
    before = picture(Size(40, 20))
    for size, shape in (
        (30, (30, 30)),
        (0.5, (10, 20)),
        ({"width": "keep-aspect-ratio", "height": 10}, (10, 20)),
        ({"width": 20, "height": "keep"}, (20, 20)),
    ):
        made, _ = act("size", "Resize", before, size=size)
        assert made.shape[:2] == shape


def test_crops_leave_a_pixel() -> None:
    made, _ = act("size", "Crop", picture(Size(4, 4)), px=9, keep_size=False)
    assert made.shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("value", "interval"),
    [(3, Interval(3, 3)), (2.5, Interval(2.5, 2.5)), ([1, 2], Interval(1, 2))],
)
def test_numbers(value: Any, interval: Interval) -> None:
    assert Number(0, 10, 0).read(value) == interval


@pytest.mark.parametrize("value", [11, -1, [2, 1], [1], [1, 2, 3], "1", True, None, [1, True]])
def test_wrong_numbers(value: Any) -> None:
    with pytest.raises(WrongParameter):
        Number(0, 10, 0).read(value)


def test_whole_numbers_include_both_ends() -> None:
    generator = seeded(1)
    drawn = {Interval(1, 3, True).number(generator) for _ in range(100)}
    assert drawn == {1, 2, 3}
    assert set(Interval(1, 3, True).numbers(generator, (100,)).tolist()) == {1.0, 2.0, 3.0}


@pytest.mark.parametrize(
    ("category", "name", "values", "place", "words"),
    [
        ("arithmetic", "Ad", {}, ("name",), "did you mean 'Add'?"),
        ("arithmetic", "Fliplr", {}, ("name",), "it is in category 'flip'"),
        ("flip", "Weird", {}, ("name",), "flip has Fliplr, Flipud"),
        ("arithmetic", "Add", {"valu": 1}, ("params", "valu"), "did you mean 'value'?"),
        ("contrast", "HistogramEqualization", {"x": 1}, ("params", "x"), "it has none"),
        ("arithmetic", "Add", {"value": 999}, ("params", "value"), "from -255 to 255"),
        ("arithmetic", "Add", {"value": [5, 1]}, ("params", "value"), "from 5 down to 1"),
        ("arithmetic", "Add", {"per_channel": 2}, ("params", "per_channel"), "true, false or a"),
        ("blur", "MedianBlur", {"k": 2.5}, ("params", "k"), "a whole number from 1 to 253"),
        ("geometric", "Rotate", {"mode": "mirror"}, ("params", "mode"), "one of 'constant', "),
        ("geometric", "Affine", {"scale": {"z": 1}}, ("params", "scale"), "'x' and 'y'"),
        ("geometric", "Affine", {"translate_px": 1, "translate_percent": 0.1},
         ("params", "translate_percent"), "not both"),
        ("geometric", "Rot90", {"keep_size": 1}, ("params", "keep_size"), "one of true, false"),
        ("size", "Resize", {"size": {"width": 3}}, ("params", "size"), "'width' and 'height'"),
    ],
)  # fmt: skip
def test_mistakes(
    category: str, name: str, values: dict[str, Any], place: tuple[str, ...], words: str
) -> None:
    (found,) = check_augmenter(category, name, values)
    context = found["type"].context or {}  # type: ignore[union-attr]
    assert found["loc"] == place
    assert words in f"{context['reason']} ({context['help']})"
