"""The descriptions of all actions that a layer may name: the nodes and the language's own."""

from __future__ import annotations

from dtl_engine.graph import parts
from dtl_engine.node.catalogue import Catalogue
from dtl_engine.node.description import NodeDescription, describe, describe_action
from dtl_engine.node.signature import SAMPLES_TO_SAMPLES


def described(catalogue: Catalogue, action: str) -> NodeDescription:
    """Return the description of an action, or of the one that it is another name of.

    Raises:
        KeyError: there is no such action.
        NodeUnavailable: there is one, but it cannot be loaded.
    """
    if action == parts.ACTION:
        schema = parts.settings_schema()
        text = parts.DOCUMENTATION
        return describe_action(action, parts.FAMILY, text, SAMPLES_TO_SAMPLES, schema)
    node_class = catalogue.node_class(action)
    return describe(node_class, catalogue.aliases_of(node_class.action))


def described_actions(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the names of all actions that have a description, sorted."""
    return tuple(sorted((*catalogue.actions, parts.ACTION)))
