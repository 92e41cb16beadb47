"""Places in documents as people read them: by the shortest names that tell documents apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from dtl_engine.errors import Location, Problem


class Places:
    """Says places; the files among ``documents`` are called by their short names."""

    def __init__(self, documents: Iterable[str] = ()) -> None:
        self._names = short_names(documents)

    def name(self, file: str) -> str:
        """Return what a document is called."""
        return self._names.get(file, file)

    def said(self, place: Location) -> str:
        """Return a place in few words; the command line has no lines."""
        return place.file if place.file.startswith("--set ") else str(self._short(place))

    def problem(self, problem: Problem) -> str:
        """Return the lines of a problem."""
        return str(replace(problem, location=self._short(problem.location)))

    def _short(self, place: Location) -> Location:
        used_by = tuple(map(self._short, place.used_by))
        return replace(place, file=self.name(place.file), used_by=used_by)


def short_names(files: Iterable[str]) -> dict[str, str]:
    """Return the name of each file with as many of its folders as tell it from the others."""
    parts = {file: PurePath(file).parts for file in files}
    names = {}
    for file, own in parts.items():
        others = [other for known, other in parts.items() if known != file]
        length = next(
            (
                number
                for number in range(1, len(own))
                if all(other[-number:] != own[-number:] for other in others)
            ),
            len(own),
        )
        names[file] = str(PurePath(*own[-length:])) if length < len(own) else file
    return names
