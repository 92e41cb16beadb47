"""Commands that libraries add to ``dtl``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.cli import run_cli

HELLO = '''
import click


@click.command("hello")
def command() -> int:
    """Say hello."""
    click.echo("hello")
    return 3
'''


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on ``sys.path`` to install libraries into."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for module in set(sys.modules) - before:
        if module.startswith("cmd_"):
            del sys.modules[module]


def install(site: Path, name: str, command: str, text: str) -> None:
    (site / f"cmd_{name}.py").write_text(text, encoding="utf-8")
    info = site / f"cmd_{name}-1.0.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: cmd-{name}\nVersion: 1.0\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    points = f"[dtl_engine.commands]\n{command} = cmd_{name}:command\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")


def test_a_command_of_a_library(site: Path) -> None:
    install(site, "good", "hello", HELLO)
    assert "  hello       Say hello." in run_cli("--help").out
    outcome = run_cli("hello")
    assert (outcome.code, outcome.out) == (3, "hello\n")
    assert "did you mean 'hello'?" in run_cli("helo").err


def test_a_broken_one_breaks_itself_alone(site: Path) -> None:
    install(site, "bad", "hello", "import nothing_of_this_name")
    install(site, "odd", "strange", "command = 3")
    outcome = run_cli("--help")
    assert outcome.code == 0
    assert "cannot be loaded: No module" in " ".join(outcome.out.split())
    assert run_cli("nodes").code == 0
    outcome = run_cli("hello")
    assert outcome.code == 2
    assert "command 'hello' (cmd_bad:command) cannot be loaded" in outcome.err
    assert "cmd_odd:command is no command" in run_cli("strange").err


def test_two_libraries_and_one_name(site: Path) -> None:
    install(site, "one", "hello", HELLO)
    install(site, "two", "hello", HELLO)
    outcome = run_cli("hello")
    assert outcome.code == 2
    assert "offered by two libraries: cmd_one:command and cmd_two:command" in outcome.err


def test_ours_are_not_replaced(site: Path) -> None:
    install(site, "mine", "run", HELLO)
    assert "hello" not in run_cli("run", "--help").out
    assert run_cli("--help").out.count("  run  ") == 1
