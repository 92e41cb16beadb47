"""Options of formats: settings that ``data`` or ``export`` take only with certain formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings


class FormatOptions(Settings):
    """Options of one or several formats; each format's folder holds its own."""

    formats: ClassVar[tuple[str, ...]] = ()
    """The formats that they belong to."""


def refuse_foreign_options(settings: Settings, chosen: str | None) -> None:
    """Refuse options that belong to other formats than the chosen one.

    Args:
        settings: a model that derives from ``FormatOptions`` several times over.
        chosen: the format; ``None`` if it is to be found out.

    Raises:
        PydanticCustomError: an option of another format was given.
    """
    for options in _families(type(settings)):
        own = set(options.__annotations__) & settings.model_fields_set
        if own and chosen not in options.formats:
            name = type(settings).model_fields[min(own)].alias or min(own)
            where = " or ".join(f"'{format}'" for format in options.formats)
            raise PydanticCustomError(
                "value_error",
                "'{name}' is an option of the format {where}{instead}",
                {
                    "name": name,
                    "where": where,
                    "instead": f", not of '{chosen}'" if chosen else "; name it as 'format'",
                },
            )


def _families(model: type[Settings]) -> Iterator[type[FormatOptions]]:
    for base in model.__mro__:
        if issubclass(base, FormatOptions) and vars(base).get("formats"):
            yield base
