"""What is refused, at which place, and with which words."""

from __future__ import annotations

import pytest

from dtl_engine.errors import GraphInvalid, Problem
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.scanner import MAX_DIGITS


def problems_of(data: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(GraphInvalid) as caught:
        read_json(data.encode() if isinstance(data, str) else data, "g.json")
    return caught.value.problems


# text, code, line, column, pointer, words of message and help
BROKEN: list[tuple[str | bytes, str, int, int, str, str]] = [
    ("", "E002", 1, 1, "", "the file is empty"),
    (" \n\n ", "E002", 1, 1, "", "the file is empty"),
    ("[1, 2, ]", "E002", 1, 6, "", "remove this comma"),
    ('{"a": 1,\n}', "E002", 1, 8, "", "found ',' before '}'"),
    ('[1, {"a": [2,]}]', "E002", 1, 13, "/1/a", "remove this comma"),
    ("[1 2]", "E002", 1, 4, "", "put ',' after the value that ends at line 1, column 2"),
    (
        '{"a": 1\n "b": 2}',
        "E002",
        2,
        2,
        "",
        "put ',' after the value that ends at line 1, column 7",
    ),
    ("[[1] [2]]", "E002", 1, 6, "", "found '[', expected ',' or ']'"),
    ("[1,,2]", "E002", 1, 4, "/1", "remove the extra comma"),
    ("[,1]", "E002", 1, 2, "/0", "found ',', expected a value or ']'"),
    ("{,}", "E002", 1, 2, "", "remove the extra comma"),
    ('{"a": 1; "b": 2}', "E002", 1, 8, "", "values are separated by ','"),
    ('{"a" 1}', "E002", 1, 6, "/a", "put ':' between a name and its value"),
    ('{"a" = 1}', "E002", 1, 6, "/a", "not '='"),
    ('{"a"}', "E002", 1, 5, "/a", "found '}', expected ':'"),
    ('{"a":}', "E002", 1, 6, "/a", "write the missing value"),
    ("{'a': 1}", "E002", 1, 2, "", "double quotes"),
    ("['a']", "E002", 1, 2, "/0", "double quotes"),
    ("[“a”]", "E002", 1, 2, "/0", "U+201C (left double quotation mark)"),
    ("[1] // end", "E002", 1, 5, "", "JSON has no comments"),
    ("[\n# one\n1]", "E002", 2, 1, "/0", "found a comment"),
    ("[1 /* one */]", "E002", 1, 4, "", "JSON has no comments"),
    ("{\r\n  action: 1}", "E002", 2, 3, "", 'write "action"'),
    ("{1: 2}", "E002", 1, 2, "", 'write "1"'),
    ("{null: 2}", "E002", 1, 2, "", 'write "null"'),
    ("[True]", "E002", 1, 2, "/0", "write true"),
    ('{"a": False}', "E002", 1, 7, "/a", "write false"),
    ("[0, None]", "E002", 1, 5, "/1", "write null"),
    ("[undefined]", "E002", 1, 2, "/0", "write null"),
    ("[lemon]", "E002", 1, 2, "/0", 'write "lemon"'),
    ("[truely]", "E002", 1, 2, "/0", "found 'truely'"),
    ("[nan]", "E002", 1, 2, "/0", "finite numbers only"),
    ("[+Infinity]", "E002", 1, 2, "/0", "finite numbers only"),
    ("[(1)]", "E002", 1, 2, "/0", "square brackets"),
    ('"abc', "E002", 1, 5, "", "the string of line 1, column 1 is not closed"),
    ('["a\nb"]', "E002", 1, 4, "/0", "the string of line 1, column 2 is not closed"),
    ('["a\\', "E002", 1, 5, "/0", "the string of line 1, column 2 is not closed"),
    ('{"a": [1, 2', "E002", 1, 12, "/a", "the '[' of line 1, column 7 is not closed"),
    ('[{"a": 1,\n\n', "E002", 1, 10, "/0", "the '{' of line 1, column 2 is not closed"),
    ("[", "E002", 1, 2, "/0", "found the end of the file, expected a value or ']'"),
    ('{"a":', "E002", 1, 6, "/a", "found the end of the file, expected a value"),
    ("[1}", "E002", 1, 3, "", "the '[' of line 1, column 1 is not closed"),
    ('{"a": 1]', "E002", 1, 8, "", "the '{' of line 1, column 1 is not closed"),
    ('["a\tb"]', "E002", 1, 4, "/0", "write \\t instead"),
    ('["a\x00b"]', "E002", 1, 4, "/0", "write \\u0000 instead"),
    ('["C:\\data"]', "E002", 1, 5, "/0", "a backslash itself is written \\\\"),
    ('["é\\\n"]', "E002", 1, 4, "/0", "found '\\' before U+000A"),
    ('["\\u12G4"]', "E002", 1, 3, "/0", "four hexadecimal digits"),
    ('["\\u1"]', "E002", 1, 3, "/0", "found '\\u1'"),
    ('["\\ud83d"]', "E002", 1, 3, "/0", "the first half of a surrogate pair"),
    ('["\\ud83d\\u0041"]', "E002", 1, 3, "/0", "the first half of a surrogate pair"),
    ('{"x\\ude00": 1}', "E002", 1, 4, "", "the second half of a surrogate pair"),
    ("[007]", "E002", 1, 2, "/0", "as 7"),
    ("[-01.50e3]", "E002", 1, 2, "/0", "as -1.50e3"),
    ("[+1]", "E002", 1, 2, "/0", "as 1"),
    ("[.5]", "E002", 1, 2, "/0", "as 0.5"),
    ("[-.5]", "E002", 1, 2, "/0", "as -0.5"),
    ("[5.]", "E002", 1, 2, "/0", "as 5.0"),
    ("[0x1F]", "E002", 1, 2, "/0", "as 31"),
    ("[1_000]", "E002", 1, 2, "/0", "as 1000"),
    ("[1.2.3]", "E002", 1, 2, "/0", 'write "1.2.3"'),
    ("[-]", "E002", 1, 2, "/0", "found '-', expected a value"),
    ("[1e]", "E002", 1, 2, "/0", "found '1e', expected a value"),
    ("{} {}", "E002", 1, 4, "", "a file holds one document"),
    ("[1]]", "E002", 1, 4, "", "nothing is open that this ']' could close"),
    ("[\u00a01]", "E002", 1, 2, "/0", "U+00A0 (no-break space)"),
    ("\ufeff[\ufeff1]", "E002", 1, 2, "/0", "U+FEFF"),
    ("\ufeff[1 2]", "E002", 1, 4, "", "expected ',' or ']'"),
    ('["ü😀" 1]', "E002", 1, 7, "", "put ','"),
    ("[1,\r2,\r\n3,\n4 5]", "E002", 4, 3, "", "put ',' after the value that ends at line 4"),
    ('["\u2028\x85", x]', "E002", 1, 8, "/1", 'write "x"'),
    ('{"a": 1,\n "a": 2}', "E003", 2, 2, "/a", "the first one is at line 1, column 2"),
    ('{"a": 1, "\\u0061": 2}', "E003", 1, 10, "/a", 'found the name "\\u0061" a second time'),
    ("[NaN]", "E004", 1, 2, "/0", "found NaN"),
    ('{"a/b": -Infinity}', "E004", 1, 9, "/a~1b", "found -Infinity"),
    ("Infinity", "E004", 1, 1, "", "found Infinity"),
    ("[1, 1e999]", "E004", 1, 5, "/1", "found 1e999"),
    ("[-1e309]", "E004", 1, 2, "/0", "too large"),
    (f"[{'9' * (MAX_DIGITS + 1)}]", "E004", 1, 2, "/0", "an integer of 101 digits"),
    ("[" * 65 + "]" * 65, "E005", 1, 65, "/0" * 64, "deeper than 64"),
    (b'["ab\xff"]', "E007", 1, 5, "", "0xFF"),
    ('[\r\n"é'.encode() + b'\xe2\x82"]', "E007", 2, 3, "", "0xE2"),
    (b"\xef\xbb\xbf\x80", "E007", 1, 1, "", "0x80"),
    (b'["\xed\xa0\x80"]', "E007", 1, 3, "", "0xED"),
    ("[1]".encode("utf-16"), "E007", 1, 1, "", "the file is UTF-16"),
    ("[1, 2]".encode("utf-16-le"), "E007", 1, 1, "", "the file is UTF-16"),
]


@pytest.mark.parametrize(("data", "code", "line", "column", "pointer", "words"), BROKEN)
def test_broken_document(
    data: str | bytes, code: str, line: int, column: int, pointer: str, words: str
) -> None:
    [problem] = problems_of(data)
    location = problem.location
    assert (problem.code, location.line, location.column) == (code, line, column)
    assert (location.file, location.pointer) == ("g.json", pointer)
    assert words in f"{problem.message}\n{problem.help}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[True]", "True"),
        ('{"a": 1 "b" : 2}', '"b"'),
        ("[1] // end\n", "// end"),
        ('["a\\xb"]', "\\x"),
        ('["abc', '"abc'),
        ('{"a": 1, "a": 2}', '"a"'),
        ("[1e999]", "1e999"),
        (f"[{'x' * 200}]", "x" * 79 + "…"),
        ("[" + "1" * 200 + "]", "1" * 79 + "…"),
    ],
)
def test_value_is_the_offending_text(text: str, value: str) -> None:
    assert problems_of(text)[-1].value == value


def test_what_can_be_read_past_is_gathered() -> None:
    text = '{"a": 1, "b": NaN, "a": [1e999, {"c": 1, "c": 2}], "a": 3, "d" 4}'
    found = [
        (problem.code, problem.location.column, problem.location.pointer)
        for problem in problems_of(text)
    ]
    assert found == [
        ("E004", 15, "/b"),
        ("E003", 20, "/a"),
        ("E004", 26, "/a/0"),
        ("E003", 42, "/a/1/c"),
        ("E003", 52, "/a"),
        ("E002", 64, "/d"),
    ]


def test_problem_as_people_see_it() -> None:
    assert str(problems_of('[\n  {"axis": True}\n]')[0]) == (
        "g.json:2:12: E002 found 'True', expected a value\n  at /0/axis\n  help: write true"
    )
