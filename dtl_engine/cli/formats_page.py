"""The list of dataset formats, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dtl_engine.cli.formats import End, Formats
from dtl_engine.cli.node_page import setting_lines
from dtl_engine.node.settings_tree import Setting


def formats_page(formats: Formats) -> Iterator[str]:
    """Yield the lines that list formats: a table, then the options of those that have some."""
    width = max((len(name) for name in formats.names), default=0)
    titles = {name: formats.title(name) for name in formats.names}
    wide = max((len(title) for title in titles.values()), default=0)
    for name, title in titles.items():
        yield f"{name:<{width}}  {title:<{wide}}  {_ways(formats, name)}"
    for name in formats.names:
        for heading, end in (("reading", formats.reading), ("writing", formats.writing)):
            if options := _options(end, name):
                yield ""
                yield f"{name}, options for {heading}:"
                yield from setting_lines(options, "  ")


def formats_json(formats: Formats) -> list[dict[str, Any]]:
    """Return the list as JSON data."""
    return [
        {
            "name": name,
            "title": formats.title(name),
            "reads": name in formats.reading.formats,
            "writes": name in formats.writing.formats,
            "reading": [_setting(found) for found in _options(formats.reading, name)],
            "writing": [_setting(found) for found in _options(formats.writing, name)],
        }
        for name in formats.names
    ]


def _ways(formats: Formats, name: str) -> str:
    ways = {"reads": formats.reading, "writes": formats.writing}
    return ", ".join(way for way, end in ways.items() if name in end.formats)


def _options(end: End, name: str) -> tuple[Setting, ...]:
    return end.options(name) if name in end.formats else ()


def _setting(setting: Setting) -> dict[str, str]:
    return {
        "name": setting.name,
        "kind": setting.kind,
        "default": setting.default,
        "description": setting.description,
    }
