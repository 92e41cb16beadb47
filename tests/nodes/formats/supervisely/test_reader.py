from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.model.annotation import Annotation, Tag
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import SchemaError
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats.supervisely.reader import Project, open_project
from tests.fixtures.projects import CLASSES, write_image, write_project


def samples(project: Project) -> list[Sample]:
    return [project.read(origin) for each in project.datasets for origin in each.origins()]


def read_one(folder: Path, dataset: str = "ds1", file: str = "one.png") -> Sample:
    return open_project(folder, folder.name, ("*",)).read(Origin(folder.name, dataset, file))


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def test_lists_datasets_and_files_by_name(mini: Path) -> None:
    project = open_project(mini, "mini", ("*",))
    assert [(each.key, each.files) for each in project.datasets] == [
        ("mini/ds1", ("one.png", "two.jpg")),
        ("mini/ds2", ("one.png",)),
    ]
    assert project.notes == ()


def test_reads_everything(mini: Path) -> None:
    project = open_project(mini, "mini", ("*",))
    for sample in samples(project):
        assert [instance.label for instance in sample.instances] == list(CLASSES)
        assert sample.tags == (Tag("checked"), Tag("note", "left tray"), Tag("count", 6))
        assert sample.image.size == sample.size
        assert sample.image.pixels().shape == (*sample.size[::-1], 3)
        assert_schema_covers(project.schema, sample)


def test_the_legacy_dialect_says_the_same(mini: Path, tmp_path: Path) -> None:
    datasets = {"ds1": (("one.png", 40, 30), ("two.jpg", 33, 47))}
    legacy = write_project(tmp_path, "legacy", datasets=datasets, legacy=True)
    current = open_project(mini, "mini", ("ds1",))
    old = open_project(legacy, "legacy", ("*",))
    assert old.schema.label_names == current.schema.label_names
    assert set(old.schema.tags) == set(current.schema.tags)
    for before, now in zip(samples(old), samples(current), strict=True):
        assert before.tags == now.tags
        assert [i.label for i in before.instances] == [i.label for i in now.instances]
        assert [i.tags for i in before.instances] == [i.tags for i in now.instances]
        # The legacy fixture puts every vertex a quarter pixel further.
        for old_one, new_one in zip(before.instances, now.instances, strict=True):
            shift = 0.0 if new_one.shape.kind == "bitmap" else 0.25
            expected = [edge + shift for edge in new_one.shape.bbox]
            assert list(old_one.shape.bbox) == expected


@pytest.mark.parametrize(
    ("project", "images", "objects"),
    [("lemon", 6, 26), ("vessels", 6, 6), ("tutorial", 5, 15), ("tutorial_legacy", 2, 5),
     ("lemons_test", 6, 0), ("vessels_test", 8, 0)],
)  # fmt: skip
def test_real_projects(shared: Path, project: str, images: int, objects: int) -> None:
    opened = open_project(shared / "data" / project, project, ("*",))
    found = samples(opened)
    assert len(found) == images
    assert sum(len(sample.instances) for sample in found) == objects
    for sample in found:
        assert_schema_covers(opened.schema, sample)
        for instance in sample.instances:
            assert instance.shape.area > 0
    first = found[0]
    assert first.image.pixels().shape == (*first.size[::-1], 3)


def test_both_dialects_of_the_tutorial_agree(shared: Path) -> None:
    old = open_project(shared / "data" / "tutorial_legacy", "t", ("dataset_02",))
    new = open_project(shared / "data" / "tutorial", "t", ("dataset_02",))
    for before in samples(old):
        now = new.read(before.origin)
        assert before.size == now.size
        assert [i.label for i in before.instances] == [i.label for i in now.instances]
        for one, other in zip(before.instances, now.instances, strict=True):
            assert list(one.shape.bbox) == pytest.approx(list(other.shape.bbox), abs=1.0)


def rename(folder: Path, before: str, after: str) -> None:
    (folder / "ds1" / "ann" / before).rename(folder / "ds1" / "ann" / after)


def test_annotation_by_name_without_suffix(mini: Path) -> None:
    expected = read_one(mini).annotation
    rename(mini, "one.png.json", "one.json")
    assert read_one(mini).annotation == expected


def test_the_whole_name_wins(mini: Path) -> None:
    ann = mini / "ds1" / "ann"
    (ann / "one.json").write_text('{"size": {"width": 40, "height": 30}, "objects": []}')
    assert len(read_one(mini).instances) == 6
    (ann / "one.png.json").unlink()
    assert read_one(mini).instances == ()


def test_one_annotation_cannot_serve_two_images(mini: Path) -> None:
    write_image(mini / "ds1" / "img" / "one.jpg", 40, 30)
    ann = mini / "ds1" / "ann"
    shutil.copy(ann / "one.png.json", ann / "one.jpg.json")
    project = open_project(mini, "mini", ("ds1",))
    assert len(samples(project)) == 3, "whole names are fine"
    (ann / "one.png.json").rename(ann / "one.json")
    (ann / "one.jpg.json").unlink()
    for origin in list(project.datasets[0].origins())[:2]:
        with pytest.raises(AnnotationError, match="several images") as refused:
            project.read(origin)
        assert refused.value.code == "F606"


def test_an_image_without_annotation(mini: Path) -> None:
    (mini / "ds1" / "ann" / "one.png.json").unlink()
    with pytest.raises(AnnotationError) as refused:
        read_one(mini)
    assert refused.value.code == "F606"
    assert refused.value.path.endswith("one.png.json")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": None}, "F605"),
        ({"size": {"width": 0, "height": 30}}, "F605"),
        ({"size": {"width": 40.0, "height": 30}}, "F605"),
        ({"size": {"width": True, "height": 30}}, "F605"),
        ({"size": [40, 30]}, "F605"),
        ({"objects": None}, "F602"),
        ({"objects": {}}, "F602"),
        ({"objects": [{"classTitle": "nothing"}]}, "F603"),
        ({"tags": ["nothing"]}, "F603"),
        ({"tags": [{"name": "count", "value": True}]}, "F603"),
    ],
)
def test_broken_annotations_are_told(mini: Path, change: dict[str, Any], code: str) -> None:
    path = mini / "ds1" / "ann" / "one.png.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(AnnotationError) as refused:
        read_one(mini)
    assert refused.value.code == code
    assert refused.value.path == str(path)


@pytest.mark.parametrize("value", [3, 3.0])
def test_numbers_may_be_whole_or_not(mini: Path, value: float) -> None:
    path = mini / "ds1" / "ann" / "one.png.json"
    content = {**json.loads(path.read_text()), "tags": [{"name": "count", "value": value}]}
    path.write_text(json.dumps(content))
    assert read_one(mini).tags == (Tag("count", value),)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"size": NaN}'])
def test_what_is_no_annotation(mini: Path, text: str) -> None:
    (mini / "ds1" / "ann" / "one.png.json").write_text(text)
    with pytest.raises(AnnotationError) as refused:
        read_one(mini)
    assert refused.value.code == "F602"


def test_a_byte_order_mark_is_skipped(mini: Path) -> None:
    path = mini / "ds1" / "ann" / "one.png.json"
    expected = read_one(mini).annotation
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_one(mini).annotation == expected


def test_image_and_annotation_agree_in_size(mini: Path) -> None:
    write_image(mini / "ds1" / "img" / "one.png", 41, 30)
    with pytest.raises(DataError, match="41x30") as refused:
        read_one(mini)
    assert refused.value.code == "F605"


def test_foreign_keys_are_carried_along(mini: Path) -> None:
    path = mini / "ds1" / "ann" / "one.png.json"
    content = {**json.loads(path.read_text()), "customBigData": {"a": 1}, "description": "d"}
    content["objects"][0] |= {"id": 5, "labelerLogin": "ann"}
    path.write_text(json.dumps(content))
    annotation: Annotation = read_one(mini).annotation
    assert annotation.extra == {"customBigData": {"a": 1}}
    assert annotation.description == "d"
    assert annotation.instances[0].extra == {"id": 5, "labelerLogin": "ann"}


def test_only_images_are_listed(mini: Path) -> None:
    for name in ("notes.txt", ".hidden.png", "README", "three.PNG"):
        (mini / "ds1" / "img" / name).write_bytes(b"")
    (mini / ".git" / "img").mkdir(parents=True)
    (mini / "no_dataset").mkdir()
    project = open_project(mini, "mini", ("*",))
    assert project.datasets[0].files == ("one.png", "three.PNG", "two.jpg")
    assert len(project.datasets) == 2


def test_a_project_without_image_is_an_error(tmp_path: Path) -> None:
    folder = write_project(tmp_path, datasets={"ds1": ()})
    with pytest.raises(SchemaError) as refused:
        open_project(folder, "mini", ("*",))
    assert refused.value.code == "E404"


def test_links_out_of_the_project_are_refused(mini: Path, tmp_path: Path) -> None:
    image = mini / "ds1" / "img" / "one.png"
    image.rename(tmp_path / "outside.png")
    image.symlink_to(tmp_path / "outside.png")
    with pytest.raises(AnnotationError, match="link"):
        read_one(mini)
