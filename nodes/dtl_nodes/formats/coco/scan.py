"""Find the records of a large JSON file: where each begins and ends, in one pass over its bytes.

Nothing is parsed: brackets outside of strings are counted with whole arrays of bytes, at more than
half a gigabyte a second, and what they enclose is left to a real parser, slice by slice.

Source: RFC 8259 (JSON); the idea of working on arrays of structural characters is that of simdjson
(Langdale and Lemire, 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
"""Byte positions in the file."""

_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"
_QUOTE, _BACKSLASH = ord('"'), ord("\\")
_TABLE = bytes(1 if byte in b'{}[]"\\' else 0 for byte in range(256))
_STEP = np.zeros(256, np.int8)
_STEP[list(b"{[")], _STEP[list(b"}]")] = 1, -1


class ScanError(ValueError):
    """The brackets of the file do not match; the text completes "<file> ..."."""


@dataclass(frozen=True, slots=True)
class Containers:
    """Objects and arrays of one depth: where each begins, and where it ends (behind it)."""

    starts: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.starts)

    def within(self, start: int, end: int) -> Containers:
        """Return those between two places."""
        first, last = np.searchsorted(self.starts, (start, end))
        return Containers(self.starts[first:last], self.ends[first:last])


@dataclass(frozen=True, slots=True)
class Outline:
    """What a JSON file is made of: the containers right below its root, and those below them.

    ``begin`` is the place of the root, which ends at ``end``; ``is_list`` says what it is.
    """

    begin: int
    end: int
    is_list: bool
    members: Containers
    records: Containers


def scan(path: Path) -> Outline:
    """Find the containers of the two depths below the root of a JSON file.

    Raises:
        ScanError: brackets or quotes do not match.
        OSError: the file cannot be read.
    """
    depth, is_inside, offset = 0, False, 0
    found: list[list[Places]] = [[], [], [], [], [], []]
    root = b""
    with path.open("rb") as file:
        if file.read(len(_BOM)) == _BOM:
            offset = len(_BOM)
        file.seek(offset)
        while data := _chunk(file):
            places, kinds, is_inside = _brackets(data, is_inside)
            if len(places):
                root = root or bytes(kinds[:1])
                steps = _STEP[kinds]
                depths = depth + np.cumsum(steps, dtype=np.int64)
                if depths.min() < 0:
                    raise ScanError("is no JSON: a bracket closes what was not opened")
                is_open = steps > 0
                for level in range(3):
                    opens = is_open & (depths == level + 1)
                    closes = ~is_open & (depths == level)
                    found[2 * level].append(places[opens] + offset)
                    found[2 * level + 1].append(places[closes] + (offset + 1))
                depth = int(depths[-1])
            offset += len(data)
    if depth or is_inside:
        raise ScanError("is no JSON: it ends in the middle")
    starts, ends, *others = (np.concatenate(each or [np.empty(0, np.int64)]) for each in found)
    if len(starts) != 1:
        raise ScanError("is no JSON of one object or list")
    members, records = Containers(*others[:2]), Containers(*others[2:])
    return Outline(int(starts[0]), int(ends[0]), root == b"[", members, records)


def _chunk(file: BinaryIO) -> bytes:
    """Return the next bytes, which do not end in the middle of an escape."""
    data = file.read(_CHUNK)
    while data.endswith(b"\\") and (more := file.read(_CHUNK)):
        data += more
    return data


def _brackets(data: bytes, starts_inside: bool) -> tuple[Places, NDArray[np.uint8], bool]:
    """Return places and kinds of the brackets outside of strings.

    ``starts_inside`` says whether the chunk starts inside of a string; the last item says it of the
    next one.
    """
    places = np.flatnonzero(np.frombuffer(data.translate(_TABLE), np.bool_))
    kinds = np.frombuffer(data, np.uint8)[places]
    if b"\\" in data:
        places, kinds = _without_escapes(places, kinds)
    is_quote = kinds == _QUOTE
    inside = np.bitwise_xor.accumulate(is_quote)
    if starts_inside:
        inside = ~inside
    outside = ~(is_quote | inside)
    ends_inside = bool(inside[-1]) if len(inside) else starts_inside
    return places[outside], kinds[outside], ends_inside


def _without_escapes(places: Places, kinds: NDArray[np.uint8]) -> tuple[Places, NDArray[np.uint8]]:
    """Drop backslashes, and the quotes that they escape."""
    is_slash = kinds == _BACKSLASH
    index = np.arange(len(kinds))
    follows = np.zeros(len(kinds), bool)
    follows[1:] = is_slash[1:] & is_slash[:-1] & (np.diff(places) == 1)
    # A run of backslashes begins where one does not follow another.
    begin = np.maximum.accumulate(np.where(is_slash & ~follows, index, 0))
    escapes = is_slash & ((index - begin) % 2 == 0)
    escaped = np.zeros(len(kinds), bool)
    escaped[1:] = escapes[:-1] & (np.diff(places) == 1)
    kept = ~(is_slash | escaped)
    return places[kept], kinds[kept]
