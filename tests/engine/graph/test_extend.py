"""Documents that extend others: what is kept, changed, removed and added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.documents import layers_of, read_documents, told
from tests.fixtures.small_graphs import Json, document, layer, reading, saving

CROP = layer("crop", "$in", "$crop", part={"width": 3, "height": 4}, sizes=[1, 2])
WAY = layer("if", "$crop", ["$yes", None], condition={"probability": 0.5})
BASE = document(reading(), CROP, WAY, saving("$yes"), seed=4)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def extended(main: Json, **bases: Any) -> list[Json]:
    main = {"version": 1, "extends": "base.json", **main}
    return layers_of(read_documents({"main.json": main, "base.json": BASE, **bases}))


def changed(at: int, **keys: Any) -> list[Json]:
    layers = [dict(each) for each in BASE["layers"]]
    layers[at] |= keys
    return layers


def test_nothing_said_is_nothing_changed() -> None:
    assert extended({}) == BASE["layers"]
    assert extended({"layers": []}) == BASE["layers"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"part": {"width": 9}}, {"part": {"width": 9, "height": 4}, "sizes": [1, 2]}),
        ({"sizes": [7]}, {"part": {"width": 3, "height": 4}, "sizes": [7]}),
        ({"part": None}, {"part": None, "sizes": [1, 2]}),
        (
            {"part": {"new": {"a": 1}}},
            {**CROP["settings"], "part": {**CROP["settings"]["part"], "new": {"a": 1}}},
        ),
        ({"sizes": {"a": 1}}, {**CROP["settings"], "sizes": {"a": 1}}),
        ({"part": 5}, {"part": 5, "sizes": [1, 2]}),
        ({"part": {"$replace": {"depth": 1}}}, {"part": {"depth": 1}, "sizes": [1, 2]}),
        ({"part": {"$replace": {"$replace": 1}}}, {"part": {"$replace": 1}, "sizes": [1, 2]}),
        ({"$replace": {"sides": 1}}, {"sides": 1}),
        ({"part": {"width": {"$delete": True}}}, {"part": {"height": 4}, "sizes": [1, 2]}),
        ({"part": {"$delete": True}}, {"sizes": [1, 2]}),
        ({"more": {"$replace": 3}}, {**CROP["settings"], "more": 3}),
    ],
)
def test_settings_are_merged(settings: Json, expected: Json) -> None:
    got = extended({"layers": [{"dst": "$crop", "settings": settings}]})
    assert got == changed(1, settings=expected)


def test_src_and_action_are_replaced() -> None:
    assert extended({"layers": [{"dst": "$crop", "src": ["$x"]}]}) == changed(1, src=["$x"])
    flip = {"action": "flip", "dst": "$crop", "settings": {"axis": "vertical"}}
    same = {"action": "crop", "dst": "$crop", "settings": {"sizes": 0}}
    assert extended({"layers": [flip]}) == changed(1, action="flip", settings={"axis": "vertical"})
    assert extended({"layers": [same]}) == changed(1, settings={**CROP["settings"], "sizes": 0})


@pytest.mark.parametrize("dst", ["$yes", ["$yes", None], ["$yes", "null"]])
def test_any_output_or_all_of_them_name_a_layer(dst: Any) -> None:
    got = extended({"layers": [{"dst": dst, "settings": {"condition": {"by": "source"}}}]})
    assert got == changed(2, settings={"condition": {"probability": 0.5, "by": "source"}})


def test_other_layers_follow() -> None:
    more = layer("flip", "$crop", "$more", axis="vertical")
    sink = saving("$more", "other")
    nowhere = layer("dummy", "$crop", None)
    assert extended({"layers": [more, sink, nowhere]}) == [*BASE["layers"], more, sink, nowhere]


def test_layers_are_removed() -> None:
    sink = saving("$yes", "other")
    assert extended({"remove": ["out"], "layers": [sink]}) == [*BASE["layers"][:3], sink]
    assert extended({"remove": "$yes"}) == [BASE["layers"][at] for at in (0, 1, 3)]
    again = layer("flip", "$in", "$crop", axis="vertical")
    got = extended({"remove": ["$crop"], "layers": [again]})
    assert got == [BASE["layers"][at] for at in (0, 2, 3)] + [again]


def test_what_is_inherited() -> None:
    base = {**BASE, "description": "d", "$schema": "s", "parameters": {"a": 1}}
    for main, seed, text in (({}, 4, "d"), ({"seed": 0, "description": "e"}, 0, "e")):
        document = {"version": 1, "extends": ["base.json"], "layers": [saving("$yes", "${a}b")]}
        read = read_documents({"main.json": {**document, **main}, "base.json": base})
        assert layers_of(read)[-1]["dst"] == "1b"
        flat = read.spec.document.value
        assert list(flat) == ["version", "seed", "description", "layers"]
        assert (read.spec.seed, flat["seed"], flat["description"]) == (seed, seed, text)
        assert [(d.file, d.role) for d in read.spec.documents] == [
            ("main.json", "graph"),
            ("base.json", "extended"),
        ]


@pytest.mark.parametrize(
    ("given", "codes"), [({"a": 3}, []), ({"a": 9}, ["E105"]), ({"a": {"maximum": 9}}, [])]
)
def test_parameters_are_merged_key_by_key(given: Json, codes: list[str]) -> None:
    base = document(reading()) | {"parameters": {"a": {"default": 1, "maximum": 5}}}
    main = {"version": 1, "extends": "base.json", "parameters": given}
    main["layers"] = [saving("$in", "out${a}")]
    read = read_documents({"main.json": main, "base.json": base})
    assert [problem.code for problem in read.problems] == codes


def test_bases_are_read_in_order_and_later_ones_win() -> None:
    one = document(layer("crop", "$in", "$crop", a=1, b=1))
    two = {"version": 1, "layers": [{"dst": "$crop", "settings": {"b": 2, "c": 2}}]}
    main = {"version": 1, "extends": ["one.json", "two.json"], "layers": []}
    documents = {"main.json": main, "one.json": one, "two.json": two}
    (crop,) = layers_of(read_documents(documents))
    assert crop["settings"] == {"a": 1, "b": 2, "c": 2}


def test_a_diamond_keeps_what_both_sides_say() -> None:
    left = {
        "version": 1,
        "extends": "base.json",
        "layers": [{"dst": "$crop", "settings": {"l": 1}}],
    }
    right = {
        "version": 1,
        "extends": "base.json",
        "layers": [{"dst": "$crop", "settings": {"r": 1}}],
    }
    main = {"version": 1, "extends": ["left.json", "right.json"]}
    documents = {"main.json": main, "left.json": left, "right.json": right, "base.json": BASE}
    assert layers_of(read_documents(documents)) == changed(
        1, settings={**CROP["settings"], "l": 1, "r": 1}
    )


def test_a_bare_list_may_be_extended() -> None:
    base = [reading(), layer("tag", "$in", "$out", tag="${plain} $${plain}"), saving("$out")]
    main = {"version": 1, "extends": "base.json", "layers": [{"dst": "$in", "src": ["other/*"]}]}
    got = layers_of(read_documents({"main.json": main, "base.json": base}))
    assert got == [{**base[0], "src": ["other/*"]}, *base[1:]]


def test_every_value_knows_its_place() -> None:
    change = {"dst": "$crop", "settings": {"part": {"width": 9}, "sizes": {"$replace": [5]}}}
    main = {"version": 1, "extends": "base.json", "layers": [change]}
    spec = read_documents({"main.json": main, "base.json": BASE}).spec
    for pointer, file, there in (
        ("/layers/0", "base.json", "/layers/0"),
        ("/layers/1", "main.json", "/layers/0"),
        ("/layers/1/action", "base.json", "/layers/1/action"),
        ("/layers/1/settings/part/width", "main.json", "/layers/0/settings/part/width"),
        ("/layers/1/settings/part/height", "base.json", "/layers/1/settings/part/height"),
        ("/layers/1/settings/sizes/0", "main.json", "/layers/0/settings/sizes/$replace/0"),
        ("/layers/1/settings/absent", "main.json", "/layers/0/settings/absent"),
        ("/layers/2/dst/0", "base.json", "/layers/2/dst/0"),
    ):
        place = spec.locate(pointer)
        assert (place.file, place.pointer, place.in_graph) == (file, there, pointer)
        text = Path(file).read_text()
        line = text.splitlines()[place.line - 1]
        assert line[place.column - 1] in '{[0123456789"' and place.used_by == ()
    key = spec.locate("/layers/1/settings/sizes", key=True)
    assert Path("main.json").read_text()[key.column - 1 :].startswith('"sizes"')


@pytest.mark.parametrize(
    ("main", "problem"),
    [
        ({"extends": 5}, ("E104", "/extends")),
        ({"extends": ["base.json", {}]}, ("E104", "/extends/1")),
        ({"remove": ["$nix"]}, ("E125", "/remove/0")),
        ({"layers": 5}, ("E101", "/layers")),
        ({"layers": [{"dst": ["$yes", "$x"]}]}, ("E125", "/layers/0/dst")),
        ({"layers": [{"dst": "$crop"}, {"dst": "$crop"}]}, ("E125", "/layers/1/dst")),
        ({"layers": [{"dst": ["$crop", "$yes"]}]}, ("E125", "/layers/0/dst")),
        (
            {"layers": [{"dst": "$crop", "settings": {"x": {"$delete": True}}}]},
            ("E125", "/layers/0/settings/x/$delete"),
        ),
        (
            {"layers": [{"dst": "$crop", "settings": {"part": {"$delete": 1}}}]},
            ("E125", "/layers/0/settings/part/$delete"),
        ),
        (
            {"layers": [{"dst": "$crop", "settings": {"$delete": True}}]},
            ("E125", "/layers/0/settings"),
        ),
        (
            {"layers": [{"dst": "$crop", "settings": {"$replace": {}, "a": 1}}]},
            ("E125", "/layers/0/settings/$replace"),
        ),
        ({"layers": [{"dst": "$crop", "comment": 1}]}, ("E107", "/layers/0/comment")),
        ({"layers": [{"dst": "$new"}]}, ("E101", "/layers/0")),
        ({"layers": [7]}, ("E104", "/layers/0")),
    ],
)
def test_what_does_not_fit_is_told(main: Json, problem: tuple[str, str]) -> None:
    main = {"version": 1, "extends": "base.json", **main}
    found = told(read_documents({"main.json": main, "base.json": BASE}))
    assert (problem[0], "main.json", problem[1]) in found


def test_mistakes_of_bases_stand_in_their_files() -> None:
    main = {"version": 1, "extends": ["one.json", "two.json"], "sed": 1}
    one = {"version": 9, "layers": [{**CROP, "src": "$a"}]}
    found = told(read_documents({"main.json": main, "one.json": one, "two.json": 5}))
    assert ("E107", "main.json", "/sed") in found
    assert ("E105", "one.json", "/version") in found
    assert ("E104", "one.json", "/layers/0/src") in found
    assert ("E008", "two.json", "") in found


def test_two_versions_of_the_language_do_not_mix_in_a_layer() -> None:
    main = {"version": 2, "extends": "base.json", "layers": [layer("flip", "$in", "$new", a=1)]}
    read = read_documents({"main.json": main, "base.json": BASE})
    assert layers_of(read)
    assert [each.generation for each in read.spec.layers] == [1, 1, 1, 1, 2]
    main["layers"] = [{"dst": "$crop", "settings": {"a": 1}}]
    found = told(read_documents({"main.json": main, "base.json": BASE}))
    assert found == [("E125", "main.json", "/layers/0/dst")]
