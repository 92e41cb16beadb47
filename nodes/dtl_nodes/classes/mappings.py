"""What mappings of classes and of tags have in common: names to keep, rename or drop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dtl_engine.sdk import SchemaError
from dtl_nodes.classes.reserved import IGNORE, KEEP, OTHER, refuse_reserved
from dtl_nodes.classes.unknown import PLURAL, Named, require_known


def check_entries(
    mapping: Mapping[str, str], known: Sequence[str], at: tuple[str, ...], what: Named
) -> None:
    """Refuse a mapping that is not about exactly the names that there are.

    Args:
        mapping: name -> new name, ``__default__`` (keep) or ``__ignore__`` (drop).
        known: the names before; each must be mentioned, by itself or by ``__other__``.
        at: where the mapping stands in the settings, for errors.
        what: whether it maps classes or tags.

    Raises:
        SchemaError: E301, a name is missing; E302, one is unknown; E305, a new one is a reserved
            word or empty.
    """
    for name, value in mapping.items():
        if value not in (KEEP, IGNORE):
            refuse_reserved(value, at=(*at, name), what=what)
        if name != OTHER and value != KEEP:
            require_known(known, name, "to map", (*at, name), what=what, in_key=True)
    missing = [name for name in known if name not in mapping]
    if missing and OTHER not in mapping:
        keep, drop = f'"{OTHER}": "{KEEP}"', f'"{IGNORE}"'
        raise SchemaError(
            "E301",
            f"the mapping says nothing about {', '.join(repr(name) for name in missing)}",
            at=at,
            value=missing,
            allowed=known,
            help=f"add {keep} to keep all other {PLURAL[what]}, or {drop} to drop them",
        )


def new_title(mapping: Mapping[str, str], name: str) -> str | None:
    """Return what becomes of the class or tag ``name``; ``None`` if it is dropped."""
    value = mapping.get(name) or mapping.get(OTHER, KEEP)
    if value == IGNORE:
        return None
    return name if value == KEEP else value
