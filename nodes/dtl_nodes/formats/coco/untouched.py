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

from dtl_engine.sdk import Instance, Size
from dtl_nodes.formats.coco.objects import Rules, parse_object, read_object
from dtl_nodes.formats.objects_inside import read_each

_SPACE = b" \t\r\n"
_LEAST_NUMBERS = 6
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

    __slots__ = ("_rules", "_size", "items")

    def __init__(self, items: Sequence[Item], size: Size, rules: Rules) -> None:
        self.items = tuple(items)
        self._size = size
        self._rules = rules

    def load(self) -> tuple[Instance, ...]:
        """Read all objects."""
        return tuple(chain.from_iterable(map(self.loaded, self.items)))

    def loaded(self, item: Item) -> tuple[Instance, ...]:
        """Read one object."""
        if isinstance(item, tuple):
            return item
        return tuple(read_object(parse_object(item.text), self._size, self._rules))


def read_objects(texts: Sequence[bytes], size: Size, rules: Rules) -> list[Item]:
    """Read the objects of an image; plain polygons are only checked.

    Raises:
        AnnotationError: F602 to F604, an object is malformed.
    """
    plain = {} if rules.exact_masks else _plain_polygons(texts, size, rules)

    def read(number: int) -> tuple[Item]:
        item = plain.get(number)
        return (
            tuple(read_object(parse_object(texts[number]), size, rules)) if item is None else item,
        )

    return read_each(range(len(texts)), read, drop=rules.drops_bad)


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
    rings = list(chain.from_iterable(polygons))
    lengths = np.fromiter(map(len, rings), np.intp, len(rings))
    owner = np.repeat(np.arange(len(polygons)), [len(polygon) for polygon in polygons])
    is_even = (lengths % 2 == 0) & (lengths >= _LEAST_NUMBERS)
    # Four points may be the corners of a box; reading them says so.
    counts = np.bincount(owner, minlength=len(polygons))
    is_even &= (lengths != 8) | (counts[owner] > 1)
    if not is_even.all():
        bad = set(owner[~is_even].tolist())
        kept = [number for number in range(len(polygons)) if number not in bad]
        if not kept:
            return {}
        facts = _facts([polygons[number] for number in kept], size)
        return {kept[at]: fact for at, fact in facts.items()}
    numbers = np.fromiter(chain.from_iterable(rings), np.float64, int(lengths.sum()))
    points, sides = lengths // 2, numbers.reshape(-1, 2)
    firsts = np.cumsum(points) - points
    low = np.minimum.reduceat(sides, firsts)
    high = np.maximum.reduceat(sides, firsts)
    lasts = firsts + points - 1
    areas = np.abs(_doubled_areas(sides, firsts, lasts)) / 2
    is_plain = (low >= 0).all(axis=1) & (high <= size).all(axis=1) & (areas > 0)
    is_plain &= (sides[firsts] != sides[lasts]).any(axis=1)
    heads = np.searchsorted(owner, np.arange(len(polygons)))
    low, high = np.minimum.reduceat(low, heads), np.maximum.reduceat(high, heads)
    table = np.column_stack((np.add.reduceat(areas, heads), low, high - low)).round(_DIGITS)
    rows = orjson.dumps(table, option=orjson.OPT_SERIALIZE_NUMPY)[2:-2].split(b"],[")
    kept_ones = np.logical_and.reduceat(is_plain, heads)
    return {number: rows[number] for number in np.flatnonzero(kept_ones).tolist()}


def _doubled_areas(
    points: NDArray[np.float64], firsts: NDArray[np.intp], lasts: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return twice the area of each ring, signed; rings follow each other in ``points``."""
    after = np.empty_like(points)
    after[:-1] = points[1:]
    after[lasts] = points[firsts]
    # Less rounding near the origin.
    counts = lasts - firsts + 1
    x, y = (points - np.repeat(points[firsts], counts, axis=0)).T
    next_x, next_y = (after - np.repeat(points[firsts], counts, axis=0)).T
    doubled: NDArray[np.float64] = np.add.reduceat(x * next_y - next_x * y, firsts)
    return doubled
