"""The catalogue: which actions the installed node libraries offer.

A library is a package with a mapping ``{"flip": "dtl_nodes.flip:Flip"}`` behind an entry point
of the group ``dtl_engine.nodes``. A node's module is imported when the node is first used. Beside
the mapping, its module may hold ``ALIASES``, further names of actions, and ``REFUSED``, actions of
other engines that cannot be had here, each with the reason and what to use instead.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

from dtl_engine.errors import DtlError
from dtl_engine.node.base import Node

GROUP = "dtl_engine.nodes"


class NodeUnavailable(DtlError):
    """An action exists but its node cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action of one library."""

    action: str
    library: str
    target: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All actions by name; what is wrong with a library or an action is told, not raised."""

    entries: Mapping[str, Entry]
    conflicts: Mapping[str, str] = field(default_factory=dict)
    broken_libraries: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names -> action."""
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Actions that cannot be had -> why, and what to use instead."""

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of all actions, sorted."""
        return tuple(sorted(self.entries))

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which a layer may ask for an action, sorted."""
        return tuple(sorted({*self.entries, *self.aliases}))

    def canonical(self, name: str) -> str:
        """Return the action that ``name`` is another name of, else ``name``."""
        return self.aliases.get(name, name)

    def aliases_of(self, action: str) -> tuple[str, ...]:
        """Return the other names of ``action``, sorted."""
        return tuple(sorted(name for name, known in self.aliases.items() if known == action))

    def node_class(self, action: str) -> type[Node[Any]]:
        """Import and return the node of ``action``, or of the one that it is another name of.

        Raises:
            KeyError: no library has this action.
            NodeUnavailable: two libraries have it, or its module cannot be imported.
        """
        action = self.canonical(action)
        entry = self.entries[action]
        if action in self.conflicts:
            raise NodeUnavailable(self.conflicts[action])
        module, _, name = entry.target.partition(":")
        try:
            found = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError, SyntaxError) as error:
            raise NodeUnavailable(
                f"action '{action}' of library '{entry.library}' cannot be loaded: {error}"
            ) from error
        if not (isinstance(found, type) and issubclass(found, Node)):
            raise NodeUnavailable(
                f"action '{action}' of library '{entry.library}': {entry.target} is no node class"
            )
        return found


def installed_catalogue() -> Catalogue:
    """Collect the actions of every installed library."""
    entries: dict[str, Entry] = {}
    conflicts: dict[str, str] = {}
    broken: dict[str, str] = {}
    aliases: dict[str, str] = {}
    refused: dict[str, tuple[str, str]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            mapping = point.load()
            listed = [Entry(action, point.name, target) for action, target in mapping.items()]
            module = importlib.import_module(point.module)
            others = dict(getattr(module, "ALIASES", {}))
            missing = dict(getattr(module, "REFUSED", {}))
        except (ImportError, AttributeError, SyntaxError, TypeError, ValueError) as error:
            broken[point.name] = f"library '{point.name}' ({point.value}) is broken: {error}"
            continue
        for entry in listed:
            other = entries.setdefault(entry.action, entry)
            if other != entry:
                conflicts[entry.action] = (
                    f"action '{entry.action}' is offered by two libraries, "
                    f"'{other.library}' ({other.target}) and '{entry.library}' ({entry.target})"
                )
        aliases = {**others, **aliases}
        refused = {**missing, **refused}
    # A library that offers what another one only refuses or names otherwise has the better claim.
    aliases = {
        name: action
        for name, action in aliases.items()
        if name not in entries and action in entries
    }
    refused = {name: why for name, why in refused.items() if name not in {*entries, *aliases}}
    return Catalogue(entries, conflicts, broken, aliases, refused)
