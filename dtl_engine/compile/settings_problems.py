"""From a settings object to a settings model, or to problems with places and hints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

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
EXPECTED = {
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "a string",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}


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
        return model.model_validate_json(orjson.dumps(value)), problems
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        return None, problems + [_problem(spec, layer, value, model, error) for error in errors]


def _problem(
    spec: GraphSpec, layer: NodeSpec, value: Any, model: type[Settings], error: ErrorDetails
) -> Problem:
    path = tuple(_real_path(error["loc"], value))
    kind = error["type"]
    offending = _at(value, path)
    where = ".".join(str(part) for part in path) or "settings"
    allowed: tuple[str, ...] = ()
    help = ""
    pointer = f"{layer.pointer}/settings" + pointer_of(path)
    context = error.get("ctx") or {}
    if kind == "extra_forbidden":
        known = tuple(_keys(model, path[:-1], value))
        message = f"unknown setting '{path[-1]}' of action '{layer.action}'"
        allowed, help = known, did_you_mean(str(path[-1]), known)
    elif kind == "missing":
        message = f"setting '{where}' of action '{layer.action}' is missing"
        pointer = f"{layer.pointer}/settings" + pointer_of(path[:-1])
        offending = None
    elif kind in EXPECTED:
        message = f"'{where}' is {EXPECTED[kind]}, not {describe(offending)}"
    elif kind == "literal_error":
        allowed = tuple(part.strip(" '") for part in _expected(context))
        message = f"'{where}' cannot be {_shown(offending)}"
        help = did_you_mean(str(offending), allowed) or f"one of: {', '.join(allowed)}"
    else:
        reason = error["msg"].removeprefix("Value error, ")
        message = f"'{where}': {reason[:1].lower()}{reason[1:]}"
        if offending is not None and not isinstance(offending, (dict, list)):
            message += f" (it is {_shown(offending)})"
        allowed = tuple(context.get("allowed", ()))
        help = str(context.get("help", ""))
    code = CODES.get(kind, "E104" if kind in EXPECTED else "E105")
    location = spec.locate(pointer, key=kind == "extra_forbidden")
    return Problem(code, message, location, help=help, value=offending, allowed=allowed)


def _expected(context: dict[str, Any]) -> list[str]:
    return str(context.get("expected", "")).replace(" or ", ", ").split(",")


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode()[:80]


def _real_path(loc: tuple[str | int, ...], value: Any) -> Iterator[str | int]:
    """Leave out the names that pydantic puts into a path for members of a union."""
    here = value
    for at, part in enumerate(loc):
        in_object = isinstance(here, dict) and part in here
        in_list = isinstance(here, list) and isinstance(part, int) and part < len(here)
        if in_object or in_list:
            here = _at(here, (part,))
            yield part
        elif at == len(loc) - 1 and isinstance(here, dict) and "[" not in str(part):
            yield part


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield every settings model inside a field's annotation (unions, options)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _keys(model: type[BaseModel], path: tuple[str | int, ...], value: Any) -> Iterator[str]:
    """Yield the keys that the object at ``path`` may have."""
    for found in _models_at(model, path):
        for name, info in found.model_fields.items():
            yield info.alias or name


def _models_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[type[BaseModel]]:
    models: list[type[BaseModel]] = [model]
    for part in path:
        fields = [
            info
            for found in models
            for name, info in found.model_fields.items()
            if (info.alias or name) == part
        ]
        models = [inner for info in fields for inner in _models(info.annotation)]
    return models


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
    models = [found for found in _models_at(model, path) if issubclass(found, Settings)]
    known = set(_keys(model, path, layer.settings))
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
                    help=did_you_mean(key, known),
                    severity=Severity.WARNING,
                    value=inner,
                    allowed=tuple(sorted(known)),
                )
            )
        else:
            kept[key] = _without_ignored_keys(spec, layer, inner, model, (*path, key), problems)
    return kept
