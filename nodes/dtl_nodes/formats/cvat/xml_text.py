"""XML: read without DTDs and entities, written from text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from dtl_engine.sdk import AnnotationError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element as Element
else:
    Element = object

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_fragment(data: bytes) -> Element:
    """Return the element in ``data``.

    Raises:
        AnnotationError: F602, it is none, or has a DTD or entities.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        found: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise AnnotationError("F602", f"the annotation is no XML: {error}") from error
    return found


def text_of(element: Element) -> str:
    """Return the text of an element, ``""`` for none."""
    return element.text or ""


def is_writable(text: str) -> bool:
    """Whether XML can hold all characters of ``text``."""
    return _FORBIDDEN.search(text) is None


def attribute(value: str) -> str:
    """Return a quoted attribute value; what XML cannot hold is left out."""
    return quoteattr(_FORBIDDEN.sub("", value))


def content(value: str) -> str:
    """Return escaped text; what XML cannot hold is left out."""
    return escape(_FORBIDDEN.sub("", value), {"\r": "&#13;"})


def decimal(value: float) -> str:
    """Return a number with two decimals as CVAT writes it, with more where they are needed."""
    short = f"{value:.2f}"
    return short if float(short) == value else repr(float(value))
