"""Settings that do not fit what enters a layer, as problems of the graph."""

from __future__ import annotations

from dtl_engine.errors import Location, Problem
from dtl_engine.model.schema import SchemaError


def misfit(error: SchemaError, location: Location) -> Problem:
    """Return the problem that a layer found, at where the culprit stands."""
    return Problem(
        error.code,
        error.message,
        location,
        help=error.help,
        value=error.value,
        allowed=error.allowed,
    )
