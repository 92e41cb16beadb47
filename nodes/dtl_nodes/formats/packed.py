"""Archives whose entries are read where they are: nothing is unpacked to the disk.

An index says where the bytes of each entry lie, so that any worker reads any entry at once.

Source: POSIX.1-2001 (tar), APPNOTE 6.3.9 (ZIP).
"""

from __future__ import annotations

import struct
import tarfile
import zipfile
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dtl_engine.sdk import AnnotationError, SchemaError

SUFFIXES = (".tar", ".zip")
MAX_ENTRIES = 20_000_000
MAX_NAME_LENGTH = 4096
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LOCAL_SIGNATURE = b"PK\3\4"
_BLOCK = 1 << 20
_NO_CHECKSUM = 1 << 32


class Entry(NamedTuple):
    """Where an entry lies in its archive."""

    offset: int
    """Of its bytes in a tar, of its local header in a ZIP."""

    packed: int
    size: int
    checksum: int
    """CRC-32 of its content; ``2**32`` where the archive has none."""

    is_deflated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """An archive by its index: names of its files, sorted, and where each one lies."""

    path: Path
    names: tuple[str, ...]
    places: array[int]
    """Five numbers for each name, those of ``Entry``."""

    def holds(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return self._at(name) is not None

    def below(self, folder: str) -> Iterator[str]:
        """Yield the names of the files in ``folder`` and its folders, relative to it, in order."""
        prefix = f"{folder}/" if folder else ""
        at = bisect_left(self.names, prefix)
        while at < len(self.names) and self.names[at].startswith(prefix):
            yield self.names[at][len(prefix) :]
            at += 1

    def size(self, name: str) -> int:
        """Return the size of a file in bytes, as the archive states it."""
        return self._entry(name).size

    def read(self, name: str, limit: int) -> bytes:
        """Return the content of a file.

        Raises:
            FileNotFoundError: there is none of that name.
            AnnotationError: F607, it is larger than ``limit``; F602, it is damaged.
        """
        entry = self._entry(name)
        if entry.size > limit:
            raise AnnotationError("F607", f"{name} is larger than {limit >> 20} MiB", path=name)
        with self.path.open("rb") as file:
            data = _content(file, entry, self.path.suffix.lower() == ".zip")
        if data is None or len(data) != entry.size:
            raise self._damaged(name)
        if entry.checksum != _NO_CHECKSUM and zlib.crc32(data) != entry.checksum:
            raise self._damaged(name)
        return data

    def _damaged(self, name: str) -> AnnotationError:
        return AnnotationError("F602", f"{name} is damaged in {self.path.name}", path=name)

    def _at(self, name: str) -> int | None:
        at = bisect_left(self.names, name)
        return at if at < len(self.names) and self.names[at] == name else None

    def _entry(self, name: str) -> Entry:
        at = self._at(name)
        if at is None:
            raise FileNotFoundError(name)
        offset, packed, size, checksum, deflated = self.places[5 * at : 5 * at + 5]
        return Entry(offset, packed, size, checksum, bool(deflated))


def open_archive(path: Path) -> Archive:
    """Index an archive by its headers.

    Raises:
        SchemaError: E403, it is none, is damaged, encrypted or compressed in a way that is not
            read, or has a link, an absolute path, ``..`` or two entries of one name.
    """
    try:
        entries = _of_zip(path) if path.suffix.lower() == ".zip" else _of_tar(path)
        found: dict[str, Entry] = {}
        for name, entry in entries:
            if name in found:
                raise refused(path, f"it has two entries '{name}'")
            if len(found) == MAX_ENTRIES:
                raise refused(path, f"it has more than {MAX_ENTRIES} entries")
            found[name] = entry
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise refused(path, f"it is damaged: {error}") from error
    except NotImplementedError as error:
        raise refused(path, str(error)) from error
    except OSError as error:
        raise refused(path, error.strerror or str(error)) from error
    names = tuple(sorted(found))
    numbers = array("Q")
    for name in names:
        numbers.extend(found[name])
    return Archive(path, names, numbers)


def refused(path: Path, reason: str) -> SchemaError:
    """Return the error about an archive that cannot be read."""
    return SchemaError("E403", f"'{path.name}' cannot be read: {reason}", value=path.name, at=(0,))


def _of_tar(path: Path) -> Iterator[tuple[str, Entry]]:
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115
    except tarfile.ReadError as error:
        raise refused(path, f"it is no uncompressed tar archive: {error}") from error
    with tar:
        for member in tar:
            name = _checked(path, member.name)
            if member.issparse():
                raise refused(path, f"'{member.name}' has holes")
            if member.isreg():
                yield name, Entry(member.offset_data, member.size, member.size, _NO_CHECKSUM, False)
            elif not member.isdir():
                raise refused(path, f"'{member.name}' is a link or a device")
            # Else it keeps what it knows of every entry.
            tar.members.clear()  # type: ignore[attr-defined]


def _of_zip(path: Path) -> Iterator[tuple[str, Entry]]:
    with zipfile.ZipFile(path) as packed:
        for info in packed.infolist():
            name = _checked(path, info.filename)
            mode = info.external_attr >> 28
            if mode not in (0, 0o4, 0o10):
                raise refused(path, f"'{info.filename}' is a link or a device")
            if info.is_dir() or mode == 0o4:
                continue
            if info.flag_bits & 1:
                raise refused(path, f"'{info.filename}' is encrypted")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise refused(path, f"'{info.filename}' is packed in a way that is not read")
            is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
            yield (
                name,
                Entry(
                    info.header_offset, info.compress_size, info.file_size, info.CRC, is_deflated
                ),
            )


def _checked(path: Path, name: str) -> str:
    """Return the plain form of an entry's name."""
    parts = name.replace("\\", "/").split("/")
    is_absolute = not parts[0] or (len(parts[0]) == 2 and parts[0][1] == ":")
    if is_absolute or ".." in parts or "\0" in name or len(name) > MAX_NAME_LENGTH:
        raise refused(path, f"the entry '{name[:200]}' leads out of it")
    return "/".join(part for part in parts if part not in ("", "."))


def _content(file: BinaryIO, entry: Entry, is_zip: bool) -> bytes | None:
    """Return the content of an entry, ``None`` if it is damaged; never more than it states."""
    offset = entry.offset
    if is_zip:
        file.seek(offset)
        header = file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(_LOCAL_SIGNATURE):
            return None
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        offset += _LOCAL_HEADER.size + name_length + extra_length
    file.seek(offset)
    return _inflated(file, entry) if entry.is_deflated else file.read(entry.size)


def _inflated(file: BinaryIO, entry: Entry) -> bytes | None:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    data = bytearray()
    left = entry.packed
    try:
        while not inflater.eof and (block := file.read(min(_BLOCK, left))):
            left -= len(block)
            # One byte more than there should be tells a bomb.
            data += inflater.decompress(block, entry.size - len(data) + 1)
            if len(data) > entry.size:
                return None
    except zlib.error:
        return None
    return bytes(data)
