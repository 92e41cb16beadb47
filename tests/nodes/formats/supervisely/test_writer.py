from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Polygon, Polyline, Rectangle
from dtl_engine.testing import OutputFolder, conformance_samples, make_sample, sample_schema
from dtl_nodes.formats.supervisely.options import SavedProject
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.formats.supervisely.writer import write_meta, write_sample
from tests.fixtures.projects import write_project


def write(sample: Sample, folder: Path, *, clip_polygons: bool = False) -> None:
    place = OutputFolder(folder, sample.origin.dataset, sample.origin.stem)
    write_sample(sample, place, SavedProject(clip_polygons=clip_polygons))


def written(sample: Sample, folder: Path, **options: bool) -> Any:
    write(sample, folder, **options)
    path = folder / sample.origin.dataset / "ann" / f"{sample.origin.file}.json"
    return json.loads(path.read_bytes())


def test_written_samples_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    write_meta(sample_schema(), folder)
    expected = {sample.origin.file: sample for sample in conformance_samples()}
    for sample in expected.values():
        write(sample, folder)
    project = open_project(folder, "project", ("*",))
    assert project.schema == sample_schema()
    origins = [origin for dataset in project.datasets for origin in dataset.origins()]
    assert {origin.file for origin in origins} == set(expected)
    for origin in origins:
        sample, before = project.read(origin), expected[origin.file]
        assert sample.annotation == before.annotation
        difference = cv2.absdiff(sample.image.pixels(), before.image.pixels())
        assert difference.max() <= (0 if origin.suffix == ".png" else 40)


@pytest.mark.parametrize("legacy", [False, True])
def test_what_is_read_is_written_alike(tmp_path: Path, legacy: bool) -> None:
    datasets = {"ds1": (("one.png", 40, 30), ("two.jpg", 33, 47))}
    source = write_project(tmp_path, datasets=datasets, legacy=legacy)
    first = open_project(source, "mini", ("*",))
    copy = tmp_path / "copy"
    copy.mkdir()
    write_meta(first.schema, copy)
    for origin in first.datasets[0].origins():
        write(first.read(origin), copy)
    second = open_project(copy, "copy", ("*",))
    assert second.schema == first.schema
    for origin in first.datasets[0].origins():
        assert second.read(origin).annotation == first.read(origin).annotation
        image = f"ds1/img/{origin.file}"
        assert (copy / image).read_bytes() == (source / image).read_bytes()


@pytest.mark.parametrize("project", ["lemon", "vessels", "tutorial", "tutorial_legacy"])
def test_real_projects_survive(shared: Path, tmp_path: Path, project: str) -> None:
    first = open_project(shared / "data" / project, project, ("*",))
    write_meta(first.schema, tmp_path)
    origins = [origin for dataset in first.datasets for origin in dataset.origins()]
    for origin in origins:
        write(first.read(origin), tmp_path)
    second = open_project(tmp_path, project, ("*",))
    for origin in origins:
        assert second.read(origin).annotation == first.read(origin).annotation


def test_passing_on_and_rewriting_say_the_same(tmp_path: Path) -> None:
    project = open_project(write_project(tmp_path), "mini", ("ds1",))
    for number, origin in enumerate(project.datasets[0].origins()):
        untouched = project.read(origin)
        assert untouched.annotation.pending is not None
        touched = untouched.replace(instances=untouched.instances)
        assert touched.annotation.pending is None
        folders = tmp_path / f"a{number}", tmp_path / f"b{number}"
        assert written(untouched, folders[0]) == written(touched, folders[1])


def test_form_of_an_annotation(tmp_path: Path) -> None:
    box = Instance("box", Rectangle(1, 2, 3.5, 4), (Tag("ripeness", "ripe"),), "d", {"id": 5})
    sample = make_sample(10, 8, [box], (Tag("checked"), Tag("note", "x", {"id": 3})))
    assert written(sample, tmp_path) == {
        "description": "",
        "size": {"width": 10, "height": 8},
        "tags": [{"name": "checked"}, {"id": 3, "name": "note", "value": "x"}],
        "objects": [
            {
                "id": 5,
                "classTitle": "box",
                "description": "d",
                "geometryType": "rectangle",
                "tags": [{"name": "ripeness", "value": "ripe"}],
                "points": {"exterior": [[1, 2], [3.5, 4]], "interior": []},
            }
        ],
    }


def test_objects_are_normalised_to_the_image(tmp_path: Path) -> None:
    shapes = [Rectangle(-5, -5, 3, 3), Rectangle(11, 1, 15, 3), Polyline([(-5, 4), (20, 4)])]
    labels = ("box", "box", "path")
    objects = [Instance(label, shape) for label, shape in zip(labels, shapes, strict=True)]
    content = written(make_sample(10, 8, objects), tmp_path)
    assert [each["points"]["exterior"] for each in content["objects"]] == [
        [[0, 0], [3, 3]],
        [[0, 4], [10, 4]],
    ]


@pytest.mark.parametrize("clip", [False, True])
def test_polygons_are_cut_only_on_demand(tmp_path: Path, clip: bool) -> None:
    patch = Instance("patch", Polygon([(6, 2), (12, 2), (12, 4), (6, 4)]))
    content = written(make_sample(10, 8, [patch]), tmp_path, clip_polygons=clip)
    (points,) = (each["points"]["exterior"] for each in content["objects"])
    right = 10 if clip else 12
    assert sorted(points) == [[6, 2], [6, 4], [right, 2], [right, 4]]


def test_names_of_the_source_file_are_not_repeated(tmp_path: Path) -> None:
    sample = make_sample(10, 8)
    annotation = type(sample.annotation)(sample.size, extra={"name": "old", "imageId": 3, "x": 1})
    content = written(sample.replace(annotation=annotation), tmp_path)
    assert content.keys() == {"x", "description", "size", "tags", "objects"}


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG", ".bmp", ".webp", ".tiff"])
def test_changed_images_are_encoded_as_their_source(tmp_path: Path, suffix: str) -> None:
    sample = make_sample(40, 30, file=f"one{suffix}").mirror("vertical")
    write(sample, tmp_path)
    path = tmp_path / "ds1" / "img" / f"one{suffix}"
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert pixels is not None
    expected = sample.image.pixels()
    # JPEG and WebP code chroma more coarsely than luma.
    assert np.abs(pixels[..., ::-1].astype(int) - expected).mean() < 3
