"""Objects that nothing has needed yet: plain polygons stay text until somebody asks for them.

Their coordinates are checked all at once, with arrays over all objects of an image, and their text
is passed on to a file of the same format as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import orjson
from numpy.typing import NDArray

from dtl_engine.sdk import Instance, ReadLog, Size
from dtl_nodes.formats.coco.objects import Rules, parse_object, read_object
from dtl_nodes.formats.objects_inside import read_each

_SPACE = b" \t\r\n"
_LEAST_NUMBERS = 6
_BOX_NUMBERS = 8
_DIGITS = 6
"""Decimals of areas and boxes that are worked out."""


class _Record(msgspec.Struct, gc=False):
    category_id: int
    segmentation: msgspec.Raw = msgspec.Raw(b"")
    bbox: Any = None
    iscrowd: Any = 0
    keypoints: Any = None
    score: Any = None
    attributes: Any = None


_RECORD = msgspec.json.Decoder(_Record)
_RECORDS = msgspec.json.Decoder(list[_Record])
_POLYGONS = msgspec.json.Decoder(list[list[list[float]]])


@dataclass(frozen=True, slots=True)
class PlainPolygon:
    """An object of rings alone, inside its image.

    ``segmentation`` is its JSON without blanks; ``facts`` is the JSON of area, left, top, width and
    height, separated by commas.
    """

    text: bytes
    label: str
    segmentation: bytes
    facts: bytes


Item = PlainPolygon | tuple[Instance, ...]


class UntouchedObjects:
    """The objects of an image, of which the plain polygons are still text."""

    __slots__ = ("_log", "_rules", "_size", "items")

    def __init__(self, items: Sequence[Item], size: Size, rules: Rules, log: ReadLog) -> None:
        self.items = tuple(items)
        self._size = size
        self._rules = rules
        self._log = log

    def load(self) -> tuple[Instance, ...]:
        """Read all objects."""
        return tuple(chain.from_iterable(map(self.loaded, self.items)))

    def loaded(self, item: Item) -> tuple[Instance, ...]:
        """Read one object."""
        if isinstance(item, tuple):
            return item
        return tuple(read_object(parse_object(item.text), self._size, self._rules, self._log))


def read_objects(texts: Sequence[bytes], size: Size, rules: Rules, log: ReadLog) -> list[Item]:
    """Read the objects of an image; plain polygons are only checked.

    Raises:
        AnnotationError: F602 to F604, an object is malformed.
    """
    plain = {} if rules.exact_masks else _plain_polygons(texts, size, rules)

    def read(number: int) -> tuple[Item]:
        item = plain.get(number)
        return (
            tuple(read_object(parse_object(texts[number]), size, rules, log))
            if item is None
            else item,
        )

    return read_each(range(len(texts)), read, log)


def _plain_polygons(texts: Sequence[bytes], size: Size, rules: Rules) -> dict[int, PlainPolygon]:
    """Return those objects that are plain polygons, by their numbers."""
    found: list[tuple[int, str, bytes]] = []
    for number, record in enumerate(_records(texts)):
        if record is None:
            continue
        category = rules.categories.get(record.category_id)
        if (
            category is None
            or record.iscrowd
            or record.keypoints
            or record.attributes
            or record.score is not None
        ):
            continue
        segmentation = bytes(record.segmentation).translate(None, _SPACE)
        is_rings = segmentation.startswith(b"[[") and len(segmentation) > 2 * _LEAST_NUMBERS
        if is_rings and (b"],[" not in segmentation or not rules.splits_parts):
            found.append((number, category.label, segmentation))
    try:
        polygons = _POLYGONS.decode(b"[" + b",".join([each[2] for each in found]) + b"]")
    except msgspec.DecodeError:
        return {}
    facts = _facts(polygons, size) if polygons else {}
    return {
        number: PlainPolygon(texts[number], label, segmentation, facts[at])
        for at, (number, label, segmentation) in enumerate(found)
        if at in facts
    }


def _records(texts: Sequence[bytes]) -> Sequence[_Record | None]:
    """Return the objects; ``None`` for those that are malformed."""
    try:
        return _RECORDS.decode(b"[" + b",".join(texts) + b"]")
    except (msgspec.DecodeError, RecursionError):
        return [_record(text) for text in texts]


def _record(text: bytes) -> _Record | None:
    try:
        return _RECORD.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _facts(polygons: Sequence[Sequence[Sequence[float]]], size: Size) -> dict[int, bytes]:
    """Return area and box as JSON of those polygons that are plain, by their numbers."""
    chosen = [at for at, rings in enumerate(polygons) if _may_be_plain(rings)]
    if not chosen:
        return {}
    rings = [ring for at in chosen for ring in polygons[at]]
    lengths = np.fromiter(map(len, rings), np.intp, len(rings)) // 2
    numbers = np.fromiter(chain.from_iterable(rings), np.float64, 2 * int(lengths.sum()))
    # Row by row: what follows works along the rows.
    points = np.ascontiguousarray(numbers.reshape(-1, 2).T)
    lasts = np.cumsum(lengths) - 1
    firsts = lasts - lengths + 1
    low = np.minimum.reduceat(points, firsts, axis=1)
    high = np.maximum.reduceat(points, firsts, axis=1)
    areas = _areas(points, firsts, lasts)
    is_plain = (low.min(axis=0) >= 0) & (high[0] <= size.width) & (high[1] <= size.height)
    is_plain &= (areas > 0) & (points[:, firsts] != points[:, lasts]).any(axis=0)
    if len(rings) > len(chosen):
        counts = np.fromiter((len(polygons[at]) for at in chosen), np.intp, len(chosen))
        heads: NDArray[np.intp] = np.cumsum(counts) - counts
        low = np.minimum.reduceat(low, heads, axis=1)
        high = np.maximum.reduceat(high, heads, axis=1)
        areas, is_plain = np.add.reduceat(areas, heads), np.logical_and.reduceat(is_plain, heads)
    table = np.concatenate((areas[None], low, high - low)).T.round(_DIGITS)
    text = orjson.dumps(np.ascontiguousarray(table), option=orjson.OPT_SERIALIZE_NUMPY)
    rows = text[2:-2].split(b"],[")
    return {
        at: row for at, row, is_one in zip(chosen, rows, is_plain.tolist(), strict=True) if is_one
    }


def _may_be_plain(rings: Sequence[Sequence[float]]) -> bool:
    """Whether rings are pairs for three points or more.

    Four points alone may be the corners of a box; reading them says so.
    """
    if len(rings) == 1 and len(rings[0]) == _BOX_NUMBERS:
        return False
    return all(len(ring) >= _LEAST_NUMBERS and len(ring) % 2 == 0 for ring in rings)


def _areas(
    points: NDArray[np.float64], firsts: NDArray[np.intp], lasts: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the area of each ring; rings follow each other in ``points``, (2, N)."""
    after = np.empty_like(points)
    after[:, :-1] = points[:, 1:]
    after[:, lasts] = points[:, firsts]
    crossed = points[0] * after[1] - after[0] * points[1]
    areas: NDArray[np.float64] = np.abs(np.add.reduceat(crossed, firsts)) / 2
    return areas
