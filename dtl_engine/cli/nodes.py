"""``dtl nodes``: list the actions, or explain one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import orjson

from dtl_engine.cli.options import format_option
from dtl_engine.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from dtl_engine.node.catalogue import Catalogue


@click.command("nodes")
@click.argument("action", required=False)
@format_option
def command(action: str | None, format_: str) -> None:
    """List the actions of all installed node libraries, or explain ACTION."""
    from dtl_engine.cli.described import described, described_actions
    from dtl_engine.cli.node_page import node_page
    from dtl_engine.node.catalogue import installed_catalogue

    catalogue = installed_catalogue()
    if action is None:
        _list(catalogue, format_)
        return
    if action in catalogue.refused:
        why, instead = catalogue.refused[action]
        raise UsageError(f"action '{action}' {why}; {instead}")
    known = {*described_actions(catalogue), *catalogue.names}
    if action not in known:
        hint = did_you_mean(action, sorted(known))
        raise UsageError(f"no action '{action}'" + (f"; {hint}" if hint else ""))
    description = described(catalogue, action)
    if format_ == "json":
        _print_json(description.as_json())
        return
    for line in node_page(description):
        click.echo(line)


def _list(catalogue: Catalogue, format_: str) -> None:
    from dtl_engine.cli.described import described, described_actions
    from dtl_engine.node.catalogue import NodeUnavailable

    rows = []
    for action in described_actions(catalogue):
        entry = catalogue.entries.get(action)
        try:
            description = described(catalogue, action)
            family, summary = description.family, description.summary
        except NodeUnavailable as unavailable:
            family, summary = "broken", str(unavailable)
        library = entry.library if entry else ""
        rows.append({"action": action, "family": family, "library": library, "summary": summary})
    if format_ == "json":
        _print_json({"actions": rows, "broken_libraries": dict(catalogue.broken_libraries)})
        return
    width = max((len(row["action"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['action']:<{width}}  {row['family']:<10}  {row['summary']}")
    for text in catalogue.broken_libraries.values():
        click.echo(text, err=True)


def _print_json(content: dict[str, Any]) -> None:
    click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
