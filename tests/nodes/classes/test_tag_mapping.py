"""Tag mappings of ``data``: declarations and tags change together."""

from __future__ import annotations

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import Schema, SchemaError, TagSpec, TagValueType
from dtl_engine.model.shapes import Rectangle
from dtl_engine.testing import make_sample
from dtl_nodes.data import Data
from tests.fixtures.nodes import infer, run

SCHEMA = Schema(
    (),
    (
        TagSpec("good"),
        TagSpec("fine"),
        TagSpec("side", TagValueType.CHOICE, ("left", "right")),
    ),
)


def mapped(mapping: object) -> list[str]:
    settings = {"classes_mapping": "default", "tags_mapping": mapping}
    return [tag.name for tag in infer(Data, settings, SCHEMA).tags]


def test_declarations() -> None:
    assert mapped("default") == ["good", "fine", "side"]
    assert mapped({"good": "__ignore__", "__other__": "__default__"}) == ["fine", "side"]
    assert mapped({"good": "well", "__other__": "__ignore__"}) == ["well"]
    assert mapped({"good": "fine", "fine": "good", "side": "__default__"}) == [
        "fine", "good", "side"
    ]  # fmt: skip
    assert mapped({"good": "fine", "__other__": "__default__"}) == ["fine", "side"]


@pytest.mark.parametrize(
    ("mapping", "code", "words"),
    [
        ({"good": "__ignore__"}, "E301", "'fine', 'side'"),
        ({"god": "well", "__other__": "__default__"}, "E302", "no tag 'god'"),
        ({"good": "side", "__other__": "__default__"}, "E304", "cannot become 'side'"),
        ({"good": "__new__", "__other__": "__default__"}, "E305", "no tag name"),
    ],
)
def test_mappings_that_do_not_fit(mapping: object, code: str, words: str) -> None:
    with pytest.raises(SchemaError) as refused:
        mapped(mapping)
    assert refused.value.code == code
    assert words in refused.value.message


def test_tags_of_images_and_objects() -> None:
    tags = (Tag("good"), Tag("side", "left"), Tag("fine"))
    sample = make_sample(4, 4, [Instance("box", Rectangle(0, 0, 1, 1), tags)], tags)
    mapping = {"good": "well", "fine": "__ignore__", "side": "__default__"}
    (result,) = run(Data, {"classes_mapping": "default", "tags_mapping": mapping}, sample)
    expected = (Tag("well"), Tag("side", "left"))
    assert result.tags == result.instances[0].tags == expected


def test_the_default_touches_nothing() -> None:
    sample = make_sample(4, 4, (), (Tag("good"),))
    settings = {"classes_mapping": "default", "tags_mapping": {"__other__": "__default__"}}
    (result,) = run(Data, settings, sample)
    assert result is sample
