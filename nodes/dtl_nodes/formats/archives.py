"""Archives that stand where a dataset should: which are read, and what to do with the others.

Projects of Supervisely are read where they are packed, and so are the masks of Open Images. All
else is read from folders: what is compressed as a whole can only be read from its first byte on.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from dtl_engine.sdk import SchemaError

_UNPACKING = {
    ".zip": "unzip {name} -d {folder}",
    **dict.fromkeys(
        (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"),
        "mkdir {folder} && tar -xf {name} -C {folder}",
    ),
    ".7z": "7z x {name} -o{folder}",
}
"""Ends of names -> the command that unpacks such an archive."""


def refuse_archive(place: Path, accepted: tuple[str, ...] = ()) -> None:
    """Refuse an archive, and say how to unpack it.

    Args:
        place: the file, or a folder, which is none.
        accepted: the ends of the names of archives that are read.

    Raises:
        SchemaError: E403, it is an archive that is not read; one that is damaged, or that has
            entries which lead out of it, is refused for that.
    """
    name = place.name.lower()
    suffix = next((suffix for suffix in _UNPACKING if name.endswith(suffix)), "")
    if not suffix or suffix in accepted or not place.is_file():
        return
    from dtl_nodes.formats.packed import SUFFIXES, open_archive

    reason = "is compressed as a whole, so that its files cannot be read where they are"
    if suffix in SUFFIXES:
        open_archive(place)
        reason = "is an archive, from which only projects of Supervisely are read"
    folder = place.name[: -len(suffix)] or "unpacked"
    command = _UNPACKING[suffix].format(name=shlex.quote(place.name), folder=shlex.quote(folder))
    raise SchemaError(
        "E403",
        f"'{place.name}' {reason}",
        at=(0,),
        value=place.name,
        help=f"unpack it and read the folder: {command}",
    )
