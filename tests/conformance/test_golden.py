"""The golden cases recorded from the original engine, by node.

A case joins as soon as every action in it is in the catalogue.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from dtl_engine.node.catalogue import installed_catalogue
from tests.fixtures.cli import run_cli

CONFORMANCE = Path(__file__).resolve().parents[3] / "shared" / "conformance"


def _cases() -> list[str]:
    index = CONFORMANCE / "INDEX.json"
    return (
        sorted(path.name for path in (CONFORMANCE / "cases").iterdir()) if index.is_file() else []
    )


@pytest.fixture(scope="module")
def check(shared: Path) -> ModuleType:
    """The comparer that comes with the cases, running the engine in this process."""
    spec = importlib.util.spec_from_file_location("golden_check", CONFORMANCE / "check.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(argv: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        outcome = run_cli(*argv[1:])
        return subprocess.CompletedProcess(
            argv, outcome.code, outcome.out.encode(), outcome.err.encode()
        )

    module.subprocess = type("InProcess", (), {"run": staticmethod(run), "PIPE": -1})
    module.subprocess.TimeoutExpired = subprocess.TimeoutExpired
    return module


def _unknown_actions(case: Path) -> set[str]:
    try:
        layers = json.loads((case / "graph.json").read_text())
    except json.JSONDecodeError:
        return set()
    if json.loads((case / "case.json").read_text())["expect"] == "error":
        return set()
    known = set(installed_catalogue().actions)
    return {layer["action"] for layer in layers} - known


@pytest.mark.parametrize("name", _cases())
def test_golden_case(name: str, check: ModuleType) -> None:
    case = CONFORMANCE / "cases" / name
    unknown = _unknown_actions(case)
    if unknown:
        pytest.skip(f"no node yet for {', '.join(sorted(unknown))}")
    problems, notes = check.run_case(
        str(case),
        str(CONFORMANCE / "inputs"),
        "dtl run {graph} --data {input_root} --out {out_dir}",
        None,
        60,
    )
    if problems is None:
        pytest.skip("; ".join(notes))
    assert problems == []


def test_the_cases_are_there(shared: Path) -> None:
    assert len(_cases()) > 100, "the golden cases were not collected"
