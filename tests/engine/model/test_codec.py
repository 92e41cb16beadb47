"""Decoding and encoding of every kind of image file, with the reference files and drawn ones."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest

from dtl_engine.errors import ImageError
from dtl_engine.model.codec import IMAGE_SUFFIXES, decode, encode
from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile import reader
from dtl_engine.model.imagefile.channels import to_opencv, to_rgb
from dtl_engine.model.imagefile.reader import read_file_header, read_header

BROKEN = (
    *("corrupt_header.jpg", "corrupt_scan.jpg", "empty.jpg", "text.jpg"),
    *("truncated.jpg", "truncated.png", "truncated_tail.jpg"),
)
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


def test_inks_of_a_tiff_become_rgb() -> None:
    image = PIL.Image.fromarray(noise(5, 6, 4), "CMYK")
    raster, coding = decode(saved(image, "TIFF"))
    assert (to_rgb(raster, coding) == np.asarray(image.convert("RGB"))).all()


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused(shared: Path, name: str) -> None:
    path = shared / "data/images/broken" / name
    with pytest.raises(ImageError) as caught:
        decode(path.read_bytes(), path=str(path))
    assert caught.value.code == "F601"
    assert name in caught.value.message
    assert caught.value.path == str(path)


def test_broken_files_leave_stderr_alone(shared: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dtl_engine.errors import ImageError\n"
        "from dtl_engine.model.codec import decode\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try:\n"
        "        decode(path.read_bytes())\n"
        "    except ImageError as error:\n"
        "        print(error.code)\n"
    )
    folder = shared / "data/images/broken"
    command = [sys.executable, "-c", program, str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["F601"] * len(BROKEN)
    assert result.stderr == ""


@pytest.mark.parametrize("name", ["rgb8.bmp", "rgb8.tiff", "rgb8.webp", "palette8.png", "cmyk.jpg"])
@pytest.mark.parametrize("fraction", [0.001, 0.1, 0.5, 0.97])
def test_truncated_files_are_refused(shared: Path, name: str, fraction: float) -> None:
    data = (shared / "data/images/modes" / name).read_bytes()
    with pytest.raises(ImageError, match="cannot read the image"):
        decode(data[: int(len(data) * fraction)])


@pytest.mark.parametrize("name", ["gray8.png", "UPPER.JPG", "rgb8.bmp", "rgb8.tiff", "rgb8.webp"])
def test_random_damage_ends_in_an_image_or_an_image_error(shared: Path, name: str) -> None:
    data = (shared / "data/images/modes" / name).read_bytes()
    random = np.random.default_rng(3)
    for _ in range(40):
        damaged = bytearray(data)
        for position in random.integers(0, 600, 4):
            damaged[position] = random.integers(256)
        try:
            raster = decode(bytes(damaged)).raster
        except ImageError as error:
            assert error.code in ("F601", "F607")
        else:
            assert raster.size


def test_a_float_tiff_is_refused() -> None:
    data = cv2.imencode(".tiff", np.ones((3, 4), np.float32))[1].tobytes()
    with pytest.raises(ImageError, match="float32"):
        decode(data)


def test_the_declared_size_is_checked(shared: Path) -> None:
    data = (shared / "data/images/exif/Landscape_6.jpg").read_bytes()
    assert decode(data, size=Size(600, 450)).raster.shape == (450, 600, 3)
    with pytest.raises(ImageError) as caught:
        decode(data, size=Size(450, 600), path="a.jpg")
    assert caught.value.code == "F605"
    assert "600x450" in caught.value.message
    assert "450x600" in caught.value.message
    assert "EXIF orientation 6" in caught.value.message


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "TIFF"])
def test_too_many_pixels_are_refused_before_decoding(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = saved(PIL.Image.new("RGB", (33, 32)), form)
    monkeypatch.setattr(reader, "MAX_PIXELS", 32 * 32)
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    with pytest.raises(ImageError, match="33x32") as caught:
        decode(data, path="a.png")
    assert caught.value.code == "F607"


def test_a_header_of_a_huge_png_is_enough_to_refuse_it() -> None:
    data = bytearray(saved(PIL.Image.new("L", (1, 1)), "PNG"))
    data[16:24] = struct.pack(">II", 1 << 15, (1 << 13) + 1)
    with warnings.catch_warnings(), pytest.raises(ImageError) as caught:
        warnings.simplefilter("error")
        decode(bytes(data))
    assert caught.value.code == "F607"


def test_a_large_file_is_refused_before_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(PIL.Image.new("L", (9, 9)), "PNG"))
    monkeypatch.setattr(reader, "MAX_FILE_BYTES", 10)
    with pytest.raises(ImageError) as caught:
        reader.read_file(path)
    assert caught.value.code == "F607"


def test_an_unknown_suffix_or_an_impossible_size_cannot_be_encoded() -> None:
    raster, coding = decode(saved(PIL.Image.new("L", (17_000, 2)), "PNG"))
    for suffix in (".gif", ".webp"):
        with pytest.raises(ImageError) as caught:
            encode(raster, coding, suffix)
        assert caught.value.code == "F608"


def test_all_reference_headers_tell_the_upright_size(shared: Path) -> None:
    paths = [
        path
        for folder in ("modes", "exif", "large")
        for path in (shared / "data/images" / folder).iterdir()
    ]
    assert len(paths) == 32
    for path in paths:
        with PIL.Image.open(path) as image:
            assert read_file_header(path).size == PIL.ImageOps.exif_transpose(image).size


def test_a_header_behind_the_first_64_kib_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(saved(PIL.Image.new("RGB", (30, 20)), "JPEG", icc_profile=PROFILE * 2))
    header = read_file_header(path)
    assert header.size == Size(30, 20)
    assert header.icc == PROFILE * 2
    with pytest.raises(ImageError):
        read_file_header(tmp_path / "missing.jpg")


def test_importing_loads_neither_opencv_nor_pillow() -> None:
    program = (
        "import sys, dtl_engine.model.image; print([m for m in ('cv2', 'PIL') if m in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
