"""Text without fonts: estimated widths, shortening, and characters that are safe to write."""

from __future__ import annotations

import re
import unicodedata

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
"""Not allowed in XML, or able to reorder the text around it."""

_WIDTHS = {
    0.22: "ijl'",
    0.28: " !,./:;I[]\\ft|",
    0.34: "()-`r{}",
    0.39: '*"',
    0.5: "ckszvxyJ^",
    0.56: "0123456789abdeghnopqu#$?_L",
    0.6: "+<=>~FTZ\u2013·",
    0.67: "ABEKPSVXY&",
    0.73: "CDHNRUw",
    0.78: "GOQ",
    0.86: "mM%",
    1.0: "W@—…",
}
"""Advance widths in em of a common sans-serif face (Arial, Helvetica, Liberation Sans)."""

_WIDTH_OF = {character: width for width, group in _WIDTHS.items() for character in group}
_BOLD = 1.07
_MARGIN = 1.03
"""Some room, because the face that is used in the end may be a little wider."""

ELLIPSIS = "…"


def clean(text: str) -> str:
    """Return ``text`` on one line, with what XML forbids or what reorders text replaced."""
    return _UNSAFE.sub("\ufffd", " ".join(text.split()))


def clean_lines(text: str) -> str:
    """Return ``text`` as :func:`clean` does, its line breaks kept; for tooltips."""
    return "\n".join(clean(line) for line in text.splitlines())


def text_width(text: str, size_px: float, *, bold: bool = False) -> float:
    """Estimate the width of ``text`` in pixels at a font size of ``size_px``."""
    ems = sum(map(_character_width, text))
    return ems * size_px * _MARGIN * (_BOLD if bold else 1.0)


def shorten(text: str, limit_px: float, size_px: float, *, bold: bool = False) -> str:
    """Return ``text``, or its beginning and an ellipsis where it is wider than ``limit_px``."""
    if text_width(text, size_px, bold=bold) <= limit_px:
        return text
    room = limit_px - text_width(ELLIPSIS, size_px, bold=bold)
    used, end = 0.0, 0
    for end, character in enumerate(text):  # noqa: B007 - the place where it stops counts
        used += text_width(character, size_px, bold=bold)
        if used > room:
            break
    while end > 0 and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def _character_width(character: str) -> float:
    """Return the advance width of one character in em."""
    known = _WIDTH_OF.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.0
    return 0.78 if character.isupper() else 0.6
