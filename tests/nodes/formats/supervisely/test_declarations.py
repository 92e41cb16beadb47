"""Declarations of what is added to a project beside its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dtl_engine.errors import UsageError
from dtl_engine.model.schema import LabelSpec, Schema, TagSpec, TagValueType
from dtl_engine.model.shapes import ShapeKind
from dtl_nodes.formats.supervisely.declarations import declare, declared_in, join, require_equal

BOX = LabelSpec("box", ShapeKind.RECTANGLE, "#FF0000", {"id": 7, "hotkey": "b"})
BLOB = LabelSpec("blob", ShapeKind.BITMAP, "#00FF00", {"id": 7, "hotkey": "m"})
RIPE = TagSpec("ripe", TagValueType.CHOICE, ("no", "yes"))
THERE = Schema((BOX,), (RIPE, TagSpec("checked")))


def test_what_is_new_comes_behind() -> None:
    pale = LabelSpec("box", ShapeKind.RECTANGLE, "#FFEEEE")
    choices = TagSpec("ripe", TagValueType.CHOICE, ("yes", "nearly"))
    found = join(THERE, Schema((BLOB, pale), (TagSpec("note", TagValueType.STRING), choices)))
    assert found.label_names == ("box", "blob")
    assert found.labels[0].color == "#FF0000"
    assert found.labels[0].extra == BOX.extra
    assert found.labels[1].extra == {"hotkey": "m"}, "numbers of another project mean nothing"
    assert found.tag_names == ("ripe", "checked", "note")
    assert found.tags[0].values == ("no", "yes", "nearly")


@pytest.mark.parametrize(
    ("added", "word"),
    [
        (Schema((LabelSpec("box", ShapeKind.POLYGON, "#FF0000"),)), "shape rectangle .* polygon"),
        (Schema((), (TagSpec("checked", TagValueType.NUMBER),)), "as none .* as any_number"),
        (Schema((), (TagSpec("ripe"),)), "as oneof_string .* as none"),
    ],
)
def test_clashes_are_refused(added: Schema, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        join(THERE, added)


def test_equal_declarations_may_differ_in_colour_and_order() -> None:
    pale = LabelSpec("box", ShapeKind.RECTANGLE, "#FFEEEE")
    choices = TagSpec("ripe", TagValueType.CHOICE, ("yes", "no"))
    require_equal(THERE, Schema((pale,), (TagSpec("checked"), choices)))


def test_differences_are_named() -> None:
    added = Schema(
        (LabelSpec("box", ShapeKind.POLYGON, "#FF0000"), BLOB),
        (TagSpec("ripe", TagValueType.CHOICE, ("no", "yes", "nearly")),),
    )
    with pytest.raises(UsageError) as refused:
        require_equal(THERE, added)
    assert str(refused.value) == (
        "the project declares other classes or tags than what is added has: class 'blob' is not "
        "in the project; class 'box' is rectangle in the project, polygon in what is added; "
        "tag 'checked' is in the project alone; ...; \"merge_different_meta\": true merges them"
    )


def test_declaring_keeps_all_else(tmp_path: Path) -> None:
    meta = tmp_path / "meta.json"
    written = {
        "classes": [{"title": "box", "shape": "rectangle", "color": "#FF0000", "hotkey": "b"}],
        "tags_images": ["checked"],
        "projectSettings": {"multiView": {"enabled": False}},
    }
    meta.write_text(json.dumps(written))
    before = meta.read_bytes()
    declare(tmp_path, Schema((BOX,), (TagSpec("checked"),)))
    assert meta.read_bytes() == before, "nothing new, nothing written"
    declare(tmp_path, Schema((BLOB,)))
    content = json.loads(meta.read_bytes())
    assert content["projectSettings"] == written["projectSettings"]
    assert "tags_images" not in content
    assert content["classes"][0]["hotkey"] == "b"
    assert declared_in(tmp_path).label_names == ("box", "blob")
    assert declared_in(tmp_path).tag_names == ("checked",)
    assert [path.name for path in tmp_path.iterdir()] == ["meta.json"]


def test_unreadable_declarations_are_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("[")
    with pytest.raises(UsageError, match=r"nothing can be added to .*meta\.json is not JSON"):
        declared_in(tmp_path)
