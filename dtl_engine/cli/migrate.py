"""``dtl migrate``: rewrite a document of either generation with explicit meaning."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dtl_engine.cli.options import GraphPath


@click.command("migrate")
@click.argument("graph", type=GraphPath())
@click.option(
    "--generation",
    type=click.IntRange(1, 2),
    help="How to read a bare list: 1, as the original engine did, or 2, as its successor does. "
    "Default: 1.",
)
@click.option(
    "--out",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write. Default: standard output.",
)
def command(graph: str, generation: int | None, out: Path | None) -> None:
    """Rewrite GRAPH as an object of version 1 that means the same.

    Actions get the names of the original language and settings its meaning; keys that were
    ignored are left out. What is not certain is told on standard error.
    """
    from dtl_engine.api import migrate_graph
    from dtl_engine.errors import UsageError

    document, warnings = migrate_graph(graph, generation=generation)
    for warning in warnings:
        click.echo(str(warning), err=True)
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    if out.exists():
        raise UsageError(f"{out} exists; remove it first or choose another name")
    partial = out.with_name(f".{out.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(out)
