"""Files that are replaced as a whole: written beside their target, then renamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def partial(path: Path) -> Path:
    """Return where the new content of ``path`` is written before it is complete."""
    return path.with_name(f".{path.name}.partial")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write the new content of ``path`` to; it takes its place at the end.

    An error leaves what was there before and nothing half-written.
    """
    try:
        yield partial(path)
        partial(path).replace(path)
    except BaseException:
        partial(path).unlink(missing_ok=True)
        raise
