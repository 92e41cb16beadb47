"""Which column of a table says what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dtl_engine.sdk import SchemaError, TagValueType, did_you_mean
from dtl_nodes.formats.table.layout import BOXES, IMAGE_TAG, NAMES, OBJECT_TAG, Corners, Role
from dtl_nodes.formats.table.options import TableReading


@dataclass(frozen=True, slots=True)
class TagColumn:
    """A column of tags; ``value_type`` is ``None`` where the values are to tell it."""

    at: int
    name: str
    value_type: TagValueType | None
    is_of_image: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns in a row.

    ``box`` is the form of the boxes, if there are any, and ``box_at`` where its numbers stand.
    """

    count: int
    path: int
    label: int | None
    split: int | None
    width: int | None
    height: int | None
    tag_names: int | None
    box: Corners | None
    box_at: tuple[int, ...]
    tags: tuple[TagColumn, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The columns that are read."""
        one = (self.path, self.label, self.split, self.width, self.height, self.tag_names)
        known = (at for at in one if at is not None)
        return (*known, *self.box_at, *(tag.at for tag in self.tags))


def find_columns(header: Sequence[str], options: TableReading, name: str) -> Columns:
    """Return what the columns of a table are.

    Raises:
        SchemaError: E403, a column is there twice, is not there, or none tells the path.
    """
    places: dict[str, int] = {}
    for at, column in enumerate(header):
        if column.strip() and _plain(column) in places:
            raise _refused(name, f"it has two columns '{column}'")
        places[_plain(column)] = at
    roles: dict[Role, int] = {}
    for role, column in (options.columns or {}).items():
        roles[role] = _named(column, places, header, name)
    for role, names in NAMES.items():
        found = next((places[each] for each in names if each in places), None)
        if role not in roles and found is not None and found not in roles.values():
            roles[role] = found
    if "path" not in roles:
        looked = ", ".join(NAMES["path"])
        raise _refused(name, f"no column tells the path of the image; looked for {looked}")
    box = next((form for form in BOXES if roles.keys() >= set(form)), None)
    return Columns(
        len(header),
        roles["path"],
        roles.get("label"),
        roles.get("split"),
        roles.get("width"),
        roles.get("height"),
        roles.get("tags"),
        box,
        tuple(roles[role] for role in box or ()),
        _tags(header, options, places, name),
    )


def _tags(
    header: Sequence[str], options: TableReading, places: dict[str, int], name: str
) -> tuple[TagColumn, ...]:
    tags = []
    for at, column in enumerate(header):
        kind, _, rest = column.partition(":")
        value_type, separator, tag = rest.partition(":")
        if kind in (OBJECT_TAG, IMAGE_TAG) and separator and value_type in tuple(TagValueType):
            tags.append(TagColumn(at, tag, TagValueType(value_type), kind == IMAGE_TAG))
    for chosen, is_of_image in ((options.object_tags, False), (options.image_tags, True)):
        for column in chosen:
            at = _named(column, places, header, name)
            tags.append(TagColumn(at, header[at].strip(), None, is_of_image))
    return tuple(tags)


def _named(column: str, places: dict[str, int], header: Sequence[str], name: str) -> int:
    """Return the place of a column that an option names."""
    found = places.get(_plain(column))
    if found is None:
        hint = did_you_mean(column, header) or f"it has {', '.join(header)}"
        raise _refused(name, f"it has no column '{column}'; {hint}")
    return found


def _plain(column: str) -> str:
    """Return a name without what names are written with in different ways."""
    return re.sub(r"[\s_-]", "", column.casefold())


def _refused(name: str, reason: str) -> SchemaError:
    return SchemaError("E403", f"'{name}' cannot be read: {reason}", at=(0,), value=name)
