"""What an ONNX file says of itself beside its network, read without loading the network.

Source: message ``ModelProto`` of ``onnx.proto``, field 14 ``metadata_props``; the encoding of
Protocol Buffers.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from dtl_engine.sdk import ModelError

METADATA_PROPS = 14
KEY, VALUE = 1, 2
MAX_TEXT_BYTES = 64 * 2**20

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIDTHS = {_FIXED64: 8, _FIXED32: 4}


def read_metadata(path: Path) -> dict[str, str]:
    """Return the properties of an ONNX file: name -> text.

    Raises:
        ModelError: it cannot be read, or it is no ONNX file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            entries = [_entry(data) for data in _fields(file, size, METADATA_PROPS)]
    except OSError as error:
        raise ModelError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (_Malformed, UnicodeDecodeError) as error:
        raise ModelError(f"{path} is no ONNX file: {error}") from error
    return dict(entries)


class _Malformed(ValueError):
    """The bytes are no message."""


def _entry(data: bytes) -> tuple[str, str]:
    """Return name and text of a ``StringStringEntryProto``."""
    texts = [
        b"".join(list(_fields(BytesIO(data), len(data), field))[-1:]) for field in (KEY, VALUE)
    ]
    return texts[0].decode(), texts[1].decode()


def _fields(file: BinaryIO, size: int, wanted: int) -> Iterator[bytes]:
    """Yield the contents of a field of bytes; other fields are stepped over, unread."""
    while file.tell() < size:
        number, kind = divmod(_varint(file), 8)
        if number == 0:
            raise _Malformed("a field has no number")
        if kind == _VARINT:
            _varint(file)
            continue
        if kind not in (_BYTES, *_WIDTHS):
            raise _Malformed(f"field {number} is of an unknown kind")
        length = _varint(file) if kind == _BYTES else _WIDTHS[kind]
        end = file.tell() + length
        if end > size:
            raise _Malformed("it ends too early")
        if number == wanted and kind == _BYTES:
            if length > MAX_TEXT_BYTES:
                raise _Malformed("a property is longer than 64 MiB")
            yield file.read(length)
        file.seek(end)


def _varint(file: BinaryIO) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            raise _Malformed("it ends too early")
        value |= (byte[0] & 0x7F) << shift
        if not byte[0] & 0x80:
            return value
    raise _Malformed("a number is too long")
