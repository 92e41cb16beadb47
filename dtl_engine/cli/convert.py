"""``dtl convert``: convert a dataset to another format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dtl_engine.cli.options import limit_option, log_options, work_options


@click.command("convert")
@click.argument("source", metavar="SRC", type=click.Path())
@click.argument("target", metavar="DST", type=click.Path(path_type=Path))
@click.option("--to", "to_", metavar="FORMAT", help="Format to write; needed.")
@click.option("--from", "from_", metavar="FORMAT", help="Format of SRC. Default: found out.")
@click.option(
    "--classes",
    multiple=True,
    metavar="A,B",
    help="Read only objects of these classes; may be repeated.",
)
@click.option(
    "--splits",
    multiple=True,
    metavar="A,B",
    help="Image tags that name the splits to write. Default: the datasets of SRC.",
)
@click.option(
    "--on-loss",
    type=click.Choice(["report", "error"]),
    help="What becomes of what the format cannot hold: counted (the default), or refused.",
)
@click.option(
    "--set",
    "set_",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set an option of either format, as in --set min_area=20; 'from.' or 'to.' before the "
    "key says which, where both have it; may be repeated.",
)
@work_options
@limit_option
@click.option("--overwrite", is_flag=True, help="Replace DST if it exists.")
@log_options
@click.option("--print", "print_", is_flag=True, help="Print the graph instead of running it.")
def command(
    source: str,
    target: Path,
    to_: str | None,
    from_: str | None,
    classes: tuple[str, ...],
    splits: tuple[str, ...],
    on_loss: str | None,
    set_: tuple[str, ...],
    runner: str,
    workers: int | None,
    only: tuple[str, ...],
    limit: int | None,
    overwrite: bool,
    quiet: bool,
    log_format: str,
    print_: bool,
) -> int:
    """Convert the dataset SRC, a folder, a file or a shipped sample, to another format in DST.

    This runs a graph of two layers, 'data' and 'export'; 'dtl inspect --formats' lists the formats
    with their options. What the format cannot hold is counted in the summary and in
    DST/loss_report.json. Images that cannot be read are set aside in the folder 'failed' beside
    DST and the conversion goes on; the exit code is then 3.
    """
    from dtl_engine.api import compile_text
    from dtl_engine.cli.conversion import WIDTH, conversion, plain, put_settings
    from dtl_engine.cli.executing import execute
    from dtl_engine.cli.formats import FORMAT, installed_formats, listed, locate
    from dtl_engine.cli.log import make_log
    from dtl_engine.errors import GraphInvalid
    from dtl_engine.node.catalogue import installed_catalogue
    from dtl_engine.node.json_text import json_text
    from dtl_engine.plan.plan import RunnerKind, make_plan

    formats = installed_formats(installed_catalogue())
    place = locate(source)
    wanted = formats.writing.require(to_, "written", "--to")
    writing: dict[str, Any] = {FORMAT: wanted}
    found, _ = formats.detect(place, from_)
    reading: dict[str, Any] = {FORMAT: found}
    if classes:
        reading["classes"] = listed(classes)
    if splits:
        writing["splits"] = listed(splits)
    if on_loss:
        writing["on_loss"] = on_loss
    put_settings(set_, formats, reading, writing)
    text = json_text(conversion(place.name, reading, target.name, writing), WIDTH)
    if print_:
        click.echo(text)
        return 0
    log = make_log(log_format, quiet=quiet)
    try:
        compiled = compile_text(text.encode(), f"<{target.name}>", data=[place.parent])
    except GraphInvalid as invalid:
        raise plain(invalid) from invalid
    log.problems(compiled.warnings)
    kind = RunnerKind(runner)
    plan = make_plan(compiled, target.parent, runner=kind, workers=workers, only=only, limit=limit)
    again = ["dtl", "convert", source, "again", "--to", wanted, "--from", found, "--overwrite"]
    for name, texts in {"classes": classes, "splits": splits, "set": set_}.items():
        again += (word for text in texts for word in (f"--{name}", text))
    again += ["--on-loss", on_loss] if on_loss else []
    return execute(plan, log, overwrite=overwrite, again=tuple(again)).exit_code
