"""Text without fonts: estimated widths, shortening, and characters that are safe to write."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
"""Not allowed in XML, or able to reorder the text around it."""

_REGULAR = {
    0.28: "'ijl",
    0.32: "I ,.·\u2018\u2019",
    0.36: "/:;\\|-f",
    0.4: "()[]t",
    0.42: "!r",
    0.46: '"',
    0.5: "*`°J",
    0.53: "“”„s",
    0.56: "zcL?_\u2013",
    0.6: "vxyk•",
    0.62: "aeoFT",
    0.64: "0123456789bdghnpqu${}ßµ",
    0.69: "ABEKPSVXYZ",
    0.74: "CRU",
    0.79: "&DGHNOQ",
    0.84: "#+<=>^~\xd7\u2212w",
    0.87: "M",
    0.98: "%mæÆ",
    1.02: "@…—W",
    1.07: "œŒ",
}
_BOLD = {
    0.31: "'",
    0.35: " ijl",
    0.38: "/\\|I,.·\u2018\u2019",
    0.42: ":;-",
    0.46: "!()[]f",
    0.5: "`°tr",
    0.53: '"*',
    0.56: "_\u2013J",
    0.6: "csz",
    0.64: "?L•",
    0.67: "vxyk“”„",
    0.69: "aeoFT",
    0.72: "0123456789bdghnpqu{}$ßSE",
    0.74: "CPYZµ",
    0.78: "ABKRVX",
    0.85: "#+<=>^~\xd7\u2212DGHNOQU",
    0.88: "&",
    0.93: "w",
    1.02: "%@…—M",
    1.06: "mæ",
    1.1: "ÆWœ",
    1.17: "Œ",
}
"""Advance widths in em: of each letter the wider one of Arial and of DejaVu Sans, the widest face
that viewers take where they have neither Helvetica nor Arial."""

_MARGIN = 1.03
"""Some room, because small letters are drawn at whole pixels."""

ELLIPSIS = "…"


def clean(text: str) -> str:
    """Return ``text`` on one line, with what XML forbids or what reorders text replaced."""
    return _UNSAFE.sub("\ufffd", " ".join(text.split()))


def clean_lines(text: str) -> str:
    """Return ``text`` as :func:`clean` does, its line breaks kept; for tooltips."""
    return "\n".join(clean(line) for line in text.splitlines())


def text_width(text: str, size_px: float, *, bold: bool = False) -> float:
    """Estimate the width in pixels that ``text`` has at most at a font size of ``size_px``."""
    ems = sum(_character_width(character, bold) for character in text)
    return ems * size_px * _MARGIN


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


@cache
def _known_widths(bold: bool) -> dict[str, float]:
    groups = _BOLD if bold else _REGULAR
    return {character: width for width, group in groups.items() for character in group}


def _character_width(character: str, bold: bool) -> float:
    """Return the advance width of one character in em; letters with an accent are as wide."""
    known = _known_widths(bold)
    plain = unicodedata.normalize("NFD", character)[0]
    width = known.get(character) or known.get(plain)
    if width is not None:
        return width
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.0
    regular = 0.9 if character.isupper() else 0.7
    return regular * 1.12 if bold else regular
