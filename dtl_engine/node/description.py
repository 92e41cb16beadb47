"""Everything that is known about a node without running it, as data: for terminals and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dtl_engine.node.base import Node
from dtl_engine.node.docstring import read_docstring
from dtl_engine.node.settings_tree import Setting, remark_on, settings_tree
from dtl_engine.node.signature import Port, Signature

INPUT = "$in"
OUTPUT = "$out"
DATASETS = "project/*"
FOLDER = "output"


@dataclass(frozen=True, slots=True)
class NodeDescription:
    """What one node is: texts hold code in `single backticks` and no line breaks.

    ``remark`` is said of all settings together, such as ``exactly one of the two``.
    ``example`` is a whole layer as it stands in a graph, ``None`` if the docstring has no example.
    """

    action: str
    aliases: tuple[str, ...]
    family: str
    summary: str
    paragraphs: tuple[str, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    settings: tuple[Setting, ...]
    remark: str
    example: dict[str, Any] | None
    source: str
    settings_schema: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the same as JSON data; settings as their JSON Schema."""
        return {
            "action": self.action,
            "aliases": list(self.aliases),
            "family": self.family,
            "summary": self.summary,
            "documentation": "\n\n".join((self.summary, *self.paragraphs)),
            "source": self.source,
            "inputs": [{"name": port.name, "kind": port.kind.value} for port in self.inputs],
            "outputs": [{"name": port.name, "kind": port.kind.value} for port in self.outputs],
            "example": self.example,
            "settings": self.settings_schema,
        }


def describe(node_class: type[Node[Any]], aliases: Sequence[str] = ()) -> NodeDescription:
    """Return the description of a node whose action has the other names ``aliases``."""
    return describe_action(
        node_class.action,
        node_class.family,
        vars(node_class).get("__doc__"),
        node_class.signature,
        node_class.settings_model.model_json_schema(by_alias=True),
        aliases,
    )


def describe_action(
    action: str,
    family: str,
    docstring: str | None,
    signature: Signature,
    settings_schema: dict[str, Any],
    aliases: Sequence[str] = (),
) -> NodeDescription:
    """Return the description of an action that need not be a node; see ``NodeDescription``."""
    documentation = read_docstring(docstring)
    try:
        settings = documentation.example_settings()
    except ValueError:
        example = None
    else:
        example = example_layer(action, signature, settings)
    return NodeDescription(
        action,
        tuple(aliases),
        family,
        documentation.summary,
        documentation.paragraphs,
        signature.inputs,
        signature.outputs,
        settings_tree(settings_schema),
        remark_on(settings_schema),
        example,
        documentation.source,
        settings_schema,
    )


def example_layer(action: str, signature: Signature, settings: Any) -> dict[str, Any]:
    """Return a layer with ``settings``, linked by names that say what stands there."""
    outputs = [f"${port.name}" for port in signature.outputs]
    return {
        "action": action,
        "src": [INPUT if signature.inputs else DATASETS],
        "dst": outputs if len(outputs) > 1 else OUTPUT if outputs else FOLDER,
        "settings": settings,
    }
