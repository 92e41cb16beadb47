"""Every bad COCO file that section 13 of the data formats reference lists, and what it yields."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.sdk import SchemaError, Size
from tests.fixtures.cli import run_cli
from tests.nodes.formats.coco.drawn import (
    CATEGORIES,
    draw,
    image,
    instances,
    thing,
    write_coco,
    write_text,
)
from tests.nodes.formats.coco.refusals import GOOD, failure
from tests.nodes.formats.exporting import open_dataset, read_all, write_graph

FILE = "annotations/instances_train.json"


def refusal(folder: Path, **options: Any) -> SchemaError:
    with pytest.raises(SchemaError) as error:
        open_dataset("coco", folder, **options)
    assert error.value.at == (0,)
    return error.value


def test_folders_without_coco_say_what_was_looked_for(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert error.code == "E403"
    assert "annotations/" in str(error)
    write_text(tmp_path, '{"shapes": []}', "labelme.json")
    assert refusal(tmp_path).code == "E403"


MAIN_FILES = {
    "nothing": ("", "is no JSON"),
    "cut short": ('{"images": [{"id": 1', "ends in the middle"),
    "text": ("images, annotations", "is no JSON"),
    "UTF-16": ('{"images": []}'.encode("utf-16"), "is no JSON"),
    "no UTF-8": (b'{"images": [], "categories": [{"id": 1, "name": "\xe9"}]}', "is no JSON"),
    "another root": ('[{"id": 1}]', "is a list"),
    "no images": ('{"annotations": [], "categories": []}', "no list 'images'"),
    "images are an object": ('{"images": {}, "categories": []}', "that is no list"),
    "images are a number": ('{"images": 1, "categories": []}', "no list 'images'"),
    "no categories": ('{"images": [], "annotations": []}', "no list 'categories'"),
    "an image that is none": ('{"images": [1], "categories": []}', "at the end of 'images'"),
    "an image and a number": ('{"images": [{}, 1], "categories": []}', "without a whole 'id'"),
    "lists as images": ('{"images": [[]], "categories": []}', "no object as record 1"),
    "no comma": (
        '{"images": [{"id": 1, "file_name": "a"} {"id": 2, "file_name": "b"}], "categories": []}',
        "no object as record 2",
    ),
    "broken inside": ('{"images": [{"id": 1, "file_name": nix}], "categories": []}', "record 1"),
    "broken between": ('{"images": [] nix, "categories": []}', "is no JSON"),
    "ids of text": ('{"images": [{"id": "1", "file_name": "a"}], "categories": []}', "whole 'id'"),
    "ids too large": (
        '{"images": [{"id": 1e99, "file_name": "a"}], "categories": []}',
        "whole 'id'",
    ),
    "no file name": ('{"images": [{"id": 1}], "categories": []}', "without a 'file_name'"),
    "ids twice": (
        '{"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}], "categories": []}',
        "two images of id 1",
    ),
    "depth": ('{"images": [{"id": 1, "x": ' + "[" * 100_000 + "]" * 100_000 + "}]}", "categories"),
    "a category twice": (
        '{"images": [], "categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}',
        "two categories of id 1",
    ),
    "a category without id": ('{"images": [], "categories": [{"name": "a"}]}', "whole 'id'"),
    "a category without name": ('{"images": [], "categories": [{"id": 1}]}', "without a 'name'"),
    "keypoints of no names": (
        '{"images": [], "categories": [{"id": 1, "name": "a", "keypoints": [1]}]}',
        "no names",
    ),
    "objects are none": (
        '{"images": [], "categories": [], "annotations": [{"image_id": 1}, 7, {}]}',
        "no object as record 2",
    ),
}


@pytest.mark.parametrize("name", MAIN_FILES)
def test_malformed_main_files_refuse_the_dataset(name: str, tmp_path: Path) -> None:
    text, message = MAIN_FILES[name]
    write_text(tmp_path, text, FILE)
    error = refusal(tmp_path, annotations=FILE)
    assert error.code == "E403"
    assert "instances_train.json" in str(error)
    assert message in str(error)


def test_no_image_at_all(tmp_path: Path) -> None:
    assert refusal(write_coco(tmp_path, images=[])).code == "E404"


def test_a_mark_of_byte_order_is_mended(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, [GOOD])
    text = (folder / FILE).read_bytes()
    write_text(folder, b"\xef\xbb\xbf" + text, FILE)
    assert len(instances(folder)) == 1


def test_members_after_the_objects_and_unknown_ones(tmp_path: Path) -> None:
    folder = write_coco(tmp_path)
    content = {
        "annotations": [{**GOOD, "zz": [{"a": ["]"]}]}],
        "custom": [[1, [2]], {"x": '"'}, 5],
        "note": 'a "quoted" \\ text',
        "images": [image(extra={"deep": [1]})],
        "categories": CATEGORIES,
    }
    write_text(folder, json.dumps(content, indent=2), FILE)
    assert len(instances(folder)) == 1


def test_equal_category_names_are_numbered(tmp_path: Path) -> None:
    categories = [{"id": 1, "name": "a"}, {"id": 5, "name": "a"}]
    source = open_dataset("coco", write_coco(tmp_path, categories=categories))
    assert source.schema.label_names == ("a", "a_5")
    assert "two categories 'a'" in source.notes[0]


def test_equal_file_names_are_numbered(tmp_path: Path) -> None:
    images = [image(1, "x/a.png"), image(2, "x_a.png"), image(3, "x_a.png"), image(4, "x_a_1.png")]
    source = open_dataset("coco", write_coco(tmp_path, images=images))
    assert source.datasets[0].files == ("x_a.png", "x_a_1.png", "x_a_1_1.png", "x_a_2.png")
    assert "3 images of names met before" in source.notes[0]
    paths = [sample.image.path for sample in read_all(source).values()]
    assert [path.name for path in paths if path] == ["a.png", "x_a.png", "x_a_1.png", "x_a.png"]


def test_names_that_differ_by_case_alone_are_told(tmp_path: Path) -> None:
    source = open_dataset("coco", write_coco(tmp_path, images=[image(1), image(2, "A.png")]))
    assert any("case alone" in note for note in source.notes)


def test_objects_of_no_image_are_told_once(tmp_path: Path) -> None:
    objects = [GOOD, thing(image_id=99), thing(image_id=98), thing(image_id="7"), thing(id=2**70)]
    folder = write_coco(tmp_path, [*objects, {"id": 5}])
    source = open_dataset("coco", folder)
    assert set(source.notes) == {
        "instances_train.json has 2 objects of images that it does not list",
        "instances_train.json has 2 objects without a whole 'image_id'",
    }


def test_ids_met_before_are_told(tmp_path: Path) -> None:
    source = open_dataset("coco", write_coco(tmp_path, [GOOD, GOOD]))
    assert source.notes == ("instances_train.json has 1 objects of ids met before",)


@pytest.mark.parametrize(
    "told", ["../out.png", "/etc/passwd", "C:\\a.png", "a/../../../b.png", "x\\..\\..\\..\\y.png"]
)
def test_paths_that_lead_out_are_refused(told: str, tmp_path: Path) -> None:
    draw(tmp_path / "out.png")
    folder = write_coco(tmp_path / "set", images=[image(name=told)], draws=False)
    source = open_dataset("coco", folder)
    (name,) = source.datasets[0].files
    assert "/" not in name
    assert not name.startswith(".")
    assert failure(folder).code == "F609"


def test_links_out_are_refused(tmp_path: Path) -> None:
    draw(tmp_path / "out.png")
    folder = write_coco(tmp_path / "set", [GOOD], draws=False)
    link = folder / "images/train/a.png"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "out.png")
    assert failure(folder).code == "F609"
    (folder / "annotations").rename(tmp_path / "elsewhere")
    (folder / "annotations").symlink_to(tmp_path / "elsewhere")
    assert refusal(folder).code == "E403"


def test_a_name_that_several_files_have(tmp_path: Path) -> None:
    folder = write_coco(tmp_path / "set", draws=False)
    draw(folder / "one/a.png")
    draw(folder / "two/a.png")
    assert failure(folder).code == "F606"


def test_unreadable_images_are_set_aside(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, images=[image(name="a.txt")], draws=False)
    assert failure(folder).code == "F601"
    folder = write_coco(tmp_path / "b")
    write_text(folder, b"", "images/train/a.png")
    assert failure(folder).code == "F601"


@pytest.mark.parametrize(
    ("width", "height"), [(0, 60), (-80, 60), (80.5, 60), ("80", 60), (None, 60), (2**40, 60)]
)
def test_sizes_that_are_none(width: Any, height: Any, tmp_path: Path) -> None:
    folder = write_coco(tmp_path, images=[{**image(), "width": width, "height": height}])
    assert failure(folder).code == "F605"


def test_sizes_of_another_image(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, images=[image(size=Size(60, 80))], draws=False)
    draw(folder / "images/train/a.png")
    assert failure(folder).code == "F605"


def test_far_too_many_pixels_are_refused_before_anything_is_painted(tmp_path: Path) -> None:
    size = Size(1 << 15, 1 << 15)
    runs = {"size": [size.height, size.width], "counts": [0, size.width * size.height]}
    folder = write_coco(
        tmp_path, [thing(segmentation=runs)], images=[image(size=size)], draws=False
    )
    draw(folder / "images/train/a.png")
    assert failure(folder).code == "F607"


def test_a_run_sets_bad_samples_aside_and_tells_why(tmp_path: Path) -> None:
    images = [image(1, "a.png"), image(2, "b.png"), image(3, "c.png")]
    objects = [thing(image_id=1, bbox=[1, 1, 2, 2]), thing(image_id=2, bbox=[1, 1, -2, 2])]
    write_coco(tmp_path / "data/set", objects, images=images)
    graph = write_graph(
        tmp_path / "graph.json",
        {"action": "data", "src": ["set"], "dst": "$a", "settings": {"format": "coco"}},
        {"action": "export", "src": ["$a"], "dst": "made", "settings": {"format": "coco"}},
    )
    out = tmp_path / "out"
    outcome = run_cli("run", graph, "--data", tmp_path / "data", "--out", out, "--quiet")
    assert outcome.code == 3
    (failed,) = (out / "failed").rglob("*.json")
    told = json.loads(failed.read_bytes())
    assert (told["code"], told["message"]) == ("F604", "object 1: the bbox has the size -2 x 2")
    made = json.loads((out / "made/annotations/instances_train.json").read_bytes())
    assert [each["file_name"] for each in made["images"]] == ["a.png", "c.png"]
    assert [each["id"] for each in made["images"]] == [1, 2]


def test_a_million_brackets_take_no_time(tmp_path: Path) -> None:
    write_text(tmp_path, '{"images": ' + "[" * 1_000_000 + "]" * 1_000_000 + "}", FILE)
    start = time.perf_counter()
    assert refusal(tmp_path, annotations=FILE).code == "E403"
    assert time.perf_counter() - start < 10
