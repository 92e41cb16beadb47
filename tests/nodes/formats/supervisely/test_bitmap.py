from __future__ import annotations

import base64
import io
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from PIL import Image

from dtl_engine.errors import AnnotationError
from dtl_nodes.formats.supervisely.bitmap import decode_mask, encode_mask, mask_size
from tests.fixtures import projects

PALETTE = (
    "eJzrDPBz5+WS4mJgYOD19HAJAtIsQMzMyAwk+6xsWoEUW4BPiCuQ/v///9Kb8+8CWYwlQX7BDA7PbqQBOXyeLo4h"
    "FXOSPRJ+HBBgYGBlY1zYuMwpCSjD4Onq57LOKaEJAHtxGfE="
)
GRAY = (
    "eJzrDPBz5+WS4mJgYOD19HAJAtIsQMzMASQYJs7/KAWkxDxdHEMq5rAeZGQE8poUftnfatjkYKX6meWv5/xVlSCVnq5+"
    "LuucEpoAcp4Tsw=="
)
MASK = np.array([[0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1]], bool)


def packed(png: bytes) -> str:
    return base64.b64encode(zlib.compress(png)).decode("ascii")


def as_png(pixels: NDArray[np.uint8]) -> str:
    return packed(cv2.imencode(".png", pixels)[1].tobytes())


@pytest.mark.parametrize("text", [PALETTE, GRAY])
def test_worked_strings(text: str) -> None:
    assert mask_size(text) == (4, 3)
    assert (decode_mask(text) == MASK).all()


def test_alpha_decides_in_four_channels() -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[0, 1] = (9, 9, 9, 0)
    pixels[1, 2] = (0, 0, 0, 1)
    assert np.argwhere(decode_mask(as_png(pixels))).tolist() == [[1, 2]]


def test_any_gray_but_black_is_set() -> None:
    pixels = np.array([[0, 1, 255]], np.uint8)
    assert decode_mask(as_png(pixels)).tolist() == [[False, True, True]]


def test_other_channel_counts_are_refused() -> None:
    with pytest.raises(AnnotationError, match="not 3") as refused:
        decode_mask(as_png(np.ones((2, 2, 3), np.uint8)))
    assert refused.value.code == "F604"


@pytest.mark.parametrize(
    "text",
    ["", "!!!", "QUJD", base64.b64encode(b"no zlib").decode(), packed(b""), packed(b"no PNG"),
     packed(base64.b64decode("iVBORw0KGgo=")), PALETTE[:-8]],
)  # fmt: skip
def test_broken_texts_are_refused(text: str) -> None:
    with pytest.raises(AnnotationError) as refused:
        decode_mask(text)
    assert refused.value.code == "F604"


@pytest.mark.parametrize("text", ["", "!!!", "QUJD", packed(b""), packed(b"no PNG at all, " * 9)])
def test_broken_headers_are_refused(text: str) -> None:
    with pytest.raises(AnnotationError) as refused:
        mask_size(text)
    assert refused.value.code == "F604"


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=20)))
def test_written_masks_read_back(mask: NDArray[np.bool_]) -> None:
    text = encode_mask(mask)
    assert mask_size(text) == mask.shape[::-1]
    assert (decode_mask(text) == mask).all()


@given(st.integers(1, 70), st.integers(1, 5))
def test_other_readers_and_writers_agree(width: int, height: int) -> None:
    mask = np.random.default_rng(width).random((height, width)) < 0.5
    assert (projects.decode_mask(encode_mask(mask)) == mask).all()
    assert (decode_mask(projects.encode_mask(mask)) == mask).all()


def test_writes_a_palette_png_with_a_transparent_background() -> None:
    with Image.open(io.BytesIO(zlib.decompress(base64.b64decode(encode_mask(MASK))))) as image:
        image.load()
        assert image.mode == "P"
        assert (image.getpalette() or [])[:6] == [0, 0, 0, 255, 255, 255]
        assert image.info["transparency"] in (0, b"\0\xff")


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtl_nodes.formats.supervisely.bitmap.MAX_INFLATED_BYTES", 1000)
    with pytest.raises(AnnotationError, match="inflates"):
        decode_mask(packed(b"\x89PNG" + bytes(2000)))
