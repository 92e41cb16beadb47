"""A picture as a Mermaid flowchart, for Markdown pages."""

from __future__ import annotations

from dtl_visualizer.links import safe_href
from dtl_visualizer.picture import EdgePicture, GraphPicture, NodePicture
from dtl_visualizer.style import FAMILIES, LIGHT, edge_style_of, family_of
from dtl_visualizer.text import clean, shorten

_LIMIT_PX = 270.0
_ARROWS = {"samples": "-->", "model": "==>", "report": "-.->"}
_OUTLINES = {"stadium": ("([", "])"), "double": ("[[", "]]"), "rounded": ("(", ")")}
_PLAIN = frozenset(" -_.,/+()")


def write_mermaid(picture: GraphPicture) -> bytes:
    """Return a picture as a UTF-8 Mermaid flowchart.

    Node names are our own; every text is written in Mermaid's character codes where it is not
    plain, so it cannot become syntax, HTML or a directive.
    """
    lines = ["flowchart TD"]
    if picture.title:
        lines.insert(0, f'---\ntitle: "{_coded(picture.title)}"\n---')
    lines += [_node(f"n{number}", node) for number, node in enumerate(picture.nodes)]
    for (tail, head), edge in zip(picture.arcs(), picture.edges, strict=True):
        label = _edge_label(edge)
        text = f'|"{label}"|' if label else ""
        lines.append(f"  n{tail} {_ARROWS[edge_style_of(edge.kind).kind]}{text} n{head}")
    for number, node in enumerate(picture.nodes):
        href = safe_href(node.href).replace('"', "%22")
        if href:
            lines.append(f'  click n{number} href "{href}" "{_coded(node.title)}"')
    used = {family_of(node.family).name for node in picture.nodes}
    for name in (name for name in FAMILIES if name in used):
        strong = FAMILIES[name].is_strong
        fill = LIGHT[name if strong else f"{name}-tint"]
        ink = LIGHT["strong-ink" if strong else "ink"]
        lines.append(f"  classDef {name} fill:{fill},stroke:{LIGHT[name]},color:{ink}")
    for severity in ("warning", "error"):
        if any(node.severity == severity for node in picture.nodes):
            lines.append(f"  classDef {severity} stroke:{LIGHT[severity]},stroke-width:3px")
    return "\n".join([*lines, ""]).encode()


def _node(name: str, node: NodePicture) -> str:
    """Return the line of a node."""
    family = family_of(node.family)
    opening, closing = _OUTLINES[family.outline]
    rows = [node.title, node.subtitle, *(f"{node.severity}: {text}" for text in node.problems)]
    label = "<br/>".join(_coded(row) for row in rows if row)
    line = f'  {name}{opening}"{label or " "}"{closing}:::{family.name}'
    return f"{line}\n  class {name} {node.severity}" if node.severity else line


def _edge_label(edge: EdgePicture) -> str:
    """Return the label of an edge: port, name and count, then classes, then tags."""
    port = f"[{edge.port}]" if edge.port else ""
    rows = [
        " ".join(text for text in (port, edge.name, edge.count) if text),
        ", ".join(title for title, _ in edge.labels),
        " ".join(f"#{tag}" for tag in edge.tags),
    ]
    return "<br/>".join(_coded(row) for row in rows if row)


def _coded(text: str) -> str:
    """Return a shortened text with all that could be syntax as ``#code;``."""
    return "".join(
        character if character.isalnum() or character in _PLAIN else f"#{ord(character)};"
        for character in shorten(clean(text), _LIMIT_PX, 12.0)
    )
