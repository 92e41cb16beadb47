"""Small questions about the members of a document."""

from __future__ import annotations

from typing import Any

from dtl_engine.graph.dialect import describe
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.place import Written


def is_whole(value: Any) -> bool:
    """Whether ``value`` is an integer of JSON; ``true`` is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def strings_of(root: Written, key: str, findings: Findings) -> list[Written]:
    """Return the strings that the member ``key`` of a document lists; one may stand alone."""
    member = root.members.get(key)
    if member is None:
        return []
    found = member.items if isinstance(member.value, list) else [member]
    for item in found:
        if not isinstance(item.value, str):
            message = f"'{key}' lists strings, not {describe(item.value)}"
            findings.report("E104", message, item.place, value=item.value)
    return [item for item in found if isinstance(item.value, str)]
