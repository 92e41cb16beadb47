"""The workshop: one source image through the whole graph, depth first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dtl_engine.errors import RunFailed
from dtl_engine.execute.workshop import Workshop
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.node.read_log import ReadLog
from dtl_engine.node.source import Source
from dtl_engine.plan.plan import make_plan
from dtl_engine.plan.units import units
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, saving, tree


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


def lineages(
    data: Path, out: Path, monkeypatch: pytest.MonkeyPatch, *layers: Json
) -> dict[str, list[str]]:
    """Run the first image; return the ids of the samples saved by each sink, in order."""
    graph = compiled(data, *layers)
    saved: dict[str, list[str]] = {}
    for sink in graph.sinks:
        ids = saved.setdefault(sink.id, [])
        monkeypatch.setattr(
            sink.node, "write", lambda sample, schema, place, ids=ids: ids.append(sample.id)
        )
    plan = make_plan(graph, out)
    report = Workshop(plan).run([next(units(plan.graph))])[0]
    assert report.saved == {id: len(ids) for id, ids in saved.items() if ids}
    return saved


def test_each_result_goes_all_the_way_before_the_next_is_made(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = lineages(
        data,
        tmp_path,
        monkeypatch,
        reading(),
        layer("multiply", "$in", "$m", multiply=2),
        layer("flip", "$m", "$f", axis="vertical"),
        layer("multiply", "$f", "$n", multiply=2),
        saving(["$m", "$n"]),
    )
    image = "mini/ds1/one.png#in"
    assert saved["out"] == [
        f"{image}#m.0#f#n.0",
        f"{image}#m.0#f#n.1",
        f"{image}#m.0",
        f"{image}#m.1#f#n.0",
        f"{image}#m.1#f#n.1",
        f"{image}#m.1",
    ]


def test_the_array_decides_which_consumer_is_first(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = layer("tag", "$in", "$t", tag="t", action="add")
    sink = saving(["$in", "$t"])
    image = "mini/ds1/one.png#in"
    first = lineages(data, tmp_path, monkeypatch, reading(), tag, sink)
    assert first["out"] == [f"{image}#t", image]
    second = lineages(data, tmp_path, monkeypatch, reading(), sink, tag)
    assert second["out"] == [image, f"{image}#t"]


def test_an_image_enters_by_every_layer_that_reads_it_and_is_read_once(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = compiled(
        data,
        reading(),
        reading("mini/ds1", "$more", {"box": "__ignore__", "__other__": "__default__"}),
        saving(["$in", "$more"]),
    )
    read: list[str] = []

    def reader(source: Source) -> Callable[[Origin, ReadLog], Sample]:
        known = source.read

        def note(origin: Origin, log: ReadLog) -> Sample:
            read.append(str(origin))
            return known(origin, log)

        return note

    for source in graph.sources.values():
        monkeypatch.setattr(source, "read", reader(source))
    plan = make_plan(graph, tmp_path)
    report = Workshop(plan).run([next(units(plan.graph))])[0]
    assert (report.saved["out"], read) == (2, ["mini/ds1/one.png"])
    labels = [
        {entry["classTitle"] for entry in json.loads(data)["objects"]}
        for path, data in tree(tmp_path).items()
        if "/ann/" in path
    ]
    assert sorted("box" in each for each in labels) == [False, True]


def test_counts_of_every_node(data: Path, tmp_path: Path) -> None:
    graph = compiled(
        data,
        reading(),
        layer("multiply", "$in", "$m", multiply=3),
        layer("if", "$m", ["$yes", None], condition={"min_width": 1000}),
        saving(["$yes", "$m"]),
    )
    plan = make_plan(graph, tmp_path)
    report = Workshop(plan).run([next(units(plan.graph))])[0]
    counts = {id: (counts.entered, counts.left) for id, counts in report.nodes.items()}
    assert counts == {"in": (1, 1), "m": (1, 3), "yes": (3, 3), "out": (3, 0)}
    assert all(counts.seconds >= 0 for counts in report.nodes.values())


def test_data_at_fault_sets_the_image_aside(data: Path, tmp_path: Path) -> None:
    graph = compiled(write_broken(tmp_path), reading(), saving("$in"), saving("$in", "more"))
    plan = make_plan(graph, tmp_path / "out")
    report = Workshop(plan).run([next(units(plan.graph))])[0]
    assert report.failure is not None
    assert (report.failure.node, report.failure.origin) == ("in", "mini/ds1/one.png")
    assert report.failure.location.pointer == "/layers/0"
    assert not report.saved
    assert tree(tmp_path / "out") == {}


def write_broken(folder: Path) -> Path:
    project = write_project(folder)
    (project / "ds1/ann/one.png.json").write_text("{")
    return folder


def test_code_at_fault_stops_the_run(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = compiled(
        data,
        reading(),
        layer("multiply", "$in", "$m", multiply=2),
        layer("flip", "$m", "$f", axis="vertical"),
        saving(["$m", "$f"]),
    )

    def fail(sample: Sample) -> Sample:
        if sample.id.endswith("#m.1"):
            raise ZeroDivisionError("by zero")
        return sample

    monkeypatch.setattr(graph.by_id["f"].node, "apply", fail)
    plan = make_plan(graph, tmp_path)
    with pytest.raises(RunFailed, match=r"action 'flip' failed on sample .*#m\.1: ZeroDiv") as info:
        Workshop(plan).run([next(units(plan.graph))])[0]
    assert isinstance(info.value.__cause__, ZeroDivisionError)
    assert tree(tmp_path) == {}
