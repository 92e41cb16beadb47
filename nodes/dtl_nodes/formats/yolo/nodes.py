"""Which nodes graphs have, in which order, and which ones change places in a mirrored picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dtl_engine.sdk import LabelSpec, Schema


def node_names(schema: Schema, told: tuple[str, ...] | None) -> tuple[dict[str, str], ...]:
    """Return, in order, each node as a mapping of the ids that stand for it to its name.

    Args:
        schema: whose classes may have templates.
        told: the ids in their order, if they are told.
    """
    if told is not None:
        return tuple({name: name} for name in told)
    found: dict[str, dict[str, str]] = {}
    for label in schema.labels:
        for id, node in _template(label).items():
            told_label = node.get("label") if isinstance(node, Mapping) else None
            name = told_label if isinstance(told_label, str) and told_label else id
            found.setdefault(name, {})[id] = name
    return tuple(found.values())


def flips_of(schema: Schema, names: tuple[str, ...]) -> list[int] | None:
    """Return the node that each one is in a mirrored picture, if that is known.

    It is where a class says it, as one that was read from YOLO does, or names say left and right.
    """
    for label in schema.labels:
        told = label.extra.get("flip_idx")
        if isinstance(told, list) and sorted(map(str, told)) == sorted(map(str, range(len(names)))):
            return [int(each) for each in told]
    swapped = [_other_side(name) for name in names]
    if all(other in names for other in swapped) and swapped != list(names):
        return [names.index(other) for other in swapped]
    return None


def _other_side(name: str) -> str:
    if "left" in name:
        return name.replace("left", "right")
    return name.replace("right", "left")


def _template(label: LabelSpec) -> Mapping[str, Any]:
    config = label.extra.get("geometry_config")
    nodes = config.get("nodes") if isinstance(config, Mapping) else None
    return nodes if isinstance(nodes, Mapping) else {}
