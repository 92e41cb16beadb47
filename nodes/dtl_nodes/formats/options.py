"""Options of formats: settings that ``data`` or ``export`` take only with certain formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import (
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from dtl_engine.sdk import Settings


class FormatOptions(Settings):
    """Options of one or several formats; each format's folder holds its own."""

    formats: ClassVar[tuple[str, ...]] = ()
    """The formats that they belong to."""

    @model_serializer(mode="wrap")
    def _without_foreign_options(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what would be refused when it is read again."""
        fields = type(self).model_fields
        chosen = getattr(self, "format", None)
        foreign = {
            key
            for name, formats in option_formats(type(self)).items()
            if chosen not in formats
            for key in (name, fields[name].alias)
        }
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key not in foreign}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say of each option which formats have it."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        for name, formats in option_formats(cls).items():
            found = schema["properties"].get(cls.model_fields[name].alias or name)
            if found is not None:
                text = f"{found.get('description', '')} Only with {' or '.join(formats)}."
                found["description"] = text.strip()
        return schema


def option_formats(model: type[Settings]) -> Mapping[str, tuple[str, ...]]:
    """Return the fields of ``model`` that are options of formats, each with its formats, sorted.

    Args:
        model: derives from ``FormatOptions`` several times over.
    """
    found: dict[str, set[str]] = {}
    for options in _families(model):
        for name in options.__annotations__.keys() & options.model_fields.keys():
            found.setdefault(name, set()).update(options.formats)
    return {name: tuple(sorted(found[name])) for name in model.model_fields if name in found}


def options_of(model: type[Settings], format: str) -> tuple[str, ...]:
    """Return the options that ``format`` has in ``model``, as they are written in a graph."""
    fields = model.model_fields
    return tuple(
        fields[name].alias or name
        for name, formats in option_formats(model).items()
        if format in formats
    )


def refuse_foreign_options(settings: Settings, chosen: str | None) -> None:
    """Refuse options that belong to other formats than the chosen one.

    Args:
        settings: a model that derives from ``FormatOptions`` several times over.
        chosen: the format; ``None`` if it is to be found out.

    Raises:
        ValidationError: options of other formats were given; it says where each of them stands.
    """
    instead = f"not {chosen}" if chosen else "and 'format' does not name it"
    problems = [
        InitErrorDetails(
            type=PydanticCustomError(
                "value_error",
                "only {formats} has this option, {instead}",
                {"formats": " or ".join(formats), "instead": instead},
            ),
            loc=(type(settings).model_fields[field].alias or field,),
            input=None,
        )
        for field, formats in option_formats(type(settings)).items()
        if field in settings.model_fields_set and chosen not in formats
    ]
    if problems:
        raise ValidationError.from_exception_data(type(settings).__name__, problems)


def _families(model: type[Settings]) -> Iterator[type[FormatOptions]]:
    for base in model.__mro__:
        if issubclass(base, FormatOptions) and vars(base).get("formats"):
            yield base
