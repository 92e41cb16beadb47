"""``stats``: figures that can be counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema, TagSpec, TagValueType
from dtl_engine.model.shapes import Rectangle, ShapeKind
from dtl_engine.node.report import ReportNode
from dtl_engine.testing import make_sample
from dtl_engine.testing.running import report_on
from dtl_nodes.stats import Stats
from tests.fixtures.nodes import make
from tests.fixtures.small_graphs import compiled, layer, reading, run

SCHEMA = Schema(
    (
        LabelSpec("box", ShapeKind.RECTANGLE, "#112233"),
        LabelSpec("<b>&", ShapeKind.LINE, "#445566"),
    ),
    (TagSpec("good"), TagSpec("side", TagValueType.CHOICE, ("left", "right"))),
)


def report(folder: Path, *samples: Sample) -> tuple[dict[str, Any], str]:
    node = make(Stats, {"title": "All & everything"})
    assert isinstance(node, ReportNode)
    files = report_on(node, samples, SCHEMA, folder).files
    assert sorted(files) == ["report.html", "report.json"]
    return json.loads(files["report.json"]), files["report.html"].decode()


def box(*edges: float, tags: tuple[Tag, ...] = ()) -> Instance:
    return Instance("box", Rectangle(*edges), tags)


def test_counts(tmp_path: Path) -> None:
    figures, _ = report(
        tmp_path,
        make_sample(10, 10, [box(0, 0, 2, 5), box(1, 1, 4, 3, tags=(Tag("good"),))], file="a.png"),
        make_sample(20, 10, [box(0, 0, 2.5, 1)], (Tag("side", "left"),), file="b.png"),
        make_sample(20, 30, file="c.png", dataset="ds2"),
    )
    assert (figures["samples"], figures["sources"]) == (3, 3)
    assert (figures["objects"], figures["unlabelled"]) == (3, 1)
    assert figures["datasets"] == [
        {"name": "mini/ds1", "samples": 2, "sources": 2},
        {"name": "mini/ds2", "samples": 1, "sources": 1},
    ]
    boxes, lines = figures["classes"]
    assert (boxes["name"], boxes["shape"], boxes["color"]) == ("box", "rectangle", "#112233")
    assert (boxes["objects"], boxes["samples"]) == (3, 2)
    area = boxes["area_px"]
    assert (area["count"], area["min"], area["max"], area["mean"]) == (3, 2.5, 10, 18.5 / 3)
    assert [(bin["from"], bin["below"], bin["count"]) for bin in area["bins"]] == [
        (2, 3, 1), (3, 5, 0), (5, 7, 1), (7, 10, 0), (10, 15, 1)
    ]  # fmt: skip
    assert boxes["area_percent"]["max"] == 10
    assert (boxes["width_px"]["min"], boxes["height_px"]["max"]) == (2, 5)
    assert (lines["objects"], lines["area_px"]["bins"], lines["area_px"]["mean"]) == (0, [], None)
    assert figures["objects_per_sample"]["max"] == 2
    good, side = figures["tags"]
    assert (good["samples"], good["objects"], good["values"]) == (0, 1, [])
    assert side["values"] == [
        {"value": "left", "samples": 1, "objects": 0},
        {"value": "right", "samples": 0, "objects": 0},
    ]


def test_nothing_at_all(tmp_path: Path) -> None:
    figures, page = report(tmp_path)
    assert figures["samples"] == figures["objects"] == 0
    assert "<b>0</b>samples" in page


def test_the_page_shows_names_as_text(tmp_path: Path) -> None:
    _, page = report(tmp_path, make_sample(4, 4, [box(0, 0, 2, 2)]))
    assert "<title>All &amp; everything</title>" in page
    assert "&lt;b&gt;&amp;" in page
    assert "<b>&" not in page
    assert "http" not in page


def test_bins_of_whole_numbers_are_told_as_such(tmp_path: Path) -> None:
    samples = [
        make_sample(4, 4, [box(0, 0, 2, 2)] * count, file=f"{count}.png") for count in (1, 4)
    ]
    _, page = report(tmp_path, *samples)
    section = page[page.index("Objects on an image") :].partition("</section>")[0]
    assert [part.partition("<")[0] for part in section.split("<td>")[1:]] == ["1", "2", "3 to 4"]


def test_runs_in_a_graph(tmp_path: Path, mini: Path) -> None:
    layers = (
        reading(),
        layer("multiply", "$in", "$all", multiply=4),
        layer("stats", "$all", "look"),
    )
    outcome = run(compiled(mini, *layers), tmp_path / "out")
    assert outcome.exit_code == 0
    figures = json.loads((tmp_path / "out/look/report.json").read_bytes())
    assert (figures["samples"], figures["sources"]) == (12, 3)
    assert {found["objects"] for found in figures["classes"]} == {12}


def test_pictures_are_decoded_on_request(tmp_path: Path, mini: Path) -> None:
    path = mini / "mini/ds1/img/two.jpg"
    path.write_bytes(path.read_bytes()[:-40])
    for decode, failed in ((False, []), (True, ["mini/ds1/two.jpg"])):
        graph = compiled(mini, reading(), layer("stats", "$in", "look", decode=decode))
        outcome = run(graph, tmp_path / f"out{decode}")
        assert [failure.origin for failure in outcome.failures] == failed
        figures = json.loads((tmp_path / f"out{decode}/look/report.json").read_bytes())
        assert figures["samples"] == 3 - len(failed)
