"""``dtl inspect``: show what a dataset holds, or list the formats."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from dtl_engine.cli.options import format_option, limit_option, work_options

if TYPE_CHECKING:
    from dtl_engine.cli.inspection import Inspection
    from dtl_engine.errors import Problem
    from dtl_engine.execute.events import Event

REPORT = "report"


class Silence:
    """A log that tells nothing: all is in the report."""

    def problems(self, problems: Iterable[Problem]) -> None:
        """Tell nothing."""

    def event(self, event: Event) -> None:
        """Tell nothing."""

    def close(self) -> None:
        """Nothing to leave."""


@click.command("inspect")
@click.argument("source", metavar="SRC", required=False, type=click.Path())
@click.option("--from", "from_", metavar="FORMAT", help="Format of SRC. Default: found out.")
@click.option(
    "--set",
    "set_",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set an option of the format, as in --set min_area=20; may be repeated.",
)
@work_options
@limit_option
@click.option(
    "--decode",
    is_flag=True,
    help="Decode every image too, to find those whose pixels are damaged; this takes longer.",
)
@click.option("--formats", is_flag=True, help="List all formats with their options.")
@format_option
def command(
    source: str | None,
    from_: str | None,
    set_: tuple[str, ...],
    runner: str,
    workers: int | None,
    only: tuple[str, ...],
    limit: int | None,
    decode: bool,
    formats: bool,
    format_: str,
) -> int:
    """Show what the dataset SRC, a folder, a file or a shipped sample, holds; nothing is changed.

    Its format, images, splits, classes with the shapes and numbers of their objects, tags, sizes,
    and the images that a run would set aside; if there are any, the exit code is 3.

    Every annotation is read, masks included, and of every image the header: that it is there, its
    format, and its size against that of the annotation. Pixels are not decoded: a picture that is
    cut off or damaged behind its header is found only with --decode, or by a run that changes it.
    """
    from dtl_engine.cli.formats import installed_formats
    from dtl_engine.cli.formats_page import formats_json, formats_page
    from dtl_engine.errors import UsageError
    from dtl_engine.node.catalogue import installed_catalogue

    known = installed_formats(installed_catalogue())
    if formats:
        if format_ == "json":
            click.echo(json.dumps({"formats": formats_json(known)}, indent=2))
        else:
            click.echo("\n".join(formats_page(known)))
        return 0
    if source is None:
        raise UsageError("there is no SRC to inspect; --formats lists the formats")
    found = _inspected(source, from_, set_, runner, workers, only, limit, decode)
    if format_ == "json":
        click.echo(json.dumps(found.as_json(), indent=2))
    else:
        click.echo("\n".join(found.lines()))
    return found.report.exit_code


def _inspected(
    source: str,
    from_: str | None,
    set_: tuple[str, ...],
    runner: str,
    workers: int | None,
    only: tuple[str, ...],
    limit: int | None,
    decode: bool,
) -> Inspection:
    """Run the graph that makes a report, in a folder that is gone afterwards."""
    from dtl_engine.api import compile_text
    from dtl_engine.cli.conversion import STREAM, document, plain, put_settings, reading_layer
    from dtl_engine.cli.executing import execute
    from dtl_engine.cli.formats import FORMAT, installed_formats, locate
    from dtl_engine.cli.inspection import Inspection
    from dtl_engine.errors import GraphInvalid
    from dtl_engine.node.catalogue import installed_catalogue
    from dtl_engine.plan.plan import RunnerKind, make_plan

    formats = installed_formats(installed_catalogue())
    place = locate(source)
    name, reason = formats.detect(place, from_)
    settings: dict[str, Any] = {FORMAT: name}
    put_settings(set_, formats, settings, {})
    report = {"action": "stats", "src": [STREAM], "dst": REPORT, "settings": {"decode": decode}}
    text = json.dumps(document(reading_layer(place.name, settings), report))
    try:
        compiled = compile_text(text.encode(), f"<{place.name}>", data=[place.parent])
    except GraphInvalid as invalid:
        raise plain(invalid) from invalid
    with TemporaryDirectory(prefix="dtl-inspect-") as folder:
        kind, out = RunnerKind(runner), Path(folder)
        plan = make_plan(compiled, out, runner=kind, workers=workers, only=only, limit=limit)
        done = execute(plan, Silence())
        path = out / REPORT / "report.json"
        figures = json.loads(path.read_bytes()) if path.is_file() else {}
    title = formats.title(name)
    return Inspection(source, name, title, reason, compiled, done, figures)
