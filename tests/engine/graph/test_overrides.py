"""Overrides of the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.errors import UsageError
from dtl_engine.graph.overrides import Override, SetParameter, parse_override


@pytest.mark.parametrize(
    ("text", "layer", "path", "value"),
    [
        ("$data2.multiply=3", "$data2", ("multiply",), 3),
        ("lemon_train.visualize=true", "lemon_train", ("visualize",), True),
        (
            "$data5.random_part.width.min_percent=80.5",
            "$data5",
            ("random_part", "width", "min_percent"),
            80.5,
        ),
        ("$a.layers.0.name=conv 1", "$a", ("layers", "0", "name"), "conv 1"),
        ("$a.axis=horizontal", "$a", ("axis",), "horizontal"),
        ('$a.axis="horizontal"', "$a", ("axis",), "horizontal"),
        ("$a.name=", "$a", ("name",), ""),
        ("$a.name=x=y.z", "$a", ("name",), "x=y.z"),
        ("$a.by=null", "$a", ("by",), None),
        ("$a.color=[255, 0, 0]", "$a", ("color",), [255, 0, 0]),
        ('$a.map={"kiwi.x": "a=b"}', "$a", ("map",), {"kiwi.x": "a=b"}),
        ("$a.color=[255, 0", "$a", ("color",), "[255, 0"),
        ("$a.name=007", "$a", ("name",), "007"),
        (" $a.n =3", "$a", ("n",), 3),
    ],
)
def test_override(text: str, layer: str, path: tuple[str, ...], value: Any) -> None:
    override = parse_override(text)
    assert override == Override(text, layer, path, value)
    assert type(override.value) is type(value)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("crop_min=60", "crop_min", 60),
        (" crop_min = 60", "crop_min", 60),
        ("project=lemon", "project", "lemon"),
        ("project=a.b=c", "project", "a.b=c"),
        ('classes=["a"]', "classes", ["a"]),
        ("by=null", "by", None),
    ],
)
def test_parameter(text: str, name: str, value: Any) -> None:
    assert parse_override(text) == SetParameter(text, name, value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no '='"),
        ("$data2.multiply", "has no '='"),
        ("=3", "names no layer"),
        (".multiply=3", "names no layer"),
        ("$data2=3", "names no setting"),
        ("$data2.=3", "empty name"),
        ("$data2..x=3", "empty name"),
        ("$data2.a.=3", "empty name"),
    ],
)
def test_other_form_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_override(text)
    assert str(caught.value).startswith(f"override '{text}' ")
    assert words in str(caught.value)
    assert "expected LAYER.SETTING=VALUE, for example '$data2.multiply=3'" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("NaN", "found NaN"),
        ("[1e999]", "too large"),
        ('{"a": 1, "a": 2}', "a second time"),
        ("[" * 100, "nested deeper"),
        ("\udcff", "not UTF-8"),
    ],
)
def test_json_that_no_graph_may_hold_is_refused(value: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_override(f"$a.x={value}")


@given(
    st.none()
    | st.booleans()
    | st.integers(-(10**90), 10**90)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.lists(st.floats(allow_nan=False, allow_infinity=False))
)
def test_any_json_value_survives(value: Any) -> None:
    assert parse_override(f"$a.x={json.dumps(value)}").value == value
