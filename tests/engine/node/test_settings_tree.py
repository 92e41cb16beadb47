from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from dtl_engine.node.settings import NoSettings, Settings
from dtl_engine.node.settings_tree import (
    Group,
    Setting,
    every_setting,
    remark_on,
    settings_tree,
)


class Range(Settings):
    """A range; at least one of the two."""

    min: int | None = None
    """The least."""

    max: int = Field(alias="most")
    """The most."""


class Small(Settings):
    """By size."""

    pixels: Annotated[int, Field(ge=0)]
    """Its size."""


class Named(Settings):
    """By name."""

    names: tuple[str, ...]
    """The names."""


class Everything(Settings):
    """Settings of ``everything``: exactly one of the ``two``."""

    where: Range
    """Where it is."""

    bare: Range | None = None

    kind: Small | Named
    """Which ones."""

    either: Literal["delete"] | Named
    """What becomes of them."""

    each: tuple[Range, ...] = ()
    """Some ranges."""

    of: dict[str, Range] = Field(default_factory=dict)
    """Ranges by name."""

    old: bool | None = Field(default=None, deprecated="it does nothing")
    """Does nothing."""


def tree(model: type[Settings]) -> dict[str, Setting]:
    return {setting.name: setting for setting in settings_tree(model.model_json_schema())}


def kind(annotation: Any) -> str:
    model = type("Made", (Settings,), {"__annotations__": {"it": annotation}})
    return tree(model)["it"].kind


RANGE = (
    Setting("min", "integer", False, "", False, "The least.", ()),
    Setting("most", "integer", True, "", False, "The most.", ()),
)


def test_objects_show_what_they_hold() -> None:
    where = tree(Everything)["where"]
    assert where.groups == (Group("", RANGE),)
    assert where.facts == "object, required"
    assert where.description == "Where it is; at least one of the two."


def test_an_object_that_is_not_described_speaks_for_itself() -> None:
    assert tree(Everything)["bare"].description == "A range; at least one of the two."


def test_kinds_of_objects_are_told_apart() -> None:
    found = tree(Everything)["kind"]
    assert [group.heading for group in found.groups] == ["By size", "By name"]
    assert [group.settings[0].name for group in found.groups] == ["pixels", "names"]
    assert found.description == "Which ones."


def test_an_object_among_other_values() -> None:
    found = tree(Everything)["either"]
    assert found.facts == '"delete" or object, required'
    assert [group.heading for group in found.groups] == ["as an object"]


@pytest.mark.parametrize(
    ("name", "facts", "heading"),
    [
        ("each", "list of objects, default []", "each entry"),
        ("of", "object, each value: object, optional", "each value"),
    ],
)
def test_objects_in_lists_and_by_name(name: str, facts: str, heading: str) -> None:
    found = tree(Everything)[name]
    assert found.facts == facts
    assert found.groups == (Group(heading, RANGE),)


def test_settings_without_effect() -> None:
    assert tree(Everything)["old"].facts == "true or false, ignored"


def test_paths_of_all_settings() -> None:
    paths = [path for path, _ in every_setting(settings_tree(Everything.model_json_schema()))]
    assert paths[:3] == ["where", "where.min", "where.most"]
    assert "kind.pixels" in paths
    assert "of.most" in paths


def test_what_is_said_of_all_settings() -> None:
    assert remark_on(Everything.model_json_schema()) == "exactly one of the `two`"
    assert remark_on(NoSettings.model_json_schema()) == ""
    assert remark_on({}) == ""


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Any, "anything"),
        (bool, "true or false"),
        (str | int | None, "string or integer"),
        (Literal["a", "b"], '"a" or "b"'),
        (Literal[True], "true"),
        (Annotated[str, Field(min_length=1)], "string, not empty"),
        (Annotated[str, Field(min_length=1)] | bool, "string (not empty) or true or false"),
        (Annotated[str, Field(min_length=2, max_length=2)], "string, exactly 2 characters"),
        (Annotated[str, Field(max_length=1)], "string, at most 1 character"),
        (Annotated[str, Field(pattern="^a+$")], "string, matching ^a+$"),
        (Annotated[str, Field(pattern="^a{1,100}" * 9)], "string"),
        (Annotated[int, Field(ge=1, le=5)], "integer, 1 to 5"),
        (Annotated[float, Field(ge=0.00001)], "number, at least 0.00001"),
        (Annotated[float, Field(gt=0, lt=1)], "number, above 0, below 1"),
        (Annotated[int, Field(le=9, multiple_of=3)], "integer, at most 9, a multiple of 3"),
        (tuple[str, str], "list of strings, exactly 2 entries"),
        (tuple[str, int], "list of string, integer"),
        (tuple[Literal["a", "b"], ...], 'list of "a" or "b"'),
        (tuple[Any, ...], "list"),
        (
            Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)],
            "list of integers, at least 1 entry, each at least 0",
        ),
        (dict[str, Any], "object"),
        (
            Annotated[dict[str, str], Field(min_length=1)],
            "object, at least 1 entry, each value: string",
        ),
    ],
)
def test_words_for_types(annotation: Any, words: str) -> None:
    assert kind(annotation) == words
