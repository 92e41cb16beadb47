"""The document a person wrote, as layers; nothing in it is checked against the catalogue yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dtl_engine.errors import Location
from dtl_engine.graph.json_reader import JsonDocument
from dtl_engine.graph.locate import pointer_of


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
    src_ports: tuple[str, ...] = ()
    """The input port that each name of ``src`` is for, where ``src`` is an object; else empty."""

    def src_path(self, at: int) -> str:
        """Return where name number ``at`` of ``src`` stands in the layer."""
        if not self.src_ports:
            return f"src/{at}"
        port = self.src_ports[at]
        return f"src{pointer_of((port,))}/{self.src_ports[:at].count(port)}"


@dataclass(frozen=True, slots=True)
class GraphSpec:
    """A document: its layers and where every value stands."""

    document: JsonDocument
    dialect: Dialect
    layers: tuple[NodeSpec, ...]
    seed: int = 0
    unread: tuple[NodeSpec, ...] = ()
    """Layers that lack an action, inputs or outputs; without outputs, they may be any."""
    overridden: dict[str, str] = field(default_factory=dict)
    """JSON pointer of a setting given on the command line -> the text that was typed."""

    @property
    def file(self) -> str:
        """The name of the document, for messages."""
        return self.document.file

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value (or of its key) at ``pointer``."""
        for prefix, text in self.overridden.items():
            if pointer == prefix or pointer.startswith(f"{prefix}/"):
                return Location(f"--set '{text}'", 1, 1, pointer)
        return self.document.locate(pointer, key=key)
