"""The plan, and the plan in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.errors import UsageError
from dtl_engine.plan.describe import describe_plan
from dtl_engine.plan.plan import RunnerKind, available_cores, make_plan
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import compiled, document, layer, reading, saving
from tests.fixtures.toy_models import toy_catalogue


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


def test_what_is_fixed_before_a_run(data: Path, tmp_path: Path) -> None:
    graph = compiled(data, reading(), layer("dummy", "$in", "$x"), saving("$in"))
    plan = make_plan(graph, tmp_path)
    assert [node.id for node in plan.graph.nodes] == ["in", "out"]
    assert plan.outputs == {"out": tmp_path / "out"}
    assert (plan.images, plan.runner, plan.workers) == (3, "threads", available_cores())
    assert not list(tmp_path.iterdir())
    assert make_plan(graph, tmp_path, workers=7).workers == 7
    assert make_plan(graph, tmp_path, runner=RunnerKind.SERIAL, workers=7).workers == 1


def test_a_plan_counts_the_images_that_are_read(data: Path, tmp_path: Path) -> None:
    graph = compiled(data, reading(), saving("$in"))
    assert make_plan(graph, tmp_path, only=("mini/ds1/*",)).images == 2
    with pytest.raises(UsageError, match=r"no image matches 'x' or 'y'; .* mini/ds1/one\.png"):
        make_plan(graph, tmp_path, only=("x", "y"))


def test_words(data: Path) -> None:
    graph = compiled(
        data,
        reading(),
        layer("flip", "$in", "$a", axis="vertical"),
        layer("multiply", "$a", "$b", multiply=2),
        layer("if", "$b", ["$c", None], condition={"min_width": 30}),
        layer("dummy", "$in", "$dead"),
        saving(["$c", "$in"]),
        seed=6,
    )
    plan = make_plan(graph, Path("there"), workers=2)
    assert list(describe_plan(plan, ["dead"])) == [
        "reads 3 images",
        "  mini/ds1: 2 images",
        "  mini/ds2: 1 images",
        "works with 2 threads, seed 6; one image at a time in each:",
        "  data $in",
        "  flip $a -> multiply $b -> if $c, null",
        "  supervisely out",
        "leaves out, as nothing of it is saved: dead",
        "writes",
        f"  {Path('there/out')}: 3-9 samples",
    ]
    serial = make_plan(graph, Path("there"), runner=RunnerKind.SERIAL)
    assert "works with no workers, in the main thread, seed 6" in "\n".join(
        describe_plan(serial, ())
    )


def test_words_of_phases(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtl_engine.api.installed_catalogue", toy_catalogue)
    layers = (
        reading(),
        layer("toy_fit", "$in", ["$number", None]),
        layer("toy_infer", ["$in", "$number"], "$found", batch=5),
        saving("$found"),
    )
    graph = compile_graph(document(*layers, seed=6), data=[data])
    plan = make_plan(graph, Path("there"), workers=2)
    assert list(describe_plan(plan, ()))[3:10] == [
        "works with 2 threads, seed 6; up to 5 images at a time in each:",
        "  phase 1 of 2",
        "    data $in -> toy_fit $number, null",
        "  phase 2 of 2",
        "    data $in -> toy_infer $found -> supervisely out",
        "writes",
        f"  {Path('there/number')}: a model fitted to 3 samples",
    ]
