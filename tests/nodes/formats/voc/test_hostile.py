"""Bad files of Pascal VOC, and what they yield."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import Origin
from tests.fixtures.datasets import open_dataset
from tests.nodes.formats.voc.drawn import object_of, write_voc, xml_of
from tests.nodes.formats.voc.read import BOX, LEMON, boxes, reads


def fails(folder: Path, text: str, code: str, *words: str, **options: object) -> None:
    with pytest.raises(DataError) as error:
        reads(folder, text, **options)
    assert error.value.code == code, error.value
    assert "a.xml" in error.value.path
    for word in words:
        assert word in error.value.message


BOMB = (
    '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
    "<annotation><object><name>&z;</name></object></annotation>"
)
EXTERNAL = (
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<annotation><object><name>&x;</name></object></annotation>"
)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (BOMB, "F602", "document type"),
        (EXTERNAL, "F602", "document type"),
        ("<!DOCTYPE annotation><annotation/>", "F602", "document type"),
        (xml_of(LEMON)[:-5], "F602", "not XML"),
        ("", "F602", "not XML"),
        ("<other/>", "F602", "'other'"),
        ('<?xml version="1.0" encoding="klingon"?><annotation/>', "F602", "not XML"),
        (xml_of(width=0), "F605", "'size'"),
        (xml_of(width=-80), "F605", "'size'"),
        (xml_of(width="80.5"), "F605", "'size'"),
        (xml_of(width=60, height=80), "F605", "its annotation says 60x80"),
        (xml_of("<object><bndbox/></object>"), "F604", "object 1: an object has no name"),
        (xml_of("<object><name>a</name></object>"), "F604", "no box"),
        (xml_of(LEMON, object_of("a", ("x", 1, 2, 3))), "F604", "object 2: 'xmin'"),
        (xml_of(object_of("a", ("nan", 1, 2, 3))), "F604", "no number: 'nan'"),
        (xml_of(object_of("a", (1, 1, "inf", 3))), "F604", "'xmax'"),
        (xml_of(object_of("a", (1, 1, "1_0", 3))), "F604", "'xmax'"),
        (xml_of(object_of("a", (1, 1, "1e300", 3))), "F604", "beyond"),
        (xml_of(object_of("a", (1, 1, "", 3))), "F604", "'xmax'"),
        (xml_of(object_of("a", (90, 1, 95, 3))), "F604", "outside the image"),
        (xml_of(object_of("a", BOX, "<difficult>perhaps</difficult>")), "F604", "neither 0 nor 1"),
    ],
)  # fmt: skip
def test_bad_annotations(tmp_path: Path, text: str, code: str, words: str) -> None:
    place = write_voc(tmp_path / "set", {"good": xml_of(LEMON, file="good.png"), "a": text})
    source = open_dataset(place, "voc")
    assert len(source.read(Origin("set", "all", "good.png")).instances) == 1
    with pytest.raises(DataError) as error:
        source.read(Origin("set", "all", "a.png"))
    assert error.value.code == code, error.value
    assert words in error.value.message


def test_bad_objects_may_go(tmp_path: Path) -> None:
    bad = object_of("a", ("nan", 1, 2, 3)) + "<object/>" + object_of("a", (90, 1, 95, 3))
    sample = reads(tmp_path, xml_of(bad, LEMON), bad_objects="drop")
    assert boxes(sample) == [("lemon", (2, 2, 7, 6))]
    fails(tmp_path, "<annotation", "F602", bad_objects="drop")


def test_not_utf_8(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"b": xml_of(LEMON)})
    (place / "Annotations" / "b.xml").write_bytes(xml_of(object_of("\xff", BOX)).encode("latin-1"))
    write_voc(place, {"a": xml_of(LEMON)})
    with pytest.raises(AnnotationError, match="not XML"):
        open_dataset(place, "voc").read(Origin("set", "all", "b.png"))


def test_hostile_repetition_is_quick(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of(LEMON), "b": "<object><name " * 200_000})
    assert open_dataset(place, "voc").schema.label_names == ("lemon",)


def test_links_out(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {name: xml_of(LEMON) for name in ("a", "b", "c")})
    outside = tmp_path / "outside"
    outside.mkdir()
    for kind, name in (("JPEGImages", "a.png"), ("Annotations", "b.xml")):
        (place / kind / name).rename(outside / name)
        (place / kind / name).symlink_to(outside / name)
    source = open_dataset(place, "voc")
    for name in ("a.png", "b.png"):
        with pytest.raises(AnnotationError) as error:
            source.read(Origin("set", "all", name))
        assert error.value.code == "F609"
    assert len(source.read(Origin("set", "all", "c.png")).instances) == 1
