"""Decoding and encoding of every kind of image file, with the reference files and drawn ones."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest

from dtl_engine.model.codec import IMAGE_SUFFIXES, decode, encode
from dtl_engine.model.imagefile.channels import to_opencv, to_rgb
from dtl_engine.model.imagefile.reader import read_header

MODES = {
    "1x1.jpg": ("bgr", np.uint8),
    "UPPER.JPG": ("bgr", np.uint8),
    "cmyk.jpg": ("bgr", np.uint8),
    "gray16.png": ("gray", np.uint16),
    "gray8.png": ("gray", np.uint8),
    "gray_alpha8.png": ("gray_alpha", np.uint8),
    "jpeg_named_png.png": ("bgr", np.uint8),
    "palette8.png": ("palette", np.uint8),
    "restart_markers.jpg": ("bgr", np.uint8),
    "rgb16.png": ("bgr", np.uint16),
    "rgb16_64px.png": ("bgr", np.uint16),
    "rgb8.bmp": ("bgr", np.uint8),
    "rgb8.tiff": ("bgr", np.uint8),
    "rgb8.webp": ("bgr", np.uint8),
    "rgb8_icc.png": ("bgr", np.uint8),
    "rgba8.png": ("bgra", np.uint8),
    "имя с пробелом.jpg": ("bgr", np.uint8),  # noqa: RUF001
}
PROFILE = b"\0" * 16 + b"RGB XYZ " + bytes(range(256)) * 300
GRAY_PROFILE = b"\0" * 16 + b"GRAYXYZ " + bytes(104)


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(7).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def saved(image: PIL.Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def pillow_rgb(data: bytes) -> np.ndarray:
    with PIL.Image.open(io.BytesIO(data)) as image:
        return np.asarray(PIL.ImageOps.exif_transpose(image).convert("RGB"))


def png_chunks(data: bytes) -> dict[bytes, bytes]:
    chunks, position = {}, 8
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        body = data[position + 4 : position + 8 + length]
        assert struct.unpack_from(">I", data, position + 8 + length)[0] == zlib.crc32(body)
        chunks[body[:4]] = body[4:]
        position += length + 12
    return chunks


@pytest.mark.parametrize("name", MODES)
def test_every_mode_decodes_in_its_own_channels_and_depth(shared: Path, name: str) -> None:
    data = (shared / "data/images/modes" / name).read_bytes()
    raster, coding = decode(data)
    assert (coding.layout, raster.dtype) == MODES[name]
    assert not raster.flags.writeable
    assert raster.shape[:2] == read_header(data).size[::-1]


@pytest.mark.parametrize("name", [name for name in MODES if "16" not in name])
def test_colours_are_those_of_pillow(shared: Path, name: str) -> None:
    data = (shared / "data/images/modes" / name).read_bytes()
    difference = to_rgb(*decode(data)).astype(int) - pillow_rgb(data)
    # Two decoders of lossy formats, and of inks, need not agree to the last bit.
    if name.lower().endswith(("jpg", "webp", "jpeg_named_png.png")):
        assert np.abs(difference).mean() < 1
    else:
        assert not difference.any()


def test_16_bits_are_shifted_down(shared: Path) -> None:
    raster, coding = decode((shared / "data/images/modes/rgb16.png").read_bytes())
    assert (to_rgb(raster, coding) == (raster >> 8)[..., ::-1]).all()


@pytest.mark.parametrize("name", MODES)
def test_every_mode_survives_being_encoded_again(shared: Path, name: str) -> None:
    data = (shared / "data/images/modes" / name).read_bytes()
    raster, coding = decode(data)
    suffix = Path(name).suffix
    again = decode(encode(raster[:, ::-1][:, ::-1], coding, suffix))
    if suffix.lower() == ".jpg":
        difference = np.abs(raster.astype(int) - again.raster)
        assert again.coding.layout == coding.layout
        assert difference.mean() < 3
    elif suffix == ".webp":
        assert not again.coding.is_lossless
        assert np.abs(raster.astype(int) - again.raster).mean() < 3
    else:
        assert again.coding.layout == coding.layout
        assert again.raster.dtype == raster.dtype
        assert (again.raster == raster).all()


@pytest.mark.parametrize("name", ["palette8.png", "rgb8_icc.png", "rgb16.png", "rgba8.png"])
def test_png_keeps_its_colour_profile(shared: Path, name: str) -> None:
    raster, coding = decode((shared / "data/images/modes" / name).read_bytes())
    again = encode(raster, coding, ".png")
    assert coding.icc
    assert decode(again).coding.icc == coding.icc
    assert list(png_chunks(again))[:2] == [b"IHDR", b"iCCP"]


def test_jpeg_keeps_its_colour_profile(shared: Path) -> None:
    raster, coding = decode((shared / "data/images/exif/Landscape_3.jpg").read_bytes())
    again = encode(raster, coding, ".jpg")
    with PIL.Image.open(io.BytesIO(again)) as image:
        assert image.info["icc_profile"] == coding.icc != b""
        assert 274 not in image.getexif()


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("lossless", [True, False])
def test_large_profiles_can_be_read_by_others(suffix: str, channels: int, lossless: bool) -> None:
    image = PIL.Image.fromarray(noise(9, 5, channels))
    raster, coding = decode(saved(image, "WEBP", icc_profile=PROFILE, lossless=lossless))
    again = encode(raster, coding, suffix)
    with PIL.Image.open(io.BytesIO(again)) as image:
        image.load()
        assert image.info["icc_profile"] == PROFILE
    assert decode(again).coding.icc == PROFILE


def test_a_profile_of_other_channels_is_dropped() -> None:
    gray = decode(saved(PIL.Image.fromarray(noise(4, 6)), "JPEG", icc_profile=GRAY_PROFILE))
    assert decode(encode(*gray, ".jpg")).coding.icc == GRAY_PROFILE
    inks = PIL.Image.fromarray(noise(4, 6, 4), "CMYK")
    profile = PROFILE.replace(b"RGB ", b"CMYK", 1)
    assert b"ICC_PROFILE" not in encode(*decode(saved(inks, "JPEG", icc_profile=profile)), ".jpg")


@pytest.mark.parametrize(
    ("mode", "shape", "layout"),
    [("1", (5, 11), "bilevel"), ("L", (5, 11), "gray"), ("LA", (5, 11, 2), "gray_alpha")],
)
def test_png_of_few_bits_keeps_its_mode(mode: str, shape: tuple[int, ...], layout: str) -> None:
    image = PIL.Image.fromarray(noise(*shape)).convert(mode)
    raster, coding = decode(saved(image, "PNG"))
    assert coding.layout == layout
    with PIL.Image.open(io.BytesIO(encode(raster[1:], coding, ".png"))) as again:
        assert again.mode == mode
        assert (np.asarray(again) == np.asarray(image)[1:]).all()


@pytest.mark.parametrize("transparency", [3, bytes(range(0, 200, 20)), None])
def test_palette_png_keeps_palette_and_transparency(transparency: int | bytes | None) -> None:
    image = PIL.Image.fromarray(noise(6, 8) % 10, "L").convert("L")
    image = PIL.Image.frombytes("P", image.size, image.tobytes())
    image.putpalette(noise(30).tobytes())
    options = {} if transparency is None else {"transparency": transparency}
    data = saved(image, "PNG", **options)
    raster, coding = decode(data)
    assert (raster == np.asarray(image)).all()
    again = png_chunks(encode(raster[:, 2:], coding, ".png"))
    before = png_chunks(data)
    assert again[b"PLTE"] == before[b"PLTE"]
    assert again.get(b"tRNS") == before.get(b"tRNS")
    with PIL.Image.open(io.BytesIO(data)) as truth:
        rgba = np.asarray(truth.convert("RGBA"))
    assert (to_rgb(raster, coding) == rgba[..., :3]).all()
    opaque = to_opencv(raster, coding, with_alpha=True, with_depth=True)
    assert (opaque == rgba[..., [2, 1, 0, 3][: opaque.shape[2]]]).all()
    assert opaque.shape[2] == (3 if transparency is None else 4)


def test_gray_png_keeps_its_transparent_value() -> None:
    data = saved(PIL.Image.fromarray(noise(4, 6)), "PNG", transparency=9)
    again = encode(*decode(data), ".png")
    assert png_chunks(again)[b"tRNS"] == png_chunks(data)[b"tRNS"] == b"\0\t"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 4)])
@pytest.mark.parametrize("suffix", [".png", ".tif", ".TIFF"])
def test_png_and_tiff_keep_everything(shape: tuple[int, ...], dtype: type, suffix: str) -> None:
    truth = noise(*shape, dtype=dtype)
    first = decode(cv2.imencode(suffix, truth)[1].tobytes())
    again = decode(encode(*first, suffix))
    assert again.raster.dtype == dtype
    assert (again.raster == truth).all()


@pytest.mark.parametrize("channels", [3, 4])
def test_lossless_webp_stays_lossless(channels: int) -> None:
    pixels = noise(12, 9, channels)
    pixels[:4, :, 3:] = 0
    data = saved(PIL.Image.fromarray(pixels), "WEBP", lossless=True, exact=True)
    first = decode(data)
    again = decode(encode(*first, ".webp"))
    assert first.coding.is_lossless and again.coding.is_lossless
    assert (again.raster == first.raster).all()
    assert (to_rgb(*again) == pixels[..., :3]).all()


@pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
@pytest.mark.parametrize("name", ["palette8.png", "gray_alpha8.png", "gray16.png", "rgba8.png"])
def test_any_image_can_be_encoded_as_any_format(shared: Path, name: str, suffix: str) -> None:
    raster, coding = decode((shared / "data/images/modes" / name).read_bytes())
    again = decode(encode(raster, coding, suffix))
    difference = to_rgb(raster, coding).astype(int) - to_rgb(*again)
    assert np.abs(difference).mean() < (2 if suffix in (".jpg", ".jpeg", ".mpo") else 0.01)


def test_jpeg_quality_is_95_unless_told_otherwise() -> None:
    raster, coding = decode(encode(*decode(saved(PIL.Image.new("RGB", (64, 64)), "PNG")), ".png"))
    raster = noise(64, 64, 3)
    expected = cv2.imencode(".jpg", raster, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    assert encode(raster, coding, ".JPG") == expected
    assert len(encode(raster, coding, ".jpg", 60)) < len(expected)


def test_inks_of_a_tiff_become_rgb() -> None:
    image = PIL.Image.fromarray(noise(5, 6, 4), "CMYK")
    raster, coding = decode(saved(image, "TIFF"))
    assert (to_rgb(raster, coding) == np.asarray(image.convert("RGB"))).all()


def test_importing_loads_neither_opencv_nor_pillow() -> None:
    program = (
        "import sys, dtl_engine.model.image; print([m for m in ('cv2', 'PIL') if m in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
