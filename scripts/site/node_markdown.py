"""The description of a node, and what was shown of it, as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence

from dtl_engine.node.description import NodeDescription
from dtl_engine.node.json_text import json_text
from dtl_engine.node.settings_tree import Group, Setting
from dtl_engine.node.signature import Port
from scripts.site.showing import Panel, Showing

FAMILIES = (
    "source",
    "geometry",
    "pixels",
    "annotation",
    "flow",
    "model",
    "sink",
    "report",
    "language",
)
"""The order of families; others come last."""

MOST_LINES = 40
"""Lines of a report that are shown."""

_MARKS = (("+", "new"), ("~", "changed"))
"""Marks before the paths of files."""

_STEP = "    "
_CODE = re.compile(r"(`[^`]*`)")
_SPECIAL = re.compile(r"([\\*_<>\[\]|#])")

Assets = Mapping[bytes, str]
"""Content of a picture or of another file -> its path from the page of a node."""


def node_markdown(node: NodeDescription, shown: Showing | None, assets: Assets) -> str:
    """Return the page of a node; ``shown`` is ``None`` where nothing can be shown."""
    parts = [f"# {node.action}\n", _kind(node), f"**{escaped(node.summary)}**\n"]
    parts += [f"{escaped(text)}\n" for text in node.paragraphs]
    if node.example is not None:
        parts += ["## Example\n", _code("json", json_text(node.example, 88))]
    if shown is not None:
        parts += _shown(shown, assets)
    parts.append("## Settings\n")
    if node.remark or not node.settings:
        remark = node.remark or "none"
        parts.append(f"{escaped(remark[:1].upper() + remark[1:])}.\n")
    parts.append("\n".join(_settings(node.settings, "")) + "\n")
    for variant in node.variants:
        condition = variant.variant.condition
        parts.append(f"### {escaped(condition[:1].upper() + condition[1:])}\n")
        if (variant.inputs, variant.outputs) != (node.inputs, node.outputs):
            ports = f"inputs {_ports(variant.inputs)}, outputs {_ports(variant.outputs)}"
            parts.append(f"Other ports: {ports}.\n")
        parts.append("\n".join(_settings(variant.settings, "")) + "\n")
    inputs, outputs = _ports(node.inputs), _ports(node.outputs)
    parts.append(f"## Ports\n\n- inputs: {inputs}\n- outputs: {outputs}\n")
    if node.source:
        parts.append(f"## Origin\n\n{escaped(node.source)}\n")
    return "\n".join(parts)


def overview(
    nodes: Sequence[NodeDescription], thumbnails: Mapping[str, str], failures: Mapping[str, str]
) -> str:
    """Return the page that lists all nodes by family, each with a small picture."""
    parts = [
        "# Nodes\n",
        "Each layer of a graph names one of these actions. All pictures were made by running the "
        "example of the page, most of them on one scene with objects of every shape.\n",
    ]
    for family, members in by_family(nodes).items():
        parts.append(f"## {family.capitalize()}\n")
        rows = ["| action | what it does | |", "|---|---|---|"]
        for node in members:
            picture = thumbnails.get(node.action)
            alone = f"![]({picture}){{ width=120 loading=lazy }}" if picture else ""
            rows.append(
                f"| [`{node.action}`]({node.action}.md) | {escaped(node.summary)} | {alone} |"
            )
        parts.append("\n".join(rows) + "\n")
    for action, why in failures.items():
        parts.append(f"!!! failure\n\n    `{action}`: {escaped(why)}\n")
    return "\n".join(parts)


def by_family(nodes: Sequence[NodeDescription]) -> dict[str, list[NodeDescription]]:
    """Return nodes by family in a fixed order."""
    families = dict.fromkeys((*FAMILIES, *sorted({node.family for node in nodes})))
    found = {family: [node for node in nodes if node.family == family] for family in families}
    return {family: members for family, members in found.items() if members}


def escaped(text: str) -> str:
    """Return plain text with code in backticks as Markdown."""
    parts = _CODE.split(text)
    return "".join(
        part if at % 2 else _SPECIAL.sub(r"\\\1", part).replace("-\\>", "→")
        for at, part in enumerate(parts)
    )


def _kind(node: NodeDescription) -> str:
    names = ", ".join(f"`{alias}`" for alias in node.aliases)
    return f"*{node.family}*{f' · also written {names}' if names else ''}\n"


def _shown(shown: Showing, assets: Assets) -> Iterator[str]:
    yield "## Before and after\n"
    for note in shown.notes:
        yield f"{note}\n"
    panels = (*shown.before, *shown.after)
    if panels:
        figures = "\n".join(_figure(panel, assets[panel.picture]) for panel in panels)
        yield f'<div class="panels" markdown>\n{figures}\n</div>\n'
    if shown.files:
        marks = [mark for mark, _ in _MARKS if any(name[0] == mark for name in shown.files)]
        words = ", ".join(f"`{mark}` {word}" for mark, word in _MARKS if mark in marks)
        yield f"Files{f' ({words})' if words else ''}:\n"
        yield _code("text", "\n".join(shown.files))
    if shown.report:
        lines = shown.report.splitlines()
        part = f", the first {MOST_LINES} of {len(lines)} lines"
        yield f"`report.json`{part if len(lines) > MOST_LINES else ''}:\n"
        yield _code("json", "\n".join(lines[:MOST_LINES]))
    for name, content in (shown.pages or {}).items():
        yield f"[`{name}`, the whole page]({assets[content]})\n"


def _figure(panel: Panel, path: str) -> str:
    words = "<br>".join((f"<strong>{_html(panel.title)}</strong>", *map(_html, panel.facts)))
    label = panel.title.replace("`", "")
    return (
        '<figure markdown="span">\n'
        f"![{label}]({path}){{ width={panel.width} loading=lazy }}\n"
        f"<figcaption>{words}</figcaption>\n"
        "</figure>"
    )


def _html(text: str) -> str:
    """Return plain text with code in backticks as HTML; Markdown leaves captions as they are."""
    parts = _CODE.split(html.escape(text))
    return "".join(
        f"<code>{part[1:-1]}</code>" if at % 2 else part for at, part in enumerate(parts)
    )


def _settings(settings: Sequence[Setting], indent: str) -> Iterator[str]:
    """Yield nested lists; what belongs to one entry stands in one line."""
    for setting in settings:
        text = f"<br>{escaped(setting.description)}" if setting.description else ""
        choice = "<br>Exactly one of:" if len(setting.groups) > 1 else ""
        facts = escaped(setting.facts)
        yield f"{indent}- **`{setting.name}`** <span class='facts'>{facts}</span>{text}{choice}"
        for group in setting.groups:
            yield from _group(group, indent + _STEP)


def _group(group: Group, indent: str) -> Iterator[str]:
    if group.heading:
        yield f"{indent}- {escaped(group.heading)}:"
        indent += _STEP
    yield from _settings(group.settings, indent)


def _ports(ports: Sequence[Port]) -> str:
    named = (
        f"`{port.name}`" if port.name == port.kind else f"`{port.name}` ({port.kind.value})"
        for port in ports
    )
    return ", ".join(named) or "none"


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```\n"
