"""Schemas: what a stream may carry, declared, merged and told apart."""

from __future__ import annotations

import colorsys

import pytest

from dtl_engine.model.schema import (
    ANY_SHAPE,
    LabelSpec,
    Schema,
    SchemaError,
    TagSpec,
    TagValueType,
    distinct_color,
    merge_schemas,
)
from dtl_engine.model.shapes import ShapeKind

BOX = LabelSpec("box", ShapeKind.RECTANGLE, "#FF0000", {"id": 5})
BLOB = LabelSpec("blob", ShapeKind.BITMAP, "#00FF00")
NOTE = TagSpec("note", TagValueType.STRING)
RIPE = TagSpec("ripe", TagValueType.CHOICE, ("yes", "no"))


def test_looking_up() -> None:
    schema = Schema((BOX, BLOB), (NOTE,))
    assert (schema.label_names, schema.tag_names) == (("box", "blob"), ("note",))
    assert schema.label("blob") is BLOB
    assert schema.tag("note") is NOTE
    assert schema.label("note") is None
    assert schema.tag("box") is None


def test_labels_are_declared_once() -> None:
    schema = Schema((BOX,)).with_label("blob", ShapeKind.BITMAP)
    assert schema.label_names == ("box", "blob")
    assert schema.with_label("blob", ShapeKind.BITMAP) is schema
    assert Schema((LabelSpec("a", ANY_SHAPE, "#000000"),)).with_label("a", ShapeKind.POINT)
    with pytest.raises(SchemaError) as caught:
        schema.with_label("box", ShapeKind.BITMAP, at=("class",))
    assert (caught.value.code, caught.value.at) == ("E303", ("class",))


def test_tags_are_declared_once() -> None:
    schema = Schema(tags=(NOTE,)).with_tag(RIPE)
    assert schema.with_tag(TagSpec("ripe", TagValueType.CHOICE, ("yes", "no"), "#123456")) == schema
    assert schema.without_tag("note").tag_names == ("ripe",)
    assert schema.without_tag("absent") == schema
    for other in (TagSpec("ripe"), TagSpec("ripe", TagValueType.CHOICE, ("no", "yes"))):
        with pytest.raises(SchemaError) as caught:
            schema.with_tag(other)
        assert caught.value.code == "E304"


def test_merging_keeps_the_first() -> None:
    other = LabelSpec("box", ShapeKind.RECTANGLE, "#0000FF")
    merged = merge_schemas([Schema((BOX,), (NOTE,)), Schema((BLOB, other), (RIPE, NOTE))])
    assert merged == Schema((BOX, BLOB), (NOTE, RIPE))
    assert merged.labels[0].extra == {"id": 5}
    assert merge_schemas([]) == Schema()


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (Schema((LabelSpec("box", ShapeKind.BITMAP, "#FF0000"),)), "E303"),
        (Schema(tags=(TagSpec("note"),)), "E304"),
    ],
)
def test_merging_refuses_contradictions(other: Schema, code: str) -> None:
    with pytest.raises(SchemaError) as caught:
        merge_schemas([Schema((BOX,), (NOTE,)), other])
    assert caught.value.code == code


def test_new_colours_are_far_from_the_others() -> None:
    colors: list[str] = []
    for _ in range(8):
        colors.append(distinct_color(colors))
    assert len(set(colors)) == 8
    assert colors == [distinct_color(colors[:at]) for at in range(8)]
    hues = sorted(hue(color) for color in colors)
    gaps = [b - a for a, b in zip(hues, [*hues[1:], hues[0] + 1], strict=True)]
    assert min(gaps) > 0.1
    assert distinct_color(["#F00", "#808080", "#000000"]).startswith("#")


def hue(color: str) -> float:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return colorsys.rgb_to_hls(red, green, blue)[0]
