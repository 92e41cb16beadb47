"""Broken images and annotations: one is set aside with its reason, the others are all saved."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.broken_runs import Bench, make_bench
from tests.fixtures.projects import write_image

ROOT = Path(__file__).resolve().parents[2]
BOTH = ("copy", "mirror")
Json = dict[str, Any]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return make_bench(tmp_path)


def write(data: bytes) -> Callable[[Bench], object]:
    return lambda bench: bench.image.write_bytes(data)


def truncate(bench: Bench) -> None:
    bench.image.write_bytes(bench.image.read_bytes()[:-20])


def corrupt(bench: Bench) -> None:
    data = bytearray(bench.image.read_bytes())
    middle = data.index(b"IDAT") + 8
    data[middle : middle + 8] = b"\xff" * 8
    bench.image.write_bytes(data)


def png_bomb() -> bytes:
    """Return a PNG whose header promises 2**20 by 2**20 pixels."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 2**20, 2**20, 8, 2, 0, 0, 0))]
    chunks += [(b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    framed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def bomb_as_declared(bench: Bench) -> None:
    bench.image.write_bytes(png_bomb())
    bench.edit(lambda value: value.update(size={"width": 2**20, "height": 2**20}))


def link_out(bench: Bench) -> None:
    outside = bench.folder / "secret.png"
    bench.image.rename(outside)
    bench.image.symlink_to(outside)


def link_nowhere(bench: Bench) -> None:
    bench.image.unlink()
    bench.image.symlink_to("absent.png")


def other_size(bench: Bench) -> None:
    write_image(bench.image, 41, 30)


def turned(bench: Bench) -> None:
    write_image(bench.image, 30, 40)


IMAGES: dict[str, tuple[Callable[[Bench], object], str, str, tuple[str, ...]]] = {
    "empty": (write(b""), "F601", "is empty", BOTH),
    "text": (write(b"no picture at all"), "F601", "is no JPEG, PNG, BMP, TIFF or WebP", BOTH),
    "one byte": (write(b"\x89"), "F601", "is no JPEG", BOTH),
    "signature alone": (write(b"\x89PNG\r\n\x1a\n"), "F601", "is truncated", BOTH),
    "truncated": (truncate, "F601", "", ("mirror",)),
    "corrupt": (corrupt, "F601", "", ("mirror",)),
    "bomb": (write(png_bomb()), "F605", "1048576x1048576 pixels", BOTH),
    "declared bomb": (bomb_as_declared, "F607", "is too large", ("mirror",)),
    "other size": (other_size, "F605", "41x30 pixels, its annotation says 40x30", BOTH),
    "turned": (turned, "F605", "30x40 pixels", BOTH),
    "link out of the project": (link_out, "F609", "link out of its project", BOTH),
    "broken link": (link_nowhere, "F601", "", BOTH),
}


@pytest.mark.parametrize(
    ("name", "graph"), [(name, graph) for name, case in IMAGES.items() for graph in case[3]]
)
def test_broken_image(name: str, graph: str, bench: Bench) -> None:
    breaks, code, reason, _ = IMAGES[name]
    breaks(bench)
    record = bench.sets_aside(graph, code, reason)
    assert record["path"].endswith("m.png")


def annotated_twice(bench: Bench) -> None:
    write_image(bench.image.with_name("m.jpg"), 40, 30)
    bench.annotation.rename(bench.annotation.with_name("m.json"))


def without(*keys: str) -> Callable[[Bench], object]:
    return lambda bench: bench.edit(lambda value: [value.pop(key) for key in keys])


def having(**fields: object) -> Callable[[Bench], object]:
    return lambda bench: bench.edit(lambda value: value.update(fields))


def containing(text: bytes) -> Callable[[Bench], object]:
    return lambda bench: bench.annotation.write_bytes(text)


def holding(tag: object) -> Callable[[Bench], object]:
    return having(tags=[tag])


NO_SIZE = "'size' of the annotation is not a width and a height above 0"
ANNOTATIONS: dict[str, tuple[Callable[[Bench], object], str, str]] = {
    "missing": (lambda bench: bench.annotation.unlink(), "F606", "the image has no annotation"),
    "empty": (containing(b""), "F602", "is not JSON"),
    "not JSON": (containing(b"{'size': 3}"), "F602", "is not JSON"),
    "cut off": (containing(b'{"size": {"width": 40,'), "F602", "is not JSON"),
    "not UTF-8": (containing(b'{"size": "\xff"}'), "F602", "is not JSON"),
    "nested without end": (containing(b"[" * 100_000), "F602", "is not JSON"),
    "NaN": (containing(b'{"size": NaN}'), "F602", "is not JSON"),
    "a list": (containing(b"[]"), "F602", "the annotation is no JSON object"),
    "a string": (containing(b'"m.png"'), "F602", "the annotation is no JSON object"),
    "without objects": (without("objects"), "F602", "has no list 'objects'"),
    "objects not a list": (having(objects={}), "F602", "has no list 'objects'"),
    "without size": (without("size"), "F605", NO_SIZE),
    "size zero": (having(size={"width": 0, "height": 30}), "F605", NO_SIZE),
    "size negative": (having(size={"width": -40, "height": 30}), "F605", NO_SIZE),
    "size fractional": (having(size={"width": 40.5, "height": 30}), "F605", NO_SIZE),
    "size of strings": (having(size={"width": "40", "height": "30"}), "F605", NO_SIZE),
    "size of booleans": (having(size={"width": True, "height": True}), "F605", NO_SIZE),
    "size a list": (having(size=[40, 30]), "F605", NO_SIZE),
    "tags not a list": (having(tags={"name": "note"}), "F602", "'tags' is no list"),
    "tag without name": (holding({"value": "x"}), "F602", "a tag is neither a name nor"),
    "tag a number": (holding(7), "F602", "a tag is neither a name nor"),
    "tag unknown": (holding("lost"), "F603", "tag 'lost' is not declared in meta.json"),
    "number as text": (holding({"name": "count", "value": "6"}), "F603", "declared is any_number"),
    "number as boolean": (holding({"name": "count", "value": True}), "F603", "any_number"),
    "text as number": (holding({"name": "note", "value": 6}), "F603", "declared is any_string"),
    "not a choice": (
        holding({"name": "ripeness", "value": "rotten"}),
        "F603",
        "'rotten', declared is oneof_string of green, ripe",
    ),
    "choice a list": (holding({"name": "ripeness", "value": ["ripe"]}), "F603", "oneof_string"),
    "value where none is": (holding({"name": "checked", "value": "yes"}), "F603", "is none"),
}


@pytest.mark.parametrize("name", ANNOTATIONS)
@pytest.mark.parametrize("graph", BOTH)
def test_broken_annotation(name: str, graph: str, bench: Bench) -> None:
    breaks, code, reason = ANNOTATIONS[name]
    breaks(bench)
    record = bench.sets_aside(graph, code, reason)
    assert record["path"].endswith("m.png.json")
    assert (record["node"], record["action"]) == ("in", "data")
    assert record["location"]["file"].endswith(f"{graph}.json")


def test_annotation_that_would_serve_two_images(bench: Bench) -> None:
    annotated_twice(bench)
    outcome = bench.run("copy")
    assert outcome.code == 3
    assert bench.saved() == ["a.png", "z.png"]
    for image in ("m.png", "m.jpg"):
        record = bench.record("copy", f"mini/ds1/{image}")
        assert (record["code"], record["message"]) == (
            "F606",
            "m.json would annotate several images",
        )


def test_annotation_with_byte_order_mark_is_read(bench: Bench) -> None:
    bench.annotation.write_bytes(b"\xef\xbb\xbf" + bench.annotation.read_bytes())
    assert bench.run("mirror").code == 0
    assert bench.saved() == ["a.png", "m.png", "z.png"]


def test_annotation_without_image_is_a_warning(bench: Bench) -> None:
    bench.image.unlink()
    outcome = bench.run("copy")
    assert outcome.code == 0
    assert bench.saved() == ["a.png", "z.png"]
    assert "W504 dataset 'ds1' of project 'mini' has 1 annotations without an image" in outcome.err
    assert "m.png.json" in outcome.err


def test_folder_named_like_an_image_is_none(bench: Bench) -> None:
    (bench.image.parent / "folder.png").mkdir()
    assert bench.run("copy").code == 0
    assert bench.saved() == ["a.png", "m.png", "z.png"]


def test_every_failure_code_of_the_format_is_tested() -> None:
    sources = (ROOT / "nodes" / "dtl_nodes" / "formats" / "supervisely").rglob("*.py")
    code = re.compile(r'"(F6[0-9]{2})"')
    raised = {found for path in sources for found in code.findall(path.read_text("utf-8"))}
    here = {case[1] for case in (*IMAGES.values(), *ANNOTATIONS.values())}
    # Shapes have a file of their own: test_broken_objects.py.
    assert raised <= here | {"F604"}


def test_failures_are_told_as_json_too(bench: Bench) -> None:
    bench.image.write_bytes(b"")
    outcome = bench.run("copy", "--log-format", "json")
    events = [json.loads(line) for line in outcome.out.splitlines()]
    failed = [event["failure"] for event in events if event.get("failure")]
    assert [failure["code"] for failure in failed] == ["F601"]
    assert events[-1]["event"] == "finished"
    assert events[-1]["exit_code"] == 3
