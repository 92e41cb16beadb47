"""Templates of skeletons: which nodes a graph has and which of them are joined.

CVAT keeps them as a drawing: circles are nodes, lines edges.

Source: CVAT, ``svg`` of labels of type ``skeleton``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dtl_engine.sdk import AnnotationError
from dtl_nodes.formats.cvat.xml_text import Element, attribute, content, decimal, parse_fragment


def read_template(svg: str) -> dict[str, Any] | None:
    """Return the nodes and edges that a drawing shows; ``None`` for one that shows none."""
    if not svg.strip():
        return None
    try:
        drawing = parse_fragment(f"<svg>{svg}</svg>".encode())
    except AnnotationError:
        return None
    names: dict[str, str] = {}
    nodes: dict[str, Any] = {}
    for circle in drawing.iter("circle"):
        number = circle.get("data-node-id", "")
        name = circle.get("data-label-name") or number
        if name:
            names[number] = name
            nodes[name] = {"label": name, "loc": [_place(circle, "cx"), _place(circle, "cy")]}
    edges = [
        {"src": names[source], "dst": names[target]}
        for line in drawing.iter("line")
        if (source := line.get("data-node-from", "")) in names
        and (target := line.get("data-node-to", "")) in names
    ]
    return {"nodes": nodes, "edges": edges} if nodes else None


def _place(element: Element, key: str) -> float:
    try:
        value = float(element.get(key, "0"))
    except ValueError:
        return 0
    return int(value) if value.is_integer() else value


def template_xml(label: str, template: Mapping[str, Any]) -> Iterator[str]:
    """Yield the drawing of a template, the end of its label, and the labels of its nodes."""
    nodes = template.get("nodes")
    known = nodes if isinstance(nodes, dict) else {}
    names = list(known)
    places = {name: _loc(known[name]) for name in names}
    parts = []
    edges = template.get("edges")
    for edge in edges if isinstance(edges, list) else []:
        ends = (edge.get("src"), edge.get("dst")) if isinstance(edge, dict) else (None, None)
        if ends[0] in places and ends[1] in places:
            (x1, y1), (x2, y2) = places[ends[0]], places[ends[1]]
            parts.append(
                f'<line x1="{decimal(x1)}" y1="{decimal(y1)}" x2="{decimal(x2)}" '
                f'y2="{decimal(y2)}" data-type="edge" '
                f'data-node-from="{names.index(ends[0]) + 1}" '
                f'data-node-to="{names.index(ends[1]) + 1}"></line>'
            )
    for number, name in enumerate(names, start=1):
        x, y = places[name]
        parts.append(
            f'<circle r="1.5" cx="{decimal(x)}" cy="{decimal(y)}" data-type="element node" '
            f'data-element-id="{number}" data-node-id="{number}" '
            f"data-label-name={attribute(name)}></circle>"
        )
    yield f"<svg>{content(''.join(parts))}</svg>"
    yield "</label>"
    for name in names:
        yield (
            f"<label><name>{content(name)}</name><color></color><type>points</type>"
            f"<attributes></attributes><parent>{content(label)}</parent></label>"
        )


def _loc(node: object) -> tuple[float, float]:
    loc = node.get("loc") if isinstance(node, dict) else None
    if isinstance(loc, list) and len(loc) == 2 and all(isinstance(v, (int, float)) for v in loc):
        return float(loc[0]), float(loc[1])
    return 0.0, 0.0
