"""Say what is missing where a person names a file or folder that is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from dtl_engine.errors import did_you_mean


def what_is_missing(
    typed: str,
    place: Path,
    known: Callable[[Path], Iterable[str]],
    shipped: Iterable[str] = (),
    kind: str = "",
) -> str:
    """Say what was looked for, where, and which name is nearest to it.

    Args:
        typed: the path or name as it was typed.
        place: the absolute path that it stands for; nothing is there.
        known: returns the names in a folder that could be meant.
        shipped: names that could be meant if ``typed`` is no path.
        kind: what those are.
    """
    if place.is_symlink():
        return f"{place} is a link to {place.readlink()}, which does not exist"
    folder = next(each for each in place.parents if each.exists())
    if not folder.is_dir():
        return f"{folder} is a file, no folder"
    name = place.relative_to(folder).parts[0]
    text, names = f"'{name}' is not in {folder}", list(known(folder))
    if kind and typed == name:
        own = sorted(shipped)
        text += f", nor a {kind} ({', '.join(own)})"
        names += own
    hint = did_you_mean(name, names)
    return f"{text}; {hint}" if hint else text
