"""Broken objects: a contradiction sets the image aside, what is too little to be one is dropped."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.fixtures.broken_runs import Bench, make_bench
from tests.fixtures.projects import encode_mask

BOTH = ("copy", "mirror")
Json = dict[str, Any]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return make_bench(tmp_path)


def points(exterior: object, interior: object = ()) -> Json:
    return {"points": {"exterior": exterior, "interior": interior}}


def bitmap(data: object, origin: object = (2, 3)) -> Json:
    return {"bitmap": {"origin": origin, "data": data}}


def packed(png: bytes) -> str:
    return base64.b64encode(zlib.compress(png)).decode("ascii")


def png(mode: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (4, 3), 1).save(file, format="PNG")
    return file.getvalue()


def huge_png() -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", 2**20, 2**20, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + bytes(40)


MASK = encode_mask(np.ones((3, 4), bool))
NO_PAIR = "is not [x, y]"
NO_PNG = "bitmap data is no"

OBJECTS: dict[str, tuple[Json, str, str, tuple[str, ...]]] = {
    "class unknown": ({"classTitle": "zebra", **points([[1, 2]])}, "F603", "class 'zebra'", BOTH),
    "class missing": ({"geometryType": "point", **points([[1, 2]])}, "F602", "classTitle", BOTH),
    "class a number": ({"classTitle": 5, **points([[1, 2]])}, "F602", "classTitle", BOTH),
    "shape contradicts class": (
        {"classTitle": "box", "geometryType": "polygon", **points([[1, 2], [8, 2], [8, 9]])},
        "F604",
        "an object of class 'box' is a polygon, declared is rectangle",
        BOTH,
    ),
    "points missing": ({"classTitle": "box"}, "F604", "has no points", BOTH),
    "points a list": ({"classTitle": "box", "points": [[1, 2]]}, "F604", "has no points", BOTH),
    "points of strings": (
        {"classTitle": "box", **points([["1", "2"], ["8", "9"]])},
        "F604",
        NO_PAIR,
        BOTH,
    ),
    "points of null": ({"classTitle": "box", **points([[1, None], [8, 9]])}, "F604", NO_PAIR, BOTH),
    "points of three": (
        {"classTitle": "path", **points([[1, 2, 3], [4, 5, 6]])},
        "F604",
        NO_PAIR,
        BOTH,
    ),
    "points not pairs": ({"classTitle": "path", **points([1, 2, 3, 4])}, "F604", NO_PAIR, BOTH),
    "points uneven": ({"classTitle": "path", **points([[1, 2], [3]])}, "F604", NO_PAIR, BOTH),
    "points a number": ({"classTitle": "dot", **points(5)}, "F604", NO_PAIR, BOTH),
    "points a string": ({"classTitle": "box", **points("ab")}, "F604", NO_PAIR, BOTH),
    "points beyond 2**31": (
        {"classTitle": "path", **points([[1, 2], [1e300, 2]])},
        "F604",
        "is not finite or beyond",
        BOTH,
    ),
    "hole a number": (
        {"classTitle": "patch", **points([[1, 2], [8, 2], [8, 9]], 7)},
        "F604",
        "'interior' of class 'patch' is no list",
        BOTH,
    ),
    "hole of strings": (
        {"classTitle": "patch", **points([[1, 2], [8, 2], [8, 9]], [[["a", "b"]] * 3])},
        "F604",
        NO_PAIR,
        BOTH,
    ),
    "object tag unknown": (
        {"classTitle": "dot", "tags": ["lost"], **points([[1, 2]])},
        "F603",
        "tag 'lost'",
        BOTH,
    ),
    "nodes missing": ({"classTitle": "hand"}, "F604", "has no nodes", BOTH),
    "node without place": ({"classTitle": "hand", "nodes": {"w": {}}}, "F604", NO_PAIR, BOTH),
    "node a list": ({"classTitle": "hand", "nodes": {"w": [1, 2]}}, "F604", "has no nodes", BOTH),
    "bitmap missing": ({"classTitle": "blob"}, "F604", "has no bitmap data", BOTH),
    "bitmap a number": ({"classTitle": "blob", **bitmap(5)}, "F604", "has no bitmap data", BOTH),
    "origin a number": ({"classTitle": "blob", **bitmap(MASK, 5)}, "F604", "origin", BOTH),
    "origin of strings": ({"classTitle": "blob", **bitmap(MASK, "ab")}, "F604", "origin", BOTH),
    "bad base64": ({"classTitle": "blob", **bitmap("äöü")}, "F604", NO_PNG, BOTH),
    "bad zlib": ({"classTitle": "blob", **bitmap("AAAABBBB")}, "F604", NO_PNG, BOTH),
    "empty bitmap": ({"classTitle": "blob", **bitmap("")}, "F604", NO_PNG, BOTH),
    "no PNG": ({"classTitle": "blob", **bitmap(packed(bytes(99)))}, "F604", NO_PNG, BOTH),
    "bitmap cut off": (
        {"classTitle": "blob", **bitmap(MASK[:-8])},
        "F604",
        "it ends too early",
        ("mirror",),
    ),
    "bitmap of three channels": (
        {"classTitle": "blob", **bitmap(packed(png("RGB")))},
        "F604",
        "a bitmap has 1 or 4 channels, not 3",
        BOTH,
    ),
    "bitmap of two channels": (
        {"classTitle": "blob", **bitmap(packed(png("LA")))},
        "F604",
        "a bitmap has 1 or 4 channels, not 2",
        BOTH,
    ),
    "PNG bomb": (
        {"classTitle": "blob", **bitmap(packed(huge_png()))},
        "F604",
        "is larger than four images",
        BOTH,
    ),
}


@pytest.mark.parametrize(
    ("name", "graph"), [(name, graph) for name, case in OBJECTS.items() for graph in case[3]]
)
def test_broken_object(name: str, graph: str, bench: Bench) -> None:
    value, code, reason, _ = OBJECTS[name]
    bench.edit(lambda annotation: annotation["objects"].append(value))
    record = bench.sets_aside(graph, code, reason)
    if graph == "copy":
        assert record["path"].endswith("m.png.json")


def test_zlib_bomb(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from dtl_nodes.formats.supervisely import bitmap as module

    monkeypatch.setattr(module, "MAX_INFLATED_BYTES", 2**16)
    inflated = zlib.decompress(base64.b64decode(MASK)) + bytes(2**20)
    value = {"classTitle": "blob", **bitmap(packed(inflated))}
    bench.edit(lambda annotation: annotation["objects"].append(value))
    bench.sets_aside("mirror", "F604", "inflates to more than")


def only(value: Json) -> Callable[[Json], None]:
    return lambda annotation: annotation.update(objects=[value])


TOO_LITTLE: dict[str, Json] = {
    "point without place": {"classTitle": "dot", **points([])},
    "rectangle of one corner": {"classTitle": "box", **points([[3, 4]])},
    "rectangle without width": {"classTitle": "box", **points([[3, 4], [3, 9]])},
    "line of one point": {"classTitle": "path", **points([[3, 4]])},
    "polygon of two points": {"classTitle": "patch", **points([[3, 4], [8, 9]])},
    "point outside": {"classTitle": "dot", **points([[-5, 4]])},
    "rectangle outside": {"classTitle": "box", **points([[50, 4], [60, 9]])},
    "line outside": {"classTitle": "path", **points([[50, 4], [60, 9]])},
    "bitmap outside": {"classTitle": "blob", **bitmap(MASK, [100, 100])},
}
"""Objects that the original language drops without a word, when reading or when saving."""


@pytest.mark.parametrize("name", TOO_LITTLE)
@pytest.mark.parametrize("graph", BOTH)
def test_object_of_which_nothing_is_left(name: str, graph: str, bench: Bench) -> None:
    bench.edit(only(TOO_LITTLE[name]))
    assert bench.run(graph).code == 0
    assert bench.saved() == ["a.png", "m.png", "z.png"]
    saved = json.loads((bench.result / "ds1" / "ann" / "m.png.json").read_text("utf-8"))
    assert saved["objects"] == []
