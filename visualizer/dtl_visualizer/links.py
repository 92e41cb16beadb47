"""Which links a drawing may carry."""

from __future__ import annotations

from urllib.parse import quote

_KEPT = "/#?&=%:@!$'()*+,;~[]-._"


def safe_href(href: str) -> str:
    """Return ``href`` ready to be a link, or ``""`` where it must not become one.

    Allowed are http and https addresses, paths and fragments. Every other scheme
    (``javascript:``, ``data:``) is refused, and so is an address that only borrows the scheme
    of the page (``//host``).
    """
    # Browsers ignore control characters inside an address, so a check must not see them either.
    address = "".join(filter(str.isprintable, href)).strip().replace("\\", "/")
    first = address.partition("/")[0].partition("?")[0].partition("#")[0]
    if address.startswith("//"):
        return ""
    if ":" in first and first.casefold() not in {"http:", "https:"}:
        return ""
    return quote(address, safe=_KEPT)
