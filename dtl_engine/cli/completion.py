"""``dtl completion``: print the completion script of a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that makes SHELL complete the words of dtl.

    For bash: eval "$(dtl completion bash)" in ~/.bashrc.
    """
    from dtl_engine.cli import dtl

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(dtl, {}, "dtl", "_DTL_COMPLETE").source())
