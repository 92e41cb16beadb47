"""The strict JSON reader: limits, speed, and agreement with the standard library."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.errors import GraphInvalid, Location, Problem
from dtl_engine.graph import scanner
from dtl_engine.graph.json_reader import MAX_BYTES, JsonDocument, read_json
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.scanner import MAX_DEPTH, MAX_DIGITS, MAX_PROBLEMS


def read(text: str) -> JsonDocument:
    return read_json(text.encode(), "g.json")


def problems_of(data: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(GraphInvalid) as caught:
        read_json(data.encode() if isinstance(data, str) else data, "g.json")
    return caught.value.problems


def test_byte_order_mark_is_no_column() -> None:
    document = read_json(b"\xef\xbb\xbf [1]", "g.json")
    assert document.text == " [1]"
    assert document.locate("") == Location("g.json", 1, 2, "")


def test_limits_are_inclusive() -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read(deepest).value == json.loads(deepest)
    assert read("9" * MAX_DIGITS).value == int("9" * MAX_DIGITS)
    assert read("1.7976931348623157e308").value == math.nextafter(math.inf, 0)
    assert read('"' + "x" * (MAX_BYTES - 2) + '"').value == "x" * (MAX_BYTES - 2)


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "MAX_VALUES", 1000)
    assert len(read("[" + "0," * 998 + "0]").value) == 999
    [problem] = problems_of("[" + "0," * 999 + "0]")
    assert problem.code == "E006"
    assert problem.location == Location("g.json", 1, 2000, "/999")


def test_too_many_bytes() -> None:
    [problem] = problems_of(b"[" * (MAX_BYTES + 1))
    assert (problem.code, problem.location.line, problem.location.column) == ("E006", 1, 1)


def test_problems_are_limited() -> None:
    assert len(problems_of("[" + "NaN," * 5000 + "0]")) == MAX_PROBLEMS


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '[{"":' * 100_000,
        "[" + "1" * 1_000_000,
        "[-0" + "0" * 1_000_000,
        '["' + "a" * 1_000_000,
        '["' + "\\n" * 500_000,
        "\n" * 1_000_000,
        "[1" + "\r\n" * 500_000 + "x",
        "{" + '"a":1,' * 200_000,
        "a" * 1_000_000,
    ],
    ids=range(11),
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    start = time.process_time()
    problems_of(text)
    assert time.process_time() - start < 5


def test_large_document_is_read_at_a_useful_rate() -> None:
    layer = {"action": "crop", "src": ["$a"], "dst": "$b", "settings": {"width": [1, 2.5, True]}}
    text = json.dumps([layer] * 5000, indent=2)
    start = time.process_time()
    document = read(text)
    # A tenth of what it does on a slow machine: the test is about the order of growth.
    assert len(text) / 1e6 / (time.process_time() - start) > 0.3
    assert document.value == [layer] * 5000
    lines = text.split("\n")
    for index in range(0, 5000, 7):
        location = document.locate(f"/{index}/settings", key=True)
        assert lines[location.line - 1][location.column - 1 :] == '"settings": {'


def test_reference_graphs_are_read(shared: Path) -> None:
    paths = sorted((shared / "graphs").glob("*.json"))
    assert paths
    for path in paths:
        assert read_json(path.read_bytes(), path.name).value == json.loads(path.read_bytes())


characters = st.characters(exclude_categories=["Cs"])
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**90), 10**90)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(characters, max_size=8)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(characters, max_size=4) | st.sampled_from("~/a0"), inner)
    ),
    max_leaves=20,
)


def parts_of(value: Any, tokens: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Any]]:
    yield pointer_of(tokens), value
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for token, member in members:
        yield from parts_of(member, (*tokens, token))


def offset_at(text: str, line: int, column: int, end: str) -> int:
    return sum(len(row) + len(end) for row in text.split(end)[: line - 1]) + column - 1


@settings(deadline=None)
@given(
    value=values,
    indent=st.none() | st.integers(0, 3),
    ascii_only=st.booleans(),
    end=st.sampled_from(["\n", "\r", "\r\n"]),
)
def test_positions_point_at_the_values(
    value: Any, indent: int | None, ascii_only: bool, end: str
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).replace("\n", end)
    document = read(text)
    assert json.dumps(document.value) == json.dumps(value)
    decoder = json.JSONDecoder()
    for pointer, part in parts_of(value):
        location = document.locate(pointer)
        offset = offset_at(text, location.line, location.column, end)
        there, _ = decoder.raw_decode(text, offset)
        assert json.dumps(there) == json.dumps(part)
        if isinstance(part, dict):
            for name in part:
                location = document.locate(pointer + pointer_of([name]), key=True)
                offset = offset_at(text, location.line, location.column, end)
                assert decoder.raw_decode(text, offset)[0] == name


def standard(text: str) -> Any:
    """Read with the standard library, refusing what strict JSON and our limits refuse."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("repeated name")
        return dict(pairs)

    def constant(word: str) -> Any:
        raise ValueError(word)

    value = json.loads(text, object_pairs_hook=unique, parse_constant=constant)
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    return value


SCRAPS = st.sampled_from(
    [
        *"[]{},:\"\\/'0159-+.eEtfnu \n\r\t#\x00\u00a0\u0660",
        *("NaN", "Infinity", "true", "null", "None", "1e999", "//", '"a"', '"a":1,'),
        *("\\u0041", "\\ud83d", "\\ude00"),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = json.dumps(draw(values), indent=draw(st.sampled_from([None, 1])), ensure_ascii=False)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        text = text[:start] + draw(st.just("") | SCRAPS | SCRAPS) + text[end:]
    return text


@settings(max_examples=1000, deadline=None)
@given(text=mutated() | st.text(st.sampled_from('[]{},:"\\1-.eE0tu \n'), max_size=12))
def test_agrees_with_the_standard_library(text: str) -> None:
    try:
        expected = standard(text)
    except ValueError:
        for problem in problems_of(text):
            # A NUL among the first characters looks like UTF-16.
            assert problem.code in {"E002", "E003", "E004"} or "\0" in text[:4]
            assert problem.message
            assert 1 <= problem.location.line <= text.count("\n") + text.count("\r") + 1
            assert 1 <= problem.location.column <= len(text) + 1
    else:
        assert json.dumps(read(text).value) == json.dumps(expected)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = read_json(data, "g.json")
    except GraphInvalid as error:
        assert all(problem.code in {"E002", "E004", "E007"} for problem in error.problems)
    else:
        assert document.value == json.loads(data)
