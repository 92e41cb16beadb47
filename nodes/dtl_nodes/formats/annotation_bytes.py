"""Annotation files, read whole, up to a size."""

from __future__ import annotations

from pathlib import Path

from dtl_engine.sdk import AnnotationError


def read_annotation_bytes(
    path: Path,
    most_bytes: int,
    *,
    what: str = "annotation",
    absent: tuple[type[OSError], ...] = (FileNotFoundError,),
) -> bytes:
    """Return the content of a file.

    Args:
        path: the file.
        most_bytes: how large it may be; whole MiB.
        what: the file is, for messages.
        absent: errors that say that there is no file; they are passed on.

    Raises:
        OSError: one of ``absent``.
        AnnotationError: F602, it cannot be read; F607, it is too large.
    """
    try:
        if path.stat().st_size > most_bytes:
            size = most_bytes >> 20
            raise AnnotationError("F607", f"the {what} is larger than {size} MiB")
        return path.read_bytes()
    except absent:
        raise
    except OSError as error:
        raise AnnotationError("F602", f"the {what} cannot be read: {error.strerror}") from error
