"""Parts: a document used as one layer of another, put in with names of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dtl_engine.errors import did_you_mean
from dtl_engine.graph.dialect import DialectReader, describe
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.place import Written, flatten

ACTION = "graph"
SETTINGS = ("document", "parameters")
FAMILY = "language"
DOCUMENTATION = """Use another document, which declares inputs and outputs, as one layer.

It belongs to documents of the form {"version": 1, ...}. 'src' lists what enters a part with one
input; with several it says which gets what, as in {"left": ["$a"], "right": ["$b"]}. 'dst' names
the outputs in their order. The layers of the part take the place of this one, and their names
start with its first output: '$crop' of the part becomes '$b/crop' for a layer that writes '$b'.

Example:
    {"document": "mirror_all.json", "parameters": {"times": 3}}"""


@dataclass(frozen=True, slots=True)
class Use:
    """A layer that stands for a part: which one, and the values for its parameters."""

    layer: Written
    document: Written
    given: Mapping[str, Written]

    @property
    def src(self) -> Written:
        """The names that are fed in, listed or, by input, in an object."""
        return self.layer.members["src"]

    @property
    def dst(self) -> Written:
        """The name or names that the outputs get."""
        return self.layer.members["dst"]


@dataclass(frozen=True, slots=True)
class Part:
    """A document with ends: its layers, and which of their names are inputs and outputs."""

    file: str
    inputs: Sequence[Written]
    outputs: Sequence[Written]
    layers: Sequence[Written]


def is_use(layer: Written) -> bool:
    """Whether a layer stands for a part."""
    action = layer.members.get("action")
    return action is not None and action.value == ACTION


def read_use(layer: Written, findings: Findings) -> Use | None:
    """Read a layer that stands for a part; ``None`` if it cannot be made out."""
    reader = DialectReader(flatten(Written([layer], layer.place, composed=True)))
    reader.read()
    if reader.problems:
        findings.adopt(reader.problems, layer.place.locate().used_by)
        findings.fail()
        return None
    settings = layer.members["settings"]
    members = settings.members
    for key, member in members.items():
        if key not in SETTINGS:
            message = f"unknown setting '{key}' of action '{ACTION}'"
            help = did_you_mean(key, SETTINGS) or f"known are {', '.join(SETTINGS)}"
            findings.lose("E103", message, member.place, key=True, value=key, help=help)
    if "document" not in members:
        message = f"setting 'document' of action '{ACTION}' is missing"
        help = 'write {"document": "part.json"}'
        findings.lose("E106", message, settings.place, help=help)
        return None
    given = members.get("parameters", Written({}, settings.place))
    for name, wanted, kind in (("document", str, "a string"), ("parameters", dict, "an object")):
        if name in members and not isinstance(members[name].value, wanted):
            message = f"'{name}' is {kind}, not {describe(members[name].value)}"
            findings.lose("E104", message, members[name].place, value=members[name].plain)
            return None
    return Use(layer, members["document"], given.members)


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of the settings of a layer that stands for a part."""
    return {
        "type": "object",
        "properties": {
            "document": {
                "type": "string",
                "minLength": 1,
                "description": "The part: a path that starts at the folder of this document, or "
                "the name of a shipped graph.",
            },
            "parameters": {
                "type": "object",
                "description": "Values for the parameters of the part.",
                "default": {},
            },
        },
        "required": ["document"],
        "additionalProperties": False,
    }
