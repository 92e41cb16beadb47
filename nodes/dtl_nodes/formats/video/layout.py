"""What video files look like.

<folder>/<video>.mp4            each is a dataset, its frames are
         <video>_000000.png     from 0, in the order in which they are shown

Source: ISO/IEC 14496-12 (MP4, MOV), RIFF (AVI), RFC 8794 (Matroska).
"""

from __future__ import annotations

from pathlib import Path

SUFFIXES = (".mp4", ".mov", ".avi", ".mkv")
DIGITS = 6
_HEAD_BYTES = 12
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def is_video_name(name: str) -> bool:
    """Whether a file of that name is taken for a video."""
    return not name.startswith(".") and name[name.rfind(".") :].lower() in SUFFIXES


def is_container(path: Path) -> bool:
    """Whether a file starts as a video does.

    Decoders look at the content alone and would follow a play list, whatever its name, to files
    elsewhere.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    is_mp4 = head[4:8] in _BOXES
    is_avi = head.startswith(b"RIFF") and head[8:12] == b"AVI "
    return is_mp4 or is_avi or head.startswith(b"\x1a\x45\xdf\xa3")
