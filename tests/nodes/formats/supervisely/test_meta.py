from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec, TagValueType
from dtl_nodes.formats.supervisely.meta import meta_json, read_meta
from dtl_nodes.formats.supervisely.writer import write_meta
from tests.fixtures.projects import CLASSES, project_meta

LEMON = {"title": "lemon", "shape": "polygon", "color": "#F5D327"}


def read(folder: Path, meta: Any, file: str = "meta.json") -> tuple[Schema, tuple[str, ...]]:
    (folder / file).write_text(meta if isinstance(meta, str) else json.dumps(meta))
    return read_meta(folder)


def refused(folder: Path, meta: Any) -> str:
    with pytest.raises(SchemaError) as caught:
        read(folder, meta)
    assert caught.value.code == "E403"
    return caught.value.message


def test_current_form(tmp_path: Path) -> None:
    meta = project_meta(tuple(CLASSES), tagged=True, legacy=False)
    schema, notes = read(tmp_path, meta)
    assert notes == ()
    assert {label.name: label.kind for label in schema.labels} == CLASSES
    assert schema.tag_names == ("checked", "note", "count", "ripeness", "sure", "weight")
    assert schema.tag("ripeness") == TagSpec("ripeness", TagValueType.CHOICE, ("green", "ripe"))


def test_reading_and_writing_is_identity(tmp_path: Path) -> None:
    meta = project_meta(tuple(CLASSES), tagged=True, legacy=False)
    meta["classes"][0] |= {"id": 11, "hotkey": "l"}
    meta["tags"][0] |= {"applicable_type": "imagesOnly", "classes": []}
    schema, _ = read(tmp_path, meta)
    assert meta_json(schema) == meta
    write_meta(schema, tmp_path)
    assert json.loads((tmp_path / "meta.json").read_text()) == meta
    assert read_meta(tmp_path) == (schema, ())


def test_first_version_is_a_bare_list(tmp_path: Path) -> None:
    schema, notes = read(tmp_path, [LEMON], "classes.json")
    assert schema == Schema((LabelSpec("lemon", "polygon", "#F5D327"),))
    assert notes == ()


def test_meta_wins_over_the_first_version(tmp_path: Path) -> None:
    (tmp_path / "classes.json").write_text("[]")
    schema, (note,) = read(tmp_path, {"classes": [LEMON]})
    assert schema.label_names == ("lemon",)
    assert "classes.json" in note


def test_legacy_tag_lists_are_merged(tmp_path: Path) -> None:
    schema, notes = read(tmp_path, project_meta(("box",), tagged=True, legacy=True))
    assert schema.tags == (
        TagSpec("checked"),
        TagSpec("note", TagValueType.STRING),
        TagSpec("count", TagValueType.NUMBER),
        TagSpec("ripeness", TagValueType.CHOICE, ("green", "ripe")),
        TagSpec("sure"),
        TagSpec("weight", TagValueType.NUMBER),
    )
    assert len(notes) == 1
    assert "'note'" in notes[0]


def test_equal_tags_of_both_legacy_lists_are_one(tmp_path: Path) -> None:
    twice: dict[str, Any] = {"classes": [], "tags_images": ["a"], "tags_objects": ["a"]}
    assert read(tmp_path, twice)[0].tags == (TagSpec("a"),)
    twice["tags_objects"] = [{"name": "a", "value_type": "any_string"}]
    assert "'a' is declared twice" in refused(tmp_path, twice)


def test_legacy_lists_beside_current_tags_are_an_error(tmp_path: Path) -> None:
    meta: dict[str, Any] = {"classes": [], "tags": [], "tags_images": ["a"], "tags_objects": []}
    assert read(tmp_path, meta)[0].tags == (TagSpec("a"),)
    assert "'tags' stands beside" in refused(tmp_path, {**meta, "tags": ["b"]})


def test_classes_without_colour_get_distinct_ones(tmp_path: Path) -> None:
    classes = [LEMON, *({"title": name, "shape": "bitmap"} for name in "abc")]
    schema, _ = read(tmp_path, {"classes": classes})
    assert len({label.color for label in schema.labels}) == 4
    assert schema.labels[0].color == "#F5D327"


@pytest.mark.parametrize("color", [None, "red", "#12", "#12345G", 7])
def test_broken_colours_are_replaced(tmp_path: Path, color: Any) -> None:
    schema, _ = read(tmp_path, {"classes": [{**LEMON, "color": color}]})
    assert len(schema.labels[0].color) == 7


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeff{"classes": []}')[0] == Schema()


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        ("{", "not JSON"),
        ("", "not JSON"),
        (3, "no list 'classes'"),
        ({}, "no list 'classes'"),
        ({"classes": {}}, "no list 'classes'"),
        ({"classes": [3]}, "not an object"),
        ({"classes": [{"shape": "polygon"}]}, "no title"),
        ({"classes": [{**LEMON, "title": ""}]}, "no title"),
        ({"classes": [LEMON, LEMON]}, "'lemon' is declared twice"),
        ({"classes": [{**LEMON, "shape": "circle"}]}, "known are point, rectangle"),
        ({"classes": [{"title": "lemon"}]}, "has shape None"),
        ({"classes": [], "projectType": "videos"}, "project of videos"),
        ({"classes": [], "tags": {"a": 1}}, "'tags' is no list"),
        ({"classes": [], "tags": [""]}, "no name"),
        ({"classes": [], "tags": ["a", "a"]}, "'a' is declared twice"),
        ({"classes": [], "tags": [{"name": "a", "value_type": "day"}]}, "any_number"),
        ({"classes": [], "tags": [{"name": "a", "value_type": "oneof_string"}]}, "needs 'values'"),
        ({"classes": [], "tags": [{"name": "a", "value_type": "none", "values": ["x"]}]}, "values"),
        ({"classes": [], "tags": [{"name": "a", "values": [1]}]}, "no list of strings"),
    ],
)
def test_broken_declarations_are_told(tmp_path: Path, meta: Any, words: str) -> None:
    message = refused(tmp_path, meta)
    assert words in message
    assert "meta.json" in message


def test_a_folder_without_declarations_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no project"):
        read_meta(tmp_path)


def test_any_shape_is_kept(tmp_path: Path) -> None:
    schema, _ = read(tmp_path, {"classes": [{**LEMON, "shape": "any"}]})
    assert meta_json(schema)["classes"][0]["shape"] == "any"
