"""One XML file: its objects, their boxes and what is told of them.

Source: VOC2012 development kit, section 4.3 of its documentation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import Element

from dtl_engine.sdk import AnnotationError, Instance, ReadLog, Rectangle, Size, Tag
from dtl_nodes.formats.annotation_bytes import read_annotation_bytes
from dtl_nodes.formats.objects_inside import require_inside_image
from dtl_nodes.formats.repairs import SWAPPED

MAX_XML_BYTES = 64 * 2**20

FLAGS = ("truncated", "occluded", "difficult")
"""Members of objects that are tags without value where they are set."""

POSE = "pose"

Numbers = Literal["from_1", "from_0", "edges"]
"""What the numbers of boxes are: pixels from 1 or from 0 on, both ends included, or edges."""

Shift = tuple[int, int]

SHIFTS: Mapping[Numbers, Shift] = {"from_1": (-1, 0), "from_0": (0, 1), "edges": (0, 0)}
"""What brings the first and the last numbers of a box to its edges."""

NO_POSE = "Unspecified"

_EDGES = ("xmin", "ymin", "xmax", "ymax")
_NAME = re.compile(r"<name(?:\s[^<>]{0,200})?>([^<]*)</name\s*>")


@dataclass(frozen=True, slots=True)
class Document:
    """What an XML file says; ``objects`` are not read yet.

    ``size`` is ``None`` where it says none, ``filename`` then is ``""``. ``shift`` brings the first
    and the last numbers of boxes to their edges.
    """

    size: Size | None
    filename: str
    objects: tuple[Element, ...]
    shift: Shift


def read_bytes(path: Path) -> bytes:
    """Return the content of an XML file.

    Raises:
        FileNotFoundError: there is none.
        AnnotationError: F602, it cannot be read; F607, it is too large.
    """
    return read_annotation_bytes(path, MAX_XML_BYTES)


def parse(data: bytes, numbers: Numbers) -> Document:
    """Parse an XML file whose boxes have such numbers; with a 0 among pixels, these count from 0.

    Raises:
        AnnotationError: F602, it is malformed, has a DTD or is no annotation; F605, its size is no
            size.
    """
    root = _root(data)
    objects = tuple(root.findall("object"))
    if numbers == "from_1" and _has_zero(root):
        numbers = "from_0"
    filename = (root.findtext("filename") or "").strip()
    return Document(_size(root), filename, objects, SHIFTS[numbers])


def read_object(element: Element, shift: Shift, size: Size, log: ReadLog) -> Iterator[Instance]:
    """Yield an object and, as objects of their own, its parts.

    Args:
        element: ``object``.
        shift: brings the first and the last numbers of the box to its edges.
        size: of the image; boxes are cut there.
        log: takes what is repaired.

    Raises:
        AnnotationError: F604, it has no name, no box or no box inside the image.
    """
    yield _instance(element, shift, size, log)
    for part in element.findall("part"):
        yield _instance(part, shift, size, log)


def label_of(element: Element) -> str:
    """Return the class of an object.

    Raises:
        AnnotationError: F604, it has none.
    """
    if name := (element.findtext("name") or "").strip():
        return name
    raise AnnotationError("F604", "an object has no name")


def tags_of(element: Element) -> tuple[Tag, ...]:
    """Return what is told of an object as tags.

    Raises:
        AnnotationError: F604, a flag is neither set nor not.
    """
    tags = [Tag(name) for name in FLAGS if _is_set(element, name)]
    pose = (element.findtext(POSE) or "").strip()
    if pose and pose != NO_POSE:
        tags.append(Tag(POSE, pose))
    return tuple(tags)


def labels_in(data: bytes) -> set[str]:
    """Return the classes that occur in a file; none where it is malformed."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _labels_parsed(data)
    head = text[:200].lower()
    is_foreign = "encoding" in head and "utf-8" not in head and not data.isascii()
    # Comments, CDATA sections and members of other tools call for the parser.
    if is_foreign or "<!" in text or "<attributes" in text or "\0" in text:
        return _labels_parsed(data)
    found: set[str] = set()
    for piece in text.split("</object")[:-1]:
        start = piece.find("<object")
        if start >= 0:
            found.update(unescape(name).strip() for name in _NAME.findall(piece, start))
    return found - {""}


def _labels_parsed(data: bytes) -> set[str]:
    try:
        objects = _root(data).findall("object")
    except AnnotationError:
        return set()
    found = [part for each in objects for part in (each, *each.findall("part"))]
    return {(each.findtext("name") or "").strip() for each in found} - {""}


def _root(data: bytes) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        message = "the annotation has a document type or entities, which are not read"
        raise AnnotationError("F602", message) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise AnnotationError("F602", f"the annotation is not XML: {error}") from error
    if root.tag != "annotation":
        raise AnnotationError("F602", f"the annotation is an XML file of '{root.tag[:80]}'")
    return root


def _size(root: Element) -> Size | None:
    size = root.find("size")
    if size is None:
        return None
    texts = [(size.findtext(name) or "").strip() for name in ("width", "height")]
    if all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts):
        width, height = map(int, texts)
        if width and height:
            return Size(width, height)
    raise AnnotationError("F605", "'size' of the annotation is not a width and a height above 0")


def _has_zero(root: Element) -> bool:
    """Whether a box starts at 0: files that count from 1 have none."""
    for box in root.iter("bndbox"):
        for name in _EDGES:
            text = (box.findtext(name) or "").strip()
            if text and not text.strip("+-0.") and "0" in text:
                return True
    return False


def _instance(element: Element, shift: Shift, size: Size, log: ReadLog) -> Instance:
    label = label_of(element)
    box = element.find("bndbox")
    if box is None:
        raise AnnotationError("F604", f"an object of class '{label}' has no box")
    ax, ay, bx, by = (_number(box, name, label) for name in _EDGES)
    if bx < ax or by < ay:
        log.repair(SWAPPED, f"the corners of a box of class '{label}' are the wrong way round")
    low, high = shift
    corners = (
        (min(ax, bx) + low, min(ay, by) + low),
        (max(ax, bx) + high, max(ay, by) + high),
    )
    rectangle = Rectangle.from_corners(corners)
    (inside,) = require_inside_image(rectangle, label, size, log)
    return Instance(label, inside, tags_of(element))


def _number(box: Any, name: str, label: str) -> float:
    text = (box.findtext(name) or "").strip()
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise AnnotationError(
            "F604", f"'{name}' of an object of class '{label}' is no number: {text[:40]!r}"
        )
    return number


def _is_set(element: Element, name: str) -> bool:
    text = (element.findtext(name) or "").strip().lower()
    if text in ("", "0", "false", "no", NO_POSE.lower()):
        return False
    if text in ("1", "true", "yes"):
        return True
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise AnnotationError("F604", f"'{name}' of an object is neither 0 nor 1: {text[:40]!r}")
    return number != 0
