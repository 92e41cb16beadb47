from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.node.json_text import json_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


def test_what_fits_stays_in_one_line() -> None:
    assert json_text({"a": [1, 2]}, 40) == '{"a": [1, 2]}'
    assert json_text({}, 1) == "{}"


def test_what_is_too_long_is_opened() -> None:
    value = {"first": {"least": 70, "most": 90}, "second": [1, 2, 3]}
    assert json_text(value, 40) == (
        '{\n  "first": {"least": 70, "most": 90},\n  "second": [1, 2, 3]\n}'
    )
    assert json_text(value, 37) == (
        '{\n  "first": {"least": 70, "most": 90},\n  "second": [1, 2, 3]\n}'
    )
    assert json_text(value, 36) == (
        '{\n  "first": {\n    "least": 70,\n    "most": 90\n  },\n  "second": [1, 2, 3]\n}'
    )
    assert json_text(value, 40, 2) == (
        '{\n    "first": {"least": 70, "most": 90},\n    "second": [1, 2, 3]\n  }'
    )


@given(JSON, st.integers(1, 60))
def test_it_says_the_same(value: Any, width: int) -> None:
    assert json.loads(json_text(value, width)) == value


@pytest.mark.parametrize("width", [20, 40, 60])
def test_lines_are_not_too_long(width: int) -> None:
    value = {"aa": [{"b": [10] * 9, "c": {}}], "d": {"e": 1, "f": [2, 3]}}
    assert all(len(line) <= width for line in json_text(value, width).splitlines())
