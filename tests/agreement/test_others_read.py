"""Other tools read what is written from drawn and from real data, and find what the engine holds.

A tool gets the files that ``dtl convert`` writes and runs under its own interpreter; what it tells
is compared with the source as we read it, put into its words by ``conventions``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest

from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Polygon
from dtl_engine.shipped import samples_folder
from tests.agreement import conventions
from tests.agreement.comparing import assert_agree, by_stem, in_pixels
from tests.agreement.conftest import Reader
from tests.agreement.conventions import PARTS, Told
from tests.fixtures.conversions import convert

SOURCES = {
    "drawn": "supervisely",
    "boxes": "cvat",
    "lemons": "supervisely",
    "nails": "mask_pairs",
    "pumpkins": "open_images",
    "people": "coco",
}
"""The datasets that are converted, and their formats."""

NO_PEOPLE = tuple(name for name in SOURCES if name != "people")
MASKS = ("drawn", "lemons", "nails", "pumpkins")
GRAPHS = ("drawn", "people")


@dataclass(frozen=True)
class Case:
    """A tool, with the words for its script, that reads a format written with some options."""

    tool: str
    format: str
    words: tuple[str, ...]
    expected: Callable[[Sample], Told]
    options: tuple[str, ...] = ()
    sources: tuple[str, ...] = NO_PEOPLE
    parts: float = 0
    """``PARTS`` where the format has parts of the image instead of pixels."""

    tells_parts: bool = False
    name: str = field(default="")

    def __str__(self) -> str:
        return self.name or "-".join((self.tool, self.format, *self.words[-1:]))


CASES = (
    Case("datumaro", "coco", ("coco_instances",), conventions.coco_of_datumaro),
    Case("datumaro", "voc", ("voc_detection",), conventions.one_based_boxes),
    Case("datumaro", "voc", ("voc_instance_segmentation",), conventions.voc_with_pixels),
    Case("datumaro", "yolo", ("yolo",), conventions.boxes, parts=PARTS),
    Case("datumaro", "cvat", ("cvat",), conventions.cvat_of_datumaro),
    # Images get names of Open Images, which those of the others are none.
    Case(
        *("datumaro", "open_images", ("open_images",), conventions.open_images),
        sources=("drawn", "pumpkins"),
        parts=PARTS,
    ),
    Case("fiftyone", "coco", ("coco", "detections"), conventions.boxes_of_areas),
    # Outlines of pixels: of others each tool paints those on the border in its own way.
    Case(
        *(
            "fiftyone",
            "coco",
            ("coco", "segmentations"),
            conventions.pixels,
            ("to.polygons=exact",),
        ),
        sources=MASKS,
    ),
    Case("fiftyone", "coco", ("coco", "keypoints"), conventions.nodes, sources=GRAPHS),
    Case("fiftyone", "voc", ("voc", ""), conventions.one_based_boxes, name="fiftyone-voc"),
    Case(
        *("fiftyone", "yolo", ("yolo", "detections"), conventions.boxes),
        parts=PARTS,
        tells_parts=True,
    ),
    Case(
        *("fiftyone", "cvat", ("cvat", ""), conventions.cvat_outlines),
        sources=("drawn", "boxes"),
        name="fiftyone-cvat",
    ),
    Case("ultralytics", "yolo", ("detect",), conventions.boxes, parts=PARTS),
    Case(
        *("ultralytics", "yolo", ("segment",), conventions.outlines, ("to.task=segment",)),
        sources=("boxes",),
        parts=PARTS,
    ),
    Case(
        *("ultralytics", "yolo", ("pose",), conventions.nodes_with_boxes, ("to.task=pose",)),
        sources=GRAPHS,
        parts=PARTS,
    ),
    Case(
        *("supervisely", "supervisely", (), conventions.pixel_coordinates),
        options=("to.coordinates=pixel",),
    ),
    Case("labelme", "labelme", (), conventions.labelme),
)


@pytest.fixture
def source(request: pytest.FixtureRequest, drawn: Path) -> Path:
    """The dataset that the parameter names."""
    if request.param == "drawn":
        return drawn
    if request.param == "pumpkins":
        return samples_folder() / "pumpkins"
    shared: Path = request.getfixturevalue("shared")
    names = {"boxes": "multi_format", "lemons": "lemon", "people": "coco_keypoints"}
    return shared / "data" / names.get(request.param, request.param)


@pytest.mark.parametrize(
    ("case", "name", "source"),
    [
        pytest.param(case, name, name, id=f"{case}-{name}")
        for case in CASES
        for name in case.sources
    ],
    indirect=["source"],
)
def test_agreement(case: Case, name: str, source: Path, told: Reader, tmp_path: Path) -> None:
    place, reading = tmp_path / "out", SOURCES[name]
    options = [word for option in case.options for word in ("--set", option)]
    convert(source, place, case.format, "--from", reading, *options)
    held = by_stem(source, reading)
    found = told(case.tool, place, *case.words)
    if case.tells_parts:
        found = in_pixels(found, held)
    expected = {stem: list(case.expected(sample)) for stem, sample in held.items()}
    assert_agree(found, expected, held, case.parts)


@pytest.mark.parametrize(("name", "source"), [(name, name) for name in MASKS], indirect=["source"])
def test_the_trainer_sees_the_pixels_of_masks(
    name: str, source: Path, told: Reader, tmp_path: Path
) -> None:
    """Each part of a mask is an outline of its own, without its holes: painted, they are the same.

    Outlines run along the edges of pixels, so that decimals cannot move a pixel in or out.
    """
    options = ("--from", SOURCES[name], "--set", "to.task=segment")
    convert(source, tmp_path / "out", "yolo", *options)
    found = told("ultralytics", tmp_path / "out", "segment")
    held = by_stem(source, SOURCES[name])
    assert found.keys() == held.keys()
    for stem, sample in held.items():
        painted: dict[str, np.ndarray] = {}
        for label, kind, ring in found[stem]:
            assert kind == "polygon"
            pixels = Polygon(np.asarray(ring)).paint(sample.size).astype(bool)
            painted[label] = painted.get(label, np.False_) | pixels
        expected: dict[str, np.ndarray] = {}
        for each in sample.instances:
            if each.shape.area:
                pixels = without_holes(each.shape.paint(sample.size))
                expected[each.label] = expected.get(each.label, np.False_) | pixels
        assert painted.keys() == expected.keys()
        for label, pixels in expected.items():
            assert np.array_equal(painted[label], pixels), f"{stem}: {label}"


def without_holes(mask: np.ndarray) -> np.ndarray:
    """Return a mask (H, W) with all that it surrounds."""
    rings, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(mask.shape, np.uint8)
    for ring in rings:
        cv2.fillPoly(filled, [ring], 1)
    return filled.astype(bool)


CITY = {"box": "car", "patch": "person", "ring": "building", "blob": "truck", "parts": "sky"}
"""Classes of the drawn project -> those of Cityscapes; the scripts know no others."""


@pytest.fixture
def city(drawn: Path, tmp_path: Path) -> tuple[dict[str, Sample], Path]:
    """The drawn project under such classes: as it is held, and as Cityscapes."""
    mapping = {**CITY, "__other__": "__ignore__"}
    options = ("--set", f"classes_mapping={json.dumps(mapping)}")
    convert(drawn, tmp_path / "city", "cityscapes", "--from", "supervisely", *options)
    held = {
        stem: sample.replace(
            instances=tuple(
                each.with_label(CITY[each.label]) for each in sample.instances if each.label in CITY
            )
        )
        for stem, sample in by_stem(drawn, "supervisely").items()
    }
    return held, tmp_path / "city"


def test_the_scripts_of_cityscapes(city: tuple[dict[str, Sample], Path], told: Reader) -> None:
    """They read the polygons, of masks the outlines of their parts, and number them as we do."""
    held, place = city
    found = told("cityscapes", place)
    assert {stem for stem in found if "/" not in stem} == held.keys()
    for stem, sample in held.items():
        parts = {"truck": 1, "sky": 2}
        labels = [label for label, _, _ in found[stem]]
        assert labels == [
            each.label for each in sample.instances for _ in range(parts.get(each.label, 1))
        ]
        outlines = [each for each in found[stem] if each[0] in ("car", "person", "building")]
        expected = list(conventions.outlines(sample))
        # Its own scripts take numbers of JSON as they are; vertices are whole ones there.
        assert outlines == expected
        values = {value for value, _, _ in found[f"{stem}/instances"]}
        assert values == ({"0", "11", "23", "24000", "26000", "27000"} if labels else {"0"})


def test_datumaro_sees_the_classes_of_pictures_of_cityscapes(
    city: tuple[dict[str, Sample], Path], told: Reader
) -> None:
    """It reads pictures of classes, one mask of each class, and those of things by their instances.

    It takes the values of ``instanceIds`` for classes, so that it knows only those of stuff.
    """
    held, place = city
    stuff = {"building", "sky"}
    expected = {
        stem: [each for each in conventions.visible_pixels(sample) if each[0] in stuff]
        for stem, sample in held.items()
    }
    assert_agree(told("datumaro", place, "cityscapes"), expected, held, 0)


@pytest.mark.parametrize(("name", "source"), [(name, name) for name in GRAPHS], indirect=["source"])
def test_datumaro_reads_keypoints(name: str, source: Path, told: Reader, tmp_path: Path) -> None:
    """It reads them from files that are named as those of COCO's people; else they are boxes."""
    place = tmp_path / "out"
    only = {"drawn": "hand", "people": "person"}[name]
    convert(source, place, "coco", "--from", SOURCES[name], "--classes", only)
    for path in (place / "annotations").iterdir():
        path.rename(path.with_name(path.name.replace("instances_", "person_keypoints_")))
    held = by_stem(source, SOURCES[name])
    found = told("datumaro", place, "coco_person_keypoints")
    graphs = {
        stem: [each for each in objects if each[1] == "points" and any(v for *_, v in each[2])]
        for stem, objects in found.items()
    }
    expected = {
        stem: [
            each
            for each in conventions.nodes_with_boxes(sample)
            if each[1] == "points" and any(v for *_, v in each[2])
        ]
        for stem, sample in held.items()
    }
    assert_agree(graphs, expected, held, 0)
