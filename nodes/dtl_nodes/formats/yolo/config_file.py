"""The file that says what a YOLO dataset is: finding it, and reading it safely."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dtl_engine.sdk import SchemaError
from dtl_nodes.formats.yolo.layout import DATA, LABELS

MAX_CONFIG_BYTES = 16 * 2**20
_LOOK_BYTES = 1 << 16
_MOST_ENTRIES = 256
_FIRST = (DATA, "dataset.yaml", "data.yml")
_HAS_NAMES = re.compile(rb"^(names|nc)\s*:", re.MULTILINE)
_HAS_SPLIT = re.compile(rb"^(train|val|test)\s*:", re.MULTILINE)


def find_config(root: Path) -> Path | None:
    """Return the file that says what the dataset in ``root`` is; ``None`` if there is none.

    Raises:
        SchemaError: E403, there are several.
        OSError: a folder cannot be read.
    """
    entries = sorted(_entries(root))
    for name in _FIRST:
        if name in entries and _looks_right(root / name):
            return root / name
    found = [root / name for name in entries if is_config(root / name)]
    if not found:
        found = [root / name for name in entries if name.endswith(".data")]
        found += [
            root / name / "obj.data" for name in entries if (root / name / "obj.data").is_file()
        ]
        found = [path for path in found if b"names" in _head(path)]
    if len(found) > 1:
        names = ", ".join(path.relative_to(root).as_posix() for path in found)
        raise refused(root, f"several files say what it is: {names}")
    if found:
        return found[0]
    for path in (root / "classes.txt", root / LABELS / "classes.txt"):
        if path.is_file() and (root / LABELS).is_dir():
            return path
    return None


def refused(path: Path, reason: str) -> SchemaError:
    """Return the error about a dataset that cannot be read."""
    return SchemaError("E403", f"{path.name}: {reason}", at=(0,), value=path.name)


def parsed(path: Path, text: str) -> Any:
    """Return what YAML text says: plain values only.

    Raises:
        SchemaError: E403, it is malformed.
    """
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where is not None else ""
        raise refused(path, f"it is not YAML{line}") from error


def text_of(path: Path) -> str:
    """Return the text of a small file.

    Raises:
        SchemaError: E403, it is a link, too large or not UTF-8, or cannot be read.
    """
    if path.is_symlink():
        raise refused(path, "it is a link")
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise refused(path, f"it is larger than {MAX_CONFIG_BYTES >> 20} MiB")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refused(path, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise refused(path, "it is not UTF-8") from error


def is_config(path: Path) -> bool:
    """Whether a YAML file names classes and splits."""
    return _is_yaml(path.name) and _looks_right(path)


def _looks_right(path: Path) -> bool:
    head = _head(path)
    return _HAS_NAMES.search(head) is not None and _HAS_SPLIT.search(head) is not None


def _is_yaml(name: str) -> bool:
    return name.lower().endswith((".yaml", ".yml"))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LOOK_BYTES).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return b""


def _entries(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if count == _MOST_ENTRIES:
                break
            if not entry.name.startswith(".") and not entry.is_symlink():
                yield entry.name
