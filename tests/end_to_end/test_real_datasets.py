"""Real datasets of all formats: recognised, read to the known numbers, and to each other's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.node.source import DataFolders
from dtl_nodes.data import Data
from dtl_nodes.formats import WRITABLE
from tests.fixtures.cli import run_cli
from tests.fixtures.nodes import make

SAMPLES: dict[str, tuple[str, int, int]] = {
    "coco": ("coco", 15, 110),
    "coco_keypoints": ("coco", 5, 35),
    "fridge_voc": ("voc", 6, 12),
    "images": ("images", 39, 0),
    "labelme": ("labelme", 4, 36),
    "lemon": ("supervisely", 6, 26),
    "lemons_test": ("supervisely", 6, 0),
    "nails": ("mask_pairs", 10, 48),
    "open_images": ("open_images", 7, 37),
    "pascal_voc": ("voc", 9, 35),
    "tutorial": ("supervisely", 5, 15),
    "tutorial_legacy": ("supervisely", 2, 5),
    "vessels": ("supervisely", 6, 6),
    "vessels_masks": ("mask_pairs", 14, 14),
    "vessels_test": ("supervisely", 8, 0),
    "yolo_seg": ("yolo", 8, 69),
}
"""Folder -> its format, and the numbers of images and objects that its description tells."""

OPTIONS = {
    "labelme": ("groups=separate",),
    "vessels_masks": ('class_values={"vessel": "__all__"}',),
}
"""What makes the numbers comparable: parts one by one, masks as a whole."""

TWICE = {"coco_keypoints": 15}
"""Objects that are read as two: a person's outline and its keypoints."""

BROKEN = {"corrupt_header.jpg", "empty.jpg", "text.jpg"}
"""What is no image by its first bytes; pixels are not decoded by an inspection."""


def inspected(place: Path, *options: str, code: int = 0) -> dict[str, Any]:
    outcome = run_cli("inspect", place, "--format", "json", *options)
    assert outcome.code == code, outcome.err
    found = json.loads(outcome.out)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_recognised_and_counted(name: str, shared: Path) -> None:
    words = [word for option in OPTIONS.get(name, ()) for word in ("--set", option)]
    broken = BROKEN if name == "images" else set()
    format, images, objects = SAMPLES[name]
    named = ["--from", format] if words else []
    found = inspected(shared / "data" / name, *named, *words, code=3 if broken else 0)
    assert found["format"] == format
    assert found["read"] == images
    assert {Path(each["image"]).name for each in found["set_aside"]} == broken
    assert found["samples"] == images - len(broken)
    assert found["objects"] == objects + TWICE.get(name, 0)


def test_every_sample_is_listed(shared: Path) -> None:
    folders = {path.name for path in (shared / "data").iterdir() if path.is_dir()}
    assert folders - {"multi_format"} == set(SAMPLES)


Boxes = dict[str, list[tuple[str, tuple[float, ...]]]]


MULTI: dict[str, tuple[str, str, dict[str, Any]]] = {
    "coco_format_v1": ("coco", "multi_format/default", {}),
    "coco_format_v2": ("coco", "multi_format/v2", {}),
    "cvat_format": ("cvat", "multi_format", {}),
    "labelme_format": ("labelme", "multi_format/labelme_format", {}),
    "openimages_format": ("open_images", "multi_format", {}),
    "pascalvoc_format": ("voc", "multi_format", {"edges": True}),
    "yolo_format": ("yolo", "multi_format", {}),
}
"""Folder with annotations of the same eight images -> format, source and options.

All of them hold the same numbers. In files of Pascal VOC numbers count pixels from 1 on, in the
others they are edges: whoever converted these copied them, which ``edges`` tells.
"""


def boxes(data: Path, format: str, pattern: str, options: dict[str, Any]) -> Boxes:
    """Return the classes and boxes of every image by its name."""
    node = make(Data, {"format": format, **options})
    assert isinstance(node, Data)
    source = node.open(node.settings, (pattern,), DataFolders((data,)))
    found: Boxes = {}
    for dataset in source.datasets:
        for origin in dataset.origins():
            instances = source.read(origin).instances
            assert origin.stem not in found
            found[origin.stem] = sorted((each.label, tuple(each.shape.bbox)) for each in instances)
    return found


def test_one_dataset_in_many_formats(shared: Path) -> None:
    data = shared / "data"
    folders = {path.name for path in (data / "multi_format").iterdir()} - {"images"}
    assert folders == set(MULTI)
    reference = boxes(data, *MULTI["coco_format_v1"])
    assert len(reference) == 8
    assert sum(map(len, reference.values())) == 34
    for name, words in MULTI.items():
        found = boxes(data, *words)
        assert found.keys() == reference.keys(), name
        for image, objects in found.items():
            expected = reference[image]
            assert [label for label, _ in objects] == [label for label, _ in expected], name
            for (_, box), (_, other) in zip(objects, expected, strict=True):
                assert box == pytest.approx(other, abs=0.001), f"{name}, {image}"


def test_the_numbers_of_voc_count_pixels_unless_they_are_said_to_be_edges(shared: Path) -> None:
    """By default boxes take their first pixel too, as the standard says: one more than others."""
    as_edges, by_default = (
        boxes(shared / "data", "voc", "multi_format", options) for options in ({"edges": True}, {})
    )
    for image, objects in as_edges.items():
        wider = [(label, (x0 - 1, y0 - 1, x1, y1)) for label, (x0, y0, x1, y1) in objects]
        assert by_default[image] == wider


@pytest.mark.parametrize("target", WRITABLE)
@pytest.mark.parametrize("name", ["coco", "open_images", "pascal_voc", "tutorial"])
def test_real_data_becomes_any_format(name: str, target: str, shared: Path, tmp_path: Path) -> None:
    """Everything is written, can be read again, and keeps its images and classes."""
    source = shared / "data" / name
    assert run_cli("convert", source, tmp_path / "out", "--to", target).code == 0
    before, after = inspected(source), inspected(tmp_path / "out", "--from", target)
    assert after["samples"] == before["samples"]
    assert after["set_aside"] == []
    kept = {each["name"] for each in after["classes"] if each["objects"]}
    used = {each["name"] for each in before["classes"] if each["objects"]}
    assert kept <= used
    report = tmp_path / "out" / "loss_report.json"
    told = json.loads(report.read_bytes())["losses"] if report.is_file() else []
    assert used - kept <= {each["class"] for each in told}
