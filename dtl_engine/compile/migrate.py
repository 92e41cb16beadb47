"""Migrate: a document of either generation in the object form, with the same meaning."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from dtl_engine.compile.bind import bind
from dtl_engine.errors import GraphInvalid, Problem, Severity
from dtl_engine.graph.dialect import VERSIONS, DialectReader
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.spec import Dialect, NodeSpec
from dtl_engine.node.catalogue import Catalogue

Json = dict[str, Any]


def migrate(
    text: bytes, file: str, catalogue: Catalogue, generation: int | None = None
) -> tuple[Json, list[Problem]]:
    """Return the document of version 1 that means the same, and the warnings about the old one.

    Actions get their first name, settings the meaning of the original language, and keys that the
    original engine ignored are left out. Everything else stays as it is written, parameters and
    bases too.

    Args:
        text: the document.
        file: its name in messages.
        catalogue: the installed actions.
        generation: what a bare list is to be read as; ``None``: the original language.

    Raises:
        GraphInvalid: the document is not well formed, or an action is not known.
    """
    document = read_json(text, file)
    reader = DialectReader(document)
    spec = reader.read()
    if spec.dialect is Dialect.ORIGINAL and generation is not None:
        layers = tuple(replace(layer, generation=generation) for layer in spec.layers)
        spec = replace(spec, layers=layers)
    _, found = bind(spec, catalogue)
    unknown = [p for p in found if p.code in ("E102", "E110", "E111")]
    if reader.problems or unknown:
        raise GraphInvalid([*reader.problems, *unknown])
    ignored = {p.location.pointer for p in found if p.code == "W503"}
    value = document.value
    written = value if isinstance(value, list) else value["layers"]
    layers_now = [_layer(written[layer.index], layer, catalogue, ignored) for layer in spec.layers]
    head = {} if isinstance(value, list) else {k: v for k, v in value.items() if k != "version"}
    schema = {"$schema": head.pop("$schema")} if "$schema" in head else {}
    warnings = [p for p in found if p.severity is Severity.WARNING and p.code != "W508"]
    return {**schema, "version": VERSIONS[0], **head, "layers": layers_now}, warnings


def _layer(written: Json, layer: NodeSpec, catalogue: Catalogue, ignored: set[str]) -> Json:
    """Return one layer as it is written now."""
    settings = _without(copy.deepcopy(written["settings"]), f"{layer.pointer}/settings", ignored)
    if layer.generation != VERSIONS[0]:
        settings = catalogue.node_class(layer.action).from_successor(settings)
    src = written["src"]
    if isinstance(src, dict) and list(src) == ["source"]:
        src = src["source"]
    dst = list(layer.dst) if layer.dst_is_list else layer.dst[0]
    return {
        "action": catalogue.canonical(layer.action),
        "src": src,
        "dst": dst,
        "settings": settings,
    }


def _without(value: Any, pointer: str, ignored: set[str]) -> Any:
    """Return ``value`` without the members whose pointers are ``ignored``."""
    if not isinstance(value, dict):
        return value
    kept = ((key, inner, pointer + pointer_of((key,))) for key, inner in value.items())
    return {
        key: _without(inner, place, ignored) for key, inner, place in kept if place not in ignored
    }
