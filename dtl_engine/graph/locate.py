"""Where the values of a JSON document stand: offsets beside the values, pointers to them, lines."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

# More digits than any list here can need, and few enough that int() takes them.
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class LineColumn(NamedTuple):
    """A place in a text for people: both count from 1, the column in characters."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


class Lines:
    """Turns offsets of one text into lines and columns.

    CR, LF and CRLF each end one line; no other character does. The index of the lines is built
    when the first place is asked for.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> array[int]:
        """Offsets of the first characters of all lines, and one past the end of the text."""
        # Both replacements keep the length, so offsets stay true.
        text = self._text.replace("\r\n", " \n").replace("\r", "\n")
        return array("I", accumulate((len(line) + 1 for line in text.split("\n")), initial=0))

    def place(self, offset: int) -> LineColumn:
        """Return line and column of the character at ``offset``, ``0 <= offset <= len(text)``."""
        line = bisect_right(self._starts, offset)
        return LineColumn(line, offset - self._starts[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class Items:
    """Offsets of a list: of its bracket, and the places of its values."""

    start: int
    values: tuple[Places, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """Offsets of an object: of its bracket, of its members' names, and the places of its values."""

    start: int
    names: Mapping[str, int]
    values: Mapping[str, Places]


Places = int | Items | Members
"""Where a value and all values in it start; a scalar has nothing but its offset."""


def pointer_of(tokens: Iterable[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of names and list indices, outermost first."""
    escaped = (str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
    return "".join(f"/{token}" for token in escaped)


def tokens_of(pointer: str) -> tuple[str, ...]:
    """Return the unescaped tokens of a JSON pointer; list indices stay text.

    Raises:
        ValueError: ``pointer`` is neither empty nor starts with ``/``.
    """
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"not a JSON pointer: {pointer!r}")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def offset_of(places: Places, pointer: str, *, key: bool = False) -> int:
    """Return the offset at which a value, or its name, starts.

    Args:
        places: the places of the whole document.
        pointer: JSON pointer (RFC 6901) of the value.
        key: ask for the name of the member. An item of a list, and the document itself, have
            none: their values are meant.

    Returns:
        The offset in characters. Where the pointer leads to nothing, the offset of the innermost
        value on its way that is there.

    Raises:
        ValueError: ``pointer`` is neither empty nor starts with ``/``.
    """
    tokens = tokens_of(pointer)
    name_at: int | None = None
    for token in tokens:
        if isinstance(places, Members) and token in places.values:
            name_at, places = places.names[token], places.values[token]
        elif (
            isinstance(places, Items)
            and _INDEX.fullmatch(token)
            and int(token) < len(places.values)
        ):
            name_at, places = None, places.values[int(token)]
        else:
            name_at = None
            break
    if key and name_at is not None:
        return name_at
    return places if isinstance(places, int) else places.start
