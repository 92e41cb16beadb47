"""Models on edges: phases, fitting, batches across images, and what is written of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import GraphInvalid, RunFailed
from dtl_engine.execute.events import FitProgress
from dtl_engine.execute.executor import Execution
from dtl_engine.plan.phases import phases
from dtl_engine.plan.plan import RunnerKind, make_plan
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, document, layer, reading, run, saving, tree
from tests.fixtures.toy_models import toy_catalogue

PART = {"min_percent": 40, "max_percent": 90}
FIT = layer("toy_fit", "$c", ["$model", None], name="brightness", epochs=1)
LAYERS: list[Json] = [
    reading(),
    layer("multiply", "$in", "$m", multiply=2),
    layer("crop", "$m", "$c", random_part={"width": PART, "height": PART}),
    FIT,
    layer("toy_infer", ["$c", "$model"], "$found"),
    saving("$found"),
    saving("$c", "crops"),
    layer("toy_write", "$model", "brightness.txt"),
]


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtl_engine.api.installed_catalogue", toy_catalogue)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


def compiled(data: Path, *layers: Json) -> CompiledGraph:
    return compile_graph(document(*layers, seed=3), data=[data])


def test_a_graph_is_cut_where_a_model_must_exist_first(data: Path) -> None:
    parts = phases(compiled(data, *LAYERS))
    assert [[node.action for node in part.nodes] for part in parts] == [
        ["data", "multiply", "crop", "toy_fit", "supervisely"],
        ["data", "multiply", "crop", "toy_infer", "supervisely", "toy_write"],
    ]


def test_a_graph_without_models_is_one_part(data: Path) -> None:
    graph = compiled(data, reading(), saving("$in"))
    assert phases(graph) == (graph,)


def test_the_model_is_fitted_to_the_stream_and_used_after_it(data: Path, tmp_path: Path) -> None:
    report = run(compiled(data, *LAYERS), tmp_path)
    assert report.exit_code == 0
    model = json.loads((tmp_path / "brightness/model.json").read_text())
    assert len(model["seen"][0]) == 6
    assert float((tmp_path / "brightness.txt").read_text()) == model["mean"]
    assert len(annotations_of_all(tmp_path / "crops")) == 6
    above = {id: value - model["mean"] for id, value in model["seen"][0]}
    assert sorted(round(value, 6) for value in above.values()) == sorted(
        tag["above"] for tag in annotations_of_all(tmp_path / "out")
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "brightness", "brightness.txt", "crops", "out",
    ]  # fmt: skip


def annotations_of_all(folder: Path) -> list[dict[str, Any]]:
    return [
        {tag["name"]: tag.get("value") for tag in json.loads(path.read_text())["tags"]}
        for path in sorted(folder.rglob("ann/*.json"))
    ]


def test_the_recorded_graph_runs_to_the_same_model(data: Path, tmp_path: Path) -> None:
    run(compiled(data, *LAYERS), tmp_path / "one")
    recorded = json.loads((tmp_path / "one/brightness/graph.json").read_text())
    run(compile_graph(recorded, data=[data]), tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@pytest.mark.parametrize(("runner", "workers"), [("threads", 1), ("threads", 3)])
def test_batches_are_of_the_same_images_whoever_works(
    data: Path, tmp_path: Path, runner: str, workers: int
) -> None:
    graph = compiled(data, *LAYERS)
    run(graph, tmp_path / "serial")
    run(graph, tmp_path / "other", RunnerKind(runner), workers)
    assert tree(tmp_path / "serial") == tree(tmp_path / "other")
    batches = sorted(tag["batch"] for tag in annotations_of_all(tmp_path / "serial/out"))
    # Three images in groups of two, two samples of each: the third is alone.
    assert batches == [1, 1, 2, 2, 2, 2]


def test_one_sample_that_fails_in_a_batch_sets_its_image_aside_alone(
    data: Path, tmp_path: Path
) -> None:
    layers = [
        reading(),
        layer("toy_fit", "$in", ["$model", None]),
        layer("toy_infer", ["$in", "$model"], "$found", batch=3, refuses="two"),
        saving("$found"),
    ]
    report = run(compiled(data, *layers), tmp_path)
    assert report.exit_code == 3
    assert {failure.code for failure in report.failures} == {"F699"}
    assert [failure.origin for failure in report.failures] == ["mini/ds1/two.jpg"]
    assert report.saved["out"] == 2


def test_the_stream_runs_again_with_fresh_draws_for_each_epoch(data: Path, tmp_path: Path) -> None:
    layers = [*LAYERS[:3], layer("toy_fit", "$c", ["$model", None], name="b", epochs=3)]
    run(compiled(data, *layers), tmp_path / "one")
    seen = json.loads((tmp_path / "one/b/model.json").read_text())["seen"]
    assert [id for id, _ in seen[0]] == [id for id, _ in seen[1]]
    assert seen[0] != seen[1] != seen[2] != seen[0]
    run(compiled(data, *layers), tmp_path / "two", RunnerKind.THREADS, 2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_a_model_is_loaded_from_disk(data: Path, tmp_path: Path) -> None:
    run(compiled(data, *LAYERS), tmp_path / "first")
    layers = [
        reading(),
        layer("toy_model", "brightness", "$model"),
        layer("toy_infer", ["$in", "$model"], "$found"),
        saving("$found"),
    ]
    graph = compile_graph(document(*layers), data=[data, tmp_path / "first"])
    assert len(phases(graph)) == 1
    assert run(graph, tmp_path / "second").exit_code == 0


def test_what_a_model_predicts_is_known_before_it_exists(data: Path) -> None:
    graph = compiled(data, *LAYERS)
    schema = graph.inputs["out"].schema
    assert schema is not None
    assert {"above", "batch"} <= set(schema.tag_names)
    with pytest.raises(GraphInvalid) as refused:
        compiled(
            data, *LAYERS[:4], layer("toy_infer", ["$c", "$model"], "$f", tag="x"), saving("$f")
        )
    (problem,) = refused.value.problems
    assert (problem.code, problem.location.pointer) == ("E304", "/layers/4/settings/tag")


def test_a_node_that_needs_a_model_says_so(data: Path) -> None:
    for src, missing in (("$in", "model"), ("$model", "samples")):
        layers = [reading(), layer("toy_fit", "$in", ["$model", None])]
        with pytest.raises(GraphInvalid) as refused:
            compiled(data, *layers, layer("toy_infer", src, "$f"), saving("$f"))
        assert [problem.code for problem in refused.value.problems] == ["E214"]
        assert missing in refused.value.problems[0].message


def test_progress_is_told_and_failures_end_the_run(data: Path, tmp_path: Path) -> None:
    told: list[object] = []
    plan = make_plan(compiled(data, *LAYERS), tmp_path / "good")
    Execution(plan, listeners=(told.append,)).run()
    texts = [event.event.text for event in told if isinstance(event, FitProgress)]
    assert texts == ["epoch 0"]
    failing = [reading(), layer("toy_fit", "$in", ["$m", None], fails=True), saving("$in")]
    with pytest.raises(RunFailed, match="the loss is no number"):
        run(compiled(data, *failing), tmp_path / "bad")
    assert len(list((tmp_path / "bad/out").rglob("*.png"))) > 0
