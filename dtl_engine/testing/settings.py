"""What settings models must satisfy: they survive JSON and refuse unknown keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from dtl_engine.node.settings import Settings

UNKNOWN_KEY = "no node has this setting"


def parse_settings(model: type[Settings], value: Any) -> Settings:
    """Return the JSON ``value`` as settings, checked as the engine checks them."""
    return model.model_validate_json(orjson.dumps(value))


def assert_survives_json(settings: Settings) -> None:
    """Fail unless settings that are dumped and read again are equal."""
    text = settings.model_dump_json(by_alias=True)
    again = type(settings).model_validate_json(text)
    assert again == settings, f"{settings!r} comes back from {text} as {again!r}"


def assert_refuses_unknown_keys(model: type[Settings], value: Any) -> None:
    """Fail if an unknown key passes in any object of the settings ``value``.

    Objects whose model declares ``extra="ignore"`` may hold anything, and so may mappings.
    """
    for path in _strict_objects(value, parse_settings(model, value)):
        changed = deepcopy(value)
        inner = changed
        for key in path:
            inner = inner[key]
        inner[UNKNOWN_KEY] = 1
        try:
            parse_settings(model, changed)
        except ValidationError:
            continue
        where = ".".join(map(str, path)) or "settings"
        raise AssertionError(f"{model.__name__} accepts an unknown key in '{where}' of {changed}")


def _strict_objects(
    value: Any, parsed: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of the objects in ``value`` whose keys are known beforehand."""
    if isinstance(parsed, BaseModel) and isinstance(value, Mapping):
        if parsed.model_config.get("extra") != "ignore":
            yield path
        for name, info in type(parsed).model_fields.items():
            key = info.alias or name
            if key in value:
                yield from _strict_objects(value[key], getattr(parsed, name), (*path, key))
    elif isinstance(parsed, Sequence) and not isinstance(parsed, str):
        for at, part in enumerate(parsed):
            yield from _strict_objects(value[at], part, (*path, at))
    elif isinstance(parsed, Mapping):
        for key, part in parsed.items():
            yield from _strict_objects(value[key], part, (*path, key))
