"""Placeholders: ``${crop_min}`` in the layers of a document stands for a parameter's value."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from dtl_engine.errors import Severity, did_you_mean, nearest
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.limits import Limits
from dtl_engine.graph.parameters import NAME, Parameter
from dtl_engine.graph.place import Place, Written

_MARK = "${"
_TOKEN = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_MEMBER_DEPTH = 4  # inside the document, its layers and one of them
_WHOLE = re.compile(r"\$\{([^{}]*)\}")


def escaped(value: Any) -> Any:
    """Return a JSON value in which every text says what it said before there were parameters."""
    if isinstance(value, dict):
        return {escaped(key): escaped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [escaped(inner) for inner in value]
    return value.replace(_MARK, f"${_MARK}") if isinstance(value, str) else value


class Placeholders:
    """Puts the values of one document's parameters in their places."""

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        declared: Collection[str],
        findings: Findings,
        limits: Limits,
    ) -> None:
        self._parameters = parameters
        self._declared = declared
        self._findings = findings
        self._limits = limits
        self._used: set[str] = set()

    def fill(self, layer: Written) -> Written:
        """Return a layer with the values put in; its action is no place for one."""
        if not isinstance(layer.value, dict):
            return layer
        return layer.with_content(
            {
                key: member if key == "action" else self._filled(member, _MEMBER_DEPTH)
                for key, member in layer.members.items()
            }
        )

    def warn_of_unused(self) -> None:
        """Warn of parameters that no layer has used."""
        for name, parameter in self._parameters.items():
            if name not in self._used:
                self._findings.report(
                    "W507",
                    f"parameter '{name}' is declared and never used",
                    parameter.declaration.place,
                    key=True,
                    value=name,
                    help=f'write "${{{name}}}" where its value shall stand, or remove it',
                    severity=Severity.WARNING,
                )

    def _filled(self, written: Written, depth: int) -> Written:
        """Return a value with all placeholders in it replaced; ``depth`` is how deep it stands."""
        if not (written.composed or written.place.source.has_parameters):
            return written
        if isinstance(written.value, str):
            return self._text(written, depth) if _MARK in written.value else written
        if isinstance(written.value, list):
            before = written.items
            items = [self._filled(item, depth + 1) for item in before]
            is_same = all(new is old for new, old in zip(items, before, strict=True))
            return written if is_same else written.with_content(items)
        if isinstance(written.value, dict):
            return self._object(written, depth)
        return written

    def _object(self, written: Written, depth: int) -> Written:
        filled: dict[str, Written] = {}
        is_same = True
        for key, member in written.members.items():
            name = key
            if _MARK in key and member.place.source.has_parameters:
                name = self._joined(key, member.place, key=True)
            if name in filled:
                message = f"'{key}' gives the name '{name}', which the object has already"
                self._findings.report("E003", message, member.place, key=True, value=key)
            filled[name] = self._filled(member, depth + 1)
            is_same = is_same and name == key and filled[name] is member
        return written if is_same else written.with_content(filled)

    def _text(self, written: Written, depth: int) -> Written:
        match = _WHOLE.fullmatch(written.value)
        if not match:
            text = self._joined(written.value, written.place)
            return Written(text, self._place_of_joined(written))
        parameter = self._parameter(match[1], written.place)
        if parameter is None:
            return written
        value = parameter.value
        self._limits.add(value, depth, written.place)
        return Written(value.value, value.place.used_at(written.place), value.composed)

    def _place_of_joined(self, written: Written) -> Place:
        """Return the place of the one value that a text is made with, or of the text itself."""
        named = {match[1] for match in _TOKEN.finditer(written.value) if match[1]}
        used = [self._parameters[name] for name in named if name in self._parameters]
        if len(used) != 1 or len(named) != 1:
            return written.place
        return used[0].value.place.used_at(written.place)

    def _joined(self, text: str, place: Place, *, key: bool = False) -> str:
        """Return a text with the values of parameters as text in it."""

        def replaced(match: re.Match[str]) -> str:
            if match[0] == f"${_MARK}":
                return _MARK
            if match[1] is None:
                help = f"write '${_MARK}' for the characters themselves"
                message = f"'{_MARK}' starts the name of a parameter, and no '}}' ends it"
                self._findings.lose("E124", message, place, key=key, value=text, help=help)
                return match[0]
            parameter = self._parameter(match[1], place, key=key)
            if parameter is None:
                return match[0]
            value = parameter.value.plain
            if isinstance(value, (dict, list)):
                message = f"the value of parameter '{match[1]}' is no text that can be joined"
                help = f'only "{match[0]}" alone can stand for a list or an object'
                self._findings.lose("E124", message, place, key=key, value=text, help=help)
                return match[0]
            said = value if isinstance(value, str) else json.dumps(value)
            self._limits.add_text(said, place)
            return said

        return _TOKEN.sub(replaced, text)

    def _parameter(self, name: str, place: Place, *, key: bool = False) -> Parameter | None:
        self._used.add(name)
        found = self._parameters.get(name)
        if found is None and name in self._declared:
            self._findings.mute(place)  # it has no value, which is told where it is declared
        elif found is None:
            help = did_you_mean(name, self._parameters)
            self._used.add(nearest(name, self._parameters))  # once it is spelt right
            if not help and NAME.fullmatch(name):
                help = f'declare it, as in "parameters": {{"{name}": 1}}'
            self._findings.lose(
                "E124",
                f"there is no parameter '{name}'",
                place,
                key=key,
                value=f"${{{name}}}",
                help=help or f"write '${_MARK}' for the characters themselves",
                allowed=self._parameters,
            )
        return found
