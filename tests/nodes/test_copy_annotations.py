"""The ``copy_annotations`` node, through graphs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.errors import UsageError
from dtl_engine.execute.reports import RunReport
from dtl_nodes.copy_annotations import CopyAnnotations
from tests.fixtures.nodes import refuses
from tests.fixtures.projects import write_image, write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, run, tree

CLASSES = ("box", "blob")
THERE = {"ds1": (("one.png", 40, 30), ("two.jpg", 33, 47)), "other": (("one.png", 24, 24),)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_project(tmp_path / "data").parent


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with the project ``plums``: two objects and three tags an image."""
    return write_project(tmp_path / "out", "plums", datasets=THERE, classes=CLASSES).parent


def copying(src: str = "$in", **settings: Any) -> Json:
    return layer("copy_annotations", src, "plums", **{"add_option": "merge", **settings})


def copy(data: Path, out: Path, *layers: Json) -> RunReport:
    """Run a graph; nothing but annotations and declarations may change."""
    before = tree(out / "plums")
    report = run(compiled(data, reading(), *layers), out)
    after = tree(out / "plums")
    changed = {path for path in after if before.get(path) != after[path]}
    assert not before.keys() - after.keys()
    assert all(path == "meta.json" or "/ann/" in path for path in changed)
    return report


def content(out: Path, name: str = "ds1/ann/one.png.json") -> Any:
    return json.loads((out / "plums" / name).read_bytes())


def titles(out: Path, name: str = "ds1/ann/one.png.json") -> list[str]:
    return [entry["classTitle"] for entry in content(out, name)["objects"]]


ALL = ["dot", "box", "path", "patch", "blob", "hand"]


@pytest.mark.parametrize(
    ("option", "objects"), [("merge", [*CLASSES, *ALL]), ("replace", ALL), ("keep", [*CLASSES])]
)
def test_annotations_go_to_images_of_their_name(
    option: str, objects: list[str], data: Path, out: Path
) -> None:
    report = copy(data, out, copying(add_option=option))
    assert titles(out) == titles(out, "ds1/ann/two.jpg.json") == objects
    assert titles(out, "other/ann/one.png.json") == [*CLASSES]
    assert [label["title"] for label in content(out, "meta.json")["classes"]][:2] == [*CLASSES]
    skipped = report.skipped["plums"]
    assert skipped.pop("the project has no dataset 'ds2'") == 1
    assert skipped == ({"the image has an annotation already": 2} if option == "keep" else {})
    assert report.samples == (0 if option == "keep" else 2)
    assert report.exit_code == 0


def test_tags_that_are_there_win(data: Path, out: Path) -> None:
    layers = [
        layer("tag", "$in", "$a", tag={"name": "note", "value": "right"}, action="add"),
        layer("tag", "$a", "$b", tag="fresh", action="add"),
    ]
    copy(data, out, *layers, copying("$b"))
    assert content(out)["tags"] == [
        {"name": "checked"},
        {"name": "note", "value": "left tray"},
        {"name": "count", "value": 6},
        {"name": "fresh"},
    ]


def test_all_samples_of_an_image_add_to_it(data: Path, out: Path) -> None:
    report = copy(data, out, layer("multiply", "$in", "$m", multiply=3), copying("$m"))
    assert titles(out) == [*CLASSES, *3 * ALL]
    assert report.saved["plums"] == 6


def test_keep_keeps_what_was_written_first(data: Path, out: Path) -> None:
    empty = {**content(out), "objects": [], "tags": []}
    (out / "plums" / "ds1" / "ann" / "one.png.json").write_text(json.dumps(empty))
    many = layer("multiply", "$in", "$m", multiply=2)
    report = copy(data, out, many, copying("$m", add_option="keep"))
    assert titles(out) == ALL
    assert report.skipped["plums"]["the image has an annotation already"] == 3


def test_one_dataset_can_be_chosen(data: Path, out: Path) -> None:
    graph = [reading("mini/ds2"), copying(dataset_name="other")]
    run(compiled(data, *graph), out)
    assert titles(out, "other/ann/one.png.json") == [*CLASSES, *ALL]
    with pytest.raises(UsageError, match="no dataset 'ds2'; did you mean 'ds1'"):
        copy(data, out, copying(dataset_name="ds2"))
    with pytest.raises(UsageError, match=r"mini/ds2/one\.png and another image .* 'one' of "):
        copy(data, out, copying(dataset_name="other"))


def test_images_that_do_not_fit_are_skipped(data: Path, out: Path) -> None:
    images = out / "plums" / "ds1" / "img"
    (images / "two.jpg").rename(images / "three.jpg")
    cropped = layer("crop", "$in", "$c", sides={"left": "1px"})
    report = copy(data, out, cropped, copying("$c"))
    assert report.skipped["plums"] == {
        "the project has no dataset 'ds2'": 1,
        "no image of the project has their name": 1,
        "their size is not that of the image": 1,
    }
    assert titles(out) == [*CLASSES]


def test_other_suffixes_match_unless_several_do(data: Path, out: Path) -> None:
    images = out / "plums" / "ds1" / "img"
    (images / "two.jpg").unlink()
    write_image(images / "two.png", 33, 47)
    (images / "one.png").unlink()
    for suffix in (".bmp", ".webp"):
        write_image(images / f"one{suffix}", 40, 30)
    report = copy(data, out, copying())
    assert titles(out, "ds1/ann/two.png.json") == ALL
    assert report.skipped["plums"]["several images of the project have their name"] == 1


def test_annotations_of_the_older_form_are_merged(data: Path, out: Path) -> None:
    annotations = out / "plums" / "ds1" / "ann"
    (annotations / "one.png.json").rename(annotations / "one.json")
    copy(data, out, copying())
    assert titles(out) == [*CLASSES, *ALL]


def test_strictly_the_files_must_be_equal(data: Path, out: Path) -> None:
    write_image(out / "plums" / "ds1" / "img" / "two.jpg", 33, 47)
    image = out / "plums" / "ds1" / "img" / "one.png"
    image.write_bytes(image.read_bytes() + b"more")
    report = copy(data, out, copying(strict_match=True))
    assert report.skipped["plums"]["their image is not that of the project"] == 1
    assert titles(out) == [*CLASSES]
    assert titles(out, "ds1/ann/two.jpg.json") == [*CLASSES, *ALL]
    flipped = layer("flip", "$in", "$f", axis="vertical")
    report = copy(data, out, flipped, copying("$f", strict_match=True))
    assert report.skipped["plums"]["their image is not that of the project"] == 2


def test_the_project_is_copied_first(data: Path, out: Path) -> None:
    before = tree(out / "plums")
    for name in ("plums_backup", "plums_backup_2"):
        copy(data, out, copying(backup_destination_project=True))
        assert (tree(out / name) == before) is (name == "plums_backup")


def test_broken_annotations_of_the_project_set_the_image_aside(data: Path, out: Path) -> None:
    (out / "plums" / "ds1" / "ann" / "one.png.json").write_text("[]")
    report = copy(data, out, copying())
    (failure,) = report.failures
    assert (failure.code, failure.origin) == ("F602", "mini/ds1/one.png")
    assert failure.path.endswith("ds1/ann/one.png.json")
    assert titles(out, "ds1/ann/two.jpg.json") == [*CLASSES, *ALL]
    assert copy(data, out, copying(add_option="replace")).exit_code == 0


def test_clashes_are_found_before_anything_is_written(data: Path, out: Path) -> None:
    before = tree(out)
    layers = [layer("bbox", "$in", "$b", classes_mapping={"blob": "blob"})]
    settings = {"add_option": "replace", "backup_destination_project": True}
    with pytest.raises(UsageError, match="class 'blob' has shape bitmap in the project"):
        copy(data, out, *layers, copying("$b", **settings))
    assert tree(out) == before


def test_ids_of_a_server_are_let_pass(data: Path, out: Path) -> None:
    graph = compiled(data, reading(), copying(project_id=40, dataset_ids=[7]))
    assert [(problem.code, problem.value) for problem in graph.warnings] == [
        ("W506", 40),
        ("W506", [7]),
    ]
    assert run(graph, out).samples == 2


@pytest.mark.parametrize("settings", [{}, {"add_option": "add"}, {"add_option": "keep", "x": 1}])
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(CopyAnnotations, settings)
