"""The benchmark of large files runs; how fast it is, is never a matter of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
RESOURCE = pytest.importorskip("resource", reason="the benchmarks need a POSIX system")


def test_the_benchmark_runs(tmp_path: Path) -> None:
    """Without datumaro, which it says."""
    words = ["--quick", "--objects", "200", "--scratch", str(tmp_path), "--datumaro", "no-python"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.coco", *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "datumaro is not installed" in done.stdout
    row = next(line for line in done.stdout.splitlines() if "coco to coco" in line)
    assert row.split("|")[-2].strip() == "200"
    assert not any(tmp_path.iterdir())
