from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Annotation, Instance, Tag
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec, TagValueType
from dtl_engine.model.shapes import Mask, Point, Polygon, Polyline, Rectangle
from dtl_nodes.data import DataSettings
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats import recognise
from dtl_nodes.formats.table.format import TableFormat
from dtl_nodes.formats.table.reader import TableSource, open_table
from tests.fixtures.cli import run_cli

SIZE = Size(80, 60)
SCHEMA = Schema(
    (LabelSpec("lemon", "rectangle", "#112233"), LabelSpec("kiwi", "rectangle", "#445566")),
    (
        TagSpec("sure"),
        TagSpec("weight", TagValueType.NUMBER),
        TagSpec("note: why", TagValueType.STRING),
        TagSpec("ripe", TagValueType.CHOICE, ("green", "ripe")),
    ),
)


class PlainPlace:
    def __init__(self, folder: Path, dataset: str, stem: str) -> None:
        self.folder = folder
        self.dataset = dataset
        self.stem = stem
        self.target = None
        self.lost: list[tuple[str, str]] = []

    def path(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    current = path

    def lose(self, label: str, what: str) -> None:
        self.lost.append((label, what))


def written(
    folder: Path, annotations: dict[str, Annotation], kind: str, schema: Schema = SCHEMA
) -> list[tuple[str, str]]:
    chosen = ExportSettings(format="table", table_file=kind)  # type: ignore[arg-type]
    folder.mkdir(parents=True, exist_ok=True)
    TableFormat.start(schema, folder, chosen)
    lost: list[tuple[str, str]] = []
    for name, annotation in annotations.items():
        dataset, _, file = name.partition("/")
        pixels = np.zeros((annotation.size.height, annotation.size.width, 3), np.uint8)
        origin = Origin("p", dataset, file)
        place = PlainPlace(folder, dataset, origin.stem)
        sample = Sample(origin, Image.from_pixels(pixels, origin.suffix), annotation)
        TableFormat.write(sample, schema, place, chosen)
        lost += place.lost
    TableFormat.finish(schema, folder, chosen)
    return lost


def opened(place: Path, **options: Any) -> TableSource:
    chosen = DataSettings.model_validate_json(json.dumps({"format": "table", **options}))
    return open_table(place, place.name, ("*",), chosen)


def read(place: Path) -> dict[str, Annotation]:
    source = opened(place)
    return {
        f"{origin.dataset}/{origin.file}": source.read(origin).annotation
        for dataset in source.datasets
        for origin in dataset.origins()
    }


X = st.floats(0, SIZE.width, allow_subnormal=False)
Y = st.floats(0, SIZE.height, allow_subnormal=False)
BOXES = (
    st.tuples(X, Y, X, Y)
    .map(lambda v: Rectangle(min(v[0], v[2]), min(v[1], v[3]), max(v[0], v[2]), max(v[1], v[3])))
    .filter(lambda box: box.area > 0)
)
TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=9
).filter(lambda text: bool(text.strip()))
TAGS = st.tuples(
    st.booleans(),
    st.none() | st.integers(-(10**6), 10**6) | st.floats(-1e9, 1e9),
    st.none() | TEXTS,
    st.none() | st.sampled_from(["green", "ripe"]),
).map(
    lambda v: tuple(
        tag
        for tag, is_there in (
            (Tag("sure"), v[0]),
            (Tag("weight", v[1]), v[1] is not None),
            (Tag("note: why", v[2]), v[2] is not None),
            (Tag("ripe", v[3]), v[3] is not None),
        )
        if is_there
    )
)
INSTANCES = st.lists(
    st.builds(Instance, st.sampled_from(["lemon", "kiwi"]), BOXES, TAGS), max_size=4
)
ANNOTATIONS = st.builds(
    lambda instances, tags: Annotation(SIZE, tuple(instances), tags), INSTANCES, TAGS
)


def test_boxes_within_one_pixel_are_no_parts_of_the_image(tmp_path: Path) -> None:
    small = Annotation(SIZE, (Instance("lemon", Rectangle(0, 0, 0.25, 1), ()),), ())
    assert written(tmp_path, {"a/0.png": small}, "csv") == []
    assert opened(tmp_path).notes == ()
    assert read(tmp_path) == {"a/0.png": small}


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet"])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ANNOTATIONS, min_size=1, max_size=3))
def test_what_fits_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, kind: str, annotations: list[Annotation]
) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("trip")
    named = {f"{'ab'[at % 2]}/{at}.png": each for at, each in enumerate(annotations)}
    assert written(folder, named, kind) == []
    assert read(folder) == named


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    ring = np.array([(1, 1), (9, 2), (5, 8)], np.float64)
    mask = Mask.tight(np.ones((3, 4), bool), 2, 3)
    assert mask is not None
    shapes = [Point(3, 4), Polygon(ring, ()), Polyline(ring), Polyline(ring[:2] * (1, 0)), mask]
    instances = tuple(Instance("lemon", shape) for shape in shapes)
    described = Instance("kiwi", Rectangle(1, 1, 2, 2), (Tag("sure"), Tag("sure")), "first")
    outside = Instance("kiwi", Rectangle(100, 1, 110, 2))
    named = {"a/1.png": Annotation(SIZE, (*instances, described, outside), (), "text")}
    assert sorted(written(tmp_path, named, "csv")) == [
        ("", "image description"),
        ("kiwi", "box outside the image dropped"),
        ("kiwi", "object description"),
        ("kiwi", "object tag"),
        ("lemon", "line saved as a box"),
        ("lemon", "line without area dropped"),
        ("lemon", "mask saved as a box"),
        ("lemon", "point dropped"),
        ("lemon", "polygon saved as a box"),
    ]
    boxes = [i.shape.bbox for i in read(tmp_path)["a/1.png"].instances]
    assert boxes == [(1, 1, 9, 8), (1, 1, 9, 8), (2, 3, 6, 6), (1, 1, 2, 2)]


def test_losses_are_known_before(tmp_path: Path) -> None:
    kinds = ("rectangle", "polygon", "point", "any")
    schema = Schema(tuple(LabelSpec(kind, kind, "#112233") for kind in kinds))
    chosen = ExportSettings(format="table")
    assert [(each.label, each.what) for each in TableFormat.losses(schema, chosen)] == [
        ("polygon", "polygon saved as a box"),
        ("point", "point dropped"),
    ]


def test_parquet_row_groups(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [(f"{at % 7}.png", "l" if at % 2 else "k", at, 0, at + 1.5, 9) for at in range(50)]
    names = ("path", "label", "x0", "y0", "x1", "y1")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    columns["blob"] = (b"x" * 100,) * 50
    path = tmp_path / "boxes.parquet"
    parquet.write_table(
        arrow.table({k: list(v) for k, v in columns.items()}), path, row_group_size=8
    )
    for at in range(7):
        Image.from_pixels(np.zeros((10, 99, 3), np.uint8)).encode(".png")
        (tmp_path / f"{at}.png").write_bytes(
            Image.from_pixels(np.zeros((10, 99, 3), np.uint8)).encode(".png")
        )
    source = opened(path)
    assert [each.name for each, _ in recognise(path)] == ["table"]
    sent = pickle.loads(pickle.dumps(source))
    for origin in reversed(list(source.datasets[0].origins())):
        image = int(origin.stem)
        expected = [row for row in rows if row[0] == origin.file]
        for each in (source, sent):
            found = each.read(origin).instances
            assert [(i.label, *i.shape.bbox) for i in found] == [
                (label, *map(float, box)) for _, label, *box in expected
            ]
        assert image < 7


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_broken_parquet(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "boxes.parquet"
    path.write_bytes(content)
    with pytest.raises(SchemaError) as refused:
        opened(path)
    assert refused.value.code == "E403"
    assert recognise(path) == ()


def test_a_table_that_changes_is_told(tmp_path: Path) -> None:
    box = Instance("lemon", Rectangle(1, 1, 2, 2))
    written(tmp_path, {"a/1.png": Annotation(SIZE, (box,)), "a/2.png": Annotation(SIZE)}, "csv")
    source = opened(tmp_path)
    (tmp_path / "annotations.csv").write_text("path\n")
    with pytest.raises(AnnotationError, match="changed") as refused:
        source.read(next(source.datasets[0].origins()))
    assert refused.value.code == "F602"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_export_is_the_same_however_it_is_run(mini: Path, tmp_path: Path, kind: str) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    layers = [
        {"action": "data", "src": ["mini/*"], "dst": "$in", "settings": {"format": "supervisely"}},
        {"action": "export", "src": ["$in"], "dst": "out",
         "settings": {"format": "table", "table_file": kind}},
    ]  # fmt: skip
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps({"version": 1, "layers": layers}))
    results = []
    for runner, workers in (("serial", 1), ("threads", 2), ("processes", 2)):
        out = tmp_path / runner
        outcome = run_cli(
            "run", graph, "--data", mini, "--out", out, "--runner", runner, "--workers", workers
        )
        assert outcome.code == 0, outcome.err
        files = (path for path in (out / "out").rglob("*") if path.is_file())
        results.append({p.relative_to(out).as_posix(): p.read_bytes() for p in files})
    assert results[0] == results[1] == results[2]
    assert f"out/annotations.{kind}" in results[0]
    assert "out/ds1/one.png" in results[0]
    again = {
        "version": 1,
        "layers": [
            {"action": "data", "src": ["out"], "dst": "$in",
             "settings": {"format": "table", "classes": ["box"]}},
            {"action": "export", "src": ["$in"], "dst": "again", "settings": layers[1]["settings"]},
        ],
    }  # fmt: skip
    graph.write_text(json.dumps(again))
    outcome = run_cli("run", graph, "--data", tmp_path / "serial", "--out", tmp_path / "more")
    assert outcome.code == 0, outcome.err
    if kind == "csv":
        first, second = (
            list(csv.DictReader((folder / "annotations.csv").read_text().splitlines()))
            for folder in (tmp_path / "serial" / "out", tmp_path / "more" / "again")
        )
        boxes = [row for row in first if row["label"] == "box"]
        keys = ("path", "split", "label", "x0", "y0", "x1", "y1", "tag:any_number:weight")
        assert [[row[key] for key in keys] for row in boxes] == [
            [row[key] for key in keys] for row in second
        ]
