"""Mistakes in settings that pydantic does not find, told at their exact place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

At = tuple[str | int, ...]
"""Where something stands inside the value that is checked."""


def mistake(
    at: At, value: Any, reason: str, *, help: str = "", allowed: Iterable[str] = ()
) -> InitErrorDetails:
    """Return a mistake: what is wrong with ``value``, what helps, and what could stand there."""
    context = {"reason": reason, "help": help, "allowed": tuple(allowed)}
    return InitErrorDetails(
        type=PydanticCustomError("value_error", "{reason}", context), loc=at, input=value
    )


def refuse(mistakes: list[InitErrorDetails]) -> NoReturn:
    """Raise all mistakes from inside a validator; their places count from its value."""
    raise ValidationError.from_exception_data("settings", mistakes)
