"""``dtl graph``: draw a graph."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dtl_engine.cli.options import graph_options, parse_seed
from dtl_engine.errors import Problem, Severity, UsageError

if TYPE_CHECKING:
    from dtl_engine.compile.graph import CompiledGraph, CompiledNode, Edge
    from dtl_visualizer import EdgePicture, GraphPicture, NodePicture

FORMATS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}
FORMATS |= {".mmd": "mermaid", ".mermaid": "mermaid"}


@click.command("graph")
@graph_options
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; its suffix tells the format. Default: standard output.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["svg", "png", "pdf", "dot", "mermaid"]),
    help="Format; by default that of the file's suffix, or svg.",
)
@click.option(
    "--layout",
    type=click.Choice(["auto", "dot", "builtin"]),
    default="auto",
    show_default=True,
    help="Who lays it out: Graphviz's dot, or dtl-engine; auto takes dot where it is installed.",
)
def command(
    graph: str,
    data: tuple[str, ...],
    set_: tuple[str, ...],
    seed: str | None,
    output: Path | None,
    format_: str | None,
    layout: Any,
) -> None:
    """Draw GRAPH: its layers, and on every edge the classes, tags and sample counts."""
    from dtl_engine.api import compile_graph
    from dtl_engine.lint.rules import lint
    from dtl_visualizer.render import render

    compiled = compile_graph(graph, data=data, set=set_, seed=parse_seed(seed))
    chosen = format_ or _format_of(output)
    picture = picture_of(compiled, lint(compiled), output.parent if output else Path())
    content = render(picture, chosen, engine=layout)
    if output is None:
        click.echo(content, nl=False)
        return
    if not output.parent.is_dir():
        raise UsageError(f"{output} cannot be written: there is no folder {output.parent}")
    try:
        partial = output.with_name(f".{output.name}.partial")
        partial.write_bytes(content)
        partial.replace(output)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from error


def _format_of(output: Path | None) -> str:
    if output is None:
        return "svg"
    if output.suffix.lower() not in FORMATS:
        raise UsageError(
            f"the suffix of {output} tells no format: use {', '.join(FORMATS)}, or --format"
        )
    return FORMATS[output.suffix.lower()]


def picture_of(graph: CompiledGraph, problems: Sequence[Problem], folder: Path) -> GraphPicture:
    """Return what is drawn of a compiled graph; links are relative to ``folder``."""
    from dtl_visualizer import GraphPicture

    return GraphPicture(
        title=Path(graph.spec.file).stem,
        nodes=tuple(_node(graph, node, problems, folder) for node in graph.nodes),
        edges=tuple(_edge(graph, edge) for edge in graph.edges),
    )


def _relative(document: Path, folder: Path) -> str:
    if not document.exists():
        return ""
    return Path(os.path.relpath(document.resolve(), folder.resolve())).as_posix()


def _node(
    graph: CompiledGraph, node: CompiledNode, problems: Iterable[Problem], folder: Path
) -> NodePicture:
    from dtl_visualizer import NodePicture

    own = [p for p in problems if _belongs(p.location.in_graph, node.spec.pointer)]
    document = _relative(Path(node.location.file), folder)
    worst = Severity.ERROR if any(p.severity is Severity.ERROR for p in own) else Severity.WARNING
    names = ", ".join(name or "null" for name in node.spec.dst)
    return NodePicture(
        id=node.id,
        title=node.action,
        subtitle=_subtitle(graph, node),
        family=node.node.family,
        href=f"{document}#L{node.location.line}" if document else "",
        tooltip=f"{names}\n{json.dumps(node.spec.settings, ensure_ascii=False)}",
        problems=tuple(f"{problem.code} {problem.message}" for problem in own),
        problem_severity=worst.value if own else "",
    )


def _subtitle(graph: CompiledGraph, node: CompiledNode) -> str:
    from dtl_engine.node.models import ModelSourceNode, ValueSinkNode

    if node.is_source or isinstance(node.node, ModelSourceNode):
        return ", ".join(node.spec.src)
    if isinstance(node.node, ValueSinkNode):
        return graph.output_name(node)
    if node.is_sink:
        return f"{graph.output_name(node)}: {graph.inputs[node.id].total} samples"
    return summary(node.spec.settings)


def _belongs(pointer: str, layer: str) -> bool:
    return pointer == layer or pointer.startswith(f"{layer}/")


def summary(settings: Any) -> str:
    """Return settings in a few words: keys and values, braces left out."""
    if isinstance(settings, dict):
        return ", ".join(f"{key} {summary(value)}".rstrip() for key, value in settings.items())
    if isinstance(settings, list):
        return " ".join(summary(value) for value in settings)
    return str(settings) if isinstance(settings, str) else json.dumps(settings, ensure_ascii=False)


def _edge(graph: CompiledGraph, edge: Edge) -> EdgePicture:
    from dtl_engine.compile.graph import Stream
    from dtl_engine.node.signature import Kind
    from dtl_visualizer import EdgePicture

    stream = graph.outputs.get((edge.source, edge.port), Stream())
    ports = graph.by_id[edge.source].node.signature.outputs
    carried = graph.carried(edge.source, edge.port)
    return EdgePicture(
        source=edge.source,
        target=edge.target,
        name=edge.name,
        kind=edge.kind.value,
        port=ports[edge.port].name if len(ports) > 1 else "",
        labels=tuple((label.name, label.color) for label in carried.labels),
        tags=carried.tag_names,
        count=str(stream.total) if edge.kind is Kind.SAMPLES else "",
    )
