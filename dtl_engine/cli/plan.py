"""``dtl plan``: show what a run would do."""

from __future__ import annotations

from pathlib import Path

import click

from dtl_engine.cli.options import graph_options, parse_seed, run_options


@click.command("plan")
@graph_options
@run_options
def command(
    graph: str,
    data: tuple[str, ...],
    set_: tuple[str, ...],
    seed: str | None,
    out: Path,
    runner: str,
    workers: int | None,
    only: tuple[str, ...],
) -> None:
    """Show what a run of GRAPH would read, do and write; nothing is run."""
    from dtl_engine.api import compile_graph
    from dtl_engine.plan.describe import describe_plan
    from dtl_engine.plan.plan import RunnerKind, make_plan

    compiled = compile_graph(graph, data=data, set=set_, seed=parse_seed(seed))
    plan = make_plan(compiled, out, runner=RunnerKind(runner), workers=workers, only=only)
    dropped = {node.id for node in compiled.nodes} - set(plan.graph.by_id)
    for line in describe_plan(plan, sorted(dropped)):
        click.echo(line)
