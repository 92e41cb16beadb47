"""``dtl explain``: show what each stage made of a graph."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from dtl_engine.cli.options import format_option, graph_options, parse_seed
from dtl_engine.errors import GraphInvalid, Problem, UsageError, did_you_mean

if TYPE_CHECKING:
    from dtl_engine.cli.places import Places
    from dtl_engine.compile.graph import CompiledGraph
    from dtl_engine.graph.read import GraphRead

Json = dict[str, Any]


@click.command("explain")
@graph_options
@click.argument("layer", required=False)
@click.option("--flat", is_flag=True, help="Print only the one document that all make together.")
@format_option
def command(
    graph: str,
    data: tuple[str, ...],
    set_: tuple[str, ...],
    seed: str | None,
    layer: str | None,
    flat: bool,
    format_: str,
) -> int:
    """Show what each stage made of GRAPH; nothing is run.

    The documents that were read, their parameters, the one document that they make together, every
    layer with the place of each setting, what every edge carries, what is left out, and the plan.
    LAYER, an output such as '$crop', shows this layer only.
    """
    from dtl_engine.api import compile_graph, read_document
    from dtl_engine.cli.explanation import flat_text, layers_of, reading_json, stages_json
    from dtl_engine.cli.places import Places
    from dtl_engine.lint.rules import lint

    read = read_document(graph, set=set_)
    is_text = format_ == "text"
    places = Places(document.file for document in read.spec.documents if is_text)
    try:
        compiled = compile_graph(graph, data=data, set=set_, seed=parse_seed(seed))
    except GraphInvalid as invalid:
        if flat or layer:
            raise
        _print_refused(read, invalid.problems, format_, places)
        return 2
    if flat:
        click.echo(flat_text(compiled), nl=False)
        return 0
    if layer is not None:
        shown = layers_of(compiled, layer, places)
        if not shown:
            names = [name for node in compiled.nodes for name in node.spec.dst if name]
            hint = did_you_mean(layer, names)
            raise UsageError(f"no layer with the output '{layer}'" + (f"; {hint}" if hint else ""))
        if format_ == "json":
            click.echo(json.dumps(shown, indent=2))
        else:
            _print_layers(shown)
        return 0
    content = {**reading_json(read, lint(compiled), places), **stages_json(compiled, places)}
    if format_ == "json":
        click.echo(json.dumps(content, indent=2))
        return 0
    _print_reading(content, places)
    _print_stages(content, compiled)
    return 0


def _print_refused(
    read: GraphRead, problems: Sequence[Problem], format_: str, places: Places
) -> None:
    """Print what was made of a graph until it was refused, and why."""
    from dtl_engine.cli.explanation import reading_json

    content = reading_json(read, problems, places)
    if format_ == "json":
        click.echo(json.dumps(content, indent=2))
    else:
        _print_reading(content, places)


def _print_reading(content: Json, places: Places) -> None:
    _print_title("documents")
    for document in content["documents"]:
        file, name = document["file"], places.name(document["file"])
        by = f", named at {document['named_at']}" if document["named_at"] else ""
        whole = f": {file}" if name != file else ""
        click.echo(f"  {name} ({document['role']}{by}){whole}")
    if content["parameters"]:
        _print_title("parameters")
        _print_table(
            ("parameter", "value", "from"),
            (
                (
                    f"{each['scope']} {each['name']}".strip(),
                    _json(each["value"]),
                    f"{each['origin']}, {each['place']}",
                )
                for each in content["parameters"]
            ),
        )
    if content["problems"]:
        _print_title("problems")
        for problem in content["problems"]:
            click.echo("\n".join(f"  {line}" for line in problem["text"].splitlines()))


def _print_stages(content: Json, compiled: CompiledGraph) -> None:
    from dtl_engine.cli.check import print_edges
    from dtl_engine.cli.explanation import flat_text

    _print_title("one document")
    click.echo("\n".join(f"  {line}" for line in flat_text(compiled).splitlines()))
    _print_title("layers, in the order in which samples reach them")
    _print_layers(content["layers"])
    _print_title("edges")
    print_edges(compiled)
    _print_title("optimisation")
    click.echo(f"  leaves out, as nothing of it is saved: {', '.join(content['left_out']) or '-'}")
    _print_title("plan")
    for line in content["plan"]:
        click.echo(f"  {line}")


def _print_layers(layers: Sequence[Json]) -> None:
    for at, layer in enumerate(layers):
        if at:
            click.echo()
        click.echo(f"  {layer['action']} {_names(layer['dst'])}  (node {layer['id']})")
        click.echo(f"    {layer['place']}" + "".join(f", used by {p}" for p in layer["used_by"]))
        click.echo(f"    reads {_names(layer['src'])}")
        rows = list(_setting_rows(layer))
        if rows:
            _print_table(("setting", "value", "from"), rows, indent=4)


def _setting_rows(layer: Json) -> Iterator[tuple[str, str, str]]:
    for setting in layer["settings"]:
        yield setting["name"], _json(setting["value"]), setting["from"]


def _names(names: Sequence[str | None]) -> str:
    return ", ".join(name or "null" for name in names)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print_title(text: str) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print()
    console.print(Text(text, style="bold"))


def _print_table(
    columns: Sequence[str],
    rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]],
    indent: int = 2,
) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(Padding(table, (0, 0, 0, indent)))
