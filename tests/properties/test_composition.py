"""Composition: however a graph is split over documents, it is the same graph."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.api import compile_graph
from dtl_engine.compile.flat import flat_document
from dtl_engine.errors import GraphInvalid
from dtl_engine.lint.rules import lint
from tests.fixtures.documents import layers_of, read_documents, write_documents
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, document, layer, run, saving, tree
from tests.properties.random_graphs import SCRAPS, STEPS, layers

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xyz"), inner),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_project(folder)
    return folder


@contextmanager
def scratch() -> Iterator[Path]:
    with TemporaryDirectory() as folder, chdir(folder):
        yield Path(folder)


def names_of(entry: Json) -> list[str]:
    dst = entry["dst"]
    return [name for name in (dst if isinstance(dst, list) else [dst]) if name]


@st.composite
def disturbed(draw: st.DrawFn, value: Any) -> tuple[Any, Any]:
    """Draw another value, and what makes ``value`` of it when both are merged."""
    if not isinstance(value, dict) or draw(st.integers(0, 3)) == 0:
        other = draw(JUNK)
        return other, {"$replace": value} if isinstance(value, dict) else value
    before: Json = {}
    over: Json = {}
    for key, inner in value.items():
        match draw(st.sampled_from(["same", "absent", "other"])):
            case "same":
                before[key] = inner
            case "absent":
                over[key] = {"$replace": inner}
            case "other":
                before[key], over[key] = draw(disturbed(inner))
    for key in sorted(draw(st.sets(st.sampled_from(["xx", "yy"]))) - set(value)):
        before[key], over[key] = draw(JUNK), {"$delete": True}
    return before, over


@st.composite
def splits(draw: st.DrawFn, made: list[Json], depth: int = 2) -> dict[str, Any]:
    """Draw documents that make ``made`` together; the first one is the one to read."""
    if depth == 0:
        return {"0.json": document(*made)}
    kept = draw(st.integers(0, len(made)))
    counts = Counter(name for entry in made for name in names_of(entry))
    base, own = [], []
    for entry in made[:kept]:
        names = [name for name in names_of(entry) if counts[name] == 1]
        if not names or draw(st.booleans()):
            base.append(entry)
            continue
        before, over = draw(disturbed(entry["settings"]))
        dst = entry["dst"] if len(set(names)) == len(names_of(entry)) else names[0]
        change: Json = {"dst": draw(st.sampled_from([dst, names[0]])), "settings": over}
        if draw(st.booleans()):
            change["src"] = entry["src"]
        base.append({**entry, "settings": before, **({"src": ["$x"]} if "src" in change else {})})
        own.append(change)
    removed = [f"$junk{depth}{at}" for at in range(draw(st.integers(0, 2)))]
    for name in removed:
        base.insert(draw(st.integers(0, len(base))), layer("dummy", "$in", name))
    below = draw(splits(base, depth - 1))
    main = {"version": 1, "extends": f"{depth - 1}.json", "remove": removed}
    main["layers"] = [*draw(st.permutations(own)), *made[kept:]]
    return {f"{depth}.json": main, **below}


@given(made=layers(), data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_split_into_base_and_changes_is_the_same_graph(made: list[Json], data: Any) -> None:
    documents = data.draw(splits(made))
    with scratch():
        assert layers_of(read_documents(copy.deepcopy(documents))) == made


@st.composite
def parametrised(draw: st.DrawFn, made: list[Json]) -> Json:
    """Draw a document that has parameters where ``made`` has values."""
    parameters: Json = {}

    def put(value: Any) -> Any:
        if draw(st.integers(0, 4)) == 0 and value is not None:
            name = f"p{len(parameters)}"
            parameters[name] = {"default": value}
            return f"${{{name}}}"
        if isinstance(value, dict):
            return {key: put(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [put(inner) for inner in value]
        if isinstance(value, str) and value and draw(st.booleans()):
            cut = draw(st.integers(0, len(value)))
            name = f"p{len(parameters)}"
            parameters[name] = value[cut:]
            return value[:cut].replace("${", "$${") + f"${{{name}}}"
        return value.replace("${", "$${") if isinstance(value, str) else value

    changed = [
        {key: inner if key == "action" else put(inner) for key, inner in entry.items()}
        for entry in made
    ]
    return {**document(*changed), "parameters": parameters}


@given(made=layers(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_parameters_give_the_values_that_they_stand_for(made: list[Json], data: Any) -> None:
    value = data.draw(parametrised(made))
    with scratch():
        read = read_documents({"main.json": value})
        # A dollar sign before a placeholder is its escape.
        if not any(problem.code == "W507" for problem in read.problems):
            assert layers_of(read) == made


@st.composite
def with_parts(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a sound graph that has steps of its own and a part with random steps, used twice."""
    inner = [
        layer(action, "$in" if at == 0 else f"$s{at - 1}", f"$s{at}", **draw(STEPS[action]))
        for at, action in enumerate(draw(st.lists(st.sampled_from(SIMPLE), min_size=1, max_size=3)))
    ]
    part = {"version": 1, "inputs": "$in", "outputs": f"$s{len(inner) - 1}", "layers": inner}
    main = draw(layers(sinks=1))
    (last,) = [entry for entry in main if entry["action"] == "supervisely"]
    use = {"action": "graph", "settings": {"document": "part.json"}}
    twice = [
        {**use, "src": last["src"], "dst": "$once"},
        {**use, "src": ["$once"], "dst": "$twice"},
    ]
    sink = saving(["$twice", *last["src"]], "parts")
    return {"main.json": document(*main, *twice, sink), "part.json": part}


SIMPLE = ["flip", "crop", "background", "tag", "dummy"]


@given(documents=with_parts(), seed=st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_the_flat_document_gives_the_same_bytes(
    data: Path, documents: dict[str, Any], seed: int
) -> None:
    with scratch() as folder:
        write_documents(documents)
        composed = compile_graph("main.json", data=[data], seed=seed)
        if any(stream.total.high > 60 for stream in composed.inputs.values()):
            return
        flat = flat_document(composed)
        again = compile_graph(flat, data=[data])
        assert flat_document(again) == flat
        run(composed, folder / "composed")
        run(again, folder / "flat")
        assert tree(folder / "composed") == tree(folder / "flat")


@given(made=layers(sinks=1), split=st.data(), seed=st.integers(0, 3))
@settings(max_examples=10, deadline=None)
def test_a_split_graph_gives_the_same_bytes(
    data: Path, made: list[Json], split: Any, seed: int
) -> None:
    documents = split.draw(splits(made))
    with scratch() as folder:
        write_documents(documents)
        whole = compiled(data, *made, seed=seed)
        if any(stream.total.high > 60 for stream in whole.inputs.values()):
            return
        run(whole, folder / "whole")
        run(compile_graph(next(iter(documents)), data=[data], seed=seed), folder / "split")
        assert tree(folder / "whole") == tree(folder / "split")


@st.composite
def mutilated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw documents that name each other, with a few places changed to anything."""
    documents = draw(with_parts())
    base = documents["main.json"]
    documents["main.json"] = {**base, "extends": "base.json", "parameters": {"a": 1, "b": {}}}
    documents["base.json"] = {"version": 1, "layers": base["layers"][:2], "remove": []}
    documents = json.loads(json.dumps(documents))
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = documents
        key = draw(st.sampled_from(list(documents)))
        while isinstance(holder[key], (dict, list)) and holder[key] and draw(st.integers(0, 6)):
            holder = holder[key]
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = draw(st.sampled_from(keys))
        extra = st.sampled_from(["${a}", "${", "x${b}", "main.json", "part.json", "..", "$once/s0"])
        directives = st.sampled_from([{"$replace": 1}, {"$delete": True}, {"default": 1}])
        holder[key] = copy.deepcopy(draw(SCRAPS | extra | directives))
    return documents


@given(documents=mutilated())
@settings(max_examples=250, deadline=None)
def test_any_documents_compile_or_are_refused(data: Path, documents: dict[str, Any]) -> None:
    with scratch():
        try:
            write_documents(documents)
        except UnicodeEncodeError:
            return
        try:
            graph = compile_graph("main.json", data=[data])
        except GraphInvalid as invalid:
            assert invalid.problems
            assert all(found.message and found.location.line >= 1 for found in invalid.problems)
            str(invalid).encode()
            return
        str(lint(graph))
        assert flat_document(compile_graph(flat_document(graph), data=[data])) == flat_document(
            graph
        )
