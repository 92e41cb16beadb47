"""Graphs that are interrupted or killed while they train: the same command goes on."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.processes import finish, start, wait_until
from tests.fixtures.small_graphs import tree

pytest.importorskip("torch")

MODEL = "unet_vessels"
SETTINGS = ("epochs=3", "crops=3", "part=30", "window=96", "side=64")
NEVER_THE_SAME = ("events", "state")


def run(out: Path) -> subprocess.Popen[str]:
    given = [part for text in SETTINGS for part in ("--set", text)]
    return start("run", "vessels_model", "--out", out, "--workers", 1, *given, cwd=out.parent)


def outputs(out: Path) -> dict[str, bytes]:
    """Return all that a run leaves, but for times and processes."""
    files = tree(out)
    parts = {path: path.split("/") for path in files}
    return {
        path: files[path]
        for path in files
        if not (parts[path][0] == MODEL and parts[path][1] in NEVER_THE_SAME)
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    assert finish(run(out)).code == 0
    return outputs(out)


def wait_for_checkpoint(out: Path, number: int) -> None:
    folder = out / MODEL / "checkpoints" / f"{number:08d}"
    wait_until(folder.exists, f"checkpoint {number}")


def test_killed_twice_and_run_again(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    for number in (0, 1):
        process = run(out)
        wait_for_checkpoint(out, number)
        os.killpg(process.pid, signal.SIGKILL)
        assert finish(process).code == -signal.SIGKILL
    again = finish(run(out))
    assert again.code == 0, again.err
    assert "training goes on after step" in again.err
    assert outputs(out) == undisturbed


def test_interrupted_and_run_again(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = run(out)
    wait_for_checkpoint(out, 0)
    process.send_signal(signal.SIGINT)
    stopped = finish(process)
    assert stopped.code == 130
    assert f"{MODEL}: a model that is not complete; the same command goes on" in stopped.out
    assert "vessels_report: not written" in stopped.out
    assert {path.name for path in out.iterdir()} == {MODEL}
    again = finish(run(out))
    assert again.code == 0, again.err
    assert outputs(out) == undisturbed
