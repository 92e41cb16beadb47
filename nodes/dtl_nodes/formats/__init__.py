"""Dataset formats: one folder each, found by name or by what they look like."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from dtl_engine.sdk import SchemaError
from dtl_nodes.formats.base import DatasetFormat, WritableFormat

FORMATS = {
    "supervisely": "dtl_nodes.formats.supervisely.format:SuperviselyFormat",
}
"""Name of each format -> where its class is; a module is imported when it is needed."""

WRITABLE = ("supervisely",)
"""The formats that can be written, sorted."""


def load_format(name: str) -> type[DatasetFormat]:
    """Import the format of a known name."""
    module, _, attribute = FORMATS[name].partition(":")
    found: type[DatasetFormat] = getattr(import_module(module), attribute)
    return found


def load_writable(name: str) -> type[WritableFormat]:
    """Import a format that is known to be writable."""
    found = load_format(name)
    assert issubclass(found, WritableFormat)
    return found


def detect_format(place: Path) -> tuple[type[DatasetFormat], str]:
    """Return the one format that ``place`` looks like, and why.

    Raises:
        SchemaError: E407, none does; E408, several do.
    """
    found = [(each, reason) for each in map(load_format, FORMATS) if (reason := each.detect(place))]
    if len(found) == 1:
        return found[0]
    if not found:
        raise SchemaError(
            "E407",
            f"'{place.name}' looks like none of the formats {', '.join(sorted(FORMATS))}",
            at=(0,),
            value=place.name,
            allowed=sorted(FORMATS),
            help='name one, as in "format": "coco", to learn what it lacks',
        )
    names = " or ".join(f"{each.name} ({reason})" for each, reason in found)
    raise SchemaError(
        "E408",
        f"'{place.name}' may be {names}",
        at=(0,),
        value=place.name,
        allowed=[each.name for each, _ in found],
        help=f'write "format": "{found[0][0].name}"',
    )
