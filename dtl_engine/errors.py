"""What can go wrong: problems of a document, failures of the data, failures of a run."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How a problem ends: an error refuses the graph, a warning only says so."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a document.

    ``line`` and ``column`` count from 1, the column in characters; ``pointer`` is the JSON
    pointer (RFC 6901) of the value that is meant, in its file. ``flat_pointer`` is its pointer in
    the graph that several documents make together, where it differs; ``used_by`` are the places
    that use what is written here, nearest first: the layer whose part a document is, the text
    that says ``${parameter}``.
    """

    file: str
    line: int = 1
    column: int = 1
    pointer: str = ""
    flat_pointer: str = ""
    used_by: tuple[Location, ...] = ()

    @property
    def in_graph(self) -> str:
        """The pointer of the value in the whole graph, whatever document it was written in."""
        return self.flat_pointer or self.pointer

    def as_json(self) -> dict[str, Any]:
        """Return the place as JSON data; what it has not is left out."""
        place: dict[str, Any] = {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "pointer": self.pointer,
        }
        if self.flat_pointer:
            place["flat_pointer"] = self.flat_pointer
        if self.used_by:
            place["used_by"] = [each.as_json() for each in self.used_by]
        return place

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a document, complete enough to be printed alone.

    ``code`` is stable across releases. ``value`` is the offending JSON value, ``allowed`` what
    could stand there, ``help`` the next thing to try.
    """

    code: str
    message: str
    location: Location
    help: str = ""
    severity: Severity = Severity.ERROR
    value: Any = None
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        warning = "warning " if self.severity is Severity.WARNING else ""
        lines = [f"{self.location}: {warning}{self.code} {self.message}"]
        if self.location.pointer:
            lines.append(f"  at {self.location.pointer}")
        lines.extend(f"  used by {place}" for place in self.location.used_by)
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return the problem as plain JSON data, its location's fields beside its own."""
        fields = asdict(self)
        return {**fields.pop("location"), **fields}


class DtlError(Exception):
    """Base of every error that this project raises on purpose."""


class GraphInvalid(DtlError):
    """A document cannot be run; ``problems`` holds everything found, errors and warnings."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(DtlError):
    """A call asks for something impossible: an unknown option value, an output in the way."""


class DataError(DtlError):
    """The data, not the code, is at fault: the sample is set aside and the run goes on.

    ``code`` is a stable ``F...`` code, ``path`` the file concerned, if there is one.
    """

    def __init__(self, code: str, message: str, *, path: str = "") -> None:
        self.code = code
        self.message = message
        self.path = path
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _data_error, (type(self), self.code, self.message, self.path)


def _data_error(cls: type[DataError], code: str, message: str, path: str) -> DataError:
    """Rebuild a pickled ``DataError``; keyword-only arguments defeat the default way."""
    return cls(code, message, path=path)


class ImageError(DataError):
    """An image file cannot be decoded or encoded."""


class AnnotationError(DataError):
    """An annotation file cannot be read, or contradicts its schema or its image."""


class ModelError(DtlError):
    """A model cannot be built, loaded, trained or exported; the run stops."""


class RunStopped(DtlError):
    """What a node asked for is not made any more: the run is to end."""


class RunFailed(DtlError):
    """A run stopped early; what was written so far is complete and stays."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'axis'?"`` for the known word nearest to ``word``, or ``""``."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that ``word`` is most likely meant to be, or ``""``."""
    by_fold = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else ""
