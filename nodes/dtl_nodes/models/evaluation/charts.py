"""Pictures of figures, as SVG: confusion matrices, and curves of precision over recall."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from dtl_nodes.models.evaluation.tables import labelled

_FONT = 'font-family="system-ui, sans-serif" font-size="12"'
_COLORS = ("#2f6fde", "#d9480f", "#2b8a3e", "#9c36b5", "#c2255c", "#0b7285", "#7c5e10", "#495057")
_DASHES = ("", "6 3", "2 3")
"""Colours repeat with other dashes."""

_CELL_PX = 46
_LETTER_PX = 7.5
"""No font is wider, in letters that names have."""

_MOST_CLASSES = 40
"""A larger matrix is a table only: its cells could not be read."""

_PLOT_PX = 320
_LINE_PX = 18


def confusion_svg(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[int]],
    pairs: Mapping[str, str],
) -> str | None:
    """Return a confusion matrix, each row shaded by its shares; ``None`` if it is too large.

    Args:
        rows: classes of the ground truth; an empty name is what is no object.
        columns: classes of the predictions; an empty name is what was not found.
        cells: the counts.
        pairs: class of the ground truth -> the right one of the predictions.
    """
    if max(len(rows), len(columns)) > _MOST_CLASSES:
        return None
    left = math.ceil(_LETTER_PX * max(map(len, labelled(rows)))) + 38
    top = math.ceil(_LETTER_PX * max(map(len, labelled(columns)))) + 38
    width, height = left + _CELL_PX * len(columns) + 8, top + _CELL_PX * len(rows) + 8
    parts = [
        _text(left + _CELL_PX * len(columns) / 2, 14, "prediction", anchor="middle", bold=True),
        _text(
            14, top + _CELL_PX * len(rows) / 2, "ground truth", anchor="middle", turn=-90, bold=True
        ),
    ]
    for at, name in enumerate(labelled(columns)):
        x = left + _CELL_PX * (at + 0.5) + 4
        parts.append(_text(x, top - 6, name, turn=-90))
    for row, name in enumerate(labelled(rows)):
        y = top + _CELL_PX * row
        parts.append(_text(left - 6, y + _CELL_PX / 2 + 4, name, anchor="end"))
        total = sum(cells[row])
        for column, count in enumerate(cells[row]):
            share = count / total if total else 0.0
            right = pairs.get(rows[row], "") == columns[column]
            parts.append(_cell(left + _CELL_PX * column, y, count, share, right))
    return _svg(width, height, parts)


def _cell(x: float, y: float, count: int, share: float, is_right: bool) -> str:
    base = "#1864ab" if is_right else "#c92a2a"
    color = "#fff" if share > 0.55 else "#222" if count else "#ced4da"
    frame = f'<rect x="{x:g}" y="{y:g}" width="{_CELL_PX}" height="{_CELL_PX}"'
    size = 12 if count < 100_000 else 9
    return (
        f'{frame} fill="#fff" stroke="#ced4da"/>'
        f'{frame} fill="{base}" fill-opacity="{share:.3f}"/>'
        f'<text x="{x + _CELL_PX / 2:g}" y="{y + _CELL_PX / 2 + 4:g}" text-anchor="middle" '
        f'font-size="{size}" fill="{color}">{_short(count)}</text>'
    )


def _short(count: int) -> str:
    """Return a count in at most seven letters."""
    for unit, name in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if count >= unit:
            return f"{count / unit:.4g}{name}"
    return str(count)


def curves_svg(curves: Mapping[str, Sequence[float]]) -> str:
    """Return curves of precision, at evenly spaced levels of recall from 0 to 1, one per class."""
    left, top = 48, 12
    legend_px = math.ceil(_LETTER_PX * max(map(len, curves), default=0)) + 60
    height = max(_PLOT_PX + top + 44, top + _LINE_PX * len(curves) + 8)
    parts = [
        f'<rect x="{left}" y="{top}" width="{_PLOT_PX}" height="{_PLOT_PX}" fill="#fff" '
        'stroke="#adb5bd"/>'
    ]
    for tenth in range(0, 11, 2):
        at = _PLOT_PX * tenth / 10
        x, y = left + at, top + _PLOT_PX - at
        parts += [
            f'<path d="M{x:g} {top}V{top + _PLOT_PX}M{left} {y:g}H{left + _PLOT_PX}" '
            'stroke="#e9ecef"/>',
            _text(x, top + _PLOT_PX + 16, f"{tenth / 10:g}", anchor="middle"),
            _text(left - 6, y + 4, f"{tenth / 10:g}", anchor="end"),
        ]
    parts += [
        _text(left + _PLOT_PX / 2, top + _PLOT_PX + 36, "recall", anchor="middle", bold=True),
        _text(12, top + _PLOT_PX / 2, "precision", anchor="middle", turn=-90, bold=True),
    ]
    for number, (name, curve) in enumerate(curves.items()):
        line = _line(number, len(curves))
        last = max(len(curve) - 1, 1)
        places = (
            f"{left + _PLOT_PX * at / last:.2f},{top + _PLOT_PX * (1 - value):.2f}"
            for at, value in enumerate(curve)
        )
        parts.append(f'<polyline points="{" ".join(places)}" fill="none" {line}/>')
        y = top + _LINE_PX * number + 12
        x = left + _PLOT_PX + 16
        parts.append(f'<path d="M{x} {y - 4}h24" {line}/>' + _text(x + 30, y, name))
    return _svg(left + _PLOT_PX + 16 + legend_px, height, parts)


def _line(number: int, count: int) -> str:
    """Return how a curve is drawn: wider than those that are drawn over it, lest they hide it."""
    width = 2 + 2 * min(count - 1 - number, 3)
    color = _COLORS[number % len(_COLORS)]
    dash = _DASHES[number // len(_COLORS) % len(_DASHES)]
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{color}" stroke-width="{width}"{dashes}'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", turn: int = 0, bold: bool = False
) -> str:
    place = f'transform="translate({x:g} {y:g}) rotate({turn})"' if turn else f'x="{x:g}" y="{y:g}"'
    weight = ' font-weight="600"' if bold else ""
    return f'<text {place} text-anchor="{anchor}" fill="#222"{weight}>{escape(text)}</text>'


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" {_FONT}>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
