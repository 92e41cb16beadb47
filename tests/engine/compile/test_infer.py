"""Inference: schemas and counts on every edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import GraphInvalid
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, saving

COIN = {"probability": 0.5}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_project(folder)
    write_project(folder, "bare", datasets={"ds1": (("x.png", 20, 20),)}, classes=(), tagged=False)
    return folder


def counts(data: Path, *layers: Json) -> dict[str, tuple[int, int]]:
    graph = compiled(data, *layers)
    return {
        name: (stream.total.low, stream.total.high)
        for (id, port), stream in graph.outputs.items()
        if (name := graph.by_id[id].spec.dst[port])
    } | {sink.id: (t := graph.inputs[sink.id].total, (t.low, t.high))[1] for sink in graph.sinks}


def test_counts_of_the_golden_graph(data: Path) -> None:
    part = {"min_percent": 100, "max_percent": 100}
    found = counts(
        data,
        reading(),
        layer("flip", "$in", "$fv", axis="vertical"),
        layer("flip", ["$fv", "$in"], "$fh", axis="horizontal"),
        layer("dummy", ["$fv", "$in", "$fh"], "$d"),
        layer("multiply", "$d", "$m", multiply=10),
        layer("crop", "$m", "$c", random_part={"width": part, "height": part}),
        layer("if", ["$c", "$d"], ["$t", "$v"], condition=COIN),
        layer("tag", "$t", "$train", tag="train", action="add"),
        layer("tag", "$v", "$val", tag="val", action="add"),
        saving(["$train", "$val"]),
    )
    assert found["$fh"] == (6, 6)
    assert found["$m"] == (120, 120)
    assert found["$train"] == found["$val"] == (0, 132)
    assert found["out"] == (132, 132)


def test_counts_by_dataset(data: Path) -> None:
    twice = layer("dummy", ["$in", "$more"], "$all")
    graph = compiled(data, reading(), reading("mini/ds1", "$more"), twice, saving("$all"))
    stream = graph.inputs["out"]
    assert {key: count.high for key, count in stream.counts.items()} == {
        "mini/ds1": 2,
        "mini/ds2": 1,
    }
    assert (stream.total.high, stream.per_image) == (5, 2)


def test_certain_chances(data: Path) -> None:
    never = layer("if", "$in", ["$yes", "$no"], condition={"probability": 0})
    found = counts(data, reading(), never, saving(["$yes", "$no"]))
    assert (found["$yes"], found["$no"], found["out"]) == ((0, 0), (3, 3), (3, 3))


def test_schemas_are_mapped_and_merged(data: Path) -> None:
    mapping = {"box": "thing", "blob": "__ignore__", "__other__": "__default__"}
    graph = compiled(
        data,
        reading(mapping=mapping),
        reading("bare", "$bare"),
        layer("background", "$bare", "$bg", **{"class": "bg"}),
        layer("tag", "$bg", "$tagged", tag={"name": "part", "value": "a"}, action="add"),
        saving(["$tagged", "$in"]),
    )
    schema = graph.inputs["out"].schema
    assert schema is not None
    assert schema.label_names == ("bg", "dot", "thing", "path", "patch", "hand")
    assert schema.tag_names[0] == "part"
    assert graph.outputs["bare", 0].schema == graph.inputs["bg"].schema


def test_what_depends_on_a_mistake_is_not_told_again(data: Path) -> None:
    with pytest.raises(GraphInvalid) as caught:
        compiled(
            data,
            reading(mapping={"bax": "b", "__other__": "__default__"}),
            layer("background", "$in", "$bg", **{"class": "patch"}),
            layer("background", "$bg", "$bg2", **{"class": "patch"}),
            reading("mini/ds1", "$more"),
            layer("background", "$more", "$bg3", **{"class": "patch"}),
            saving(["$bg2", "$bg3"]),
        )
    assert [problem.code for problem in caught.value.problems] == ["E302", "E303"]
