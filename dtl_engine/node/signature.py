"""The ports of a node and what may flow through them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an edge carries."""

    SAMPLES = "samples"
    MODEL = "model"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Port:
    """A named end of a node."""

    name: str
    kind: Kind = Kind.SAMPLES


@dataclass(frozen=True, slots=True)
class Signature:
    """The ports of a node.

    A node without inputs reads what its ``src`` names (datasets, files); one without outputs
    writes what its ``dst`` names. Every edge goes to the input port that ``src`` names, else to the
    first one of its kind.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

    def input_for(self, kind: Kind, name: str) -> Port | None:
        """Return the input port called ``name``, else the first one, for edges of ``kind``.

        ``None`` if that kind cannot enter there.
        """
        named = [port for port in self.inputs if port.name == name]
        ports = named or self.inputs
        return next((port for port in ports if port.kind is kind), None)


SAMPLES = Port("samples")
MODEL = Port("model", Kind.MODEL)
REPORT = Port("report", Kind.REPORT)
SOURCE = Signature(inputs=(), outputs=(SAMPLES,))
SAMPLES_TO_SAMPLES = Signature(inputs=(SAMPLES,), outputs=(SAMPLES,))
SAMPLES_TO_TRUE_FALSE = Signature(inputs=(SAMPLES,), outputs=(Port("true"), Port("false")))
SINK = Signature(inputs=(SAMPLES,), outputs=())
MODEL_SOURCE = Signature(inputs=(), outputs=(MODEL,))
FIT = Signature(inputs=(SAMPLES,), outputs=(MODEL, REPORT))
