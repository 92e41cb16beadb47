"""Score maps in annotations: keys ``probabilityClasses`` and ``probabilityLabels``.

They stand under ``customBigData`` of a Supervisely annotation. The first key holds classes like
those of ``meta.json`` with shape ``multichannelBitmap``, the second one object per map. Its data is
base64 of zlib of a NumPy file (format 1.0) with an array (h, w, 1) of float32 in 0…1, the one
channel being the class; ``origin`` is the column and the row of its first pixel.

Source: the Supervisely annotation format, multichannel bitmaps.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dtl_nodes.models.inference.mode import ScoreMap

CUSTOM = "customBigData"
CLASSES = "probabilityClasses"
LABELS = "probabilityLabels"
SHAPE = "multichannelBitmap"

LEVEL = 1
"""Of zlib: scores hardly get smaller with more work."""


def with_maps(extra: Mapping[str, Any], maps: Iterable[ScoreMap]) -> Mapping[str, Any]:
    """Return the further keys of an annotation with score maps, behind those that it has."""
    maps = tuple(maps)
    if not maps:
        return extra
    custom = extra.get(CUSTOM)
    custom = dict(custom) if isinstance(custom, Mapping) else {}
    known = custom.get(CLASSES)
    classes = {}
    for entry in known if isinstance(known, list) else []:
        if isinstance(entry, Mapping):
            classes[entry.get("title")] = entry
    for each in maps:
        classes.setdefault(each.label.name, _class_json(each))
    labels = custom.get(LABELS)
    labels = labels if isinstance(labels, list) else []
    custom |= {CLASSES: [*classes.values()], LABELS: [*labels, *map(_label_json, maps)]}
    return {**extra, CUSTOM: custom}


def _class_json(each: ScoreMap) -> dict[str, Any]:
    return {
        "title": each.label.name,
        "shape": SHAPE,
        "color": each.label.color,
        "geometry_config": {},
    }


def _label_json(each: ScoreMap) -> dict[str, Any]:
    return {
        "classTitle": each.label.name,
        "description": "",
        "tags": [],
        "geometryType": SHAPE,
        "shape": SHAPE,
        SHAPE: {"origin": [each.x, each.y], "data": _encoded(each)},
    }


def _encoded(each: ScoreMap) -> str:
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(each.scores[:, :, None], np.float32), allow_pickle=False)
    return base64.b64encode(zlib.compress(file.getvalue(), LEVEL)).decode("ascii")
