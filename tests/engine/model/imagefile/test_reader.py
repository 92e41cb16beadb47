"""Headers, read from as little of a file as possible."""

from __future__ import annotations

import io
from pathlib import Path

import PIL.Image
import PIL.ImageOps
import pytest

from dtl_engine.errors import ImageError
from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.reader import read_file_header

PROFILE = b"\0" * 16 + b"RGB XYZ " + bytes(range(256)) * 300


def saved(image: PIL.Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


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
