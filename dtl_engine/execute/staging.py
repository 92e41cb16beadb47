"""Staging: files are written beside their target and turn final all at once.

A unit of work writes into the hidden folder ``.partial`` of an output; when all its samples are
through, its files are moved to their names. A failure or a kill leaves nothing half-written
under a final name.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dtl_engine.node.target import Target

PARTIAL = ".partial"


Folders = dict[tuple[Path, tuple[str, ...]], tuple[str, str]]
"""Output and folder in it -> staging folder and final folder as text, which both exist."""


class Staging:
    """The files of one unit of work that are not final yet."""

    def __init__(self, unit: int, folders: Folders) -> None:
        """Start for unit number ``unit``; ``folders`` are those known to exist, and grows."""
        self._unit = unit
        self._folders = folders
        self._moves: dict[str, str] = {}

    def path(self, output: Path, parts: tuple[str, ...]) -> Path:
        """Return where to write what shall become ``output`` / ``parts``."""
        key = (output, parts[:-1])
        if (folders := self._folders.get(key)) is None:
            folders = self._folders[key] = _make_folders(output, parts[:-1])
        staging, folder = folders
        # Paths are put together as text: pathlib's operators would cost more than all else here.
        _, dot, suffix = parts[-1].rpartition(".")
        staged = f"{staging}{self._unit}-{len(self._moves)}{dot}{suffix}"
        return Path(self._moves.setdefault(f"{folder}{parts[-1]}", staged))

    def current(self, output: Path, parts: tuple[str, ...]) -> Path:
        """Return where ``output`` / ``parts`` is now: staged by this unit, or final."""
        final = output.joinpath(*parts)
        return Path(self._moves.get(str(final), final))

    def commit(self) -> None:
        """Give every file its final name.

        What was asked for first comes last: with the image, all that belongs to it is there.
        """
        for final, staged in reversed(self._moves.items()):
            os.replace(staged, final)  # noqa: PTH105 - text, as above
        self._moves.clear()

    def discard(self) -> None:
        """Remove everything that was written."""
        for staged in self._moves.values():
            Path(staged).unlink(missing_ok=True)
        self._moves.clear()


def _make_folders(output: Path, parts: tuple[str, ...]) -> tuple[str, str]:
    staging, folder = output / PARTIAL, output.joinpath(*parts)
    for needed in (staging, folder):
        needed.mkdir(parents=True, exist_ok=True)
    return f"{staging}{os.sep}", f"{folder}{os.sep}"


@dataclass(frozen=True, slots=True)
class StagedPlace:
    """Where a sink writes one sample."""

    dataset: str
    stem: str
    output: Path
    staging: Staging
    losses: Counter[tuple[str, str]]
    target: Target | None = None

    def path(self, *parts: str) -> Path:
        """Return where to write the output's file of that relative path."""
        return self.staging.path(self.output, parts)

    def lose(self, label: str, what: str) -> None:
        """Count that the output cannot hold something."""
        self.losses[label, what] += 1

    def current(self, *parts: str) -> Path:
        """Return where to read the output's file of that relative path."""
        return self.staging.current(self.output, parts)


def clear_staging(output: Path) -> None:
    """Remove the staging folder of ``output``, with what a killed run may have left there."""
    with suppress(FileNotFoundError, NotADirectoryError):
        shutil.rmtree(output / PARTIAL)
