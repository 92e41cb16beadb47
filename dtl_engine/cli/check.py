"""``dtl check``: check a graph; show what every edge carries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from dtl_engine.cli.options import format_option, graph_options, parse_seed
from dtl_engine.errors import GraphInvalid, Problem, Severity
from dtl_engine.graph.spec import Dialect

if TYPE_CHECKING:
    from dtl_engine.compile.graph import CompiledGraph
    from dtl_engine.graph.spec import GraphSpec


@click.command("check")
@graph_options
@format_option
def command(
    graph: str, data: tuple[str, ...], set_: tuple[str, ...], seed: str | None, format_: str
) -> int:
    """Check GRAPH without reading an image: all problems, or a table of every edge.

    The exit code is 2 if the graph cannot run; warnings do not change it.
    """
    from dtl_engine.api import compile_graph
    from dtl_engine.lint.rules import lint

    compiled: CompiledGraph | None = None
    problems: Sequence[Problem]
    try:
        compiled = compile_graph(graph, data=data, set=set_, seed=parse_seed(seed))
        problems = lint(compiled)
    except GraphInvalid as invalid:
        problems = invalid.problems
    if format_ == "json":
        edges = edges_json(compiled) if compiled else []
        told = [problem.as_json() for problem in problems]
        content: dict[str, Any] = {"problems": told, "edges": edges}
        if compiled:
            content["reading"] = {
                "dialect": compiled.spec.dialect.value,
                "generations": generations(compiled.spec),
            }
        click.echo(json.dumps(content, indent=2))
    else:
        _print(compiled, problems)
    return 0 if compiled else 2


def edges_json(graph: CompiledGraph) -> list[dict[str, Any]]:
    """Return what every output port carries, as JSON data."""
    return [
        {
            "name": name,
            "kind": node.node.signature.outputs[port].kind.value,
            "from": node.id,
            "port": node.node.signature.outputs[port].name,
            "to": [consumer.id for consumer in graph.consumers(node.id, port)],
            "classes": [
                {"title": label.name, "shape": str(label.kind), "color": label.color}
                for label in carried.labels
            ],
            "tags": [
                {"name": tag.name, "value_type": tag.value_type.value, "values": list(tag.values)}
                for tag in carried.tags
            ],
            "samples": [stream.total.low, stream.total.high],
        }
        for node in graph.nodes
        for port, name in enumerate(node.spec.dst)
        if (stream := graph.outputs.get((node.id, port))) is not None
        for carried in (graph.carried(node.id, port),)
    ]


GENERATIONS = {1: "the original language", 2: "the second generation of the language"}


def generations(spec: GraphSpec) -> list[int]:
    """Return the generations of the language that the layers are read in."""
    return sorted({layer.generation for layer in spec.layers})


def reading(spec: GraphSpec) -> str:
    """Say which reading of the document was taken."""
    languages = " and ".join(GENERATIONS[number] for number in generations(spec))
    if spec.dialect is Dialect.ORIGINAL:
        return f"{languages}: a bare list"
    versions = " and ".join(map(str, generations(spec)))
    return f"{languages}: a document of version {versions}"


def _print(graph: CompiledGraph | None, problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    if graph is not None:
        print_edges(graph)
        click.echo(f"read as {reading(graph.spec)}")
    click.echo(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_edges(graph: CompiledGraph) -> None:
    """Print a table of what every edge carries and of what is saved."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from dtl_engine.node.count import spelled
    from dtl_engine.node.models import ValueSinkNode

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("edge", "layer", "classes", "tags"):
        table.add_column(column, overflow="fold")
    table.add_column("samples", justify="right", no_wrap=True)
    for edge in edges_json(graph):
        node = graph.by_id[edge["from"]]
        several = len(node.node.signature.outputs) > 1
        table.add_row(
            Text(edge["name"] or "null"),
            Text(f"{node.action} ({edge['port']})" if several else node.action),
            Text(", ".join(f"{label['title']}:{label['shape']}" for label in edge["classes"])),
            Text(", ".join(tag["name"] for tag in edge["tags"])),
            Text(spelled(*edge["samples"]) if edge["kind"] == "samples" else edge["kind"]),
        )
    for sink in graph.sinks:
        stream = graph.inputs[sink.id]
        table.add_row(
            Text(graph.output_name(sink)),
            Text(sink.action),
            Text(
                ", ".join(
                    f"{x.name}:{x.kind}" for x in (stream.schema.labels if stream.schema else ())
                )
            ),
            Text(", ".join(stream.schema.tag_names if stream.schema else ())),
            Text("" if isinstance(sink.node, ValueSinkNode) else str(stream.total)),
        )
    Console().print(table)
