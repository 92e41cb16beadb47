"""Words for what is wrong in a JSON text: what was found, and what to write instead."""

from __future__ import annotations

import json
import re
import unicodedata
from enum import StrEnum

SHORT = 80
"""The most characters of a document that a problem repeats."""

TOKEN = re.compile(r"[-+.\w$]+")
"""A run of characters that belong together: a number, a word, or an attempt at one."""

_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"?')
_LINE = re.compile(r"[^\r\n]*")
_BASED = re.compile(r"-?0[xX][0-9a-fA-F]{1,16}|-?0[oO][0-7]{1,20}|-?0[bB][01]{1,64}")
_DECIMAL = re.compile(r"(-?)0*([0-9]*)(\.?)([0-9]*)([eE][-+]?[0-9]+)?")
_QUOTES = "'`\u00b4\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_WORDS = {"true": "true", "false": "false"} | dict.fromkeys(
    ("null", "none", "nil", "undefined"), "null"
)
_NOT_FINITE = frozenset({"nan", "inf", "infinity"})


class Expected(StrEnum):
    """What may stand at a place; the text completes "expected ..."."""

    DOCUMENT = "a JSON document"
    VALUE = "a value"
    FIRST_ITEM = "a value or ']'"
    NAME = "a name in double quotes"
    FIRST_NAME = "a name in double quotes or '}'"
    COLON = "':'"
    AFTER_ITEM = "',' or ']'"
    AFTER_MEMBER = "',' or '}'"
    END = "the end of the file"

    @property
    def is_value(self) -> bool:
        """Whether a value may stand there."""
        return self in (Expected.DOCUMENT, Expected.VALUE, Expected.FIRST_ITEM)

    @property
    def is_name(self) -> bool:
        """Whether the name of a member may stand there."""
        return self in (Expected.NAME, Expected.FIRST_NAME)


def shorten(text: str, most: int = SHORT) -> str:
    """Return ``text``, cut to ``most`` characters with an ellipsis as the last one."""
    return text if len(text) <= most else text[: most - 1] + "…"


def token_at(text: str, at: int) -> str:
    """Return the string, number, word, comment or single character at an offset, shortened."""
    pattern = _STRING if text[at] == '"' else _LINE if is_comment(text, at) else TOKEN
    match = pattern.match(text, at)
    return shorten(match[0]) if match else text[at]


def describe(text: str, at: int) -> str:
    """Name what stands at an offset, so that invisible and foreign characters can be told."""
    if at >= len(text):
        return "the end of the file"
    if is_comment(text, at):
        return "a comment"
    token = token_at(text, at)
    if token[0] == '"':
        return token
    if len(token) == 1 and not (token.isascii() and token.isprintable()):
        name = unicodedata.name(token, "a control character")
        return f"U+{ord(token):04X} ({name.lower()})"
    return f"'{token}'"


def is_comment(text: str, at: int) -> bool:
    """Whether a comment of another language starts at an offset."""
    return text.startswith(("//", "/*", "#"), at)


def help_for(expected: Expected, text: str, at: int) -> str:
    """Say what to do about the wrong thing at ``at < len(text)``; empty if nobody can know."""
    char = text[at]
    token = token_at(text, at)
    if is_comment(text, at):
        return "JSON has no comments: remove it"
    if char in _QUOTES:
        return 'JSON strings stand in double quotes: "like this"'
    if unicodedata.category(char) in ("Zs", "Cf"):
        return "remove it, or write an ordinary space"
    if expected.is_value:
        return _help_for_value(char, token)
    if expected.is_name:
        if TOKEN.match(char):
            return f"names stand in double quotes: write {_quoted(token)}"
        return "remove the extra comma" if char == "," else ""
    if expected is Expected.COLON:
        instead = f", not '{char}'" if char in "=,;" else ""
        return f"put ':' between a name and its value{instead}"
    if expected is Expected.END:
        if char in "]}":
            return f"remove it: nothing is open that this '{char}' could close"
        return "a file holds one document: remove what follows it"
    return "values are separated by ','" if char in ";:=" else ""


def _help_for_value(char: str, token: str) -> str:
    """Help where a value was expected and ``token``, starting with ``char``, is none."""
    if char == ",":
        return "remove the extra comma, or write the missing value"
    if char == "(":
        return "lists are written in square brackets: [1, 2]"
    if char in ")]}:;=":
        return "write the missing value"
    folded = token.casefold()
    if folded in _WORDS:
        return f"write {_WORDS[folded]}"
    if folded.lstrip("+-") in _NOT_FINITE:
        return "JSON has finite numbers only: write a number or null"
    if (number := repaired_number(token)) is not None:
        return f"JSON writes this number as {number}"
    if char.isalnum() or char in "_$":
        return f"text stands in double quotes: write {_quoted(token)}"
    return ""


def repaired_number(token: str) -> str | None:
    """Return the JSON number that was meant: ``0x1F`` gives ``31``, ``.5`` gives ``0.5``.

    Returns:
        ``None`` if the token is no number in any usual notation.
    """
    plain = token.replace("_", "").removeprefix("+")
    if _BASED.fullmatch(plain):
        return str(int(plain, 0))
    match = _DECIMAL.fullmatch(plain)
    if not match or not (match[2] or match[4] or "0" in plain):
        return None
    sign, whole, dot, part, exponent = match.groups(default="")
    return f"{sign}{whole or '0'}{f'.{part or 0}' if dot else ''}{exponent}"


def _quoted(token: str) -> str:
    """Return the token as a JSON string."""
    return json.dumps(token, ensure_ascii=False)
