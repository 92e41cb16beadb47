"""A picture in the DOT language, to be drawn, edited or converted by Graphviz."""

from __future__ import annotations

from html import escape

from dtl_visualizer.edges import MOST_CHIPS, MOST_TAGS, safe_colour
from dtl_visualizer.links import safe_href
from dtl_visualizer.picture import EdgePicture, GraphPicture, NodePicture
from dtl_visualizer.style import LIGHT, edge_style_of, family_of
from dtl_visualizer.text import clean, clean_lines, shorten

_LIMIT_PX = 270.0
_SMALL = 10


def write_dot(picture: GraphPicture) -> bytes:
    """Return a picture as UTF-8 DOT source with labels, colours, links and tooltips.

    Nodes and edges stand in the order of the picture. Every text is escaped; the family is
    written at each node, so that it can be read without colours.
    """
    lines = [
        "digraph dtl {",
        '  graph [rankdir=TB, nodesep=0.45, ranksep=0.5, bgcolor="white", '
        f'fontname="Helvetica-Bold", fontsize=16, fontcolor="{LIGHT["ink"]}", '
        f'labelloc=t, labeljust=l, label="{_quoted(clean(picture.title))}"]',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=13, '
        f'fontcolor="{LIGHT["ink"]}", margin="0.18,0.08"]',
        f'  edge [fontname="Helvetica", fontsize=11, fontcolor="{LIGHT["ink"]}", arrowsize=0.8]',
    ]
    lines += [_node(f"n{number}", node) for number, node in enumerate(picture.nodes)]
    lines += [
        _edge(f"n{tail} -> n{head}", edge)
        for (tail, head), edge in zip(picture.arcs(), picture.edges, strict=True)
    ]
    return "\n".join([*lines, "}\n"]).encode()


def _node(name: str, node: NodePicture) -> str:
    """Return the statement of a node."""
    family = family_of(node.family)
    small = "strong-ink" if family.is_strong else "muted"
    ink = "strong-ink" if family.is_strong else "ink"
    remark = f"{family.words}, {node.severity}" if node.severity else family.words
    label = _font(f"<b>{_html(node.title)}</b>", ink)
    label += _font(f"   {remark}", small, _SMALL)
    if node.subtitle:
        label += "<br/>" + _font(_html(node.subtitle), small, _SMALL)
    fill = family.name if family.is_strong else f"{family.name}-tint"
    attributes = {
        "fillcolor": LIGHT[fill],
        "color": LIGHT[node.severity or family.name],
        "penwidth": "2.6" if node.severity else "1.4",
        "tooltip": "\n".join(
            [*map(clean, node.problems), clean(node.title), clean_lines(node.tooltip)]
        ).strip(),
    }
    if family.outline == "double":
        attributes["peripheries"] = "2"
    if family.outline == "stadium":
        attributes["shape"] = "cylinder"
        attributes["style"] = "filled"
    href = safe_href(node.href)
    if href:
        attributes["URL"] = href
    return f"  {name} [label=<{label}>, {_attributes(attributes)}]"


def _edge(arrow: str, edge: EdgePicture) -> str:
    """Return the statement of an edge."""
    style = edge_style_of(edge.kind)
    head = [_font(f"[{_html(edge.port)}]", "muted", _SMALL)] if edge.port else []
    head += [f"<b>{_html(edge.name)}</b>"] if edge.name else []
    head += [_font(_html(edge.count), "muted")] if edge.count else []
    chips = [
        f'<font color="{_hex(colour)}">■</font> {_font(_html(title), "ink", _SMALL)}'
        for title, colour in edge.labels[:MOST_CHIPS]
    ]
    tags = [_font("#" + _html(tag), "muted", _SMALL) for tag in edge.tags[:MOST_TAGS]]
    for pieces, everything in ((chips, edge.labels), (tags, edge.tags)):
        if len(everything) > len(pieces):
            pieces.append(_font(f"+{len(everything) - len(pieces)}", "muted", _SMALL))
    rows = "".join(
        f"<tr><td>{'  '.join(pieces)}</td></tr>" for pieces in (head, chips, tags) if pieces
    )
    colour = LIGHT[style.colour]
    attributes = {"color": f"{colour}:{colour}" if style.core_px else colour, "penwidth": "1.4"}
    if style.dash:
        attributes["style"] = "dashed"
    attributes["tooltip"] = clean(f"{edge.name} ({edge.kind})")
    table = f'<table border="0" cellborder="0" cellspacing="1" cellpadding="1">{rows}</table>'
    label = f"label=<{table}>, " if rows else ""
    return f"  {arrow} [{label}{_attributes(attributes)}]"


def _attributes(values: dict[str, str]) -> str:
    """Return quoted attributes in the order of ``values``."""
    return ", ".join(f'{name}="{_quoted(value)}"' for name, value in values.items())


def _hex(colour: str) -> str:
    """Return a class colour as ``#RRGGBB``."""
    safe = safe_colour(colour)
    return LIGHT.get(safe, safe)


def _font(inner: str, colour: str, size: int = 0) -> str:
    """Return an HTML-like piece in a colour of the style."""
    points = f' point-size="{size}"' if size else ""
    return f'<font color="{LIGHT[colour]}"{points}>{inner}</font>'


def _html(text: str) -> str:
    """Return a shortened text for an HTML-like label."""
    return escape(shorten(clean(text), _LIMIT_PX, 12.0))


def _quoted(text: str) -> str:
    """Return ``text`` for a quoted string; a backslash would start one of Graphviz's escapes."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
