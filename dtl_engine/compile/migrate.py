"""Migrate: a document of either generation in the object form, with the same meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dtl_engine.compile.bind import bind
from dtl_engine.errors import GraphInvalid, Problem, Severity
from dtl_engine.graph.dialect import VERSIONS, none_if_null
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.read import GraphRead
from dtl_engine.graph.spec import Dialect
from dtl_engine.node.catalogue import Catalogue

Json = dict[str, Any]


def migrate(
    read: GraphRead, written: Any, catalogue: Catalogue, generation: int | None = None
) -> tuple[Json, list[Problem]]:
    """Return the document of version 1 that means the same, and the warnings about the old one.

    Actions get their first name, settings the meaning of the original language, and keys that the
    original engine ignored are left out. Everything else stays as it is written: bases, parts and
    parameters too.

    Args:
        read: the document with all that it names.
        written: its own JSON value.
        catalogue: the installed actions.
        generation: what a bare list is to be read as; ``None``: the original language.

    Raises:
        GraphInvalid: the document is not well formed, or an action is not known.
    """
    spec = read.spec
    version = written.get("version", VERSIONS[0]) if isinstance(written, dict) else VERSIONS[0]
    if spec.dialect is Dialect.ORIGINAL and generation is not None:
        version = generation
        layers = tuple(replace(layer, generation=generation) for layer in spec.layers)
        spec = replace(spec, layers=layers)
    _, found = bind(spec, catalogue)
    unknown = [p for p in found if p.code in ("E102", "E110", "E111")]
    if unknown or not read.is_complete:
        raise GraphInvalid([*read.problems, *unknown])
    ignored = {p.location.pointer for p in found if p.code == "W503"}
    actions = {name: layer.action for layer in spec.layers for name in layer.dst if name}
    base, listed = ("", written) if isinstance(written, list) else ("/layers", written["layers"])
    layers_now = [
        _layer(_without(layer, f"{base}/{at}", ignored), version, actions, catalogue)
        for at, layer in enumerate(listed)
    ]
    head = {} if isinstance(written, list) else dict(written)
    schema = {"$schema": head.pop("$schema")} if "$schema" in head else {}
    head |= {"version": VERSIONS[0], "layers": layers_now}
    first = {"version": head.pop("version")}
    warnings = [p for p in found if p.severity is Severity.WARNING and p.code != "W508"]
    return {**schema, **first, **head}, warnings


def _layer(layer: Json, version: int, actions: Mapping[str, str], catalogue: Catalogue) -> Json:
    """Return one layer, whole or only what it changes of a base's, as it is written now."""
    now = dict(layer)
    dst = layer["dst"]
    name = next((each for each in (dst if isinstance(dst, list) else [dst]) if each), "")
    action = layer.get("action") or actions.get(name, "")
    if "action" in layer:
        now["action"] = catalogue.canonical(action)
    if version != VERSIONS[0] and "settings" in layer and action in catalogue.names:
        now["settings"] = catalogue.node_class(action).from_successor(layer["settings"])
    src = layer.get("src")
    if isinstance(src, dict) and list(src) == ["source"]:
        now["src"] = src["source"]
    now["dst"] = (
        [none_if_null(each) for each in dst] if isinstance(dst, list) else none_if_null(dst)
    )
    return now


def _without(value: Any, pointer: str, ignored: set[str]) -> Any:
    """Return ``value`` without the members whose pointers are ``ignored``."""
    if not isinstance(value, dict):
        return value
    kept = ((key, inner, pointer + pointer_of((key,))) for key, inner in value.items())
    return {
        key: _without(inner, place, ignored) for key, inner, place in kept if place not in ignored
    }
