"""Every benchmark runs; how fast anything is, is never a matter of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.per_node.rows import NOT_MEASURED, PixelRow, unmeasured
from dtl_engine.node.catalogue import installed_catalogue
from tests.fixtures.projects import write_project

ROOT = Path(__file__).resolve().parents[2]
RESOURCE = pytest.importorskip("resource", reason="the benchmarks need a POSIX system")


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a tiny project ``lemon``."""
    folder = tmp_path_factory.mktemp("data")
    images = (("one.jpg", 40, 30), ("two.jpg", 33, 47))
    write_project(folder, "lemon", datasets={"ds1": images}, classes=("blob", "patch"))
    return folder


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("hand_written", "by hand, 2"),
        ("lemon", "processes 2"),
        ("against_albumentations", "engine, geometry alone"),
    ],
)
def test_lemon_benchmarks_run(name: str, column: str, photographs: Path, tmp_path: Path) -> None:
    printed = run(name, "--quick", "--data", str(photographs), "--scratch", str(tmp_path))
    assert f"| {column} " in printed


@pytest.mark.parametrize(("name", "column"), [("growth", "24"), ("annotations", "50 bitmaps")])
def test_benchmarks_on_drawn_projects_run(name: str, column: str, tmp_path: Path) -> None:
    printed = run(name, "--quick", "--scratch", str(tmp_path))
    assert f"| {column} " in printed
    assert not any(tmp_path.iterdir())


def test_the_training_loop_ends_with_the_loss_of_a_plain_one(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    printed = run("training", "--quick", "--only", "unet", "--scratch", str(tmp_path))
    (row,) = (line.split("|")[1:-1] for line in printed.splitlines() if line.startswith("| unet"))
    engine, plain = (cell.strip() for cell in row[-2:])
    assert engine == plain


def test_every_node_is_measured_or_says_why_not() -> None:
    """A node without a row ends the benchmark with its name."""
    printed = run("nodes", "--quick")
    for column in ("images/s", "image and masks/s", "idle us"):
        assert f" {column} " in printed
    for action in NOT_MEASURED:
        assert f"\nnot measured: {action} " in printed


def test_nodes_are_chosen_by_name() -> None:
    printed = run("nodes", "--quick", "--only", "blur", "--only", "tag")
    rows = [line.split("|")[1].strip() for line in printed.splitlines() if line.startswith("| ")]
    assert {row.partition(":")[0] for row in rows if "--" not in row} == {
        "pixels", "blur", "annotation", "tag"
    }  # fmt: skip


def test_nodes_without_a_row_are_named() -> None:
    catalogue = installed_catalogue()
    assert set(NOT_MEASURED) < set(catalogue.entries)
    row = PixelRow("blur", "", {}, None, "")
    missing = unmeasured([row], catalogue)
    assert "crop" in missing
    assert not {"blur", *NOT_MEASURED} & set(missing)


def test_hand_written_script_makes_what_the_graph_makes(photographs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("contestants.by_hand", str(photographs / "lemon"), str(out))
    images = sorted(path.name for path in (out / "ds1" / "img").iterdir())
    annotations = sorted(path.name for path in (out / "ds1" / "ann").iterdir())
    assert len(images) == 2 * 44
    assert annotations == [f"{name}.json" for name in images]


def run(name: str, *words: str) -> str:
    """Run a benchmark in a process of its own, which must stay small, and return its output."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *words]
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
