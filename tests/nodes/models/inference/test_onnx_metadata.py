from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.errors import ModelError
from dtl_nodes.models.inference.onnx_metadata import read_metadata


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    if value < 0x80:
        return bytes([value])
    return bytes([value & 0x7F | 0x80]) + varint(value >> 7)


def model(**properties: str) -> bytes:
    entries = (
        field(14, field(1, name.encode()) + field(2, text.encode()))
        for name, text in properties.items()
    )
    return b"\x08\x08" + field(7, b"graph" * 99) + b"".join(entries)


def test_properties(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(model(one="1", größe="x" * 300, empty=""))
    assert read_metadata(path) == {"one": "1", "größe": "x" * 300, "empty": ""}


@pytest.mark.parametrize(
    "data", [b"\x08", b"no model at all", model(one="1")[:-1], b"\x00\x01", b"\x0a\xff" * 20]
)
def test_what_is_no_model(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="is no ONNX file"):
        read_metadata(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_metadata(tmp_path / "a.onnx")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        try:
            read_metadata(Path(file.name))
        except ModelError:
            return
