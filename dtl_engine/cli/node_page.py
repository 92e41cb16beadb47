"""The description of a node as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from dtl_engine.node.description import NodeDescription, VariantDescription
from dtl_engine.node.json_text import json_text
from dtl_engine.node.settings_tree import Group, Setting
from dtl_engine.node.signature import Port

WIDTH = 100
_STEP = "  "


def node_page(node: NodeDescription) -> Iterator[str]:
    """Yield the lines that explain a node: what it does, its ports, settings and an example."""
    also = f", also written {', '.join(node.aliases)}" if node.aliases else ""
    yield from _wrapped(f"{node.action} ({node.family}){also}")
    for paragraph in (node.summary, *node.paragraphs):
        yield ""
        yield from _wrapped(paragraph)
    yield ""
    yield f"inputs: {_ports(node.inputs)}"
    yield f"outputs: {_ports(node.outputs)}"
    yield ""
    remark = f" ({node.remark})" if node.remark else ""
    yield from _wrapped(f"settings{remark}:" if node.settings else f"settings: none{remark}")
    yield from setting_lines(node.settings, _STEP)
    for variant in node.variants:
        yield ""
        yield from _variant(node, variant)
    if node.example is not None:
        yield ""
        yield "example:"
        yield from f"{_STEP}{json_text(node.example, WIDTH, len(_STEP))}".splitlines()
    if node.source:
        yield ""
        yield from _wrapped(f"source: {node.source}")


def _variant(node: NodeDescription, variant: VariantDescription) -> Iterator[str]:
    """Yield what is different where one setting has certain values."""
    yield from _wrapped(f"settings {variant.variant.condition}:")
    if (variant.inputs, variant.outputs) != (node.inputs, node.outputs):
        yield f"{_STEP}(inputs: {_ports(variant.inputs)}; outputs: {_ports(variant.outputs)})"
    yield from setting_lines(variant.settings, _STEP)


def setting_lines(settings: Sequence[Setting], indent: str) -> Iterator[str]:
    """Yield the lines that explain settings and what is inside them."""
    for setting in settings:
        yield from _wrapped(f"{setting.name}: {setting.facts}", indent, f"{indent}{_STEP * 3}")
        if setting.description:
            yield from _wrapped(setting.description, f"{indent}{_STEP * 2}")
        yield from _groups(setting.groups, f"{indent}{_STEP * 2}")


def _groups(groups: Sequence[Group], indent: str) -> Iterator[str]:
    if len(groups) > 1:
        yield f"{indent}exactly one of:"
    for group in groups:
        inner = indent
        if group.heading:
            mark = "- " if len(groups) > 1 else ""
            yield f"{indent}{mark}{group.heading}:"
            inner += _STEP
        yield from setting_lines(group.settings, inner)


def _ports(ports: Sequence[Port]) -> str:
    named = (
        port.name if port.name == port.kind else f"{port.name} ({port.kind.value})"
        for port in ports
    )
    return ", ".join(named) or "none"


def _wrapped(text: str, indent: str = "", further: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )
