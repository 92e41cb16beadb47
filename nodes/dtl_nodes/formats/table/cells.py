"""Cells of tables as values; files of text hold text alone."""

from __future__ import annotations

import math
from typing import Any

from dtl_engine.sdk import AnnotationError

Row = list[Any]
"""The cells of a row: text, or in Parquet files values of Python and ``None``."""


def text(cell: Any) -> str:
    """Return a cell as text without the spaces around it, ``""`` where there is nothing."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(cell)


def number(cell: Any) -> float:
    """Return a cell as a number; a comma may stand for the point.

    Raises:
        AnnotationError: F604, it is no finite number.
    """
    try:
        value = float(cell if isinstance(cell, (int, float)) else _decimal(text(cell)))
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if isinstance(cell, bool) or not math.isfinite(value):
        raise AnnotationError("F604", f"{text(cell)[:80]!r} is no number")
    return value


def _decimal(written: str) -> str:
    if "_" in written:
        return "no number"  # Python's own notation
    return written.replace(",", ".") if written.count(",") == 1 else written
