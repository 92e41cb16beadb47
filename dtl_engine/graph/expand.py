"""Expanding: the layers of a part, with the names that they have in the document around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dtl_engine.graph.dialect import none_if_null
from dtl_engine.graph.names import connection, inputs_of
from dtl_engine.graph.parts import Part
from dtl_engine.graph.place import Written


def expand(
    part: Part, scope: str, feeds: Mapping[str, list[Written]], targets: Mapping[str, Written]
) -> list[Written]:
    """Return the layers of a part with the names that they have in the document around.

    Args:
        part: what is put in.
        scope: the name that all inner connections start with, as in ``$scope/inner``.
        feeds: input -> the names that are read in its place.
        targets: output -> the name that is written in its place.
    """
    read = {item.value for layer in part.layers for item in inputs_of(layer)}

    def scoped(item: Written) -> Written:
        return replace(item, value=f"{scope}/{item.value.removeprefix('$')}")

    def sources(src: Written) -> Written:
        if isinstance(src.value, dict):
            return src.with_content({port: sources(w) for port, w in src.members.items()})
        found: list[Written] = []
        for item in src.items:
            name = item.value
            if isinstance(name, str) and name in feeds:
                found += [
                    replace(outer, place=outer.place.used_at(item.place)) for outer in feeds[name]
                ]
            else:
                is_name = isinstance(name, str) and name.startswith("$")
                found.append(scoped(item) if is_name else item)
        return src.with_content(found) if isinstance(src.value, list) else src

    def target(item: Written, is_identity: bool) -> Written:
        name = connection(item)
        if name is None:
            return item
        outer = targets.get(name)
        if outer is None:
            return scoped(item)
        if none_if_null(outer.value) is not None:
            return replace(outer, place=outer.place.used_at(item.place))
        # What nobody reads is discarded here too, unless it names a node whose draws must stay.
        return scoped(item) if name in read or is_identity else replace(item, value=None)

    def destinations(dst: Written) -> Written:
        if not isinstance(dst.value, list):
            return target(dst, False)
        names = [connection(item) for item in dst.items]
        first = next((at for at, name in enumerate(names) if name), -1)
        several = sum(name is not None for name in names) > 1
        items = [target(item, several and at == first) for at, item in enumerate(dst.items)]
        return dst.with_content(items)

    changed = {"src": sources, "dst": destinations}
    return [
        layer.with_content(
            {key: changed[key](w) if key in changed else w for key, w in layer.members.items()}
        )
        if isinstance(layer.value, dict)
        else layer
        for layer in part.layers
    ]
