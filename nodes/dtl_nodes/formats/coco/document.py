"""One COCO file: what its members are, and its records in slices that a parser takes at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import orjson

from dtl_engine.sdk import SchemaError
from dtl_nodes.formats.coco.scan import Containers, Outline, ScanError, scan
from dtl_nodes.formats.coco.text_file import TextFile

RECORDS = "records"
"""What the records of a file are called that is nothing but a list of them."""

MAX_MEMBER_BYTES = 64 * 2**20
"""The longest member that is read as a whole, as the categories are."""

_BATCH_BYTES = 4 * 2**20
_SPACE = b" \t\r\n"

T = TypeVar("T")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """Records that follow each other: number of the first one, places, and what they hold."""

    first: int
    places: Containers
    values: list[T]


class Document:
    """A COCO file that was looked over: nothing of it is kept but the places of its records."""

    def __init__(self, path: Path) -> None:
        """Look over the file.

        Raises:
            SchemaError: E403, it cannot be read or is no JSON.
        """
        try:
            self.text = TextFile(path)
            self._outline = scan(path)
        except ScanError as error:
            raise self.refused(path, str(error)) from error
        except OSError as error:
            raise self.refused(path, f"cannot be read: {error.strerror}") from error
        self.path = path
        self.is_list = self._outline.is_list
        self.members: Mapping[str, Span] = self._members(self._outline)

    @staticmethod
    def refused(path: Path, what: str) -> SchemaError:
        """Return the error about a file; ``what`` completes "<file> ..."."""
        return SchemaError("E403", f"{path.name} {what}", at=(0,), value=path.name)

    def fault(self, what: str) -> SchemaError:
        """Return the error about this file."""
        return self.refused(self.path, what)

    def value(self, key: str) -> Any:
        """Return a member, ``None`` if it is not there.

        Raises:
            SchemaError: E403, it is no JSON, or too long.
        """
        if key not in self.members:
            return None
        start, end = self.members[key]
        if end - start > MAX_MEMBER_BYTES:
            raise self.fault(f"has more than {MAX_MEMBER_BYTES >> 20} MiB of '{key}'")
        try:
            return orjson.loads(self.text.read(start, end))
        except orjson.JSONDecodeError as error:
            raise self.fault(f"is no JSON in '{key}': {error}") from error

    def batches(self, key: str, record: type[T], loose: type[T]) -> Iterator[Batch[T]]:
        """Yield the records of a list, in batches.

        Args:
            key: the member that is the list.
            record: a struct; what does not fit it is read as ``loose``.
            loose: a struct of the same fields that may hold anything.

        Raises:
            SchemaError: E403, the list is no JSON, or a record is no object.
        """
        start, end = self.members[key]
        if self.text.read(start, start + 1) != b"[":
            raise self.fault(f"has '{key}' that is no list")
        places = self._outline.members if self.is_list else self._outline.records
        places = places.within(start + (not self.is_list), end)
        decoder, first, done = msgspec.json.Decoder(list[record]), 0, start + 1  # type: ignore[valid-type]
        while first < len(places):
            last = int(places.ends.searchsorted(done + _BATCH_BYTES))
            last = min(max(last, first + 1), len(places))
            text = self.text.read(done, done := int(places.ends[last - 1])).lstrip(_SPACE)
            if first:
                if not text.startswith(b","):
                    raise self.fault(f"is no JSON before record {first + 1} of '{key}'")
                text = text[1:]
            batch = Containers(places.starts[first:last], places.ends[first:last])
            try:
                values: list[T] = decoder.decode(b"[" + text + b"]")
                if len(values) != len(batch):
                    raise self.fault(f"has '{key}' of more than objects")
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, OverflowError):
                values = self._one_by_one(key, first, batch, loose)
            yield Batch(first, batch, values)
            first = last
        if self.text.read(done, end - 1).strip(_SPACE):
            raise self.fault(f"is no JSON at the end of '{key}'")

    def _one_by_one(self, key: str, first: int, places: Containers, loose: type[T]) -> list[T]:
        values: list[T] = []
        done = int(places.starts[0])
        spans = zip(places.starts.tolist(), places.ends.tolist(), strict=True)
        for number, (start, end) in enumerate(spans, start=first + 1):
            between = self.text.read(done, start).strip(_SPACE)
            text = self.text.read(start, end)
            done = end
            try:
                # Python writes NaN and infinity, which are no JSON; the objects say so later.
                found = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise self.fault(f"is no JSON in record {number} of '{key}': {error}") from error
            if not isinstance(found, dict) or between != (b"," if number > first + 1 else b""):
                raise self.fault(f"has no object as record {number} of '{key}'")
            values.append(msgspec.convert(found, loose, strict=False))
        return values

    def _members(self, outline: Outline) -> dict[str, Span]:
        if outline.is_list:
            return {RECORDS: (outline.begin, outline.end)}
        parts, done = [], outline.begin
        spans = list(
            zip(outline.members.starts.tolist(), outline.members.ends.tolist(), strict=True)
        )
        for number, (start, end) in enumerate(spans):
            # Lists and objects are left out; a list of a number alone says which one it was.
            parts += [self._between(done, start), b"[%d]" % number]
            done = end
        parts.append(self._between(done, outline.end))
        try:
            found = orjson.loads(b"".join(parts))
        except orjson.JSONDecodeError as error:
            raise self.fault(f"is no JSON: {error}") from error
        return {key: spans[value[0]] for key, value in found.items() if isinstance(value, list)}

    def _between(self, start: int, end: int) -> bytes:
        if end - start > MAX_MEMBER_BYTES:
            raise self.fault(f"has a text of more than {MAX_MEMBER_BYTES >> 20} MiB")
        return self.text.read(start, end)
