"""Outputs: refused when in the way, kept until what replaces them is complete.

An output is a folder; beside it a node may write files. A folder that samples are added to exists
before the run and is neither replaced nor ever given up.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dtl_engine.errors import UsageError
from dtl_engine.node.replacing import partial

MARKS = ("meta.json", "report.json", ".dtl-export")
"""What folders that graphs write hold: projects, reports, and samples in other formats."""


def previous(output: Path) -> Path:
    """Return where the former content of ``output`` waits while it is being replaced."""
    return output.with_name(f".{output.name}.previous")


def check_distinct(outputs: Iterable[Path]) -> None:
    """Refuse two outputs of one name; case does not count.

    Raises:
        UsageError: two layers would write one folder or file.
    """
    met: set[str] = set()
    for output in outputs:
        if output.name.casefold() in met:
            raise UsageError(f"two layers of the graph would write {output}")
        met.add(output.name.casefold())


def check_output(output: Path, *, overwrite: bool, inputs: Iterable[Path]) -> None:
    """Refuse an output folder that is in the way; nothing is touched.

    Raises:
        UsageError: the folder holds something and ``overwrite`` is not set, it is not the output
            of a graph, or a dataset that the graph reads lies in it.
    """
    _check_apart(output, inputs)
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise UsageError(f"the output {output} is in the way: it is no folder")
    if output.is_dir() and any(output.iterdir()):
        if not overwrite:
            raise UsageError(f"the output {output} exists; --overwrite replaces it")
        if not any((output / mark).is_file() for mark in MARKS):
            raise UsageError(
                f"the output {output} is in the way: it has no {', '.join(MARKS[:-1])} or "
                f"{MARKS[-1]}, so no graph wrote it"
            )


def check_extra(path: Path, *, overwrite: bool, inputs: Iterable[Path]) -> None:
    """Refuse a file beside an output that is in the way; nothing is touched.

    Raises:
        UsageError: it exists and ``overwrite`` is not set, it is no file, or it would lie in an
            input.
    """
    _check_apart(path, inputs)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"the output {path} is in the way: it is no file")
    if path.exists() and not overwrite:
        raise UsageError(f"the output {path} exists; --overwrite replaces it")


def check_result(folder: Path, *, inputs: Iterable[Path]) -> None:
    """Refuse a folder of a model that is none, or that the graph reads.

    What is in it stays: it may be a training to go on with.

    Raises:
        UsageError: it is no folder, or lies in, or over, an input.
    """
    _check_apart(folder, inputs)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"the output {folder} is in the way: it is no folder")


def check_written(
    path: Path, marks: tuple[str, ...], *, overwrite: bool, inputs: Iterable[Path]
) -> None:
    """Refuse a file, or a folder that holds files called ``marks``, that is in the way.

    Raises:
        UsageError: it exists and ``overwrite`` is not set, it is a folder that no graph wrote, or
            it would lie in an input.
    """
    if not path.is_dir() or path.is_symlink():
        check_extra(path, overwrite=overwrite, inputs=inputs)
        return
    _check_apart(path, inputs)
    if any(path.iterdir()):
        if not overwrite:
            raise UsageError(f"the output {path} exists; --overwrite replaces it")
        if not marks or not all((path / mark).is_file() for mark in marks):
            lacking = f"has no {' and '.join(marks)}" if marks else "is a folder"
            raise UsageError(f"the output {path} is in the way: it {lacking}, so no graph wrote it")


def check_target(output: Path, *, inputs: Iterable[Path]) -> None:
    """Refuse a folder to add to that is none, or that the graph reads.

    Raises:
        UsageError: it is no folder, or a dataset that the graph reads lies in it.
    """
    _check_apart(output, inputs)
    if output.is_symlink() or not output.is_dir():
        raise UsageError(f"nothing can be added to {output}: it is no folder")


def make_output(output: Path) -> None:
    """Make ``output`` an empty folder; what was there is set aside until ``finish_output``.

    Raises:
        UsageError: the folder cannot be made.
    """
    try:
        if output.is_dir() and any(output.iterdir()):
            _set_aside(output)
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        above = next((each for each in output.parents if each.exists()), output)
        reason = error.strerror if above.is_dir() else f"{above} is a file, no folder"
        raise UsageError(f"the output {output} cannot be made: {reason}") from error


def make_fresh(folder: Path) -> None:
    """Make ``folder`` an empty folder; nothing of what was there is kept."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def make_room(path: Path) -> None:
    """Set what is at ``path`` aside until ``finish_output``; its folder exists then.

    Raises:
        UsageError: it cannot be moved.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial(path).unlink(missing_ok=True)
        if path.exists():
            _set_aside(path)
    except OSError as error:
        raise UsageError(f"the output {path} cannot be made: {error.strerror}") from error


def abandon_output(output: Path) -> None:
    """Undo ``make_output`` or ``make_room``: what was there before is back."""
    with suppress(OSError):
        _remove(output)
    if previous(output).exists():
        previous(output).rename(output)


def kept_previous(output: Path) -> str:
    """Say where the former content of ``output`` is kept while its replacement is not complete."""
    kept = previous(output)
    return f"what {output} held before is kept in {kept}" if kept.exists() else ""


def finish_output(output: Path) -> None:
    """Remove what ``output`` replaced."""
    if previous(output).exists():
        _remove(previous(output))


def _check_apart(output: Path, inputs: Iterable[Path]) -> None:
    resolved = output.resolve()
    for folder in inputs:
        source = folder.resolve()
        if source == resolved or source.is_relative_to(resolved) or resolved.is_relative_to(source):
            raise UsageError(f"the output {output} would lie in, or over, the input {folder}")


def _set_aside(output: Path) -> None:
    """Move ``output`` away.

    If an earlier replacement never finished, what it would have replaced stays the one that is
    kept.
    """
    if previous(output).exists():
        _remove(output)
    else:
        output.rename(previous(output))


def _remove(output: Path) -> None:
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)
