"""The graphs of the benchmarks that are not about the shipped ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Layer = dict[str, Any]


def write_graph(path: Path, layers: list[Layer]) -> Path:
    """Write a graph that reads ``small/*`` as ``$read`` and saves ``$done`` as ``result``."""
    first: Layer = {
        "action": "data",
        "src": ["small/*"],
        "dst": "$read",
        "settings": {"classes_mapping": "default"},
    }
    last: Layer = {"action": "supervisely", "src": ["$done"], "dst": "result", "settings": {}}
    path.write_text(json.dumps({"version": 1, "seed": 1, "layers": [first, *layers, last]}))
    return path


def layer(action: str, source: str, target: str | list[str], settings: Layer) -> Layer:
    """Return one layer from ``source`` to ``target``."""
    return {"action": action, "src": [source], "dst": target, "settings": settings}


def pixel_layers() -> list[Layer]:
    """Mirror, cut a random part, tag: each photograph is decoded and encoded once."""
    share = {"min_percent": 70, "max_percent": 90}
    return [
        layer("flip", "$read", "$mirrored", {"axis": "vertical"}),
        layer("crop", "$mirrored", "$part", {"random_part": {"width": share, "height": share}}),
        layer("tag", "$part", "$done", {"tag": "part", "action": "add"}),
    ]


def annotation_layers() -> list[Layer]:
    """Tag, split and choose a dataset: no pixel and no object is needed."""
    return [
        layer("tag", "$read", "$tagged", {"tag": "seen", "action": "add"}),
        layer("if", "$tagged", ["$yes", "$no"], {"condition": {"probability": 0.8}}),
        layer("dataset", "$yes", "$done", {"name": "train"}),
        layer("dataset", "$no", "$done", {"name": "val"}),
    ]
