"""The document a person wrote, as layers; nothing in it is checked against the catalogue yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dtl_engine.errors import Location, Problem
from dtl_engine.graph.json_reader import JsonDocument
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.place import FlatDocument


class Dialect(StrEnum):
    """Which language a document speaks.

    ``ORIGINAL``: a bare list of layers, with the rules of the original engine.
    ``DOCUMENT``: an object that declares its version, read strictly.
    """

    ORIGINAL = "original"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """One layer as written.

    ``dst`` entries are ``None`` where the document says ``null`` (the output is discarded);
    ``pointer`` is the JSON pointer of the layer.
    """

    index: int
    action: str
    src: tuple[str, ...]
    dst: tuple[str | None, ...]
    settings: Any
    pointer: str
    dst_is_list: bool = False
    generation: int = 1
    """The generation of the language whose meaning the settings have: the version of the
    document that they stand in."""
    src_ports: tuple[str, ...] = ()
    """The input port that each name of ``src`` is for, where ``src`` is an object; else empty."""

    def src_path(self, at: int) -> str:
        """Return where name number ``at`` of ``src`` stands in the layer."""
        if not self.src_ports:
            return f"src/{at}"
        port = self.src_ports[at]
        return f"src{pointer_of((port,))}/{self.src_ports[:at].count(port)}"


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A document that a graph is made of.

    ``role`` is ``graph`` for the main one, else ``extended`` or ``part``; ``named_at`` is where
    another one names it.
    """

    file: str
    role: str
    named_at: Location | None = None


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A parameter of a document with its value and where that was written.

    ``scope`` is the layer that the document is a part for, ``""`` for the main one; ``type`` is
    ``""`` where any will do; ``origin`` is ``default``, ``--set`` or ``layer``, the one that uses
    the part.
    """

    scope: str
    name: str
    type: str
    value: Any
    origin: str
    place: Location


@dataclass(frozen=True, slots=True)
class GraphSpec:
    """A graph: its layers and where every value stands."""

    document: JsonDocument | FlatDocument
    dialect: Dialect
    layers: tuple[NodeSpec, ...]
    seed: int = 0
    unread: tuple[NodeSpec, ...] = ()
    """Layers that lack an action, inputs or outputs; without outputs, they may be any."""
    documents: tuple[DocumentRead, ...] = ()
    """What was read to make it, where it was composed; the main document first."""
    parameters: tuple[ParameterValue, ...] = ()
    """The parameters of all documents, with the values that they got."""

    @property
    def file(self) -> str:
        """The name of the document, for messages."""
        return self.document.file

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value (or of its key) at ``pointer``."""
        return self.document.locate(pointer, key=key)

    def order(self, problem: Problem) -> tuple[int, int, int]:
        """Return what problems are sorted by: document, line and column."""
        place = problem.location
        files = [document.file for document in self.documents]
        rank = files.index(place.file) if place.file in files else 0
        return rank, place.line, place.column
