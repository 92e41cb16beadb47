"""The command ``dtl``: one file per subcommand, imported when it is called."""

from __future__ import annotations

import sys
import traceback

import click

from dtl_engine import __version__
from dtl_engine.cli.lazy import LazyGroup
from dtl_engine.errors import DtlError, GraphInvalid, RunFailed, UsageError

COMMANDS = {
    "run": ("dtl_engine.cli.run", "Run a graph."),
    "convert": ("dtl_engine.cli.convert", "Convert a dataset to another format."),
    "inspect": ("dtl_engine.cli.inspect", "Show what a dataset holds, or list the formats."),
    "check": ("dtl_engine.cli.check", "Check a graph; show what every edge carries."),
    "plan": ("dtl_engine.cli.plan", "Show what a run would do."),
    "explain": ("dtl_engine.cli.explain", "Show what each stage made of a graph."),
    "graph": ("dtl_engine.cli.graph", "Draw a graph as SVG, PNG, PDF, DOT or Mermaid."),
    "nodes": ("dtl_engine.cli.nodes", "List the actions, or explain one."),
    "migrate": ("dtl_engine.cli.migrate", "Rewrite an old document with explicit meaning."),
    "schema": ("dtl_engine.cli.schema", "Print the JSON Schema of graph documents."),
    "completion": ("dtl_engine.cli.completion", "Print the completion script of a shell."),
}

PLUGINS = "dtl_engine.commands"
"""The entry points of commands that libraries add."""


@click.group(
    cls=LazyGroup,
    commands_by_name=COMMANDS,
    plugins=PLUGINS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="dtl")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def dtl(debug: bool) -> None:
    """Run declarative dataflow graphs over annotated image datasets."""


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong call or graph, 3 set aside."""
    debug = "--debug" in sys.argv[1:]
    # Wherever it stands, it means the same.
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        code = dtl.main(arguments, prog_name="dtl", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = 130
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        code = 130
    except BrokenPipeError:
        code = 0
    except DtlError as error:
        if debug:
            traceback.print_exc()
        for line in _message(error):
            click.echo(line, err=True)
        code = 2 if isinstance(error, (GraphInvalid, UsageError)) else 1
    except OSError as error:
        if debug:
            traceback.print_exc()
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"dtl: {where}{error.strerror or error}", err=True)
        code = 1
    except Exception as error:  # noqa: BLE001 - the last resort, which names the bug
        if debug:
            traceback.print_exc()
        kind = type(error).__name__
        click.echo(f"dtl: internal error: {kind}: {error}", err=True)
        click.echo("  this is a bug of dtl-engine or of a plugin; --debug shows where", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _message(error: DtlError) -> list[str]:
    if isinstance(error, GraphInvalid):
        return [str(problem) for problem in error.problems]
    prefix = "run failed: " if isinstance(error, RunFailed) else ""
    return [f"dtl: {prefix}{error}"]
