"""The labels of Cityscapes, and those that a dataset adds to them.

Source: cityscapesScripts, ``helpers/labels.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dtl_engine.sdk import LabelSpec, SchemaError

TABLE_FILE = "labels.json"
"""Where labels are told that Cityscapes does not have."""

FIRST_ADDED = 34
MOST_WITH_INSTANCES = 65
"""The last id whose instances fit into 16 bits: 65 * 1000 + 535."""

MOST_IDS = 255
MAX_TABLE_BYTES = 16 * 2**20


class Label(NamedTuple):
    """A label: its id in pictures, whether its objects are told apart there, its colour."""

    name: str
    id: int
    has_instances: bool
    color: str


_NAMES = (
    ("unlabeled", 0, 0, 0),
    ("ego vehicle", 0, 0, 0),
    ("rectification border", 0, 0, 0),
    ("out of roi", 0, 0, 0),
    ("static", 0, 0, 0),
    ("dynamic", 111, 74, 0),
    ("ground", 81, 0, 81),
    ("road", 128, 64, 128),
    ("sidewalk", 244, 35, 232),
    ("parking", 250, 170, 160),
    ("rail track", 230, 150, 140),
    ("building", 70, 70, 70),
    ("wall", 102, 102, 156),
    ("fence", 190, 153, 153),
    ("guard rail", 180, 165, 180),
    ("bridge", 150, 100, 100),
    ("tunnel", 150, 120, 90),
    ("pole", 153, 153, 153),
    ("polegroup", 153, 153, 153),
    ("traffic light", 250, 170, 30),
    ("traffic sign", 220, 220, 0),
    ("vegetation", 107, 142, 35),
    ("terrain", 152, 251, 152),
    ("sky", 70, 130, 180),
    ("person", 220, 20, 60),
    ("rider", 255, 0, 0),
    ("car", 0, 0, 142),
    ("truck", 0, 0, 70),
    ("bus", 0, 60, 100),
    ("caravan", 0, 0, 90),
    ("trailer", 0, 0, 110),
    ("train", 0, 80, 100),
    ("motorcycle", 0, 0, 230),
    ("bicycle", 119, 11, 32),
)
_FIRST_WITH_INSTANCES = 24

LABELS: Mapping[str, Label] = {
    **{
        name: Label(
            name, number, number >= _FIRST_WITH_INSTANCES, f"#{red:02X}{green:02X}{blue:02X}"
        )
        for number, (name, red, green, blue) in enumerate(_NAMES)
    },
    "license plate": Label("license plate", -1, True, "#00008E"),
}
"""Those of Cityscapes by name; the ids are those in the order of the list."""

OUT_OF_ROI = "out of roi"
GROUP = "group"
"""The end of a label that stands for several objects which could not be told apart, and the tag
of an object of such a label."""


def with_added(labels: Iterable[LabelSpec]) -> dict[str, Label]:
    """Return the labels of Cityscapes and, with ids from 34 on, those of ``labels`` it has not."""
    table = dict(LABELS)
    for spec in labels:
        if spec.name not in table:
            number = FIRST_ADDED + len(table) - len(LABELS)
            has_instances = number <= MOST_WITH_INSTANCES
            table[spec.name] = Label(spec.name, number, has_instances, spec.color)
    return table


def write_table(table: Mapping[str, Label], folder: Path) -> None:
    """Write the labels that Cityscapes has not, if there are any."""
    added = [
        {
            "name": label.name,
            "id": label.id,
            "hasInstances": label.has_instances,
            "color": label.color,
        }
        for label in table.values()
        if label.name not in LABELS
    ]
    if added:
        content = orjson.dumps({"labels": added}, option=orjson.OPT_INDENT_2)
        (folder / TABLE_FILE).write_bytes(content)


def read_table(folder: Path) -> dict[str, Label]:
    """Return the labels of Cityscapes and those that the dataset in ``folder`` adds.

    Raises:
        SchemaError: E403, the table of the added ones is malformed.
    """
    path = folder / TABLE_FILE
    table = dict(LABELS)
    if not path.is_file() or path.is_symlink():
        return table
    try:
        if path.stat().st_size > MAX_TABLE_BYTES:
            raise ValueError("it is too large")
        value = orjson.loads(path.read_bytes())
        for each in value["labels"]:
            label = _label(each)
            table[label.name] = label
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder.name}/{TABLE_FILE} is no table of labels: {error}"
        raise SchemaError("E403", message, at=(0,)) from error
    return table


def _label(value: Any) -> Label:
    name, number, color = value["name"], value["id"], value["color"]
    if not isinstance(name, str) or type(number) is not int or not isinstance(color, str):
        raise TypeError("a label has no name, id and colour")
    if len(color) != 7 or not color.startswith("#") or int(color[1:], 16) < 0:
        raise ValueError(f"{color[:20]!r} is no colour")
    return Label(name, number, value.get("hasInstances") is True, color)
