"""Everything that is known about a node without running it, as data: for terminals and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dtl_engine.node.base import Node
from dtl_engine.node.docstring import read_docstring
from dtl_engine.node.settings_tree import Setting, remark_on, settings_tree
from dtl_engine.node.signature import Kind, Port, Signature
from dtl_engine.node.variant import Variant

INPUT = "$in"
OUTPUT = "$out"
DATASETS = "project/*"
MODEL = "my_model"
FOLDER = "output"


@dataclass(frozen=True, slots=True)
class VariantDescription:
    """What an action is where one of its settings has certain values.

    ``settings`` are those that are other ones than those of the action, ``settings_schema`` has
    all of them.
    """

    variant: Variant
    settings: tuple[Setting, ...]
    settings_schema: dict[str, Any]

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What enters."""
        return self.variant.node.signature.inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """What leaves."""
        return self.variant.node.signature.outputs

    def as_json(self) -> dict[str, Any]:
        """Return the same as JSON data."""
        return {
            "setting": self.variant.setting,
            "values": list(self.variant.values),
            "inputs": _ports(self.inputs),
            "outputs": _ports(self.outputs),
            "settings": self.settings_schema,
        }


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
    variants: tuple[VariantDescription, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the same as JSON data; settings as their JSON Schema."""
        return {
            "action": self.action,
            "aliases": list(self.aliases),
            "family": self.family,
            "summary": self.summary,
            "documentation": "\n\n".join((self.summary, *self.paragraphs)),
            "source": self.source,
            "inputs": _ports(self.inputs),
            "outputs": _ports(self.outputs),
            "example": self.example,
            "settings": self.settings_schema,
            "variants": [variant.as_json() for variant in self.variants],
        }


def describe(node_class: type[Node[Any]], aliases: Sequence[str] = ()) -> NodeDescription:
    """Return the description of a node whose action has the other names ``aliases``."""
    described = describe_action(
        node_class.action,
        node_class.family,
        vars(node_class).get("__doc__"),
        node_class.signature,
        node_class.settings_model.model_json_schema(by_alias=True),
        aliases,
    )
    variants = (_describe_variant(each, described) for each in node_class.variants())
    return replace(described, variants=tuple(variants))


def _describe_variant(variant: Variant, action: NodeDescription) -> VariantDescription:
    schema = variant.node.settings_model.model_json_schema(by_alias=True)
    own = tuple(each for each in settings_tree(schema) if each not in action.settings)
    return VariantDescription(variant, own, schema)


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


def _ports(ports: Sequence[Port]) -> list[dict[str, str]]:
    return [{"name": port.name, "kind": port.kind.value} for port in ports]


def example_layer(action: str, signature: Signature, settings: Any) -> dict[str, Any]:
    """Return a layer with ``settings``, linked by names that say what stands there."""
    outputs = [f"${port.name}" for port in signature.outputs]
    kinds = dict.fromkeys(port.kind for port in signature.inputs)
    leaving = [port.kind for port in signature.outputs]
    inputs = [INPUT if kind is Kind.SAMPLES else f"${kind}" for kind in kinds]
    return {
        "action": action,
        "src": inputs or [MODEL if Kind.MODEL in leaving else DATASETS],
        "dst": outputs if len(outputs) > 1 else OUTPUT if outputs else FOLDER,
        "settings": settings,
    }
