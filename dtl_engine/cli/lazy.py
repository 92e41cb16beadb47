"""A command group that imports a subcommand only when it is called.

Libraries add commands of their own through entry points that name a ``click.Command``, as in
``serve = "acme_nodes.serving:command"``. To list them their modules are imported: these import no
more than click before the command is called.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class LazyGroup(click.Group):
    """Knows its subcommands by name and one line of help: ``dtl --help`` imports none of them.

    Those of libraries, behind entry points of ``plugins``, come after them; none replaces ours.
    """

    def __init__(
        self,
        *args: Any,
        commands_by_name: Mapping[str, tuple[str, str]],
        plugins: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._by_name = commands_by_name
        self._group = plugins

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names: ours in the order of the table, then those of libraries, sorted."""
        return [*self._by_name, *sorted(self._plugins())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a subcommand.

        Raises:
            UsageError: it is a library's and cannot be imported, or two libraries offer it.
        """
        if cmd_name in self._by_name:
            module, _ = self._by_name[cmd_name]
            command = importlib.import_module(module).command
            assert isinstance(command, click.Command)
            return command
        points = self._plugins().get(cmd_name)
        return None if points is None else _loaded(points)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest name for an unknown one."""
        if args and args[0] not in self._by_name and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            if args[0] not in known:
                from dtl_engine.errors import did_you_mean

                hint = did_you_mean(args[0], known)
                ctx.fail(f"no command '{args[0]}'" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of subcommands; of ours none is imported."""
        rows = [(name, text) for name, (_, text) in self._by_name.items()]
        rows += [(name, _line(points)) for name, points in sorted(self._plugins().items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _plugins(self) -> dict[str, list[EntryPoint]]:
        """Return the commands of libraries, by name; nothing of them is imported."""
        from importlib.metadata import entry_points

        found: dict[str, list[EntryPoint]] = {}
        for point in sorted(entry_points(group=self._group), key=lambda point: point.value):
            if point.name not in self._by_name and point not in found.get(point.name, []):
                found.setdefault(point.name, []).append(point)
        return found


def _line(points: list[EntryPoint]) -> str:
    """Return the line of help of a library's command; one that is broken breaks no help."""
    from dtl_engine.errors import UsageError

    try:
        return _loaded(points).get_short_help_str(limit=80)
    except UsageError as error:
        return f"({error})"


def _loaded(points: list[EntryPoint]) -> click.Command:
    """Import the command of a library.

    Raises:
        UsageError: it cannot be imported, or two libraries offer it.
    """
    from dtl_engine.errors import UsageError

    point = points[0]
    if len(points) > 1:
        owners = " and ".join(each.value for each in points)
        raise UsageError(f"command '{point.name}' is offered by two libraries: {owners}")
    try:
        command = point.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise UsageError(
            f"command '{point.name}' ({point.value}) cannot be loaded: {error}"
        ) from error
    if not isinstance(command, click.Command):
        raise UsageError(f"command '{point.name}': {point.value} is no command")
    return command
