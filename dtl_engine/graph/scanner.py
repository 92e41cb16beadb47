"""Reads a JSON text in one pass: the values, and beside them the place of each."""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

from dtl_engine.errors import GraphInvalid, Location, Problem
from dtl_engine.graph.locate import Items, Lines, Members, Places, pointer_of
from dtl_engine.graph.strings import PLAIN_STRING, BadString, read_string
from dtl_engine.graph.syntax_help import (
    TOKEN,
    Expected,
    describe,
    help_for,
    is_comment,
    shorten,
    token_at,
)

MAX_DEPTH = 64
"""How many lists and objects may stand inside each other."""

MAX_VALUES = 1_000_000
"""How many values a document may hold, lists and objects counted too."""

MAX_DIGITS = 100
"""How many digits an integer may have."""

MAX_PROBLEMS = 100
"""After so many problems reading stops: a hostile document shall not fill the memory."""

_SPACES = " \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?+([eE][-+]?[0-9]++)?+(?![-+.\w$])")
_LITERALS = {"true": True, "false": False, "null": None}
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})


def scan(text: str, file: str, lines: Lines) -> tuple[Any, Places]:
    """Read a whole JSON document (RFC 8259).

    Args:
        text: the document; line ends as they are in the file.
        file: its name for messages.
        lines: the lines of ``text``.

    Returns:
        The value and the places of all values in it.

    Raises:
        GraphInvalid: not JSON (E002), a name twice in one object (E003), a number that is not
            finite or too long (E004), nested too deep (E005), too many values (E006). E003 and
            E004 are gathered; any other problem ends reading and comes last.
    """
    return _Scanner(text, file, lines).document()


class _Scanner:
    """The state of one pass; every reading method takes and returns offsets of the text."""

    def __init__(self, text: str, file: str, lines: Lines) -> None:
        self._text = text
        self._file = file
        self._lines = lines
        self._problems: list[Problem] = []
        self._count = 0
        # One entry for each open list or object: its bracket's offset; the index or name being
        # read in it, None between its members.
        self._open: list[int] = []
        self._path: list[str | int | None] = []

    def document(self) -> tuple[Any, Places]:
        at = self._skip(0)
        if at == len(self._text):
            self._stop("E002", 0, 0, f"the file is empty, expected {Expected.DOCUMENT}", "")
        value, places, end = self._value(at, Expected.DOCUMENT)
        end = self._skip(end)
        if end < len(self._text):
            self._refuse(end, Expected.END)
        if self._problems:
            raise GraphInvalid(self._problems)
        return value, places

    def _skip(self, at: int) -> int:
        """Return the offset of the first character from ``at`` on that is no white space."""
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def _value(self, at: int, expected: Expected) -> tuple[Any, Places, int]:
        """Read the value at ``at``; return it, its places and the offset after it."""
        self._count += 1
        if self._count > MAX_VALUES:
            help = "move data out of the graph into files of their own"
            message = f"the document holds more than {MAX_VALUES} values"
            self._stop("E006", at, at + 1, message, help)
        char = self._text[at : at + 1]
        if char == '"':
            value, end = self._string(at)
            return value, at, end
        if char == "{":
            return self._object(at)
        if char == "[":
            return self._list(at)
        match = _NUMBER.match(self._text, at)
        if match:
            return self._number(match), at, match.end()
        return self._word(at, expected)

    def _object(self, start: int) -> tuple[dict[str, Any], Members, int]:
        self._enter(start)
        text = self._text
        value: dict[str, Any] = {}
        names: dict[str, int] = {}
        places: dict[str, Places] = {}
        at = self._skip(start + 1)
        if text[at : at + 1] != "}":
            expected = Expected.FIRST_NAME
            while True:
                if text[at : at + 1] != '"':
                    self._refuse(at, expected)
                name, end = self._string(at)
                self._path[-1] = name
                if name in names:
                    self._repeated(name, at, end, names[name])
                names.setdefault(name, at)
                colon = self._skip(end)
                if text[colon : colon + 1] != ":":
                    self._refuse(colon, Expected.COLON)
                at = self._skip(colon + 1)
                value[name], places[name], end = self._value(at, Expected.VALUE)
                self._path[-1] = None
                at = self._skip(end)
                if text[at : at + 1] == "}":
                    break
                at = self._comma(at, end, Expected.AFTER_MEMBER)
                expected = Expected.NAME
        self._leave()
        return value, Members(start, names, places), at + 1

    def _list(self, start: int) -> tuple[list[Any], Items, int]:
        self._enter(start)
        text = self._text
        values: list[Any] = []
        places: list[Places] = []
        at = self._skip(start + 1)
        if text[at : at + 1] != "]":
            expected = Expected.FIRST_ITEM
            while True:
                self._path[-1] = len(values)
                value, place, end = self._value(at, expected)
                values.append(value)
                places.append(place)
                self._path[-1] = None
                at = self._skip(end)
                if text[at : at + 1] == "]":
                    break
                at = self._comma(at, end, Expected.AFTER_ITEM)
                expected = Expected.VALUE
        self._leave()
        return values, Items(start, tuple(places)), at + 1

    def _enter(self, start: int) -> None:
        if len(self._open) == MAX_DEPTH:
            message = f"lists and objects are nested deeper than {MAX_DEPTH}"
            self._stop("E005", start, start + 1, message, "no graph needs this depth")
        self._open.append(start)
        self._path.append(None)

    def _leave(self) -> None:
        self._open.pop()
        self._path.pop()

    def _comma(self, at: int, end: int, expected: Expected) -> int:
        """Pass the comma at ``at`` after the value that ended at ``end``; return what follows."""
        text = self._text
        if text[at : at + 1] != ",":
            help = ""
            if text[at : at + 1] in ("]", "}"):
                help = self._unclosed()
            elif at < len(text) and (text[at] in '"[{' or TOKEN.match(text, at)):
                help = f"put ',' after the value that ends at {self._lines.place(end - 1)}"
            self._refuse(at, expected, help)
        after = self._skip(at + 1)
        if (closing := text[after : after + 1]) in ("]", "}"):
            message = f"found ',' before '{closing}', expected a further entry or no ','"
            self._stop(
                "E002", at, at + 1, message, "remove this comma: JSON allows none at the end"
            )
        return after

    def _string(self, start: int) -> tuple[str, int]:
        match = PLAIN_STRING.match(self._text, start)
        if match:
            return match[1], match.end()
        try:
            return read_string(self._text, start)
        except BadString as bad:
            help = bad.help
            if bad.is_open:
                opened = f"the string of {self._lines.place(start)} is not closed"
                help = f"{opened}; {help}" if help else opened
            value = (start, bad.end) if bad.is_open else (bad.offset, bad.end)
            self._stop("E002", bad.offset, bad.end, bad.message, help, self._text[slice(*value)])

    def _number(self, match: re.Match[str]) -> int | float:
        """Return the number; one that is refused is gathered, and read as 0."""
        token = match[0]
        if match.lastindex is None:
            if (digits := len(token.lstrip("-"))) <= MAX_DIGITS:
                return int(token)
            message = f"found an integer of {digits} digits, expected at most {MAX_DIGITS}"
            self._add("E004", match.start(), match.end(), message, "text stands in double quotes")
            return 0
        number = float(token)
        if math.isfinite(number):
            return number
        message = f"found {shorten(token)}, which is too large for a number"
        help = "numbers reach to about 1.8e308; where no limit is meant, write null"
        self._add("E004", match.start(), match.end(), message, help)
        return 0

    def _word(self, at: int, expected: Expected) -> tuple[Any, Places, int]:
        """Read ``true``, ``false`` or ``null``; gather ``NaN`` and the like, refuse the rest."""
        match = TOKEN.match(self._text, at)
        token = match[0] if match else ""
        if token in _LITERALS:
            return _LITERALS[token], at, at + len(token)
        if token not in _NOT_FINITE:
            self._refuse(at, expected)
        message = f"found {token}, expected a finite number"
        self._add("E004", at, at + len(token), message, "write a number, or null")
        return None, at, at + len(token)

    def _repeated(self, name: str, start: int, end: int, first: int) -> None:
        message = f"found the name {shorten(self._text[start:end])} a second time in one object"
        help = f"the first one is at {self._lines.place(first)}; remove or rename one of them"
        self._add("E003", start, end, message, help)

    def _unclosed(self) -> str:
        """Say which bracket is open."""
        start = self._open[-1]
        return f"the '{self._text[start]}' of {self._lines.place(start)} is not closed"

    def _refuse(self, at: int, expected: Expected, help: str = "") -> NoReturn:
        """End with E002: the text at ``at`` is not what is expected there."""
        text = self._text
        message = f"found {describe(text, at)}, expected {expected}"
        if at == len(text):
            # The end of the last line with content, not the empty line after it.
            at = len(text.rstrip(_SPACES))
            self._stop("E002", at, at, message, self._unclosed() if self._open else "")
        if is_comment(text, at) or not help:
            help = help_for(expected, text, at)
        self._stop("E002", at, at + 1, message, help, token_at(text, at))

    def _stop(
        self, code: str, start: int, end: int, message: str, help: str, value: str | None = None
    ) -> NoReturn:
        self._add(code, start, end, message, help, value)
        raise GraphInvalid(self._problems)

    def _add(
        self, code: str, start: int, end: int, message: str, help: str, value: str | None = None
    ) -> None:
        """Gather a problem at ``start``; its value is the text up to ``end``, or ``value``."""
        line, column = self._lines.place(start)
        pointer = pointer_of(token for token in self._path if token is not None)
        location = Location(self._file, line, column, pointer)
        text = shorten(self._text[start:end] if value is None else value)
        self._problems.append(Problem(code, message, location, help, value=text))
        if len(self._problems) >= MAX_PROBLEMS:
            raise GraphInvalid(self._problems)
