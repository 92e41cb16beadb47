"""Parameters: declared with defaults, put in where documents say ``${name}``, set from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.errors import Severity
from dtl_engine.graph.json_reader import MAX_BYTES
from dtl_engine.graph.placeholders import escaped
from dtl_engine.graph.read import GraphRead
from tests.fixtures.documents import layers_of, read_documents, told
from tests.fixtures.small_graphs import Json, layer


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(parameters: Any, *texts: str, dst: Any = "$b", **settings: Any) -> GraphRead:
    """Read one layer with these settings."""
    value = {"version": 1, "parameters": parameters, "layers": [layer("a", "$a", dst, **settings)]}
    return read_documents({"main.json": value}, *texts)


def setting(parameters: Json, text: Any, *texts: str) -> Any:
    return layers_of(read(parameters, *texts, x=text))[0]["settings"]["x"]


@pytest.mark.parametrize("value", [7, 7.5, True, "seven", [1, {"a": 2}], {"a": [1]}, None])
def test_a_placeholder_alone_is_the_value_itself(value: Any) -> None:
    for declared in (value, {"default": value}):
        if isinstance(value, dict) and declared == value:
            continue  # an object is always a declaration
        found = setting({"p": declared}, "${p}")
        assert (found, type(found)) == (value, type(value))
        assert setting({"p": declared}, {"deep": [["${p}"]]}) == {"deep": [[value]]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${p}/*", "lemon/*"),
        ("a_${p}_${n}", "a_lemon_7"),
        ("${n}${n}", "77"),
        ("is_${yes}", "is_true"),
        ("${half}%", "0.5%"),
        ("$${p}", "${p}"),
        ("$$${p}", "$${p}"),
        ("${p}$${p}", "lemon${p}"),
        ("$p {p} $", "$p {p} $"),
        ({"${p}": 1, "x${n}": 2, "$${p}": 3}, {"lemon": 1, "x7": 2, "${p}": 3}),
    ],
)
def test_inside_a_text_it_is_text(text: Any, expected: Any) -> None:
    declared = {"p": "lemon", "n": 7, "yes": True, "half": 0.5}
    assert setting_of_some(declared, text) == expected


def setting_of_some(declared: Json, text: Any) -> Any:
    found = read(declared, x=text)
    assert {problem.code for problem in found.problems} <= {"W507"}
    return found.spec.document.value["layers"][0]["settings"]["x"]


def test_names_of_layers_may_hold_parameters_and_actions_not() -> None:
    value = {"version": 1, "parameters": {"n": "x", "from": ["$p", "$q"]}}
    value["layers"] = [
        {"action": "${n}", "src": ["$${n}", "$a_${n}"], "dst": ["$b_${n}", None], "settings": {}},
        {"action": "a", "src": "${from}", "dst": "$b", "settings": {}},
    ]
    one, two = layers_of(read_documents({"main.json": value}))
    assert (one["action"], one["src"], one["dst"]) == ("${n}", ["${n}", "$a_x"], ["$b_x", None])
    assert two["src"] == ["$p", "$q"]


def test_a_bare_list_knows_no_parameters() -> None:
    value = [layer("a", "$a", "$b", x="${p} $${p} ${")]
    read = read_documents({"main.json": value})
    assert read.problems == ()
    assert read.spec.document.value == value
    (problem,) = read_documents({"main.json": value}, "p=3").problems
    assert (problem.code, problem.help) == ("E124", "main.json declares no parameters")


def test_the_command_line_sets_them() -> None:
    declared = {"p": "lemon", "n": {"type": "number", "default": 1, "minimum": 0, "maximum": 9}}
    assert setting(declared, "${p}${n}", "n=2.5", "p=kiwi") == "kiwi2.5"
    assert setting(declared, ["${p}", "${n}"], "n=2", "n=3") == ["lemon", 3]
    assert setting(declared, ["${p}", "${n}"], "$b.x.0=${p}") == ["${p}", 1]
    for text, code, words in (
        ("n=10", "E105", "parameter 'n' is at most 9, not 10"),
        ("n=-1", "E105", "parameter 'n' is at least 0, not -1"),
        ("n=many", "E104", "parameter 'n' is a number, not the string 'many'"),
        ("n=true", "E104", "parameter 'n' is a number, not a boolean"),
        ("nn=1", "E124", "there is no parameter 'nn'"),
    ):
        (problem,) = read(declared, text, x="${p}${n}").problems
        assert (problem.code, problem.message) == (code, words)
        assert str(problem.location) == f"--set '{text}':1:1"


def test_a_value_stands_where_it_was_written_and_is_used_where_its_name_stands() -> None:
    declared = {"p": {"default": {"a": [1]}}, "q": "t"}
    for texts, file in (((), "main.json"), (('p={"a": [2]}',), "--set 'p={\"a\": [2]}'")):
        spec = read(declared, *texts, x="${p}", y="a${q}").spec
        place = spec.locate("/layers/0/settings/x/a/0")
        assert place.file == file
        assert place.pointer == (
            "/parameters/p/default/a/0" if file == "main.json" else "/layers/0/settings/x/a/0"
        )
        assert place.in_graph == "/layers/0/settings/x/a/0"
        (user,) = place.used_by
        assert (user.file, user.pointer) == ("main.json", "/layers/0/settings/x")
        key = spec.locate("/layers/0/settings/x", key=True)
        assert (key.file, key.pointer) == ("main.json", "/layers/0/settings/x")
        joined = spec.locate("/layers/0/settings/y")
        assert (joined.pointer, joined.used_by[0].pointer) == (
            "/parameters/q",
            "/layers/0/settings/y",
        )


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        (5, ("E104", "/parameters")),
        ({"a b": 5}, ("E105", "/parameters/a b")),
        ({"a.b": 5}, ("E105", "/parameters/a.b")),
        ({"p": {"defalt": 5}}, ("E107", "/parameters/p/defalt")),
        ({"p": {"type": "text", "default": 5}}, ("E105", "/parameters/p/type")),
        ({"p": {"type": 5, "default": 5}}, ("E104", "/parameters/p/type")),
        ({"p": {"type": "integer"}}, ("E106", "/parameters/p")),
        ({"p": {}}, ("E106", "/parameters/p")),
        ({"p": {"type": "integer", "default": 5.5}}, ("E104", "/parameters/p/default")),
        ({"p": {"type": "string", "default": None}}, ("E104", "/parameters/p/default")),
        ({"p": {"type": "boolean", "default": 1}}, ("E104", "/parameters/p/default")),
        ({"p": {"type": "array", "default": "a"}}, ("E104", "/parameters/p/default")),
        ({"p": {"default": 5, "minimum": 6}}, ("E105", "/parameters/p/default")),
        ({"p": {"default": 5, "maximum": 4.5}}, ("E105", "/parameters/p/default")),
        ({"p": {"default": 5, "minimum": "4"}}, ("E104", "/parameters/p/minimum")),
        ({"p": {"default": "a", "minimum": 4}}, ("E105", "/parameters/p/minimum")),
        ({"p": {"default": 5, "enum": [4, 6]}}, ("E105", "/parameters/p/default")),
        ({"p": {"default": True, "enum": [1]}}, ("E105", "/parameters/p/default")),
        ({"p": {"default": 5, "enum": 4}}, ("E104", "/parameters/p/enum")),
        ({"p": {"default": 5, "description": 4}}, ("E104", "/parameters/p/description")),
    ],
)
def test_declarations_are_checked(declared: Any, problem: tuple[str, str]) -> None:
    found = told(read(declared, x="${p}"))
    assert (problem[0], "main.json", problem[1]) in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${q}", "there is no parameter 'q'"),
        ("${}", "there is no parameter ''"),
        ("a${q}", "there is no parameter 'q'"),
        ("a${p", "no '}' ends it"),
        ("a${list}", "is no text that can be joined"),
        ({"${q}": 1}, "there is no parameter 'q'"),
        ({"${p}": 1, "x": 2}, "which the object has already"),
    ],
)
def test_placeholders_are_checked(text: Any, words: str) -> None:
    found = read({"p": "x", "list": []}, x=text).problems
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    assert [words in problem.message for problem in errors] == [True]
    assert errors[0].location.pointer.startswith("/layers/0/settings/x")


def test_what_is_never_used_is_a_warning() -> None:
    (problem,) = read({"p": 1, "q": 2}, x="${p}").problems
    assert (problem.code, problem.severity) == ("W507", Severity.WARNING)
    assert problem.location.pointer == "/parameters/q"


def test_a_parameter_that_is_meant_is_not_told_as_never_used() -> None:
    declared = {"times": 1, "spare": 2}
    found = [(each.code, each.message) for each in read(declared, x="${tiems}").problems]
    assert sorted(found) == [
        ("E124", "there is no parameter 'tiems'"),
        ("W507", "parameter 'spare' is declared and never used"),
    ]
    assert {each.code for each in read({"times": 1}, x="${absent}").problems} == {"E124", "W507"}


def test_few_words_cannot_say_too_much() -> None:
    long = "x" * (MAX_BYTES // 10)
    (problem,) = read({"p": long}, x=["${p}"] * 11).problems
    assert (problem.code, problem.location.pointer) == ("E123", "/layers/0/settings/x/10")
    many = [0] * 100_000
    (problem,) = read({"p": many}, x=["${p}"] * 11).problems
    assert problem.code == "E123"


ODD = st.text(st.sampled_from("${}ap ")) | st.text()


@given(st.recursive(ODD, lambda inner: st.lists(inner) | st.dictionaries(ODD, inner)))
def test_escaped_values_mean_themselves(value: Any) -> None:
    from dtl_engine.graph.findings import Findings
    from dtl_engine.graph.json_reader import JsonDocument
    from dtl_engine.graph.limits import Limits
    from dtl_engine.graph.place import Place, Source, Written
    from dtl_engine.graph.placeholders import Placeholders

    document = JsonDocument("g.json", "", {}, 0, None)  # type: ignore[arg-type]
    written = Written({"settings": escaped(value)}, Place(Source(document, Path(), Path())))
    filled = Placeholders({}, (), Findings(), Limits()).fill(written)
    assert filled.plain == {"settings": value}
