"""The dataset formats that the installed nodes read and write, and their options."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dtl_engine.errors import UsageError, did_you_mean
from dtl_engine.graph.missing import what_is_missing
from dtl_engine.model.schema import SchemaError
from dtl_engine.node.catalogue import Catalogue, NodeUnavailable
from dtl_engine.node.ends import SinkNode, SourceNode
from dtl_engine.node.formats import FormatInfo
from dtl_engine.node.settings_tree import Setting, settings_tree
from dtl_engine.node.source import DataFolders
from dtl_engine.shipped import samples_folder

READ, WRITE = "data", "export"
"""The actions that read and write datasets of any format."""

FORMAT = "format"
"""Their setting that names it."""

MOST_NAMES = 6
"""How many of the names in a folder are told."""


@dataclass(frozen=True)
class End:
    """One of the two actions: its formats by name, and its settings by name."""

    node: type[SourceNode[Any]] | type[SinkNode[Any]]

    @cached_property
    def formats(self) -> Mapping[str, FormatInfo]:
        """The formats by name."""
        return {info.name: info for info in self.node.formats()}

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """All settings by name, that which names the format left out."""
        schema = self.node.settings_model.model_json_schema(by_alias=True)
        return {found.name: found for found in settings_tree(schema) if found.name != FORMAT}

    def options(self, format: str) -> tuple[Setting, ...]:
        """Return the settings that this format has and not all others."""
        own = self.formats[format].options
        return tuple(found for name, found in self.settings.items() if name in own)

    def has(self, setting: str, format: str) -> bool:
        """Whether a setting means something with a format."""
        special = {name for info in self.formats.values() for name in info.options}
        if setting in special:
            return format in self.formats and setting in self.formats[format].options
        return setting in self.settings

    def require(self, format: str | None, doing: str, option: str) -> str:
        """Return ``format`` if it is one.

        Args:
            format: as a person named it; ``None``: not at all.
            doing: what cannot be done to it where it is none.
            option: names it.

        Raises:
            UsageError: it is none.
        """
        if format is None:
            names = ", ".join(self.formats)
            raise UsageError(f"{option} names the format to be {doing}; there are {names}")
        if format not in self.formats:
            hint = did_you_mean(format, self.formats) or f"there are {', '.join(self.formats)}"
            raise UsageError(f"no format '{format}' can be {doing}; {hint}")
        return format


@dataclass(frozen=True)
class Formats:
    """Both actions."""

    reading: End
    writing: End

    @property
    def names(self) -> tuple[str, ...]:
        """All formats, sorted."""
        return tuple(sorted({*self.reading.formats, *self.writing.formats}))

    def title(self, name: str) -> str:
        """Return the name that people give a format."""
        return {**self.writing.formats, **self.reading.formats}[name].title

    def detect(self, place: Path, named: str | None) -> tuple[str, str]:
        """Return the format of a dataset, and what makes it so if it was found out.

        Args:
            place: the folder or file.
            named: the format that a person named.

        Raises:
            UsageError: there is no such format; none was named, and the dataset looks like none or
                like several.
        """
        if named is not None:
            return self.reading.require(named, "read", "--from"), ""
        assert issubclass(self.reading.node, SourceNode)
        try:
            found = self.reading.node.detect_formats(place)
        except SchemaError as error:
            raise UsageError("; ".join(filter(None, (error.message, error.help)))) from error
        if len(found) == 1:
            return next(iter(found.items()))
        if not found:
            raise UsageError(
                f"{place} looks like no dataset of any known format{_held(place)}; --from names "
                "its format, to learn what it lacks; 'dtl inspect --formats' lists them all"
            )
        may = " or ".join(f"{name} ({reason})" for name, reason in found.items())
        say = f"say which one, as in --from {next(iter(found))}"
        if place.is_dir():
            say += ", or name a folder or file in it"
        raise UsageError(f"{place} may be {may}; {say}")


def installed_formats(catalogue: Catalogue) -> Formats:
    """Return what the installed nodes read and write.

    Raises:
        UsageError: there is no node that does.
    """
    return Formats(_end(catalogue, READ), _end(catalogue, WRITE))


def locate(source: str) -> Path:
    """Return the path of a dataset, which has a plain name.

    Args:
        source: a path, or the name of a shipped sample.

    Raises:
        UsageError: there is nothing, or it is the root of a file system.
    """
    place = Path(os.path.abspath(source))  # noqa: PTH100 - links keep their names
    if not place.exists():
        sample = samples_folder() / place.name
        if source != place.name or not sample.exists():
            samples = DataFolders((samples_folder(),)).names()
            why = what_is_missing(source, place, _projects_in, samples, "shipped sample")
            raise UsageError(f"there is no dataset '{source}': {why}")
        place = sample
    if not place.name:
        raise UsageError(f"{source} is a whole file system; name a folder or file in it")
    return place


def listed(texts: Iterable[str]) -> list[str]:
    """Return the names in options such as ``--classes cat,dog --classes bird``."""
    names = (name.strip() for text in texts for name in text.split(","))
    return list(dict.fromkeys(name for name in names if name))


def _held(place: Path) -> str:
    """Say what lies in a folder."""
    if not place.is_dir():
        return ""
    names = sorted(path.name for path in place.iterdir())
    if not names:
        return ": it is empty"
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f": it holds {', '.join(names[:MOST_NAMES])}{more}"


def _projects_in(folder: Path) -> tuple[str, ...]:
    return DataFolders((folder,)).names()


def _end(catalogue: Catalogue, action: str) -> End:
    try:
        node = catalogue.node_class(action)
    except KeyError:
        broken = "; ".join(catalogue.broken_libraries.values())
        text = f"no installed library has the action '{action}'"
        raise UsageError("; ".join(filter(None, (text, broken)))) from None
    except NodeUnavailable as unavailable:
        raise UsageError(str(unavailable)) from unavailable
    if not issubclass(node, SourceNode | SinkNode):
        raise UsageError(f"the action '{action}' neither reads nor writes")
    return End(node)
