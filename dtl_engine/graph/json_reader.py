"""Reads the bytes of a JSON document strictly, and knows where each of its values stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from dtl_engine.errors import GraphInvalid, Location, Problem
from dtl_engine.graph.locate import Lines, Places, offset_of
from dtl_engine.graph.scanner import scan

MAX_BYTES = 16 * 1024 * 1024
"""The largest document that is read, in bytes."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON document: its value, and where each part of it stands.

    ``file`` is its name for messages, ``text`` the decoded text without byte order mark, ``value``
    plain dicts, lists, strings, numbers, booleans and ``None``.
    """

    file: str
    text: str
    value: Any
    _places: Places = field(repr=False, compare=False)
    _lines: Lines = field(repr=False, compare=False)

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the position of a value.

        Args:
            pointer: JSON pointer (RFC 6901); ``""`` is the whole document.
            key: the position of the member's name instead. Items of a list have none: their
                values are meant.

        Returns:
            Line and column of the first character. Where nothing is at the pointer, those of the
            innermost value on the way that is there; ``pointer`` stays as asked.

        Raises:
            ValueError: ``pointer`` is neither empty nor starts with ``/``.
        """
        line, column = self._lines.place(offset_of(self._places, pointer, key=key))
        return Location(self.file, line, column, pointer)


def read_json(data: bytes, file: str) -> JsonDocument:
    """Read a JSON document.

    Args:
        data: the content of the file: UTF-8, with or without byte order mark.
        file: its name for messages.

    Returns:
        The document with the positions of its values.

    Raises:
        GraphInvalid: with every problem that could be found: not JSON (E002), a name twice in one
            object (E003), a number that is not finite or too long (E004), nested too deep (E005),
            too large (E006), not UTF-8 (E007).
    """
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes, expected at most {MAX_BYTES}"
        help = "move data out of the graph into files of their own"
        raise GraphInvalid([Problem("E006", message, Location(file), help)])
    text = _decode(data, file)
    lines = Lines(text)
    value, places = scan(text, file, lines)
    return JsonDocument(file, text, value, places, lines)


def _decode(data: bytes, file: str) -> str:
    """Return the text of UTF-8 bytes without byte order mark, or refuse them with E007."""
    help = "save the file as UTF-8"
    encoding = json.detect_encoding(data)
    if not encoding.startswith("utf-8"):
        message = f"the file is {encoding[:6].upper()}, expected UTF-8"
        raise GraphInvalid([Problem("E007", message, Location(file), help)])
    data = data.removeprefix(_BOM)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        byte = f"0x{data[error.start]:02X}"
        line, column = Lines(before).place(len(before))
        message = f"found the byte {byte}, which is not UTF-8 here"
        location = Location(file, line, column)
        raise GraphInvalid([Problem("E007", message, location, help, value=byte)]) from error
