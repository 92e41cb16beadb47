"""The EXIF orientation of every format, applied exactly."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest

from dtl_engine.model.codec import decode, encode
from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.reader import read_header


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(7).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def saved(image: PIL.Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def oriented(image: PIL.Image.Image, form: str, orientation: int) -> bytes:
    if form == "TIFF":
        return saved(image, form, tiffinfo={274: orientation})
    exif = PIL.Image.Exif()
    exif[274] = orientation
    return (
        saved(image, form, exif=exif, lossless=True)
        if form == "WEBP"
        else saved(image, form, exif=exif)
    )


def test_all_orientations_give_the_same_landscape(shared: Path) -> None:
    folder = shared / "data/images/exif"
    pictures = [
        decode((folder / f"Landscape_{number}.jpg").read_bytes()).raster for number in range(1, 9)
    ]
    assert {picture.shape for picture in pictures} == {(450, 600, 3)}
    first, *others = (picture.astype(int) for picture in pictures)
    for other in others:
        # The first one has other colours, for want of a profile.
        right, *wrong = (
            np.abs(first - turned).mean()
            for turned in (other, other[::-1], other[:, ::-1], other[::-1, ::-1])
        )
        assert right < min(wrong) / 2.5
        assert np.abs(others[0] - other).mean() < 6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("form", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "L", "P", "LA", "1")),
        *(("TIFF", mode) for mode in ("RGB", "L", "LA", "CMYK", "P")),
        *(("WEBP", "RGB"), ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK")),
    ],
)
def test_orientation_is_exact(form: str, mode: str, orientation: int) -> None:
    image = PIL.Image.fromarray(noise(16, 24, 3)).convert(mode)
    data = oriented(image, form, orientation)
    stored = decode(oriented(image, form, 1))
    header = read_header(data)
    assert header.orientation == orientation
    assert header.size == ((16, 24) if orientation >= 5 else (24, 16))
    turns = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: a[::-1].swapaxes(0, 1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: a[:, ::-1].swapaxes(0, 1),
    }
    assert (decode(data).raster == turns[orientation](stored.raster)).all()
    again = encode(*decode(data), ".png")
    assert read_header(again).orientation == 1


def test_tiff_of_two_bytes_orders_and_16_bits_turns_upright() -> None:
    truth = noise(6, 9, dtype=np.uint16)
    image = PIL.Image.fromarray(truth)
    data = oriented(image, "TIFF", 6)
    assert (decode(data).raster == truth[::-1].T).all()
    big = b"MM\0*" + struct.pack(">IH", 8, 1) + struct.pack(">HHIHH", 274, 3, 1, 6, 0) + bytes(4)
    exif = saved(PIL.Image.fromarray(noise(8, 16)), "PNG", exif=b"Exif\0\0" + big)
    assert read_header(exif).size == Size(8, 16)
