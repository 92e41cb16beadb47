from __future__ import annotations

import pytest

from dtl_engine.model.annotation import Tag
from dtl_engine.model.schema import Schema, SchemaError, TagSpec, TagValueType
from dtl_nodes.classes.tag_values import TagValue, declare_tag, set_tag

AT = ("tags", 0)
TAGS = (Tag("night"), Tag("count", 3, {"id": 7}))


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, TagValueType.NONE), ("", TagValueType.STRING), (0, TagValueType.NUMBER),
     (2.5, TagValueType.NUMBER)],
)  # fmt: skip
def test_an_undeclared_tag_is_declared_by_its_value(value: TagValue, kind: TagValueType) -> None:
    assert declare_tag(Schema(), "new", value, AT).tags == (TagSpec("new", kind),)


def test_without_value_the_layer_says_what_it_is() -> None:
    schema = declare_tag(Schema(), "new", None, AT, without_value=TagValueType.STRING)
    assert schema.tags == (TagSpec("new", TagValueType.STRING),)


def test_a_declaration_stays_or_does_not_fit() -> None:
    schema = Schema(tags=(TagSpec("kind", TagValueType.CHOICE, ("a", "b")),))
    for value in (None, "a"):
        assert declare_tag(schema, "kind", value, AT) is schema
    with pytest.raises(SchemaError, match="'kind' is declared as oneof_string") as refused:
        declare_tag(schema, "kind", "c", AT)
    error = refused.value
    assert (error.code, error.at, error.allowed, error.help) == (
        "E304",
        AT,
        ("a", "b"),
        "one of: a, b",
    )


@pytest.mark.parametrize("value", [None, 3, 3.0])
def test_what_is_set_already(value: TagValue) -> None:
    assert set_tag(TAGS, "count", value) is TAGS


def test_a_tag_is_set() -> None:
    assert set_tag(TAGS, "count", "3") == (TAGS[0], Tag("count", "3", {"id": 7}))
    assert set_tag(TAGS, "new", None) == (*TAGS, Tag("new"))
