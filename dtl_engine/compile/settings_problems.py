"""From a settings object to a settings model, or to problems with places and hints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dtl_engine.compile.settings_fields import (
    Path,
    choice_with,
    current_name_at,
    deprecated_at,
    description_at,
    keys_at,
    known_keys,
    models_at,
    value_at,
)
from dtl_engine.compile.settings_words import EXPECTED, refusal, shown
from dtl_engine.errors import Problem, Severity, did_you_mean
from dtl_engine.graph.dialect import describe
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.spec import Dialect, GraphSpec, NodeSpec
from dtl_engine.node.settings import Settings

CODES = {
    "extra_forbidden": "E103",
    "missing": "E106",
    "exactly_one": "E108",
    "literal_error": "E105",
    "union_tag_invalid": "E105",
    "union_tag_not_found": "E105",
    "value_error": "E105",
}

MOST_LISTED = 12
"""Of more settings than these the first ones are named."""


def validate_settings(
    spec: GraphSpec, layer: NodeSpec, model: type[Settings]
) -> tuple[Settings | None, list[Problem]]:
    """Check ``layer.settings`` against ``model``; ``None`` if they cannot be used."""
    value = layer.settings
    if value is None:
        return None, []
    problems: list[Problem] = []
    if spec.dialect is Dialect.ORIGINAL:
        value = _without_ignored_keys(spec, layer, value, model, (), problems)
    try:
        # Validated as JSON: lists become tuples, while types stay as strict as the language's.
        settings = model.model_validate_json(json.dumps(value))
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        return None, problems + [_problem(spec, layer, value, model, error) for error in errors]
    return settings, [*problems, *_outdated(spec, layer, value, model, ())]


def _outdated(
    spec: GraphSpec, layer: NodeSpec, value: Any, model: type[Settings], path: Path
) -> Iterator[Problem]:
    """Yield a warning for each setting without effect that has a value, and for older names."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        here = (*path, key)
        if (message := deprecated_at(model, here)) is not None and inner is not None:
            pointer = f"{layer.pointer}/settings" + pointer_of(here)
            yield Problem(
                "W506",
                f"setting '{key}' of action '{layer.action}' is ignored",
                spec.locate(pointer, key=True),
                help=message,
                severity=Severity.WARNING,
                value=inner,
            )
        elif (name := current_name_at(model, here)) is not None:
            pointer = f"{layer.pointer}/settings" + pointer_of(here)
            yield Problem(
                "W509",
                f"setting '{key}' of action '{layer.action}' is an older name of '{name}'",
                spec.locate(pointer, key=True),
                help=f"write '{name}'",
                severity=Severity.WARNING,
                value=inner,
            )
        else:
            yield from _outdated(spec, layer, inner, model, here)


def _problem(
    spec: GraphSpec, layer: NodeSpec, value: Any, model: type[Settings], error: ErrorDetails
) -> Problem:
    kind = error["type"]
    path: Path = tuple(_real_path(error["loc"], value, model))
    offending = _offending(value, path, error)
    where = ".".join(str(part) for part in path) or "settings"
    allowed: tuple[str, ...] = ()
    help = ""
    pointer = f"{layer.pointer}/settings" + pointer_of(path)
    context = error.get("ctx") or {}
    if kind == "extra_forbidden":
        chosen = error["loc"][-2] if len(error["loc"]) > 1 else ""
        # Where a model moved it, it may have the keys of both places.
        places = dict.fromkeys((path[:-1], error["loc"][:-1]))
        known = (key for place in places for key in known_keys(model, place, value, chosen))
        allowed = tuple(dict.fromkeys(known))
        message = f"unknown setting '{path[-1]}' of action '{layer.action}'"
        help = _near_or_known(str(path[-1]), allowed, layer.action)
        if other := choice_with(model, path):
            help = f"it goes with {other}; {help}"
    elif kind == "missing":
        missing = error["loc"][-1]
        if isinstance(missing, int):
            message = f"'{where}' lacks its entry {missing + 1}"
        else:
            message = f"setting '{where}' of action '{layer.action}' is missing"
            pointer = f"{layer.pointer}/settings" + pointer_of(path[:-1])
        offending = None
        help = f"'dtl nodes {layer.action}' tells what it needs"
    elif kind in EXPECTED:
        message = f"'{where}' is {EXPECTED[kind]}, not {describe(offending)}"
    elif kind == "literal_error":
        allowed = tuple(part.strip(" '") for part in _expected(context))
        message = f"'{where}' cannot be {shown(offending)}"
        help = did_you_mean(str(offending), allowed) or f"one of: {', '.join(allowed)}"
    else:
        message = refusal(kind, context, error["msg"], where, offending)
        allowed = tuple(context.get("allowed", ()))
        help = str(context.get("help", ""))
        if kind == "string_pattern_mismatch":
            help = description_at(model, path)
    code = CODES.get(kind, "E104" if kind in EXPECTED else "E105")
    location = spec.locate(pointer, key=kind == "extra_forbidden")
    return Problem(code, message, location, help=help, value=offending, allowed=allowed)


def _offending(value: Any, path: Path, error: ErrorDetails) -> Any:
    """Return the value at fault as it is written, else as the model saw it."""
    above = value_at(value, path[:-1])
    is_written = not path or (isinstance(above, (dict, list)) and value_at(value, path) is not None)
    seen = error["input"]
    return value_at(value, path) if is_written else [*seen] if isinstance(seen, tuple) else seen


def _expected(context: dict[str, Any]) -> list[str]:
    return str(context.get("expected", "")).replace(" or ", ", ").split(",")


def _near_or_known(key: str, known: tuple[str, ...], action: str) -> str:
    if near := did_you_mean(key, known):
        return near
    if len(known) > MOST_LISTED:
        some = ", ".join(known[:MOST_LISTED])
        return f"known are {some} and more, which 'dtl nodes {action}' lists"
    return f"known are {', '.join(known)}" if known else "it has no settings"


def _real_path(
    loc: tuple[str | int, ...], value: Any, model: type[Settings]
) -> Iterator[str | int]:
    """Leave out the names that pydantic puts into a path for members of a union.

    What a model moved out of an object of an older name is found in that object.
    """
    here = value
    path: Path = ()
    for at, part in enumerate(loc):
        in_object = isinstance(here, dict) and part in here
        in_list = isinstance(here, list) and isinstance(part, int) and part < len(here)
        if in_object or in_list:
            here = value_at(here, (part,))
            path = (*path, part)
            yield part
        elif at == len(loc) - 1 and isinstance(here, dict) and "[" not in str(part):
            known = keys_at(model, path)
            if part in known or not known:
                yield part
        elif at < len(loc) - 1 and part in keys_at(model, path):
            for older in _holding(here, loc[at + 1]):
                here = here[older]
                path = (*path, older)
                yield older


def _holding(here: Any, key: str | int) -> tuple[str, ...]:
    """Return the name of the one inner object with a key that the object itself has not."""
    if not isinstance(here, dict) or key in here:
        return ()
    found = [name for name, inner in here.items() if isinstance(inner, dict) and key in inner]
    return tuple(found) if len(found) == 1 else ()


def _without_ignored_keys(
    spec: GraphSpec,
    layer: NodeSpec,
    value: Any,
    model: type[Settings],
    path: tuple[str, ...],
    problems: list[Problem],
) -> Any:
    """Drop the keys that the original language let pass, with a warning for each."""
    if not isinstance(value, dict):
        return value
    models = [found for found in models_at(model, path) if issubclass(found, Settings)]
    known = known_keys(model, path, layer.settings)
    lenient = bool(models) and all(found.let_unknown_pass for found in models)
    kept: dict[str, Any] = {}
    for key, inner in value.items():
        if lenient and key not in known:
            pointer = f"{layer.pointer}/settings" + pointer_of((*path, key))
            message = f"setting '{key}' of action '{layer.action}' is unknown and ignored"
            problems.append(
                Problem(
                    "W503",
                    message,
                    spec.locate(pointer, key=True),
                    help=_near_or_known(key, known, layer.action),
                    severity=Severity.WARNING,
                    value=inner,
                    allowed=known,
                )
            )
        else:
            kept[key] = _without_ignored_keys(spec, layer, inner, model, (*path, key), problems)
    return kept
