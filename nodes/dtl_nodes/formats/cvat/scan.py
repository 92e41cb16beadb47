"""One pass over a CVAT file: where each image element lies, and what all of them hold.

The parser's memory does not grow with the file; what is kept is a name and two numbers an image.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dtl_engine.sdk import SchemaError, ShapeKind
from dtl_nodes.formats.cvat.declarations import Met
from dtl_nodes.formats.cvat.elements import kind_of
from dtl_nodes.formats.cvat.grouping import Images, Key, dataset_of
from dtl_nodes.formats.cvat.layout import MAX_META_BYTES
from dtl_nodes.formats.groups import Groups, PartKey, join_keys

_BLOCK = 1 << 18
_NO_GROUP = (None, "", "0")
_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")


@dataclass(slots=True)
class Scan:
    """What one pass found."""

    met: Met = field(default_factory=Met)
    images: dict[tuple[str, Key], Images] = field(default_factory=dict)
    """By the id of their task, empty for none, and their subset or folder."""
    meta: tuple[int, int] | None = None
    repeated: list[str] = field(default_factory=list)


def scan_file(path: Path, groups: Groups) -> Scan:
    """Look through a file.

    Raises:
        SchemaError: E403, it is no XML, has a DTD or another encoding than UTF-8, or is no file of
            CVAT for images; the message says where.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    walker = _Walker(path, groups)
    parser = DefusedXMLParser(target=walker, forbid_dtd=True)
    walker.attach(parser.parser)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if file.tell() == len(block) and _is_wide(block):
                    raise _refused(path, "its encoding is not UTF-8")
                parser.feed(block)
        parser.close()
    except ParseError as error:
        raise _refused(path, f"it is no XML: {error}") from error
    except DefusedXmlException as error:
        raise _refused(path, "it has a DTD or entities, which are not read") from error
    except (OSError, ValueError, UnicodeError) as error:
        raise _refused(path, str(error)) from error
    if not walker.is_cvat:
        raise _refused(path, "its root is not 'annotations'")
    return walker.scan


def _is_wide(start: bytes) -> bool:
    """Whether a file begins as one in UTF-16 or UTF-32 does."""
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:4]


def _refused(path: Path, reason: str) -> SchemaError:
    return SchemaError("E403", f"'{path.name}' cannot be read: {reason}", at=(0,), value=path.name)


class _Walker:
    """Takes the events of the parser.

    Its handlers stand in for those of the parser, which would put together a tree.
    """

    def __init__(self, path: Path, groups: Groups) -> None:
        self.scan = Scan()
        self.is_cvat = False
        self._path = path
        self._groups: Groups = groups
        self._parser: Any = None
        self._open: list[str] = []
        self._start = -1
        self._ends: array[int] | None = None
        self._meta_start = -1
        self._keys: list[PartKey] = []
        self._has_group = False
        self._tag = ""

    def close(self) -> None:
        """Nothing is left to do."""

    def attach(self, parser: Any) -> None:
        """Take the place of the handlers of ``parser``."""
        self._parser = parser
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = None
        parser.DefaultHandlerExpand = None
        parser.CommentHandler = None
        parser.ProcessingInstructionHandler = None
        parser.XmlDeclHandler = self._declared
        parser.ordered_attributes = False

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF8:
            raise _refused(self._path, f"its encoding is {encoding}, not UTF-8")

    def _started(self, name: str, attributes: Mapping[str, str]) -> None:
        self._mark_end()
        depth = len(self._open)
        self._open.append(name)
        if depth == 0:
            self.is_cvat = name == "annotations"
        elif self._start >= 0:
            self._inside(depth, name, attributes)
        elif depth == 1:
            self._part(name, attributes)

    def _part(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "image":
            self._start = self._parser.CurrentByteIndex
            self._keys, self._has_group = [], False
            key, file = dataset_of(attributes.get("name", ""), attributes.get("subset", ""))
            place = attributes.get("task_id", ""), key
            images = self.scan.images.setdefault(place, Images())
            if images.name(file) != file:
                self.scan.repeated.append(file)
            images.starts.append(self._start)
            self._ends = images.ends
        elif name == "meta":
            self._meta_start = self._parser.CurrentByteIndex
        elif name == "track":
            raise _refused(self._path, "it is 'CVAT for video', which needs the frames")

    def _inside(self, depth: int, name: str, attributes: Mapping[str, str]) -> None:
        met = self.scan.met
        if depth == 2:
            label = attributes.get("label", "")
            self._tag = label if name == "tag" else ""
            if self._tag:
                met.tags.setdefault(label, set())
            elif label and (kind := kind_of(name, attributes)) is not None:
                self._shape(label, kind, attributes)
                met.cuboids += name == "cuboid"
        elif depth == 3 and name == "attribute" and (used := attributes.get("name")):
            if self._tag:
                met.tags[self._tag].add(used)
            else:
                met.attributes.add(used)

    def _shape(self, label: str, kind: ShapeKind, attributes: Mapping[str, str]) -> None:
        met = self.scan.met
        met.has_occluded |= attributes.get("occluded") == "1"
        group = group_of(attributes.get("group_id"))
        if group is None:
            met.kinds.setdefault(label, set()).add(kind)
        else:
            met.kinds.setdefault(label, set())
            self._keys.append(PartKey(label, kind, group))

    def _ended(self, name: str) -> None:
        self._mark_end()
        self._open.pop()
        depth = len(self._open)
        if depth != 1:
            return
        if self._start >= 0:
            for each in join_keys(self._keys, self._groups):
                self.scan.met.kinds[each.label].add(each.kind)
                self.scan.met.has_group_tags |= each.has_group_tag
            self._start = -1
        elif name == "meta":
            self._end_meta()

    def _end_meta(self) -> None:
        end = self._parser.CurrentByteIndex + len("</meta>")
        if end - self._meta_start > MAX_META_BYTES:
            raise _refused(self._path, f"'meta' is larger than {MAX_META_BYTES >> 20} MiB")
        if self.scan.meta is None:
            self.scan.meta = (self._meta_start, end)

    def _mark_end(self) -> None:
        """Note where the image ends that was closed before this event."""
        if self._start < 0 and self._ends is not None:
            self._ends.append(self._parser.CurrentByteIndex)
            self._ends = None


def group_of(text: str | None) -> str | None:
    """Return the group that a shape says it belongs to; ``None`` for none."""
    return None if text in _NO_GROUP else text
