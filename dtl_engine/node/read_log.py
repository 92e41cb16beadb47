"""What a reader tells of one sample: what it repaired, and what it left out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dtl_engine.errors import AnnotationError, DataError


class Level(StrEnum):
    """What became of what is wrong with a sample that is read all the same."""

    DROPPED = "dropped"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class ReadNote:
    """One thing that a reader did to a sample.

    ``code`` is stable: that of the error for what was dropped, a ``R...`` code for what was
    repaired. ``number`` is that of the object in its file, from 1; 0: it is none.
    """

    level: Level
    code: str
    message: str
    number: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """How much a reader may do to a sample.

    ``drops_bad``: a malformed object may be left out. ``is_strict``: nothing may be repaired.
    """

    drops_bad: bool = False
    is_strict: bool = False


class ReadLog:
    """Collects the notes on one sample, and says how much a reader may do to it.

    Notes are kept once each, however often pending objects are read.
    """

    def __init__(self, policy: ReadPolicy | None = None) -> None:
        """Begin without notes; without a policy bad objects are errors and repairs are made."""
        self.policy = policy or ReadPolicy()
        self.number = 0
        """That of the object being read, from 1; 0: none is."""
        self._notes: dict[ReadNote, None] = {}

    @property
    def notes(self) -> tuple[ReadNote, ...]:
        """The notes, in the order in which they were made."""
        return tuple(self._notes)

    def drop(self, error: DataError) -> None:
        """Note that what is malformed is left out.

        Args:
            error: what is wrong with it.

        Raises:
            DataError: ``error`` itself, where nothing may be left out.
        """
        if not self.policy.drops_bad:
            raise error
        note = ReadNote(Level.DROPPED, error.code, error.message, self.number, error.path)
        self._notes.setdefault(note)

    def repair(self, code: str, message: str, *, path: str = "") -> None:
        """Note that something was repaired.

        Args:
            code: what it is, as ``R601``.
            message: the same in few words.
            path: the file concerned.

        Raises:
            AnnotationError: with ``code``, where nothing may be repaired.
        """
        if self.policy.is_strict:
            raise AnnotationError(code, message, path=path)
        self._notes.setdefault(ReadNote(Level.REPAIRED, code, message, self.number, path))
