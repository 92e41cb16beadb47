"""Settings given on the command line, put in the place of those in the documents."""

from __future__ import annotations

from collections.abc import Sequence

from dtl_engine.errors import did_you_mean
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.names import outputs_of
from dtl_engine.graph.overrides import Override
from dtl_engine.graph.place import CommandLine, Place, Written


class SettingsOption:
    """What ``--set`` says about layers.

    Args:
        overrides: the settings, in the order in which they were given.
        document: the place of the main document.
        findings: where problems go.
    """

    def __init__(self, overrides: Sequence[Override], document: Place, findings: Findings) -> None:
        self._waiting = list(overrides)
        self._document = document
        self._findings = findings

    def apply(self, layers: Sequence[Written]) -> list[Written]:
        """Return ``layers`` with the settings of those that are there replaced."""
        changed = list(layers)
        waiting: list[Override] = []
        for override in self._waiting:
            hits = [at for at, layer in enumerate(changed) if override.layer in outputs_of(layer)]
            if not hits:
                waiting.append(override)
            elif len(hits) > 1:
                self._refuse(override, f"{len(hits)} layers", ())
            else:
                changed[hits[0]] = self._changed(changed[hits[0]], override)
        self._waiting = waiting
        return changed

    def finish(self, layers: Sequence[Written]) -> list[Written]:
        """Do the same with what still waits; whose layer is not there now either is refused."""
        changed = self.apply(layers)
        if not self._findings.layers_missing:
            for override in self._waiting:
                self._refuse(override, "no layer", changed)
        return changed

    def _changed(self, layer: Written, override: Override) -> Written:
        members = layer.members
        if "settings" not in members:
            return layer  # reported when the layer is read
        value = Written(override.value, Place(CommandLine(override.text)))
        settings = _put(members["settings"], override.path, value)
        if settings is None:
            message = (
                f"there is no '{'.'.join(override.path)}' in the settings of "
                f"'{override.layer}' to set"
            )
            place = members["settings"].place
            self._findings.report("E109", message, place, value=override.text)
            return layer
        return layer.with_content({**members, "settings": settings})

    def _refuse(self, override: Override, what: str, layers: Sequence[Written]) -> None:
        """Tell that no layer, or more than one, is meant; it may be one of ``layers``."""
        outputs = (name for layer in layers for name in outputs_of(layer) if name)
        names = list(dict.fromkeys(outputs))
        help = did_you_mean(override.layer, names)
        if names and not help:
            help = f"there are {', '.join(names)}"
        self._findings.report(
            "E109",
            f"{what} with the output '{override.layer}'",
            self._document,
            value=override.text,
            help=help,
            allowed=names,
        )


def _put(target: Written | None, path: Sequence[str], value: Written) -> Written | None:
    """Return ``target`` with ``value`` at ``path``; an absent object on the way is made."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if target is None:
        target = Written({}, value.place)
    if isinstance(target.value, dict):
        members = target.members
        inner = _put(members.get(head), rest, value)
        return target.with_content({**members, head: inner}) if inner else None
    items = target.items
    if head not in map(str, range(len(items))):
        return None
    at = int(head)
    inner = _put(items[at], rest, value)
    return target.with_content([*items[:at], inner, *items[at + 1 :]]) if inner else None
