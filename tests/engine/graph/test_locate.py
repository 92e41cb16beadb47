"""Where values and names stand in a document."""

from __future__ import annotations

import pytest

from dtl_engine.graph.json_reader import JsonDocument, read_json
from dtl_engine.graph.locate import pointer_of, tokens_of


def read(text: str) -> JsonDocument:
    return read_json(text.encode(), "g.json")


def place_of(document: JsonDocument, pointer: str, *, key: bool = False) -> tuple[int, int]:
    location = document.locate(pointer, key=key)
    assert (location.file, location.pointer) == ("g.json", pointer)
    return location.line, location.column


GOOD = (
    '{\r\n  "a/b": [1, "é😀", {"~": null}],\r\n'
    '\t"": {"x": true},\n  "0": -1.5e3, "é": [[], {}],\r  "q\\"\\u0061": "end"\n}'
)


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 1), (1, 1)),
        ("/a~1b", (2, 10), (2, 3)),
        ("/a~1b/0", (2, 11), (2, 11)),
        ("/a~1b/1", (2, 14), (2, 14)),
        ("/a~1b/2", (2, 20), (2, 20)),
        ("/a~1b/2/~0", (2, 26), (2, 21)),
        ("/", (3, 6), (3, 2)),
        ("//x", (3, 12), (3, 7)),
        ("/0", (4, 8), (4, 3)),
        ("/é/0", (4, 22), (4, 22)),
        ("/é/1", (4, 26), (4, 26)),
        ('/q"a', (5, 16), (5, 3)),
    ],
)
def test_positions(pointer: str, value: tuple[int, int], key: tuple[int, int]) -> None:
    document = read(GOOD)
    assert place_of(document, pointer) == value
    assert place_of(document, pointer, key=True) == key


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/absent", (1, 1)),
        ("/absent/deeper", (1, 1)),
        ("/a~1b/3", (2, 10)),
        ("/a~1b/-", (2, 10)),
        ("/a~1b/00", (2, 10)),
        ("/a~1b/" + "9" * 5000, (2, 10)),
        ("/a~1b/\u0660", (2, 10)),
        ("/a~1b/0/deeper", (2, 11)),
        ("/a~1b/2/~0/x", (2, 26)),
    ],
)
@pytest.mark.parametrize("key", [False, True])
def test_absent_value_is_located_at_its_nearest_ancestor(
    pointer: str, place: tuple[int, int], key: bool
) -> None:
    assert place_of(read(GOOD), pointer, key=key) == place


def test_pointer_without_slash_is_refused() -> None:
    with pytest.raises(ValueError, match="not a JSON pointer"):
        read("{}").locate("a")


def test_pointers_are_escaped() -> None:
    tokens = ("a/b", "~1", "", "~0/", "é")
    assert pointer_of(tokens) == "/a~1b/~01//~00~1/é"
    assert tokens_of(pointer_of(tokens)) == tokens
    assert pointer_of(["settings", 0]) == "/settings/0"
    assert tokens_of("") == ()
