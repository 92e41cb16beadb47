"""Settings given on the command line, put in the place of those in the document."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dtl_engine.errors import Problem, did_you_mean
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.overrides import Override
from dtl_engine.graph.spec import GraphSpec


def apply_overrides(
    spec: GraphSpec, overrides: Iterable[Override]
) -> tuple[GraphSpec, list[Problem]]:
    """Return ``spec`` with settings replaced from the command line, and what did not fit."""
    problems: list[Problem] = []
    layers = list(spec.layers)
    overridden = dict(spec.overridden)
    for override in overrides:
        hits = [at for at, layer in enumerate(layers) if override.layer in layer.dst]
        names = [name for layer in layers for name in layer.dst if name]
        if len(hits) != 1:
            what = "no layer" if not hits else f"{len(hits)} layers"
            problems.append(
                Problem(
                    "E109",
                    f"{what} with the output '{override.layer}'",
                    spec.document.locate(""),
                    help=did_you_mean(override.layer, names),
                    value=override.text,
                    allowed=tuple(names),
                )
            )
            continue
        layer = layers[hits[0]]
        settings = copy.deepcopy(layer.settings)
        if not _put(settings, override.path, override.value):
            problems.append(
                Problem(
                    "E109",
                    f"there is no '{'.'.join(override.path)}' in the settings of "
                    f"'{override.layer}' to set",
                    spec.document.locate(f"{layer.pointer}/settings"),
                    value=override.text,
                )
            )
            continue
        layers[hits[0]] = replace(layer, settings=settings)
        overridden[f"{layer.pointer}/settings" + pointer_of(override.path)] = override.text
    return replace(spec, layers=tuple(layers), overridden=overridden), problems


def _put(settings: Any, path: tuple[str, ...], value: Any) -> bool:
    """Set ``path`` inside ``settings``; an absent object on the way is made."""
    target = settings
    for part in path[:-1]:
        if isinstance(target, dict):
            target = target.setdefault(part, {})
        elif _is_index(part, target):
            target = target[int(part)]
        else:
            return False
    last = path[-1]
    if isinstance(target, dict):
        target[last] = value
        return True
    if _is_index(last, target):
        target[int(last)] = value
        return True
    return False


def _is_index(part: str, target: Any) -> bool:
    return isinstance(target, list) and part in map(str, range(len(target)))
