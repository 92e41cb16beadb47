"""Names of classes and tags in settings that no input declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dtl_engine.sdk import SchemaError, did_you_mean

Named = Literal["class", "tag"]
"""What a name is of."""

PLURAL = {"class": "classes", "tag": "tags"}


def require_known(
    known: Sequence[str],
    name: str,
    doing: str,
    at: tuple[str | int, ...],
    *,
    what: Named = "class",
    in_key: bool = False,
) -> None:
    """Refuse a name that is none of ``known``.

    Args:
        known: the names that inputs declare.
        name: the name in the settings.
        doing: the end of the message, as in "to drop".
        at: where the name stands in the settings.
        what: whether it names a class or a tag.
        in_key: whether it is a key there, not a value.

    Raises:
        SchemaError: E302.
    """
    if name not in known:
        listed = f"{PLURAL[what]} here: {', '.join(known) or 'none'}"
        raise SchemaError(
            "E302",
            f"there is no {what} '{name}' {doing}",
            at=at,
            value=name,
            allowed=known,
            help=did_you_mean(name, known) or listed,
            in_key=in_key,
        )
