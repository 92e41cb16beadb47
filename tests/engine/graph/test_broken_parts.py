"""Parts that cannot be used, and layers that use them wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.graph.limits import MAX_LAYERS
from tests.engine.graph.parts import MIRROR, part, use
from tests.fixtures.documents import layers_of, read_documents, told
from tests.fixtures.small_graphs import Json, document, layer, reading, saving


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


LAYER = "/layers/0"
SETTINGS = f"{LAYER}/settings"


@pytest.mark.parametrize(
    ("main", "code", "pointer"),
    [
        ({"settings": {}}, "E106", SETTINGS),
        ({"settings": {"document": 5}}, "E104", f"{SETTINGS}/document"),
        ({"settings": {"document": "part.json", "x": 1}}, "E103", f"{SETTINGS}/x"),
        (use([], "", times=1) | {"settings": {"document": "part.json", "parameters": []}},
         "E104", f"{SETTINGS}/parameters"),
        ({"comment": 1}, "E107", f"{LAYER}/comment"),
        ({"src": "$a"}, "E104", f"{LAYER}/src"),
        ({"src": []}, "E127", f"{LAYER}/src"),
        ({"src": {"in": []}}, "E127", f"{LAYER}/src"),
        ({"src": {"$in": ["$a"]}}, "E127", f"{LAYER}/src/$in"),
        ({"dst": ["$b"]}, "E127", f"{LAYER}/dst"),
        ({"dst": ["$b", "$c"]}, "E127", f"{LAYER}/dst"),
    ],
)  # fmt: skip
def test_a_layer_that_does_not_fit_is_told(main: Json, code: str, pointer: str) -> None:
    documents = {"main.json": document({**use(["$a"], "$b"), **main}), "part.json": MIRROR}
    assert (code, "main.json", pointer) in told(read_documents(documents))


@pytest.mark.parametrize(
    ("inner", "code", "pointer"),
    [
        ({"inputs": ["$in", "$in"]}, "E126", "/inputs/1"),
        ({"inputs": ["in"]}, "E126", "/inputs/0"),
        ({"inputs": ["$in", "$it"]}, "E126", "/inputs/1"),
        ({"inputs": ["$in", "$v"]}, "E126", "/inputs/1"),
        ({"outputs": ["$put"]}, "E126", "/outputs/0"),
        ({"outputs": 5}, "E104", "/outputs"),
        ({"seed": 5}, "E126", "/seed"),
        ({"sed": 5}, "E107", "/sed"),
        ({"layers": [*MIRROR["layers"], saving("$v")]}, "E128", "/layers/2/dst"),
        ({"layers": [*MIRROR["layers"], use(["$v"], "$w", "main.json")]},
         "E122", "/layers/2/settings/document"),
        ({"layers": [*MIRROR["layers"], use(["$v"], "$w")]},
         "E122", "/layers/2/settings/document"),
    ],
)  # fmt: skip
def test_a_part_that_does_not_fit_is_told(inner: Json, code: str, pointer: str) -> None:
    documents = {"main.json": document(use(["$a"], "$b")), "part.json": {**MIRROR, **inner}}
    read = read_documents(documents)
    assert (code, "part.json", pointer) in told(read)
    for found in read.problems:
        assert [place.pointer for place in found.location.used_by] == [LAYER]


def test_a_document_without_outputs_is_no_part() -> None:
    documents = {"main.json": document(use(["$a"], "$b")), "part.json": {**MIRROR, "outputs": []}}
    assert told(read_documents(documents)) == [("E126", "main.json", f"{SETTINGS}/document")]


def test_what_is_wrong_inside_hides_the_layers() -> None:
    inner = {**MIRROR, "layers": [*MIRROR["layers"], layer("a", "$v", "$w", x="${q}")]}
    documents = {"main.json": document(use(["$a"], "$b"), use(["$a"], "$c")), "part.json": inner}
    read = read_documents(documents)
    assert {code for code, _, _ in told(read)} == {"E124"}
    assert read.spec.layers == ()
    assert read.spec.unread != ()


def test_an_output_that_is_read_inside_needs_a_name_of_its_own() -> None:
    loop = part(layer("a", "$in", "$out"), layer("b", "$out", "$side"))
    documents = {"part.json": loop}
    main = document(use(["$a"], "$b"), layer("c", "$a", "$b"))
    assert told(read_documents({"main.json": main, **documents})) == [
        ("E127", "main.json", "/layers/0/dst")
    ]
    main["layers"].pop()
    assert len(layers_of(read_documents({"main.json": main, **documents}))) == 2


def test_names_inside_are_for_the_part_alone() -> None:
    for other in (layer("c", "$b/v", "$c"), layer("c", "$a", "$b/v"), saving(["$b", "$b/v"])):
        main = document(use(["$a"], "$b"), other)
        read = read_documents({"main.json": main, "part.json": MIRROR})
        assert [code for code, _, _ in told(read)] == ["E127"]


def test_a_part_is_not_run_alone() -> None:
    assert told(read_documents({"main.json": MIRROR})) == [("E129", "main.json", "/inputs")]
    source = part(reading("mini/*", "$out"), inputs=[])
    assert told(read_documents({"main.json": source})) == [("E129", "main.json", "/outputs")]
    ends = {"inputs": [], "outputs": []}
    assert told(read_documents({"main.json": {**document(reading()), **ends}})) == []


def test_parts_cannot_multiply_without_end() -> None:
    documents: Json = {"main.json": document(use(["$a"], "$b", "0.json"))}
    for n in range(14):
        uses = (use(["$in"], name, f"{n + 1}.json") for name in ("$x", "$y"))
        documents[f"{n}.json"] = part(*uses, layer("dummy", ["$x", "$y"], "$out"))
    documents["14.json"] = part(layer("dummy", "$in", "$out"))
    (problem,) = read_documents(documents).problems
    assert (problem.code, str(MAX_LAYERS) in problem.message) == ("E123", True)
    for n in range(17):
        documents[f"{n}.json"] = part(use(["$in"], "$out", f"{n + 1}.json"))
    (problem,) = read_documents(documents).problems
    assert (problem.code, problem.location.file) == ("E123", "14.json")


def test_bare_lists_have_no_parts() -> None:
    read = read_documents({"main.json": [use(["$a"], "$b")], "part.json": MIRROR})
    assert (read.problems, read.spec.layers[0].action) == ((), "graph")
