"""Finds and reads the documents that a document names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dtl_engine.errors import GraphInvalid, did_you_mean
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.place import Place, Source, Written


class Library:
    """The documents around one main document; each file is read once.

    A name is a path that starts at the folder of the document in which it stands, and leads to no
    place outside the folder of the main document. A name that leads to no file may be that of a
    shipped graph, whose own names stay among the shipped graphs.
    """

    def __init__(self, main: Source, shipped: Mapping[str, Path], findings: Findings) -> None:
        self.main = main
        self._shipped = shipped
        self._findings = findings
        self._read: dict[Path, Source | None] = {}

    def open(self, name: Written) -> Source | None:
        """Return the document that ``name`` stands for; ``None`` where there is none to use."""
        path = self._path(name)
        if path is None:
            return None
        real = path.resolve()
        if real == self.main.path:
            return self.main
        if real not in self._read:
            self._read[real] = self._load(path, name)
        elif self._read[real] is None:
            self._findings.fail()
        return self._read[real]

    def _path(self, name: Written) -> Path | None:
        """Return the file that is meant, spelled as messages shall show it."""
        home = self._home(name.place)
        text = name.value
        if not isinstance(text, str) or not text or "\0" in text or "\\" in text:
            self._refuse(name, "E121", f"{text!r} is no name of a document")
            return None
        shown = Path(os.path.normpath(Path(home.file).parent / text))
        path = Path(os.path.normpath(home.folder / text))
        if Path(text).is_absolute():
            help = "write a path that starts at the folder of this document"
            self._refuse(name, "E121", f"'{text}' is no relative path", help)
            return None
        inside = path.is_relative_to(home.root)
        if inside and _is_file(path) and path.resolve().is_relative_to(home.root):
            return shown if shown.resolve() == path.resolve() else path
        if text in self._shipped:
            return self._shipped[text]
        if not inside or _is_file(path):
            message = f"'{text}' leads out of the folder of {self.main.file}"
            if home is not self.main and home.root != self.main.root:
                message = f"'{text}' leads out of the folder of the shipped graphs"
            help = "a document and all that it names lie in one folder, or below it"
            self._refuse(name, "E121", message, help)
            return None
        near = did_you_mean(text, (*_neighbours(path.parent, home, text), *self._shipped))
        self._refuse(name, "E120", f"there is no document '{text}'", near)
        return None

    def _home(self, place: Place) -> Source:
        """Return the document whose folder a name starts at; a typed one starts at the main one."""
        return place.source if isinstance(place.source, Source) else self.main

    def _load(self, path: Path, name: Written) -> Source | None:
        real = path.resolve()
        home = self._home(name.place)
        root = home.root if real.is_relative_to(home.root) else real.parent
        try:
            document = read_json(path.read_bytes(), str(path))
        except OSError as error:
            message = f"the document '{name.value}' cannot be read: {error.strerror}"
            self._refuse(name, "E120", message)
            return None
        except GraphInvalid as invalid:
            self._findings.adopt(invalid.problems, (name.place.locate(),))
            self._findings.fail()
            return None
        return Source(document, real.parent, root, real)

    def _refuse(self, name: Written, code: str, message: str, help: str = "") -> None:
        self._findings.lose(code, message, name.place, value=name.value, help=help)


def _is_file(path: Path) -> bool:
    """Whether there is such a file; a name too long for one is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _neighbours(folder: Path, home: Source, text: str) -> list[str]:
    """Return the names of the documents beside the one that is missing, as they are written."""
    if not folder.resolve().is_relative_to(home.root) or not folder.is_dir():
        return []
    start, slash, _ = text.rpartition("/")
    return [f"{start}{slash}{path.name}" for path in sorted(folder.glob("*.json"))]
