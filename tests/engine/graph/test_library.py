"""Names of documents: where they start, and where they may not lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import Problem
from tests.fixtures.documents import layers_of, read_documents, write_documents
from tests.fixtures.small_graphs import document, reading, saving

BASE = document(reading(), saving("$in"))


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documents lie in a folder beside others that they must not reach."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    write_documents({"outside.json": BASE, "shipped/lemon.json": BASE}, tmp_path)


def naming(name: object) -> dict[str, object]:
    return {"version": 1, "extends": name}


def problem_of(name: object, main: str = "main.json") -> Problem:
    shipped = {"lemon": Path("../shipped/lemon.json").resolve()}
    (problem,) = read_documents({main: naming(name)}, shipped=shipped).problems
    return problem


@pytest.mark.parametrize("name", ["base.json", "./base.json", "sub/../base.json", "sub/deep.json"])
def test_siblings_and_folders_below(name: str) -> None:
    documents = {
        "main.json": naming(name),
        "base.json": BASE,
        "sub/deep.json": naming("../base.json"),
    }
    read = read_documents(documents)
    assert layers_of(read) == BASE["layers"]
    assert read.spec.documents[-1].file in ("base.json", "sub/deep.json")


def test_messages_name_files_as_the_main_one_is_named(tmp_path: Path) -> None:
    for main, shown in (("sub/main.json", "sub/base.json"), (tmp_path / "main.json", None)):
        folder = Path(main).parent
        write_documents({"base.json": BASE}, folder)
        read = read_documents({str(main): naming("base.json")})
        assert read.spec.locate("/layers/0").file == (shown or str(tmp_path / "base.json"))


def test_shipped_graphs_go_by_name_unless_a_file_has_it() -> None:
    shipped = {"lemon": Path("../shipped/lemon.json").resolve()}
    read = read_documents({"main.json": naming("lemon")}, shipped=shipped)
    assert layers_of(read) == BASE["layers"]
    assert read.spec.locate("/layers/0").file == str(shipped["lemon"])
    own = document(reading(), saving("$in", "own"))
    read = read_documents({"main.json": naming("lemon"), "lemon": own}, shipped=shipped)
    assert layers_of(read) == own["layers"]


def test_names_in_shipped_graphs_stay_among_them() -> None:
    shipped = {"small": Path("../shipped/small.json").resolve()}
    write_documents({"small.json": naming("lemon.json")}, Path("../shipped"))
    assert layers_of(read_documents({"main.json": naming("small")}, shipped=shipped))
    write_documents({"small.json": naming("../outside.json")}, Path("../shipped"))
    (problem,) = read_documents({"main.json": naming("small")}, shipped=shipped).problems
    assert problem.code == "E121"
    assert problem.message.endswith("leads out of the folder of the shipped graphs")


@pytest.mark.parametrize(
    "name",
    [
        "../outside.json",
        "sub/../../outside.json",
        "/etc/passwd",
        "a\\b.json",
        "a\0b",
        "",
        "../gone",
    ],
)
def test_nothing_outside_is_read(name: str) -> None:
    problem = problem_of(name)
    assert (problem.code, problem.location.pointer) == ("E121", "/extends")


def test_links_do_not_lead_out() -> None:
    Path("link.json").symlink_to("../outside.json")
    assert problem_of("link.json").code == "E121"
    Path("folder").symlink_to("..")
    assert problem_of("folder/outside.json").code == "E121"
    Path("main_link.json").symlink_to("other.json")
    write_documents({"other.json": BASE})
    assert layers_of(read_documents({"main.json": naming("main_link.json")})) == BASE["layers"]


@pytest.mark.parametrize("name", ["base.jsn", "gone/base.json", "sub", "x" * 5000, "lemn"])
def test_a_document_that_is_not_there(name: str) -> None:
    Path("sub").mkdir()
    write_documents({"base.json": BASE})
    problem = problem_of(name)
    assert problem.code == "E120"
    near = {"base.jsn": "base.json", "lemn": "lemon"}.get(name)
    assert problem.help == (f"did you mean '{near}'?" if near else "")


def test_circles_are_told_with_the_whole_way() -> None:
    documents = {"a.json": naming("b.json"), "b.json": naming("c.json"), "c.json": naming("b.json")}
    (problem,) = read_documents(documents).problems
    assert (problem.code, problem.location.file) == ("E122", "c.json")
    assert problem.message.endswith("b.json -> c.json -> b.json")
    assert problem_of("main.json").message.endswith("main.json -> main.json")


def test_chains_have_an_end() -> None:
    documents: dict[str, object] = {f"{n}.json": naming(f"{n + 1}.json") for n in range(15)}
    assert layers_of(read_documents({**documents, "15.json": BASE})) == BASE["layers"]
    documents |= {"15.json": naming("16.json"), "16.json": BASE}
    (problem,) = read_documents(documents).problems
    assert (problem.code, problem.location.file) == ("E123", "15.json")


def test_a_broken_document_is_told_once_with_who_names_it() -> None:
    Path("broken.json").write_text("[1,]")
    documents = {"main.json": naming(["a.json", "b.json"])}
    documents |= {"a.json": naming("broken.json"), "b.json": naming("broken.json")}
    (problem,) = read_documents(documents).problems
    assert (problem.code, problem.location.file) == ("E002", "broken.json")
    assert [place.file for place in problem.location.used_by] == ["a.json"]
