"""What must be refused, without the help of a test runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

E = TypeVar("E", bound=Exception)


def refusal_of(kind: type[E], call: Callable[[], object]) -> E:
    """Return the error with which ``call`` refuses; fail if it does not."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"nothing was refused: a {kind.__name__} is due")
