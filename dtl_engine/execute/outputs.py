"""Output folders: refused when in the way, kept until what replaces them is complete."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from dtl_engine.errors import UsageError
from dtl_engine.execute.staging import clear_staging

MARK = "meta.json"


def previous(output: Path) -> Path:
    """Return where the former content of ``output`` waits while it is being replaced."""
    return output.with_name(f".{output.name}.previous")


def check_output(output: Path, *, overwrite: bool, inputs: Iterable[Path]) -> None:
    """Refuse an output that is in the way; nothing is touched.

    Raises:
        UsageError: the folder holds something and ``overwrite`` is not set, it is not the output
            of a graph, or a dataset that the graph reads lies in it.
    """
    resolved = output.resolve()
    for folder in inputs:
        source = folder.resolve()
        if source == resolved or source.is_relative_to(resolved) or resolved.is_relative_to(source):
            raise UsageError(f"the output {output} would lie in, or over, the input {folder}")
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise UsageError(f"the output {output} is in the way: it is no folder")
    if output.is_dir() and any(output.iterdir()):
        if not overwrite:
            raise UsageError(f"the output {output} exists; --overwrite replaces it")
        if not (output / MARK).is_file():
            raise UsageError(
                f"the output {output} is in the way: it has no {MARK}, so no graph wrote it"
            )


def make_output(output: Path) -> None:
    """Make ``output`` an empty folder.

    What was there is set aside until ``finish_output``; if an earlier replacement never
    finished, what it would have replaced stays the one that is kept.

    Raises:
        UsageError: the folder cannot be made.
    """
    try:
        if output.is_dir() and any(output.iterdir()):
            if previous(output).exists():
                shutil.rmtree(output)
            else:
                output.rename(previous(output))
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the output {output} cannot be made: {error.strerror}") from error


def abandon_output(output: Path) -> None:
    """Undo ``make_output``: what was there before is back."""
    shutil.rmtree(output, ignore_errors=True)
    if previous(output).exists():
        previous(output).rename(output)


def kept_previous(output: Path) -> str:
    """Say where the former content of ``output`` is kept while its replacement is not complete."""
    kept = previous(output)
    return f"what {output} held before is kept in {kept}" if kept.exists() else ""


def finish_output(output: Path) -> None:
    """Remove what ``output`` replaced, and its staging folder."""
    clear_staging(output)
    if previous(output).exists():
        shutil.rmtree(previous(output))
