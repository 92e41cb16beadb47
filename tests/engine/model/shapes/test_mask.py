from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.typing import NDArray

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import BBox, Size, Window
from dtl_engine.model.shapes import Mask

SIZE = Size(10, 8)


def pixels(text: str) -> NDArray[np.bool_]:
    return np.array([[digit == "1" for digit in row] for row in text.split("/")])


def mask(text: str, x: int, y: int) -> Mask:
    tight = Mask.tight(pixels(text), x, y)
    assert tight is not None
    return tight


def never(encoded: str) -> NDArray[np.bool_]:
    raise AssertionError(encoded)


def lazy(text: str, x: int, y: int) -> Mask:
    height, width = pixels(text).shape
    return Mask.lazy(x, y, width, height, text, pixels)


def test_golden_normalize() -> None:
    assert mask("1111/1111/1111/1111", 8, 6).normalize(SIZE) == (mask("11/11", 8, 6),)


def test_golden_crop() -> None:
    assert mask("110/011/101", 2, 2).crop(Window(4, 0, 10, 8)) == (mask("1/1", 0, 3),)


def test_golden_flip() -> None:
    assert mask("10/11", 1, 1).mirror("vertical", SIZE) == mask("01/11", 7, 1)
    assert mask("10/11", 1, 1).mirror("horizontal", SIZE) == mask("11/10", 1, 5)


def test_tight_trims_the_margins() -> None:
    trimmed = mask("0000/0110/0010/0000", 3, 5)
    assert trimmed == mask("11/01", 4, 6)
    assert trimmed.bbox == BBox(4, 6, 6, 8)
    assert trimmed.area == 3
    assert Mask.tight(pixels("00/00"), 0, 0) is None
    assert not trimmed.pixels.flags.writeable
    assert trimmed.pixels.flags.c_contiguous


def test_tight_copies_what_it_is_given() -> None:
    source = np.ones((2, 2), np.uint8) * 255
    made = Mask.tight(source, 0, 0)
    source[:] = 0
    assert made == mask("11/11", 0, 0)


def test_a_crop_that_cuts_everything_drops_the_mask() -> None:
    assert mask("101", 2, 2).crop(Window(3, 0, 4, 8)) == ()
    assert mask("101", 2, 2).crop(Window(5, 0, 9, 8)) == ()


@pytest.mark.parametrize(("edge", "width"), [(3.49, 1), (3.5, 2), (4.5, 3)])
def test_windows_are_rounded_half_up(edge: float, width: int) -> None:
    (cut,) = mask("1111", 2, 2).clip((0, 0, edge, 8))
    assert cut.width == width


def test_what_is_not_cut_is_not_decoded() -> None:
    read = Mask.lazy(4, 2, 3, 2, "text", never)
    (moved,) = read.crop(Window(4, 1, 9, 8))
    assert (moved.x, moved.y, moved.width, moved.height) == (0, 1, 3, 2)
    assert moved.encoded == "text"
    assert read.normalize(SIZE)[0] is read
    assert read.crop(Window(0, 4, 9, 8)) == ()
    assert pickle.loads(pickle.dumps(read)).encoded == "text"
    assert read == Mask.lazy(4, 2, 3, 2, "text", never)


def test_pixels_are_decoded_once() -> None:
    calls = []

    def decode(encoded: str) -> NDArray[np.bool_]:
        calls.append(encoded)
        return pixels(encoded)

    read = Mask.lazy(0, 0, 2, 1, "11", decode)
    assert read.shift(1, 1).area == read.area == 2
    assert calls == ["11"]


def test_the_string_is_forgotten_where_pixels_change() -> None:
    read = lazy("110/011", 2, 2)
    assert read.mirror("vertical", SIZE).encoded is None
    (cut,) = read.crop(Window(3, 0, 9, 8))
    assert cut.encoded is None
    assert read.encoded == "110/011"


def test_ten_crops_of_a_mirrored_mask_encode_it_once() -> None:
    mirrored = lazy("10/11", 1, 1).mirror("vertical", SIZE)
    calls = []

    def encode(array: NDArray[np.bool_]) -> str:
        calls.append(array)
        return "made"

    crops = [mirrored.crop(Window(left, 0, 10, 8))[0] for left in range(7)]
    assert {crop.encoded_by(encode) for crop in crops} == {"made"}
    assert len(calls) == 1
    assert mirrored.encoded == "made"


def test_empty_margins_of_a_read_mask() -> None:
    read = lazy("0000/0110/0000", 1, 1)
    assert read.mirror("vertical", SIZE).tightened() == mask("11", 6, 2)
    assert read.crop(Window(2, 0, 10, 8)) == (mask("11", 0, 2),)
    assert read.tightened() == mask("11", 2, 2)
    assert (read.paint(SIZE) == mask("11", 2, 2).paint(SIZE)).all()


def test_tightened_keeps_what_is_tight_and_drops_what_is_empty() -> None:
    read = lazy("11", 1, 1)
    assert read.tightened() is read
    empty = lazy("00/00", 1, 1)
    assert empty.tightened() is None
    assert empty.crop(Window(2, 0, 10, 8)) == ()
    assert not empty.paint(SIZE).any()


def test_pixels_of_another_size_are_refused() -> None:
    with pytest.raises(AnnotationError, match="announced were height 2 and width 3") as caught:
        _ = Mask.lazy(0, 0, 3, 2, "11/11", pixels).pixels
    assert caught.value.code == "F604"
    with pytest.raises(AnnotationError):
        Mask.lazy(0, 0, 0, 2, "", pixels)


def test_paint_cuts_at_the_picture() -> None:
    picture = mask("11/11", -1, 3).paint(Size(3, 4))
    assert np.argwhere(picture).tolist() == [[3, 0]]


def test_it_is_a_value() -> None:
    read, made = lazy("101/111", 1, 2), mask("101/111", 1, 2)
    assert read == made
    assert hash(read) == hash(made)
    assert made != mask("111/111", 1, 2)
    assert made != mask("101/111", 2, 2)
    assert made != mask("10/11", 1, 2)
    assert made.body != "mask"
    for value in (read, made, made.mirror("vertical", SIZE)):
        copy = pickle.loads(pickle.dumps(value))
        assert copy == value
        assert copy.encoded == value.encoded
        assert not copy.pixels.flags.writeable
