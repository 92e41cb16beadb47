"""Categories, and the labels that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Any

from dtl_engine.sdk import LabelSpec
from dtl_nodes.formats.coco.document import Document

SUPERCATEGORY = "supercategory"
CONFIG = "geometry_config"
"""The member of a label's declaration that holds the template of its graph, as in Supervisely."""

NODE_COLOR = "#0000FF"
_RADIUS_PX = 100


@dataclass(frozen=True, slots=True)
class Category:
    """What a number in ``category_id`` stands for; ``keypoints`` are the names of its nodes."""

    label: str
    supercategory: str = ""
    keypoints: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()

    def declaration(self) -> Mapping[str, Any]:
        """Return the members of the label's declaration beside name, shape and colour."""
        extra: dict[str, Any] = {}
        if self.supercategory:
            extra[SUPERCATEGORY] = self.supercategory
        if self.keypoints:
            extra[CONFIG] = template(self.keypoints, self.skeleton)
        return extra


def template(names: Sequence[str], skeleton: Iterable[tuple[int, int]]) -> dict[str, Any]:
    """Return the template of a graph: nodes on a circle, and edges; ``skeleton`` counts from 1."""
    turns = [2 * pi * number / len(names) for number in range(len(names))]
    return {
        "nodes": {
            name: {
                "label": name,
                "loc": [round(_RADIUS_PX * (1 + sin(turn))), round(_RADIUS_PX * (1 - cos(turn)))],
                "color": NODE_COLOR,
            }
            for name, turn in zip(names, turns, strict=True)
        },
        "edges": [
            {"src": names[a - 1], "dst": names[b - 1], "color": NODE_COLOR} for a, b in skeleton
        ],
    }


def read_categories(document: Document, notes: list[str]) -> dict[int, Category]:
    """Return the categories of a file by their ids.

    Raises:
        SchemaError: E403, they are no list of objects with distinct ids and names.
    """
    values = document.value("categories")
    if not isinstance(values, list):
        raise document.fault("has no list 'categories'")
    categories: dict[int, Category] = {}
    names: set[str] = set()
    for number, value in enumerate(values, start=1):
        id, name = _identity(document, number, value)
        if id in categories:
            raise document.fault(f"has two categories of id {id}")
        if name in names:
            notes.append(f"{document.path.name} has two categories '{name}': one is '{name}_{id}'")
            name = f"{name}_{id}"
        names.add(name)
        above = value.get(SUPERCATEGORY)
        nodes = _node_names(document, name, value.get("keypoints"))
        skeleton = _skeleton(value.get("skeleton"), len(nodes))
        categories[id] = Category(name, above if isinstance(above, str) else "", nodes, skeleton)
    return categories


def _identity(document: Document, number: int, value: Any) -> tuple[int, str]:
    id = value.get("id") if isinstance(value, dict) else None
    if type(id) is not int:
        raise document.fault(f"has a category without a whole 'id': number {number}")
    name = value.get("name")
    if not isinstance(name, str) or not name:
        raise document.fault(f"has a category without a 'name': id {id}")
    return id, name


def _node_names(document: Document, label: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise document.fault(f"has 'keypoints' of category '{label}' that are no names")
    named: dict[str, None] = {}
    for number, name in enumerate(value, start=1):
        named[name if name and name not in named else f"{name}_{number}"] = None
    if len(named) != len(value):
        raise document.fault(f"has 'keypoints' of category '{label}' of one name")
    return tuple(named)


def _skeleton(value: Any, nodes: int) -> tuple[tuple[int, int], ...]:
    """Return the edges between nodes that there are; they count from 1."""
    pairs = [pair for pair in value if isinstance(pair, list)] if isinstance(value, list) else []
    return tuple(
        (pair[0], pair[1])
        for pair in pairs
        if len(pair) == 2 and all(type(end) is int and 1 <= end <= nodes for end in pair)
    )


@dataclass(frozen=True, slots=True)
class WrittenCategory:
    """A label as a category: its node names by node id, and what its JSON is."""

    id: int
    nodes: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)


def written_categories(labels: Iterable[LabelSpec]) -> dict[str, WrittenCategory]:
    """Return the categories that labels become, numbered from 1 in their order, by label."""
    return {label.name: _written(number, label) for number, label in enumerate(labels, start=1)}


def _written(id: int, label: LabelSpec) -> WrittenCategory:
    above = label.extra.get(SUPERCATEGORY)
    json: dict[str, Any] = {"id": id, "name": label.name}
    json[SUPERCATEGORY] = above if isinstance(above, str) else ""
    config = label.extra.get(CONFIG)
    nodes = config.get("nodes") if isinstance(config, dict) else None
    if not isinstance(nodes, dict) or not nodes:
        return WrittenCategory(id, {}, json)
    named: dict[str, str] = {}
    for node, facts in nodes.items():
        name = facts.get("label") if isinstance(facts, dict) else None
        taken = not isinstance(name, str) or not name or name in named.values()
        named[node] = node if taken else str(name)
    order = {node: number for number, node in enumerate(nodes, start=1)}
    edges = config.get("edges") if isinstance(config, dict) else None
    json["keypoints"] = list(named.values())
    json["skeleton"] = [
        [order[edge["src"]], order[edge["dst"]]]
        for edge in edges or []
        if isinstance(edge, dict) and edge.get("src") in order and edge.get("dst") in order
    ]
    return WrittenCategory(id, named, json)
