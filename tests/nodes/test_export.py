"""``export``: splits, losses, marks; what the formats write is tested with the formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema, SchemaError
from dtl_engine.model.shapes import Point, Rectangle
from dtl_engine.node.ends import Place
from dtl_engine.plan.plan import RunnerKind
from dtl_engine.testing import sample_schema
from dtl_nodes.export import Export
from dtl_nodes.formats import FORMATS, WRITABLE, load_format
from dtl_nodes.formats.base import Loss, WritableFormat
from dtl_nodes.formats.supervisely.format import SuperviselyFormat
from tests.fixtures.nodes import infer, make, refuses
from tests.fixtures.small_graphs import Json, compiled, layer, reading, run, tree
from tests.nodes.formats.exporting import export, sample_with

TAGGED = ("ds1/img/one.png", "ds1/img/two.jpg", "ds2/img/one.png")


def exporting(src: str | list[str] = "$in", dst: str = "out", **settings: Any) -> Json:
    return layer("export", src, dst, **{"format": "supervisely", **settings})


def images(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.suffix in (".png", ".jpg"))
    return sorted(path.relative_to(folder).as_posix() for path in files)


class Lossy(SuperviselyFormat):
    """A project without points; lines lose their ends, the images their tags."""

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterator[Loss]:
        yield from (Loss(x.name, "point dropped") for x in schema.labels if x.kind == "point")

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        for instance in sample.instances:
            if instance.shape.kind == "point":
                place.lose(instance.label, "point dropped")
            if instance.shape.kind == "line":
                place.lose(instance.label, "both ends")
                place.lose(instance.label, "both ends")
        for _ in sample.tags:
            place.lose("", "tags of images")
        SuperviselyFormat.write(sample, schema, place, settings)


class InOneFolder(SuperviselyFormat):
    """A project of one dataset, whatever datasets there are."""

    one_folder = True

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        name = f"{place.stem}{sample.origin.suffix}"
        place.path("images", name).write_text(f"of {place.dataset}")


@pytest.fixture
def lossy(monkeypatch: pytest.MonkeyPatch) -> type[WritableFormat]:
    monkeypatch.setattr("dtl_nodes.export.load_writable", lambda name: Lossy)
    return Lossy


def test_the_tables_of_formats_agree() -> None:
    assert tuple(sorted(WRITABLE)) == WRITABLE
    for name in FORMATS:
        found = load_format(name)
        assert found.name == name
        assert found.title
        assert issubclass(found, WritableFormat) == (name in WRITABLE)


def test_without_splits_datasets_stay(tmp_path: Path, mini: Path) -> None:
    report = run(compiled(mini, reading(), exporting()), tmp_path / "out")
    assert (report.exit_code, report.samples) == (0, 3)
    assert images(tmp_path / "out" / "out") == list(TAGGED)
    assert (tmp_path / "out/out/.dtl-export").read_text() == "supervisely\n"


def test_splits_by_tag(tmp_path: Path, mini: Path) -> None:
    layers = (
        reading(),
        layer("if", "$in", ["$large", "$small"], condition={"min_width": 30}),
        layer("tag", "$small", "$val", tag="val", action="add"),
        layer("if", "$large", ["$wide", "$rest"], condition={"min_width": 40}),
        layer("tag", "$wide", "$train", tag="train", action="add"),
    )
    end = exporting(["$train", "$val", "$rest"], splits=["train", "val"])
    assert run(compiled(mini, *layers, end), tmp_path).exit_code == 0
    # Names are those of one pool: two images called 'one' never meet.
    assert images(tmp_path / "out") == [
        "train/img/one.png",
        "unassigned/img/two.jpg",
        "val/img/one_2.png",
    ]


def test_the_first_of_several_splits_counts(tmp_path: Path, mini: Path) -> None:
    layers = [reading(), exporting(splits=["note", "checked"])]
    assert run(compiled(mini, *layers), tmp_path).exit_code == 0
    assert {name.partition("/")[0] for name in images(tmp_path / "out")} == {"note"}


def test_one_folder_for_all_makes_names_unique(
    tmp_path: Path, mini: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dtl_nodes.export.load_writable", lambda name: InOneFolder)
    assert run(compiled(mini, reading(), exporting()), tmp_path).exit_code == 0
    written = {path.name: path.read_text() for path in (tmp_path / "out/images").iterdir()}
    assert written == {"one.png": "of ds1", "two.jpg": "of ds1", "one_2.png": "of ds2"}


def test_losses_are_counted(tmp_path: Path, mini: Path, lossy: type[WritableFormat]) -> None:
    report = run(compiled(mini, reading(), exporting()), tmp_path)
    assert report.exit_code == 0
    assert report.losses == {
        "out": {("dot", "point dropped"): 3, ("path", "both ends"): 6, ("", "tags of images"): 9}
    }
    told = json.loads((tmp_path / "out/loss_report.json").read_bytes())
    assert told == {
        "format": "supervisely",
        "losses": [
            {"class": None, "what": "tags of images", "count": 9},
            {"class": "dot", "what": "point dropped", "count": 3},
            {"class": "path", "what": "both ends", "count": 6},
        ],
    }


def test_an_empty_box_is_lost_in_a_project(tmp_path: Path) -> None:
    sample = sample_with([Instance("box", Rectangle(5, 5, 5, 5)), Instance("dot", Point(5, 5))])
    lost = export("supervisely", [sample], sample_schema(), tmp_path / "out")
    assert lost == {("box", "box without area dropped"): 1}


def test_no_loss_no_report(tmp_path: Path, mini: Path) -> None:
    run(compiled(mini, reading(), exporting()), tmp_path)
    assert not (tmp_path / "out" / "loss_report.json").exists()


def test_losses_of_what_is_set_aside_do_not_count(
    tmp_path: Path, mini: Path, lossy: type[WritableFormat], monkeypatch: pytest.MonkeyPatch
) -> None:
    (mini / "mini/ds1/img/two.jpg").write_bytes(b"no image")
    report = run(compiled(mini, reading(), exporting()), tmp_path)
    assert report.exit_code == 3
    assert report.losses["out"]["dot", "point dropped"] == 2


def test_losses_are_the_same_with_any_number_of_workers(
    tmp_path: Path, mini: Path, lossy: type[WritableFormat]
) -> None:
    graph = compiled(mini, reading(), exporting())
    for name, workers in (("one", 1), ("many", 4)):
        run(graph, tmp_path / name, RunnerKind.THREADS, workers)
    assert tree(tmp_path / "one") == tree(tmp_path / "many")


def test_refused_losses_are_mistakes_of_the_graph(lossy: type[WritableFormat]) -> None:
    with pytest.raises(SchemaError, match=r"class 'dot': point dropped") as refused:
        infer(Export, {"format": "supervisely", "on_loss": "error"}, sample_schema())
    assert (refused.value.code, refused.value.at) == ("E308", ("on_loss",))
    counted = infer(Export, {"format": "supervisely"}, sample_schema())
    assert counted == sample_schema()


def test_refused_losses_set_samples_aside(
    tmp_path: Path, mini: Path, lossy: type[WritableFormat]
) -> None:
    mapping = {"dot": "__ignore__", "path": "__ignore__", "__other__": "__default__"}
    without = {"tags_mapping": {"note": "__ignore__", "__other__": "__default__"}}
    layers = [
        layer("data", "mini/ds1", "$in", classes_mapping=mapping, **without),
        exporting(on_loss="error"),
    ]
    report = run(compiled(mini, *layers), tmp_path)
    assert report.exit_code == 3
    assert {failure.code for failure in report.failures} == {"F612"}
    assert report.samples == 0
    assert report.losses.get("out", {}) == {}
    assert images(tmp_path / "out") == []


def test_nothing_of_the_parts_stays(
    tmp_path: Path, mini: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Joined(SuperviselyFormat):
        """Gathers the names of all images in one file."""

        @staticmethod
        def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
            place.path(".parts", place.dataset, place.stem).write_text(sample.id)

        @staticmethod
        def finish(schema: Schema, folder: Path, settings: Any) -> None:
            parts = sorted((folder / ".parts").rglob("*"))
            names = [path.relative_to(folder).as_posix() for path in parts if path.is_file()]
            (folder / "names.txt").write_text("\n".join(names))

    monkeypatch.setattr("dtl_nodes.export.load_writable", lambda name: Joined)
    run(compiled(mini, reading(), exporting()), tmp_path)
    assert (tmp_path / "out/names.txt").read_text().split() == [
        *(".parts/ds1/one", ".parts/ds1/two", ".parts/ds2/one")
    ]
    assert not (tmp_path / "out/.parts").exists()


@pytest.mark.parametrize(
    "settings",
    [{}, {"format": "word"}, {"format": None}, {"format": "supervisely", "splits": []},
     {"format": "supervisely", "splits": [""]}, {"format": "supervisely", "splits": ["a/b"]},
     {"format": "supervisely", "splits": [".."]}, {"format": "supervisely", "splits": ["a\\b"]},
     {"format": "supervisely", "on_loss": "warn"}, {"format": "supervisely", "losses": 1}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Export, settings)


def test_lists_its_formats() -> None:
    node = make(Export, {"format": "supervisely"})
    assert isinstance(node, Export)
    assert tuple(info.name for info in node.formats()) == WRITABLE
