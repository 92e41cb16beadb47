"""The one entrance: a picture and the name of a format in, bytes out."""

from __future__ import annotations

import re
from typing import Literal, get_args

from dtl_engine.errors import UsageError, did_you_mean
from dtl_visualizer.dot import write_dot
from dtl_visualizer.dot_layout import dot_layout
from dtl_visualizer.drawing import draw
from dtl_visualizer.layout import layered_layout
from dtl_visualizer.mermaid import write_mermaid
from dtl_visualizer.picture import GraphPicture
from dtl_visualizer.program import INSTALL_HINT, DotFailed, has_dot, run_dot
from dtl_visualizer.raster import write_png
from dtl_visualizer.shapes import Drawing
from dtl_visualizer.svg import write_svg

FORMATS = ("svg", "png", "pdf", "dot", "mermaid")
Engine = Literal["auto", "dot", "builtin"]
"""Who lays out: ``dot`` is Graphviz; ``auto`` is Graphviz where it is installed and works, for
pictures of up to 1000 edges, and else the built-in layout."""

_MOST_EDGES_FOR_DOT = 1000
_DATE = re.compile(rb"(?<=/CreationDate \(D:)\d{14}")


def render(picture: GraphPicture, format: str, *, engine: Engine = "auto") -> bytes:
    """Draw a picture; the same picture gives the same bytes, with no date in them.

    Args:
        picture: what to draw.
        format: one of ``FORMATS``. ``dot`` and ``mermaid`` are texts and need no layout.
        engine: who lays out. ``pdf`` needs Graphviz; ``svg`` and ``png`` are always possible.

    Raises:
        UsageError: unknown format or engine, or ``dot`` is needed and is not installed or fails.
    """
    _check_choice("format", format, FORMATS)
    _check_choice("engine", engine, get_args(Engine))
    if format == "dot":
        return write_dot(picture)
    if format == "mermaid":
        return write_mermaid(picture)
    if engine == "dot" or format == "pdf" or (engine == "auto" and _suits_dot(picture)):
        _check_dot(format, engine)
        try:
            return _with_dot(picture, format)
        except DotFailed:
            if engine == "dot" or format == "pdf":
                raise
    drawing = draw(picture, layered_layout)
    return _written(drawing, format)


def _suits_dot(picture: GraphPicture) -> bool:
    """Return whether Graphviz is here and will not take minutes for the picture."""
    return has_dot() and len(picture.edges) <= _MOST_EDGES_FOR_DOT


def _check_choice(what: str, word: str, known: tuple[str, ...]) -> None:
    """Raise for a word that is not among ``known``."""
    if word not in known:
        hint = did_you_mean(word, known) or f"known are {', '.join(known)}"
        raise UsageError(f"unknown {what} {word!r} of a drawing: {hint}")


def _check_dot(format: str, engine: Engine) -> None:
    """Raise where Graphviz is needed and may not or cannot be used."""
    if format == "pdf" and engine == "builtin":
        raise UsageError("the built-in layout writes svg and png; pdf needs the engine 'dot'")
    if not has_dot():
        what = "a PDF drawing" if format == "pdf" else "the engine 'dot'"
        raise UsageError(f"{what} needs the program 'dot', which is not here: {INSTALL_HINT}")


def _with_dot(picture: GraphPicture, format: str) -> bytes:
    """Draw with Graphviz: our own SVG over its layout, PNG and PDF by itself."""
    if format == "svg":
        return write_svg(draw(picture, dot_layout))
    data = run_dot(write_dot(picture).decode(), format)
    return _DATE.sub(b"19700101000000", data)


def _written(drawing: Drawing, format: str) -> bytes:
    """Write a drawing of our own as SVG or PNG."""
    return write_png(drawing) if format == "png" else write_svg(drawing)
