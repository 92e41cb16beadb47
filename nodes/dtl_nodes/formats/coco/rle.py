"""Masks as runs: pixels counted column by column, those outside of the mask first.

Source: the mask API of pycocotools, ``common/maskApi.c`` (rleEncode, rleToString, rleFrString).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Mask, Size

Runs = NDArray[np.int64]
"""(N,) int64: lengths of runs in pixels, outside and inside in turns."""

_FIRST = 48
_MORE, _SIGN, _BITS = 0x20, 0x10, 5
_MOST_GROUPS = 7
"""What a length needs at most: 35 bits."""


def read_runs(value: Any, size: Size) -> Runs:
    """Return the runs of a segmentation that is an object with ``size`` and ``counts``.

    Raises:
        AnnotationError: F604, they are malformed or do not fill an image of ``size``.
    """
    told = value.get("size")
    if told != [size.height, size.width]:
        raise AnnotationError(
            "F604", f"runs: the size is {told!r}, the image has [{size.height}, {size.width}]"
        )
    counts = value.get("counts")
    if isinstance(counts, str):
        runs = text_to_runs(counts)
    elif isinstance(counts, list) and all(type(count) is int for count in counts):
        try:
            runs = np.array(counts, np.int64)
        except OverflowError as error:
            raise AnnotationError("F604", "runs: a length is far too large") from error
    else:
        raise AnnotationError("F604", "runs: 'counts' is neither a text nor a list of numbers")
    if len(runs) and (runs.min() < 0 or runs.max() > size.width * size.height):
        raise AnnotationError("F604", "runs: a length is negative, or larger than the image")
    if int(runs.sum()) != size.width * size.height:
        raise AnnotationError(
            "F604",
            f"runs: they fill {int(runs.sum())} pixels, the image has {size.width * size.height}",
        )
    return runs


def text_to_runs(text: str) -> Runs:
    """Return the runs of a compressed text.

    Raises:
        AnnotationError: F604, it is none.
    """
    try:
        groups = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - _FIRST
    except UnicodeEncodeError as error:
        raise AnnotationError("F604", "runs: the text holds other characters") from error
    if not len(groups):
        return groups
    if groups.min() < 0 or groups.max() > 63:
        raise AnnotationError("F604", "runs: the text holds other characters")
    is_last = (groups & _MORE) == 0
    if not is_last[-1]:
        raise AnnotationError("F604", "runs: the text ends in the middle of a number")
    lasts = np.flatnonzero(is_last)
    firsts = np.concatenate(([0], lasts[:-1] + 1))
    lengths = lasts - firsts + 1
    if lengths.max() > _MOST_GROUPS:
        raise AnnotationError("F604", "runs: a number of the text is too large")
    shifts = _BITS * (np.arange(len(groups)) - np.repeat(firsts, lengths))
    numbers: Runs = np.add.reduceat((groups & 0x1F) << shifts, firsts)
    is_negative = (groups[lasts] & _SIGN) != 0
    numbers -= np.where(is_negative, np.int64(1) << (_BITS * lengths), 0)
    # From the fourth one on numbers are differences to the run two before.
    numbers[1::2] = np.cumsum(numbers[1::2])
    numbers[2::2] = np.cumsum(numbers[2::2])
    return numbers


def runs_to_text(runs: Runs) -> str:
    """Return runs as compressed text."""
    rest = runs.copy()
    rest[3:] -= runs[1:-2]
    groups = np.empty((len(runs), _MOST_GROUPS), np.uint8)
    used = np.zeros((len(runs), _MOST_GROUPS), bool)
    goes_on = np.ones(len(runs), bool)
    for number in range(_MOST_GROUPS):
        used[:, number] = goes_on
        low = rest & 0x1F
        rest >>= _BITS
        more = rest != np.where(low & _SIGN, -1, 0)
        groups[:, number] = (low | np.where(more, _MORE, 0)) + _FIRST
        goes_on = goes_on & more
        if not goes_on.any():
            break
    return groups[used].tobytes().decode("ascii")


def runs_to_mask(runs: Runs, size: Size) -> Mask | None:
    """Return the mask of runs that fill an image of ``size``; ``None`` if no pixel is set.

    Memory is that of the columns that the mask covers.
    """
    ends = np.cumsum(runs)
    starts, stops = ends[: len(ends) - 1 : 2], ends[1::2]
    kept = stops > starts
    starts, stops = starts[kept], stops[kept]
    if not len(starts):
        return None
    height = size.height
    first, last = int(starts[0]) // height, (int(stops[-1]) - 1) // height
    offset = first * height
    edges = np.empty(2 * len(starts), np.int64)
    edges[0::2], edges[1::2] = starts - offset, stops - offset
    lengths = np.diff(edges, prepend=0, append=(last + 1 - first) * height)
    inside = np.arange(len(lengths)) % 2 == 1
    columns = np.repeat(inside, lengths).reshape(-1, height)
    return Mask.tight(columns.T, first, 0)


def mask_to_runs(mask: Mask, size: Size) -> Runs:
    """Return the runs of a mask in an image of ``size``, in which it lies."""
    columns = np.zeros((mask.width, mask.height + 2), np.int8)
    columns[:, 1:-1] = mask.pixels.T
    # In the mask itself a column takes one place more: behind its last row it can end.
    places = np.flatnonzero(np.diff(columns, axis=1))
    column, row = np.divmod(places, mask.height + 1)
    edges = (column + mask.x) * size.height + (row + mask.y)
    starts, stops = edges[0::2], edges[1::2]
    # A run that reaches the last row goes on in the first row of the next column.
    parted = starts[1:] != stops[:-1]
    starts = starts[np.concatenate(([True], parted))]
    stops = stops[np.concatenate((parted, [True]))]
    edges = np.empty(2 * len(starts), np.int64)
    edges[0::2], edges[1::2] = starts, stops
    total = size.width * size.height
    runs = np.diff(edges, prepend=0)
    return runs if stops[-1] == total else np.append(runs, total - stops[-1])


def mask_json(mask: Mask, size: Size) -> dict[str, Any]:
    """Return a mask as a segmentation."""
    return {"size": [size.height, size.width], "counts": runs_to_text(mask_to_runs(mask, size))}
