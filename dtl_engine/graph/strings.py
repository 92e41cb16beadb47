"""Reads one JSON string, strictly, and says what is wrong with it where it is not one."""

from __future__ import annotations

import re

from dtl_engine.graph.syntax_help import describe

PLAIN_STRING = re.compile(r'"([^"\\\x00-\x1f]*+)"')
"""A string without escapes: nearly all of them, and read by one match."""

_PLAIN_RUN = re.compile(r'[^"\\\x00-\x1f]*+')
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {
    '"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
}  # fmt: skip
_SHORT_ESCAPES = {ord(char): f"\\{name}" for name, char in _ESCAPES.items()}


class BadString(Exception):
    """A string that JSON does not allow.

    ``offset`` is the place of the fault in the text, ``end`` the offset after it, ``is_open``
    whether the string may lack its closing quote.
    """

    def __init__(
        self, offset: int, end: int, message: str, help: str, *, is_open: bool = False
    ) -> None:
        self.offset = offset
        self.end = end
        self.message = message
        self.help = help
        self.is_open = is_open
        super().__init__(message)


def read_string(text: str, start: int) -> tuple[str, int]:
    """Read the string whose opening quote stands at ``start``.

    Returns:
        The string without quotes and escapes, and the offset after its closing quote.

    Raises:
        BadString: it is not closed, or holds a control character, an unknown escape or half of
            a surrogate pair.
    """
    pieces: list[str] = []
    at = start + 1
    while True:
        run = _PLAIN_RUN.match(text, at)
        if run:
            pieces.append(run[0])
            at = run.end()
        char = text[at : at + 1]
        if char == '"':
            return "".join(pieces), at + 1
        if char != "\\":
            raise _broken(text, at)
        piece, at = _read_escape(text, at)
        pieces.append(piece)


def _broken(text: str, at: int) -> BadString:
    """Return the error for the end of the file or a control character inside a string."""
    if at >= len(text):
        message = "found the end of the file inside a string, expected '\"'"
        return BadString(at, at, message, "", is_open=True)
    char = text[at]
    if char in "\r\n":
        message = "found the end of the line inside a string, expected '\"'"
        return BadString(at, at + 1, message, "a line break is written \\n", is_open=True)
    name = "a tab" if char == "\t" else describe(text, at)
    escape = _SHORT_ESCAPES.get(ord(char), f"\\u{ord(char):04x}")
    message = f"found {name} inside a string, expected its escape {escape}"
    return BadString(at, at + 1, message, f"write {escape} instead")


def _read_escape(text: str, at: int) -> tuple[str, int]:
    """Read the escape whose backslash stands at ``at``; return its character and the end."""
    kind = text[at + 1 : at + 2]
    if kind in _ESCAPES:
        return _ESCAPES[kind], at + 2
    if not kind:
        raise _broken(text, at + 1)
    if kind != "u":
        shown = f"'\\{kind}'" if kind.isprintable() else f"'\\' before {describe(text, at + 1)}"
        message = f'found {shown}, expected an escape: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041'
        raise BadString(at, at + 2, message, "a backslash itself is written \\\\")
    unit, end = _read_unit(text, at)
    if not 0xD800 <= unit <= 0xDFFF:
        return chr(unit), end
    if unit <= 0xDBFF and text.startswith("\\u", end):
        low, low_end = _read_unit(text, end)
        if 0xDC00 <= low <= 0xDFFF:
            return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)), low_end
    half = "first" if unit <= 0xDBFF else "second"
    message = f"found '{text[at:end]}', the {half} half of a surrogate pair, expected both halves"
    raise BadString(at, end, message, "write the character itself")


def _read_unit(text: str, at: int) -> tuple[int, int]:
    r"""Read ``\uXXXX`` at ``at``; return its number and the end."""
    match = _HEX.match(text, at + 2)
    if not match:
        # Not past the closing quote, nor into the next line.
        tail = re.match(r'[^"\\\x00-\x1f]{0,4}', text[at + 2 : at + 6])
        found = text[at : at + 2] + (tail[0] if tail else "")
        message = f"found '{found}', expected \\u and four hexadecimal digits"
        raise BadString(at, at + len(found), message, "a backslash itself is written \\\\")
    return int(match[0], 16), match.end()
