"""Runs that end from outside: nothing half-written has a final name, and no process outlives."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.broken_runs import READ, complete, half_written
from tests.fixtures.processes import finish, start, wait_until
from tests.fixtures.projects import write_project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

IMAGES = {"ds1": tuple((f"image_{number:03}.png", 500, 400) for number in range(60))}
MIRROR = {"action": "flip", "src": ["$many"], "dst": "$out", "settings": {"axis": "vertical"}}
SAVE = {"action": "supervisely", "src": ["$out"], "dst": "result", "settings": {}}


def many(count: int) -> dict[str, Any]:
    settings = {"multiply": count}
    return {"action": "multiply", "src": ["$in"], "dst": "$many", "settings": settings}


ENDLESS: list[dict[str, Any]] = [
    READ,
    many(1_000_000_000),
    {
        "action": "if",
        "src": ["$many"],
        "dst": ["$out", "null"],
        "settings": {"condition": {"min_width": 100_000}},
    },
    SAVE,
]
"""Makes so many copies of the first image that it never comes to the second one."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_project(folder, datasets=IMAGES, classes=("box", "blob"))
    (folder / "long.json").write_text(json.dumps([READ, many(2), MIRROR, SAVE]), encoding="utf-8")
    (folder / "endless.json").write_text(json.dumps(ENDLESS), encoding="utf-8")
    return folder


def run(graph: str, data: Path, out: Path, *options: object) -> subprocess.Popen[str]:
    words = ("run", data / f"{graph}.json", "--data", data, "--out", out, "--workers", "2")
    return start(*words, *options, cwd=data)


def wait_for_images(out: Path, count: int) -> None:
    wait_until(lambda: len(list(out.glob("result/*/img/*"))) >= count, f"{count} images")


def digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder)}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ("Z", "X")


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the worker processes that a run has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8")
    lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children.split()}
    return [pid for pid, line in lines.items() if b"spawn_main" in line]


def wait_for_workers(process: subprocess.Popen[str]) -> list[int]:
    wait_until(lambda: len(workers_of(process)) == 2, "two worker processes")
    return workers_of(process)


@pytest.fixture(scope="module")
def undisturbed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("undisturbed")
    assert finish(run("long", data, out)).code == 0
    assert len(complete(out / "result")) == 120
    return digest(out / "result")


def test_kill_in_mid_run(data: Path, tmp_path: Path, undisturbed: str) -> None:
    process = run("long", data, tmp_path)
    wait_for_images(tmp_path, 5)
    os.killpg(process.pid, signal.SIGKILL)
    assert finish(process).code == -signal.SIGKILL
    assert 5 <= len(check_saved(tmp_path / "result")) < 120
    again = finish(run("long", data, tmp_path, "--overwrite"))
    assert again.code == 0
    assert half_written(tmp_path) == []
    assert digest(tmp_path / "result") == undisturbed


def check_saved(result: Path) -> list[str]:
    """Check that every file under a final name is whole; an annotation may lack its image yet."""
    for path in list(result.glob("*/ann/*")):
        json.loads(path.read_text("utf-8"))
        image = path.parents[1] / "img" / path.name.removesuffix(".json")
        if not image.exists():
            path.unlink()
    return complete(result)


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_interrupt_finishes_what_is_in_flight(runner: str, data: Path, tmp_path: Path) -> None:
    process = run("long", data, tmp_path, "--runner", runner)
    wait_for_images(tmp_path, 3)
    process.send_signal(signal.SIGINT)
    outcome = finish(process)
    assert outcome.code == 130
    assert "stopping: finishing the images in flight" in outcome.err
    assert "Traceback" not in outcome.err
    assert "interrupted: what is saved is complete" in outcome.out
    assert 3 <= len(complete(tmp_path / "result")) < 120
    assert half_written(tmp_path) == []


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_second_interrupt_ends_at_once(runner: str, data: Path, tmp_path: Path) -> None:
    process = run("endless", data, tmp_path, "--runner", runner)
    wait_until((tmp_path / "result" / "meta.json").exists, "the start of the run")
    workers = wait_for_workers(process) if runner == "processes" else []
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "stopping" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert finish(process).code == 130
    wait_until(lambda: not any(map(alive, workers)), "the end of the workers")


def test_death_of_a_worker_ends_the_run(data: Path, tmp_path: Path) -> None:
    process = run("endless", data, tmp_path, "--runner", "processes")
    first, second = wait_for_workers(process)
    os.kill(first, signal.SIGKILL)
    outcome = finish(process)
    assert outcome.code == 1
    assert outcome.err == (
        "dtl: run failed: a worker process died; perhaps the machine ran out of memory\n"
    )
    assert half_written(tmp_path) == []
    wait_until(lambda: not alive(second), "the end of the other worker")


def test_no_worker_outlives_its_parent(data: Path, tmp_path: Path) -> None:
    process = run("endless", data, tmp_path, "--runner", "processes")
    workers = wait_for_workers(process)
    process.kill()
    wait_until(lambda: not any(map(alive, workers)), "the end of the workers")
    process.communicate()
