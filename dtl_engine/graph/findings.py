"""What is found wrong while a graph is put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dtl_engine.errors import Location, Problem, Severity, did_you_mean
from dtl_engine.graph.place import Place

Spot = tuple[str, int, int]
"""File, line and column."""


def spot_of(location: Location) -> Spot:
    """Return file, line and column of a location."""
    return location.file, location.line, location.column


class Findings:
    """Gathers problems; ``layers_missing`` tells whether one of them hides layers.

    ``told`` are the places of which nothing more needs to be said; ``errors`` counts what went
    wrong so far.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.layers_missing = False
        self.told: set[Spot] = set()
        self.errors = 0

    def report(
        self,
        code: str,
        message: str,
        place: Place,
        *,
        key: bool = False,
        value: Any = None,
        help: str = "",
        allowed: Iterable[str] = (),
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a problem at a value, or at its ``key``."""
        location = place.locate(key=key)
        self.problems.append(
            Problem(code, message, location, help, severity, value, tuple(allowed))
        )
        if severity is Severity.ERROR:
            self.told.add(spot_of(location))
            self.errors += 1

    def lose(self, code: str, message: str, place: Place, **facts: Any) -> None:
        """Add a problem because of which layers are missing."""
        self.report(code, message, place, **facts)
        self.fail()

    def adopt(self, problems: Iterable[Problem], used_by: tuple[Location, ...] = ()) -> None:
        """Add what a reader has found in a document, or in a layer, that is used there."""
        for problem in problems:
            location = replace(problem.location, flat_pointer="", used_by=used_by)
            self.problems.append(replace(problem, location=location))
            self.told.add(spot_of(location))
            self.errors += 1

    def fail(self) -> None:
        """Note that layers are missing because of something that is told already."""
        self.layers_missing = True
        self.errors += 1

    def mute(self, place: Place) -> None:
        """Let later stages say nothing about the value at ``place``: what it is is not known."""
        self.fail()
        self.told.add(spot_of(place.locate()))

    def unknown_key(
        self, code: str, what: str, key: str, place: Place, known: Iterable[str]
    ) -> None:
        """Add the problem of a member that should not be there; ``place`` is that of its value."""
        known = tuple(known)
        help = did_you_mean(key, known) or f"known are {', '.join(known)}"
        self.report(
            code, f"unknown key '{key}' of {what}", place, key=True, value=key, help=help,
            allowed=known,
        )  # fmt: skip
