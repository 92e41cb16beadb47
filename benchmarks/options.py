"""What the command lines of the benchmarks have in common."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import ROOT

MEMORY_FOLDER = Path("/dev/shm")
"""Files in memory, on Linux: how long a disk takes for a file depends on what it did before."""
REFERENCE = ROOT.parent / "shared"
SAMPLES = ROOT / "graphs" / "samples"


def make_parser(description: str | None, *, has_scratch: bool = True) -> argparse.ArgumentParser:
    """Return a parser with ``--quick`` and ``--rounds``, and ``--scratch`` if files are written."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds")
    parser.add_argument("--rounds", type=int, default=5, help="times each contestant has its turn")
    if has_scratch:
        parser.add_argument(
            "--scratch",
            type=Path,
            help="folder for generated data and results (default: in memory, or temporary)",
        )
    return parser


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add ``--data``: the folder that holds the project ``lemon``."""
    reference = REFERENCE / "data"
    parser.add_argument(
        "--data",
        type=Path,
        default=reference if reference.is_dir() else SAMPLES,
        help="folder with the project 'lemon' (default: the photographs of the reference data "
        "when they are there, else the shipped sample project)",
    )


@contextmanager
def scratch_folder(parent: Path | None) -> Iterator[Path]:
    """Give a new folder, removed at the end."""
    if parent is not None:
        parent.mkdir(parents=True, exist_ok=True)
    elif os.access(MEMORY_FOLDER, os.W_OK):
        parent = MEMORY_FOLDER
    with tempfile.TemporaryDirectory(prefix="dtl-benchmark-", dir=parent) as folder:
        yield Path(folder).resolve()
