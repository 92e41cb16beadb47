"""Paths that a dataset's files tell: they never lead out of its folder."""

from __future__ import annotations

import os
import re
from collections.abc import Container
from pathlib import Path, PurePosixPath

from dtl_engine.sdk import AnnotationError

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f]")


def path_inside(root: Path, folder: tuple[str, ...], text: str) -> Path:
    """Return the file that ``text``, read from data, names relative to a folder of ``root``.

    Args:
        root: the folder of the dataset.
        folder: the parts that lead from there to where ``text`` counts from.
        text: with slashes, or with the backslashes of Windows.

    Raises:
        AnnotationError: F609, it is absolute or leads out of ``root``, be it by a link.
    """
    told = text.replace("\\", "/")
    if told.startswith("/") or _DRIVE.match(told):
        raise AnnotationError("F609", f"the path {text[:200]!r} is absolute")
    if _CONTROL.search(told):
        raise AnnotationError("F609", f"the path {text[:200]!r} holds a control character")
    parts = list(folder)
    for part in PurePosixPath(told).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            raise AnnotationError("F609", f"the path {text[:200]!r} leads out of the dataset")
    path = root.joinpath(*parts)
    require_inside(root, path)
    return path


def require_inside(root: Path, path: Path) -> None:
    """Refuse a path that a link, be it of a folder on the way, leads out of ``root``.

    Raises:
        AnnotationError: F609.
    """
    real, inside = os.path.realpath(path), os.path.realpath(root)
    if real != inside and not real.startswith(inside.rstrip(os.sep) + os.sep):
        raise AnnotationError("F609", "it is a link out of its dataset", path=str(path))


def file_name_of(text: str) -> str:
    """Return the last part of a path as a plain name, ``""`` where it has none."""
    name = text.replace("\\", "/").rpartition("/")[2]
    return "" if name in (".", "..") or _CONTROL.search(name) else name


def free_name(name: str, taken: Container[str]) -> str:
    """Return a file name that is not ``taken``: with ``_1``, ``_2``, ... before its suffix."""
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    free, number = name, 0
    while free in taken:
        number += 1
        free = f"{stem}_{number}{dot}{suffix}"
    return free
