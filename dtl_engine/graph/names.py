"""The connection names in layers that are not read yet."""

from __future__ import annotations

from collections.abc import Iterator

from dtl_engine.graph.dialect import none_if_null
from dtl_engine.graph.place import Written


def connection(item: Written) -> str | None:
    """Return the name that is written to; ``None`` where it is discarded or malformed."""
    return none_if_null(item.value) if isinstance(item.value, str) else None


def names_in(dst: Written | None) -> list[Written]:
    """Return what ``dst`` lists; one name may stand alone."""
    if dst is None:
        return []
    return dst.items if isinstance(dst.value, list) else [dst]


def outputs_of(layer: Written) -> tuple[str | None, ...]:
    """Return the names in ``dst``, ``None`` for what is discarded or malformed."""
    return tuple(map(connection, names_in(layer.members.get("dst"))))


def inputs_of(layer: Written) -> Iterator[Written]:
    """Yield the names in ``src``, whatever input port they are for."""
    src = layer.members.get("src")
    for listed in src.members.values() if src and isinstance(src.value, dict) else (src,):
        for item in listed.items if listed else ():
            if isinstance(item.value, str):
                yield item
