"""How large a composed graph may grow: few documents can say much."""

from __future__ import annotations

from dtl_engine.errors import DtlError
from dtl_engine.graph.json_reader import MAX_BYTES
from dtl_engine.graph.place import Place, Written
from dtl_engine.graph.scanner import MAX_DEPTH, MAX_VALUES

MAX_NESTED = 16
"""How many documents may name each other in a chain."""

MAX_LAYERS = 10_000
"""How many layers all parts of a graph may have together."""


class TooLarge(DtlError):
    """A graph grows beyond a limit at ``place``."""

    def __init__(self, message: str, place: Place) -> None:
        self.message = message
        self.place = place
        super().__init__(message)


class Limits:
    """Counts what composition adds to a graph.

    Raises:
        TooLarge: from every method, when a limit is passed.
    """

    def __init__(self) -> None:
        self._values = 0
        self._layers = 0
        self._characters = 0

    def add(self, value: Written, depth: int, place: Place) -> None:
        """Count a value that is put in at a depth of lists and objects."""
        if depth > MAX_DEPTH:
            message = f"lists and objects are nested deeper than {MAX_DEPTH} here"
            raise TooLarge(message, place)
        self._values += 1
        if self._values > MAX_VALUES:
            message = f"the parameters of the graph put in more than {MAX_VALUES} values"
            raise TooLarge(message, place)
        if isinstance(value.value, str):
            self.add_text(value.value, place)
        for inner in (*value.members.values(), *value.items):
            self.add(inner, depth + 1, place)

    def add_text(self, text: str, place: Place) -> None:
        """Count a text that is put in."""
        self._characters += len(text)
        if self._characters > MAX_BYTES:
            message = f"the parameters of the graph put in more than {MAX_BYTES} characters"
            raise TooLarge(message, place)

    def add_layers(self, count: int, place: Place) -> None:
        """Count the layers of a part."""
        self._layers += count
        if self._layers > MAX_LAYERS:
            raise TooLarge(f"the parts of the graph have more than {MAX_LAYERS} layers", place)
