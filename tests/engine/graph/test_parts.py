"""Parts: documents with inputs and outputs, used as one layer of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.graph.parts import MIRROR, part, use
from tests.fixtures.documents import layers_of, read_documents
from tests.fixtures.small_graphs import Json, document, layer, reading, saving


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


SPLIT = part(
    layer("if", ["$left", "$right"], ["$t", "$f"], condition=1),
    layer("dummy", "$t", "$u"),
    inputs=["$left", "$right"],
    outputs=["$u", "$f"],
)


def flat(*layers: Json, **parts: Json) -> list[Json]:
    documents = {f"{name}.json": value for name, value in parts.items()}
    return layers_of(read_documents({"main.json": document(*layers), **documents}))


def test_a_part_takes_the_place_of_its_layer() -> None:
    got = flat(reading("mini/*", "$a"), use(["$a"], "$b", times=3), saving("$b"), part=MIRROR)
    assert got == [
        reading("mini/*", "$a"),
        layer("flip", "$a", "$b/v", axis="vertical"),
        layer("multiply", ["$b/v", "$a"], "$b", multiply=3),
        saving("$b"),
    ]


def test_several_names_for_one_input() -> None:
    _, double = flat(use(["$a", "$c"], "$b"), part=MIRROR)
    assert double["src"] == ["$b/v", "$a", "$c"]
    _, single = flat(use({"in": ["$a"]}, "$b"), part=MIRROR)
    assert single["src"] == ["$b/v", "$a"]
    _, older = flat(use({"source": ["$a"]}, "$b"), part=MIRROR)
    assert older["src"] == ["$b/v", "$a"]


def test_several_inputs_and_outputs() -> None:
    src = {"right": ["$r"], "left": ["$l", "$m"]}
    got = flat(use(src, ["$b", "$c"]), part=SPLIT)
    assert [each["src"] for each in got] == [["$l", "$m", "$r"], ["$b/t"]]
    assert [each["dst"] for each in got] == [["$b/t", "$c"], "$b"]


@pytest.mark.parametrize(
    ("dst", "expected"),
    [
        (["$b", None], [["$b/t", None], "$b"]),
        (["null", "$c"], [["$c/t", "$c"], None]),
        ([None, None], [["$null/t", None], None]),
    ],
)
def test_discarded_outputs(dst: Any, expected: list[Any]) -> None:
    got = flat(use({"left": ["$l"], "right": ["$r"]}, dst), part=SPLIT)
    assert [each["dst"] for each in got] == expected


def test_the_name_of_a_node_with_other_outputs_stays() -> None:
    way = part(layer("if", "$in", ["$t", "$f"], condition=1), outputs=["$t", "$f"])
    (got,) = flat(use(["$a"], [None, "$c"]), part=way)
    assert got["dst"] == ["$c/t", "$c"]


def test_what_no_connection_is_stays() -> None:
    source = part(reading("mini/*", "$raw"), layer("dummy", "$raw", "$out"), inputs=[])
    got = flat(use([], "$b"), saving("$b"), part=source)
    assert [(each["src"], each["dst"]) for each in got] == [
        (["mini/*"], "$b/raw"),
        (["$b/raw"], "$b"),
        (["$b"], "out"),
    ]


def test_ports_of_inner_layers_stay() -> None:
    inner = layer("infer", [], "$out") | {"src": {"source": ["$in"], "model": ["$m"]}}
    got = flat(use(["$a"], "$b"), part=part(layer("model", "$in", "$m"), inner))
    assert got[1]["src"] == {"source": ["$a"], "model": ["$b/m"]}


def test_one_part_twice_and_parts_of_parts() -> None:
    both = part(use(["$in"], "$x"), use(["$x"], "$out", times=5), layer("dummy", "$x", "$y"))
    got = flat(use(["$a"], "$b", "both.json"), use(["$a"], "$b"), part=MIRROR, both=both)
    assert [(each["src"], each["dst"]) for each in got] == [
        (["$a"], "$b/x/v"),
        (["$b/x/v", "$a"], "$b/x"),
        (["$b/x"], "$b/out/v"),
        (["$b/out/v", "$b/x"], "$b"),
        (["$b/x"], "$b/y"),
        (["$a"], "$b~2/v"),
        (["$b~2/v", "$a"], "$b"),
    ]


def test_names_inside_do_not_depend_on_the_layers_around() -> None:
    alone = flat(use(["$a"], "$b"), part=MIRROR)
    after = flat(reading("x/*", "$z"), use(["$a"], "$z2"), use(["$a"], "$b"), part=MIRROR)
    assert after[-2:] == alone


def test_a_part_may_extend_and_pass_parameters_on() -> None:
    small = {"version": 1, "extends": "mirror.json", "parameters": {"times": {"maximum": 4}}}
    outer = part(use(["$in"], "$out", "small.json", times="${n}"), parameters={"n": 3})
    main = document(use(["$a"], "$b", "outer.json")) | {"parameters": {"m": 4}}
    main["layers"].append(use(["$a"], "$c", "outer.json", n="${m}"))
    documents = {"main.json": main, "small.json": small, "mirror.json": MIRROR, "outer.json": outer}
    read = read_documents(documents)
    counts = [each["settings"]["multiply"] for each in layers_of(read) if each["action"] != "flip"]
    assert counts == [3, 4]
    assert [(p.scope, p.name, p.value, p.origin) for p in read.spec.parameters] == [
        ("", "m", 4, "default"),
        ("$b", "n", 3, "default"),
        ("$b/out", "times", 3, "layer"),
        ("$c", "n", 4, "layer"),
        ("$c/out", "times", 4, "layer"),
    ]
    assert [(d.file, d.role) for d in read.spec.documents] == [
        ("main.json", "graph"),
        ("outer.json", "part"),
        ("small.json", "part"),
        ("mirror.json", "extended"),
        ("outer.json", "part"),
    ]
    (problem,) = read_documents(documents, "m=9").problems
    assert str(problem.location) == "--set 'm=9':1:1"
    assert problem.message == "parameter 'times' is at most 4, not 9"
    # Where it is used: in the layers that pass it on.
    assert [place.file for place in problem.location.used_by] == [
        "main.json",
        "outer.json",
        "main.json",
    ]


def test_names_of_parts_start_where_they_are_written() -> None:
    main = document(use(["$a"], "$b", "sub/outer.json"))
    outer = part(use(["$in"], "$out", "../part.json"))
    documents = {"main.json": main, "sub/outer.json": outer, "part.json": MIRROR}
    assert len(layers_of(read_documents(documents))) == 2


def test_the_command_line_reaches_parts() -> None:
    documents = {"main.json": document(use(["$a"], "$b")), "part.json": MIRROR}
    for texts in (
        ["$b.parameters.times=7"],
        ["$b/v.axis=up"],
        ["$b/v.axis=up", "$b.document=part.json"],
    ):
        read = read_documents(documents, *texts)
        flip, double = layers_of(read)
        assert (double["settings"]["multiply"] == 7) is ("times" in texts[0])
        assert (flip["settings"]["axis"] == "up") is ("axis" in texts[0])


def test_every_value_knows_its_place_and_who_uses_it() -> None:
    documents = {"main.json": document(use(["$a"], "$b", times=3)), "part.json": MIRROR}
    spec = read_documents(documents).spec
    for pointer, file, there, users in (
        ("/layers/0", "part.json", "/layers/0", ["/layers/0"]),
        ("/layers/0/settings/axis", "part.json", "/layers/0/settings/axis", ["/layers/0"]),
        ("/layers/1/dst", "main.json", "/layers/0/dst", ["/layers/1/dst", "/layers/0"]),
        ("/layers/1/src/1", "main.json", "/layers/0/src/0", ["/layers/1/src/1", "/layers/0"]),
        ("/layers/1/settings/multiply", "main.json", "/layers/0/settings/parameters/times",
         ["/layers/1/settings/multiply", "/layers/0"]),
    ):  # fmt: skip
        place = spec.locate(pointer)
        assert (place.file, place.pointer, place.in_graph) == (file, there, pointer)
        assert [user.pointer for user in place.used_by] == users
