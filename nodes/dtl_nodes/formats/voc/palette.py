"""The colours of the classes, and which value of a picture stands for which class.

Source: VOC2012 development kit, ``VOCcode/VOClabelcolormap.m``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dtl_engine.sdk import Schema, SchemaError
from dtl_nodes.formats.voc.layout import COLORS, LABEL_MAP, VOID, VOID_LABEL

Rgb = tuple[int, int, int]

CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
)  # fmt: skip
"""The classes of the challenge; they stand for 1 to 20."""

BACKGROUND = "background"
MAX_TABLE_BYTES = 16 * 2**20
_NOT_CLASSES = frozenset((BACKGROUND, "void", "ignored", VOID_LABEL))


def color_of(index: int) -> Rgb:
    """Return the colour that the palette has for an index, 0 to 255."""
    red = green = blue = 0
    for place in range(7, -1, -1):
        red |= (index & 1) << place
        green |= (index >> 1 & 1) << place
        blue |= (index >> 2 & 1) << place
        index >>= 3
    return red, green, blue


PALETTE: tuple[Rgb, ...] = tuple(map(color_of, range(256)))
_INDEX = {color: index for index, color in enumerate(PALETTE)}


def packed(color: Rgb) -> int:
    """Return a colour as one number."""
    return color[0] << 16 | color[1] << 8 | color[2]


@dataclass(frozen=True, slots=True)
class LabelTable:
    """Classes by the values and by the colours that stand for them.

    ``colors`` are those of the declarations, ``parts`` names of what objects may consist of.
    """

    by_index: Mapping[int, str] = field(default_factory=dict)
    by_color: Mapping[int, str] = field(default_factory=dict)
    colors: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes in the order of the table."""
        return tuple(self.colors)


def _table(rows: Iterable[tuple[str, Rgb, int]], parts: Iterable[str] = ()) -> LabelTable:
    by_index, by_color, colors = {}, {}, {}
    for name, color, index in rows:
        if index < VOID:
            by_index[index] = by_color[packed(color)] = name
        colors[name] = "#{:02X}{:02X}{:02X}".format(*color)
    own = tuple(name for name in dict.fromkeys(parts) if name not in colors)
    return LabelTable(by_index, by_color, colors, own)


STANDARD = _table((name, PALETTE[at], at) for at, name in enumerate(CLASSES, start=1))


def read_table(folder: Path) -> LabelTable | None:
    """Return the classes that a dataset declares, in ``labelmap.txt`` or ``colors.txt``, if any.

    Raises:
        SchemaError: E403, the file is malformed or names a class twice.
    """
    for name, split in ((LABEL_MAP, _split_label_map), (COLORS, _split_colors)):
        if (folder / name).is_file():
            return _read(folder / name, split)
    return None


def _read(path: Path, split: Callable[[str], _Row]) -> LabelTable:
    rows: list[tuple[str, Rgb, int]] = []
    parts: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            row = split(line.strip())
        except ValueError as error:
            raise _refused(path, f"line {number} is no class with its colour") from error
        if row.name in seen:
            raise _refused(path, f"line {number} names class '{row.name}' again")
        seen.add(row.name)
        parts.extend(row.parts)
        if row.name.lower() not in _NOT_CLASSES:
            # A colour of the palette says the value; for others the order does.
            color = row.color or PALETTE[(len(rows) + 1) % 256]
            rows.append((row.name, color, _INDEX.get(color) or len(rows) + 1))
    return _table(rows, parts)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    color: Rgb | None
    parts: tuple[str, ...] = ()


def _split_label_map(line: str) -> _Row:
    """Split ``name:red,green,blue:part,part:action,action``; the colour may be missing."""
    name, color, parts, _ = line.rsplit(":", 3)
    if not name:
        raise ValueError("no name")
    return _Row(
        name,
        _rgb(color.split(",")) if color else None,
        tuple(part for part in parts.split(",") if part),
    )


def _split_colors(line: str) -> _Row:
    """Split ``name red green blue``."""
    name, *color = line.rsplit(maxsplit=3)
    return _Row(name, _rgb(color))


def _rgb(texts: list[str]) -> Rgb:
    red, green, blue = (int(text) for text in texts)
    if not all(0 <= channel <= 255 for channel in (red, green, blue)):
        raise ValueError("a channel is beyond 255")
    return red, green, blue


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > MAX_TABLE_BYTES:
            raise _refused(path, f"it is larger than {MAX_TABLE_BYTES >> 20} MiB")
        return path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise _refused(path, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refused(path, "it is not UTF-8") from error


def _refused(path: Path, reason: str) -> SchemaError:
    return SchemaError("E403", f"{path.name}: {reason}", at=(0,), value=path.name)


def written_indices(schema: Schema) -> Mapping[str, int]:
    """Return the value that stands for each class in the pictures that are written.

    Those of the challenge have their own where there is no other class; else classes count from 1
    in their order. ``neutral`` is void. A class beyond 254 has none.
    """
    names = [name for name in schema.label_names if name != VOID_LABEL]
    if set(names) <= set(CLASSES):
        found = {name: CLASSES.index(name) + 1 for name in names}
    else:
        found = {name: at for at, name in enumerate(names, start=1) if at < VOID}
    return {**found, VOID_LABEL: VOID} if VOID_LABEL in schema.label_names else found


def write_table(schema: Schema, folder: Path) -> None:
    """Write ``labelmap.txt``: the classes in their order, by the colours of their values."""
    indices = written_indices(schema)
    lines = ["# label:color_rgb:parts:actions", f"{BACKGROUND}:0,0,0::"]
    for name in schema.label_names:
        color = PALETTE[indices[name]] if name in indices else None
        text = ",".join(map(str, color)) if color else ""
        if name.strip() == name and name.isprintable() and not name.startswith("#"):
            lines.append(f"{name}:{text}::")
    (folder / LABEL_MAP).write_text("\n".join(lines) + "\n", encoding="utf-8")
