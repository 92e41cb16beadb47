"""Broken, oversized and otherwise unusable image files, refused with their code."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest

from dtl_engine.errors import ImageError
from dtl_engine.model.codec import decode, encode
from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile import reader

BROKEN = (
    *("corrupt_header.jpg", "corrupt_scan.jpg", "empty.jpg", "text.jpg"),
    *("truncated.jpg", "truncated.png", "truncated_tail.jpg"),
)


def saved(image: PIL.Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


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
