"""Declarations for formats that declare less than they hold: put together from what is met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dtl_engine.sdk import ANY_SHAPE, LabelSpec, ShapeKind, distinct_color


def declare_labels(
    kinds: Mapping[str, Iterable[ShapeKind]],
    colors: Mapping[str, str] | None = None,
    extra: Mapping[str, Mapping[str, object]] | None = None,
) -> tuple[LabelSpec, ...]:
    """Return a declaration of each label, in the order of ``kinds``.

    Args:
        kinds: the shapes that the instances of each label have; one of several shapes, or of none,
            may have any.
        colors: those that the format declares, ``#RRGGBB``; the others are made.
        extra: further members of declarations.
    """
    known = dict(colors or {})
    specs = []
    for name, met in kinds.items():
        color = known.get(name)
        if color is None:
            color = known[name] = distinct_color(known.values())
        found = set(met)
        kind = str(found.pop()) if len(found) == 1 else ANY_SHAPE
        specs.append(LabelSpec(name, kind, color, dict((extra or {}).get(name, {}))))
    return tuple(specs)
