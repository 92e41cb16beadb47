"""Random graphs: what the engine promises holds for every one of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dtl_engine.api import compile_graph
from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import GraphInvalid
from dtl_engine.execute.executor import Execution
from dtl_engine.lint.rules import lint
from dtl_engine.node.count import Count
from dtl_engine.plan.describe import describe_plan
from dtl_engine.plan.plan import RunnerKind, make_plan
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, plain_plan, run, saving, tree
from tests.properties.random_graphs import layers, mutilated

MOST_SAMPLES = 60


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_project(folder)
    write_project(folder, "other", datasets={"ds1": (("one.png", 20, 20),)})
    return folder


@contextmanager
def scratch() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


def small(data: Path, made: list[Json], seed: int = 0) -> CompiledGraph:
    graph = compiled(data, *made, seed=seed)
    assume(all(stream.total.high <= MOST_SAMPLES for stream in graph.inputs.values()))
    return graph


@given(made=layers())
@settings(max_examples=25, deadline=None)
def test_optimised_and_plain_graphs_write_the_same(data: Path, made: list[Json]) -> None:
    graph = small(data, made)
    with scratch() as folder:
        run(graph, folder / "optimised")
        Execution(plain_plan(graph, folder / "plain")).run()
        assert tree(folder / "optimised") == tree(folder / "plain")


@given(made=layers())
@settings(max_examples=25, deadline=None)
def test_what_is_written_was_inferred(data: Path, made: list[Json]) -> None:
    graph = small(data, made)
    with scratch() as folder:
        report = run(graph, folder)
        for sink in graph.sinks:
            stream = graph.inputs[sink.id]
            assert stream.schema is not None
            shapes = {label.name: str(label.kind) for label in stream.schema.labels}
            assert stream.total.low <= report.saved[sink.id] <= stream.total.high
            written = annotations_in(folder / graph.output_name(sink))
            assert len(written) == report.saved[sink.id]
            for annotation in written:
                assert {tag["name"] for tag in annotation["tags"]} <= set(stream.schema.tag_names)
                for entry in annotation["objects"]:
                    assert shapes[entry["classTitle"]] == entry["geometryType"]
        for id, counts in report.nodes.items():
            total = graph.inputs[id].total
            ports = [stream.total for (node, _), stream in graph.outputs.items() if node == id]
            leaving = sum(ports, Count())
            assert total.low <= counts.entered <= total.high
            assert graph.by_id[id].is_sink or leaving.low <= counts.left <= leaving.high


@given(made=layers(), seed=st.integers(0, 3), workers=st.sampled_from([1, 2, 5]))
@settings(max_examples=20, deadline=None)
def test_threads_write_what_one_writes(
    data: Path, made: list[Json], seed: int, workers: int
) -> None:
    graph = small(data, made, seed)
    with scratch() as folder:
        alone = run(graph, folder / "serial")
        together = run(graph, folder / "threads", RunnerKind.THREADS, workers)
        assert tree(folder / "serial") == tree(folder / "threads")
        assert alone.saved == together.saved


@given(made=layers(sinks=1), order=st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_order_of_layers_changes_no_sample(data: Path, made: list[Json], order: Any) -> None:
    graph = small(data, made)
    shuffled = list(made)
    order.shuffle(shuffled)
    with scratch() as folder:
        run(graph, folder / "a")
        run(compiled(data, *shuffled), folder / "b")
        # The array's order decides which of several equal names stays plain, and nothing else.
        assert contents(folder / "a") == contents(folder / "b")


UNRELATED = [
    [layer("crop", "$in", "$new", random_part={"width": R, "height": R})]
    for R in [{"min_percent": 50, "max_percent": 90}]
] + [
    [layer("multiply", "$in", "$new", multiply=2), saving("$new", "elsewhere")],
    [layer("if", "$in", [None, None], condition={"probability": 0.5})],
    [layer("data", "mini/ds2", "$new", classes_mapping="default"), saving("$new", "elsewhere")],
    [layer("data", "other/*", "$new", classes_mapping="default")],
    [saving("$in", "s0"), saving("$in", "s1"), saving("$in", "in")],
]


@given(made=layers(sinks=1), extra=st.sampled_from(UNRELATED), at=st.integers(0, 8))
@settings(max_examples=25, deadline=None)
def test_unrelated_layers_change_nothing(
    data: Path, made: list[Json], extra: list[Json], at: int
) -> None:
    graph = small(data, made)
    with scratch() as folder:
        run(graph, folder / "a")
        run(compiled(data, *made[:at], *extra, *made[at:]), folder / "b")
        if any("other/*" in entry["src"] for entry in extra):
            # Two projects have a dataset ds1 now, and its name says which.
            assert contents(folder / "a", 1) == contents(folder / "b", 1)
        else:
            assert tree(folder / "a" / "out0") == tree(folder / "b" / "out0")


@given(value=mutilated())
@settings(max_examples=150, deadline=None)
def test_any_document_compiles_or_is_refused(data: Path, value: Any) -> None:
    try:
        graph = compile_graph(value, data=[data])
    except GraphInvalid as invalid:
        assert invalid.problems
        assert all(problem.message and problem.location.line >= 1 for problem in invalid.problems)
        str(invalid).encode()
        return
    str(lint(graph))
    plan = make_plan(graph, Path("out"))
    assert list(describe_plan(plan, ()))


def annotations_in(project: Path) -> list[Json]:
    return [json.loads(path.read_bytes()) for path in sorted(project.glob("*/ann/*.json"))]


def contents(folder: Path, depth: int = 2) -> Counter[Any]:
    """Count samples by image, annotation and where they lie, not by their names.

    ``depth`` is 2 where output and dataset count, 1 for the output alone.
    """
    files = tree(folder)
    return Counter(
        (name.parts[:depth], name.suffix, data, annotation_of(files, name))
        for name, data in ((PurePosixPath(path), data) for path, data in files.items())
        if "img" in name.parts
    )


def annotation_of(files: dict[str, bytes], image: PurePosixPath) -> bytes:
    return files[str(image.parents[1] / "ann" / f"{image.name}.json")]
