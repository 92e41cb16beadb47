"""Fonts for pictures made of pixels: a common one of the machine, else the one in Pillow."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from PIL import ImageFont

from dtl_visualizer.text import text_width

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_FACES = (
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
)
_PLAIN = str.maketrans({"\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00d7": "x", "\u00a0": " "})


class SetText(NamedTuple):
    """A text as it can be drawn: its letters, its font, and the pixels that make it bolder."""

    text: str
    font: Font
    stroke: int


def set_text(text: str, size: float, *, bold: bool) -> SetText:
    """Choose the font of a text, a little smaller where the estimated width is too narrow.

    Args:
        text: one line.
        size: font size in pixels.
        bold: whether it is bold; a font without a bold face is drawn with a thicker stroke.
    """
    face = _face(bold)
    if face:
        font: Font = _loaded(face, size)
    else:
        text, font = _simplified(text), _builtin(size)
    excess = font.getlength(text) / max(text_width(text, size, bold=bold), 1.0)
    if excess > 1.0:
        smaller = round(4 * size / excess) / 4
        font = _loaded(face, smaller) if face else _builtin(smaller)
    return SetText(text, font, 1 if bold and not face else 0)


@lru_cache(maxsize=2)
def _face(bold: bool) -> str:
    """Return the file name of the first face that this machine has, or ``""``."""
    for face in _FACES:
        try:
            for name in face:
                ImageFont.truetype(name, 12)
        except OSError:
            continue
        return face[bold]
    return ""


@lru_cache(maxsize=64)
def _loaded(name: str, size: float) -> ImageFont.FreeTypeFont:
    """Return a face at a size; loading takes longer than drawing."""
    return ImageFont.truetype(name, max(1.0, size))


@lru_cache(maxsize=64)
def _builtin(size: float) -> Font:
    """Return Pillow's own font at a size."""
    return ImageFont.load_default(max(1.0, size))


def _simplified(text: str) -> str:
    """Return ``text`` without the accents and dashes that Pillow's own font lacks."""
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(character for character in apart if not unicodedata.combining(character))
