"""``dtl run``: run a graph."""

from __future__ import annotations

from pathlib import Path

import click

from dtl_engine.cli.options import graph_options, log_options, parse_seed, run_options


@click.command("run")
@graph_options
@run_options
@click.option("--overwrite", is_flag=True, help="Replace outputs that exist.")
@click.option("--fail-fast", is_flag=True, help="Give up at the first image set aside.")
@click.option(
    "--max-failures",
    type=click.IntRange(0),
    metavar="N",
    help="Give up when more than N images are set aside.",
)
@click.option(
    "--strict-devices",
    is_flag=True,
    help="Refuse to train where a GPU that is asked for is not there; otherwise a warning.",
)
@log_options
def command(
    graph: str,
    data: tuple[str, ...],
    set_: tuple[str, ...],
    seed: str | None,
    out: Path,
    runner: str,
    workers: int | None,
    only: tuple[str, ...],
    overwrite: bool,
    fail_fast: bool,
    max_failures: int | None,
    strict_devices: bool,
    quiet: bool,
    log_format: str,
) -> int:
    """Run GRAPH: read its projects, apply its layers, save its outputs.

    GRAPH is a JSON document, or the name of a shipped one. Images that cannot be read are set
    aside in FOLDER/failed and the run goes on; the exit code is then 3.
    """
    from dtl_engine.api import compile_graph
    from dtl_engine.cli.executing import execute
    from dtl_engine.cli.log import make_log
    from dtl_engine.lint.rules import lint
    from dtl_engine.plan.plan import RunnerKind, make_plan

    log = make_log(log_format, quiet=quiet)
    drawn = parse_seed(seed)
    compiled = compile_graph(graph, data=data, set=set_, seed=drawn)
    log.problems(lint(compiled))
    plan = make_plan(compiled, out, runner=RunnerKind(runner), workers=workers, only=only)
    return execute(
        plan,
        log,
        overwrite=overwrite,
        max_failures=0 if fail_fast else max_failures,
        again=_again(graph, data, set_, compiled.seed),
        strict_devices=strict_devices,
    ).exit_code


def _again(graph: str, data: tuple[str, ...], set_: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """Return the command that runs the same graph on the same data elsewhere."""
    folders = (word for folder in data for word in ("--data", folder))
    settings = (word for item in set_ for word in ("--set", item))
    return (
        "dtl",
        "run",
        graph,
        *folders,
        *settings,
        "--seed",
        str(seed),
        "--out",
        "again",
        "--overwrite",
    )
