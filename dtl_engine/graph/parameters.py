"""Parameters of a document: what it declares, and the values that they get."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dtl_engine.errors import did_you_mean
from dtl_engine.graph.dialect import describe
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.form import is_whole
from dtl_engine.graph.place import Place, Written

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
KEYS = ("type", "default", "minimum", "maximum", "enum", "description")
TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_KINDS = {"minimum": "number", "maximum": "number", "enum": "array"}
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Declaration:
    """A parameter as documents declare it: where, and what stands at each key."""

    place: Place
    keys: Mapping[str, Written]

    @property
    def type(self) -> str:
        """The type that is declared, or else that of the default; ``""`` for any."""
        if "type" in self.keys:
            return str(self.keys["type"].value)
        default = self.keys["default"].value if "default" in self.keys else None
        return next((kind for kind in TYPES if _is(kind, default)), "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with its value.

    ``origin`` tells who gave it: ``default``, ``--set``, or the ``layer`` that uses the document.
    """

    name: str
    value: Written
    origin: str
    declaration: Declaration


def read_declarations(root: Written, findings: Findings) -> dict[str, Declaration]:
    """Return what a document declares; a value alone is a default."""
    member = root.members.get("parameters")
    if member is None:
        return {}
    if not isinstance(member.value, dict):
        message = f"'parameters' is an object, not {describe(member.value)}"
        findings.report("E104", message, member.place, value=member.value)
    declared: dict[str, Declaration] = {}
    for name, entry in member.members.items():
        if not NAME.fullmatch(name):
            findings.report(
                "E105",
                f"'{name}' is no name for a parameter",
                entry.place,
                key=True,
                value=name,
                help="a name has letters, digits, '_' and '-', and starts with a letter",
            )
            continue
        is_short = not isinstance(entry.value, dict)
        keys = {"default": entry} if is_short else _usable_keys(name, entry, findings)
        declared[name] = Declaration(entry.place, keys)
    return declared


def _usable_keys(name: str, entry: Written, findings: Findings) -> dict[str, Written]:
    kept: dict[str, Written] = {}
    for key, member in entry.members.items():
        value = member.value
        kind = _KINDS.get(key, "string")
        if key not in KEYS:
            findings.unknown_key("E107", f"parameter '{name}'", key, member.place, KEYS)
        elif key != "default" and not _is(kind, value):
            message = f"'{key}' is {TYPES[kind]}, not {describe(value)}"
            findings.report("E104", message, member.place, value=value)
        elif key == "type" and value not in TYPES:
            findings.report(
                "E105",
                f"'type' cannot be {_shown(value)}",
                member.place,
                value=value,
                help=did_you_mean(value, TYPES) or f"one of: {', '.join(TYPES)}",
                allowed=TYPES,
            )
        else:
            kept[key] = member
    return kept


def settle(
    declared: Mapping[str, Declaration],
    given: Mapping[str, tuple[str, Written]],
    file: str,
    findings: Findings,
) -> dict[str, Parameter]:
    """Give every parameter its value: the one given, where it fits, or its default.

    Args:
        declared: what the document and those that it extends declare.
        given: parameter -> who gives it a value, and the value.
        file: the name of the document, for messages.
        findings: where problems go.
    """
    for name, (_, value) in given.items():
        if name not in declared:
            known = f"parameters are {', '.join(declared)}"
            findings.report(
                "E124",
                f"there is no parameter '{name}'",
                value.place,
                key=True,
                value=name,
                help=did_you_mean(name, declared)
                or (known if declared else f"{file} declares no parameters"),
                allowed=declared,
            )
    settled: dict[str, Parameter] = {}
    for name, declaration in declared.items():
        if "default" not in declaration.keys:
            message = f"parameter '{name}' has no default"
            help = f'write "{name}": {{"default": ...}}'
            findings.report("E106", message, declaration.place, help=help)
            continue
        default = declaration.keys["default"]
        fits = _check_bounds(name, declaration, findings)
        fits = fits and _check(name, declaration, default, findings)
        origin, value = given.get(name, ("default", default))
        if origin != "default" and not (fits and _check(name, declaration, value, findings)):
            origin, value = "default", default
        settled[name] = Parameter(name, value, origin, declaration)
    return settled


def _check_bounds(name: str, declaration: Declaration, findings: Findings) -> bool:
    """Whether only numbers have bounds; other bounds are reported."""
    bounds = [declaration.keys[key] for key in ("minimum", "maximum") if key in declaration.keys]
    kind = declaration.type
    if not bounds or kind in ("", "integer", "number"):
        return True
    message = f"parameter '{name}' is {TYPES[kind]}: only numbers have bounds"
    findings.report("E105", message, bounds[0].place, key=True, value=bounds[0].value)
    return False


def _check(name: str, declaration: Declaration, written: Written, findings: Findings) -> bool:
    """Whether a value fits its declaration; one that does not is reported."""
    value, kind, keys = written.plain, declaration.type, declaration.keys
    code, message, help = "E105", "", ""
    if kind and not _is(kind, value):
        code = "E104"
        message = f"parameter '{name}' is {TYPES[kind]}, not {describe(value)}"
        if kind == "integer" and _is("number", value) and "type" not in keys:
            help = 'its default is one; declare "type": "number" where any number will do'
    elif _is("number", value) and "minimum" in keys and value < keys["minimum"].value:
        message = f"parameter '{name}' is at least {keys['minimum'].value}, not {value}"
    elif _is("number", value) and "maximum" in keys and value > keys["maximum"].value:
        message = f"parameter '{name}' is at most {keys['maximum'].value}, not {value}"
    elif "enum" in keys and not any(_same(value, choice) for choice in keys["enum"].value):
        message = f"parameter '{name}' cannot be {_shown(value)}"
        words = [str(choice) for choice in keys["enum"].value]
        help = did_you_mean(str(value), words) or f"one of: {', '.join(words)}"
    if message:
        findings.report(code, message, written.place, value=value, help=help)
    return not message


def _is(kind: str, value: Any) -> bool:
    """Whether ``value`` is of the JSON type ``kind``."""
    match kind:
        case "integer":
            return is_whole(value)
        case "number":
            return isinstance(value, float) or is_whole(value)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
    return isinstance(value, str)


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; ``true`` is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
