"""What a settings model says about a place inside a settings object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]


def value_at(value: Any, path: Path) -> Any:
    """Return what stands at ``path`` inside ``value``; ``None`` if nothing does."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def models_at(model: type[BaseModel], path: Path) -> list[type[BaseModel]]:
    """Return the models that an object at ``path`` may have."""
    models: list[type[BaseModel]] = [model]
    for part in path:
        models = [inner for info in _fields(models, part) for inner in _models(info.annotation)]
    return models


def known_keys(
    model: type[BaseModel], path: Path, value: Any, chosen: str | int = ""
) -> tuple[str, ...]:
    """Return the keys that the object at ``path`` may have.

    Where several models are possible, that one counts of which a key has the word ``chosen``, else
    those that have most keys in common with the object; ``value`` is the whole settings object.
    """
    written = value_at(value, path)
    written = set(written) if isinstance(written, dict) else set()
    possible = models_at(model, path)
    possible = [found for found in possible if chosen in _words(found).values()] or possible
    choices = [
        [info.alias or name for name, info in found.model_fields.items()] for found in possible
    ]
    most = max((len(written & set(keys)) for keys in choices), default=0)
    likely = (keys for keys in choices if len(written & set(keys)) == most)
    return tuple(dict.fromkeys(key for keys in likely for key in keys))


def choice_with(model: type[BaseModel], path: Path) -> str:
    """Return what to write beside the key at ``path`` where only another choice has that key.

    As in ``"name": "roi"``; empty where no word chooses among models.
    """
    for found in models_at(model, path[:-1]):
        if any((info.alias or name) == path[-1] for name, info in found.model_fields.items()):
            return next((f'"{key}": "{word}"' for key, word in _words(found).items()), "")
    return ""


def keys_at(model: type[BaseModel], path: Path) -> frozenset[str]:
    """Return all keys that an object at ``path`` may have, whichever of its models it is."""
    return frozenset(
        info.alias or name
        for found in models_at(model, path)
        for name, info in found.model_fields.items()
    )


def description_at(model: type[BaseModel], path: Path) -> str:
    """Return the documentation of the setting at ``path`` in one line."""
    fields = _fields(models_at(model, path[:-1]), path[-1]) if path else ()
    text = next((info.description for info in fields if info.description), "")
    text = (text[:1].lower() + text[1:]).rstrip(".")
    return " ".join(text.replace("``", "'").split())


def deprecated_at(model: type[BaseModel], path: Path) -> str | None:
    """Return what is said about the deprecated setting at ``path``; ``None`` if it is none."""
    messages = [info.deprecation_message for info in _fields(models_at(model, path[:-1]), path[-1])]
    # Where several models are possible, one that means the setting is enough.
    return messages[0] if messages and all(message is not None for message in messages) else None


def current_name_at(model: type[BaseModel], path: Path) -> str | None:
    """Return the name of the setting of which ``path`` gives an older one; ``None``: it is none."""
    for found in models_at(model, path[:-1]):
        for info in found.model_fields.values():
            names = info.validation_alias
            if isinstance(names, AliasChoices) and path[-1] in names.choices[1:]:
                return str(names.choices[0])
    return None


def _words(model: type[BaseModel]) -> dict[str, str]:
    """Return the keys of a model that can have one word alone, with that word."""
    return {
        info.alias or name: args[0]
        for name, info in model.model_fields.items()
        if get_origin(info.annotation) is Literal
        and len(args := get_args(info.annotation)) == 1
        and isinstance(args[0], str)
    }


def _fields(models: list[type[BaseModel]], key: str | int) -> Iterator[FieldInfo]:
    for found in models:
        for name, info in found.model_fields.items():
            if (info.alias or name) == key:
                yield info


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield every settings model inside a field's annotation (unions, options)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
