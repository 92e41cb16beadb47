"""Pages made of what the program says itself: its commands and its problems."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from dtl_engine.cli import COMMANDS, dtl
from scripts.site.documents import ROOT

BROKEN = ROOT / "tests" / "broken" / "graphs"
_WIDTH = 100
_HEADLINE = re.compile(r"^\S+?:\d+:\d+: (?:warning )?([EW]\d{3}) .*(?:\n  .*)*", re.MULTILINE)


def commands_page() -> str:
    """Return the help of every command."""
    parts = ["# Commands\n", _help(dtl, click.Context(dtl, info_name="dtl"))]
    above = click.Context(dtl, info_name="dtl")
    for name in COMMANDS:
        command = dtl.get_command(above, name)
        assert command is not None
        parts.append(f"## dtl {name}\n")
        parts.append(_help(command, click.Context(command, info_name=name, parent=above)))
    return "\n".join(parts)


def _help(command: click.Command, context: click.Context) -> str:
    context.terminal_width = context.max_content_width = _WIDTH
    return f"```text\n{command.get_help(context)}\n```\n"


def problems_page() -> str:
    """Return every problem of a graph with a message and the graph that it is about."""
    parts = [
        "# Problem codes\n",
        "`dtl check` and `dtl run` report all problems of a graph in one pass: with its place, a "
        "stable code and, where there is one, a suggestion. Codes with E are errors, those with W "
        "warnings. Every message below is one that the tests expect for the document with it.\n",
    ]
    for code, message, name in _problems():
        document = (BROKEN / f"{name}.json").read_text(encoding="utf-8", errors="replace")
        parts.append(f"## {code}\n\n```text\n{message}\n```\n")
        if len(document) <= 1500 and "```" not in document:
            parts.append(f'??? quote "`{name}.json`"\n\n{_indented(document)}\n')
    return "\n".join(parts)


def _problems() -> Iterator[tuple[str, str, str]]:
    """Yield each code once with its first message and the name of the document."""
    seen = set()
    for path in sorted(BROKEN.glob("*.expected.txt")):
        name = path.name.removesuffix(".expected.txt")
        for found in _HEADLINE.finditer(path.read_text(encoding="utf-8")):
            code = found[1]
            if code not in seen and name.startswith(code):
                seen.add(code)
                yield code, found[0], name


def _indented(document: str) -> str:
    lines = ["```json", *document.rstrip("\n").splitlines(), "```"]
    return "\n".join(f"    {line}".rstrip() for line in lines)
