"""Options and arguments that several subcommands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

Command = Callable[..., Any]


class GraphPath(click.ParamType[str]):
    """A graph document: a path, or the name of a shipped graph; completed as such."""

    name = "graph"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer files and the names of shipped graphs."""
        from dtl_engine.shipped import shipped_graphs

        names = [name for name in shipped_graphs() if name.startswith(incomplete)]
        return [CompletionItem(incomplete, type="file"), *(CompletionItem(n) for n in names)]


def graph_options(command: Command) -> Command:
    """Add the graph and what decides its meaning: data folders, replaced settings, seed."""
    options = [
        click.argument("graph", type=GraphPath()),
        click.option(
            "--data",
            multiple=True,
            metavar="FOLDER",
            type=click.Path(),
            help="Folder with the projects that the graph reads; may be repeated. Default: the "
            "graph's folder, the current folder and the shipped samples.",
        ),
        click.option(
            "--set",
            "set_",
            multiple=True,
            metavar="LAYER.SETTING=VALUE",
            help="Replace a setting, as in --set '$data2.multiply=3', or set a parameter, as in "
            "--set crop_min=60; may be repeated.",
        ),
        click.option("--seed", metavar="N", help="Seed of all randomness; 'random' draws one."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def run_options(command: Command) -> Command:
    """Add what decides how a graph is run and where to, not what comes out."""
    out = click.option(
        "--out",
        default=Path(),
        metavar="FOLDER",
        type=click.Path(path_type=Path),
        help="Folder in which each saving layer makes its own. Default: the current one.",
    )
    return out(work_options(command))


def work_options(command: Command) -> Command:
    """Add what decides how the work is done, and on which images."""
    options = [
        click.option(
            "--runner",
            type=click.Choice(["threads", "processes", "serial"]),
            default="threads",
            show_default=True,
            help="Where the work is done; the results are the same.",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, 1024),
            metavar="N",
            help="How many threads or processes. Default: one for each core.",
        ),
        click.option(
            "--only",
            multiple=True,
            metavar="PATTERN",
            help="Read only images that match, as in --only 'lemon/ds1/IMG_*'; may be repeated.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def limit_option(command: Command) -> Command:
    """Add how many images are read at most."""
    option = click.option(
        "--limit", type=click.IntRange(1), metavar="N", help="Read only the first N images."
    )
    return option(command)


def format_option(command: Command) -> Command:
    """Add how to print what is found."""
    option = click.option(
        "--format",
        "format_",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How to print.",
    )
    return option(command)


def log_options(command: Command) -> Command:
    """Add how to tell what happens."""
    options = [
        click.option("--quiet", "-q", is_flag=True, help="Print only problems."),
        click.option(
            "--log-format",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="How to tell what happens; json prints one object a line.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def parse_seed(text: str | None) -> int | None:
    """Return the seed that an option asks for; ``random`` draws one and says which.

    Raises:
        UsageError: it is neither a number nor ``random``.
    """
    from dtl_engine.errors import UsageError

    if text is None:
        return None
    if text == "random":
        import secrets

        seed = secrets.randbelow(2**31)
        click.echo(f"seed {seed}", err=True)
        return seed
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"--seed is a whole number or 'random', not '{text}'") from None
