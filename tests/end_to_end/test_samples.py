"""The sample projects that are shipped: drawn by the script, exact, complete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from shapely.geometry import Polygon

from scripts.draw_samples import draw_samples
from tests.fixtures.projects import decode_mask

Json = dict[str, Any]

SAMPLES = Path(__file__).resolve().parents[2] / "graphs" / "samples"
IMAGES = {
    "lemon": {
        "fruit_1.jpg": (560, 420),
        "fruit_2.jpg": (320, 240),
        "fruit_3.jpg": (420, 560),
        "fruit_4.jpg": (481, 361),
        "fruit_5.jpg": (360, 480),
        "fruit_6.jpg": (500, 333),
    },
    "vessels": {
        "retina_1.jpg": (480, 460),
        "retina_2.jpg": (441, 441),
        "retina_3.jpg": (520, 480),
        "retina_4.jpg": (360, 360),
        "retina_5.jpg": (400, 420),
    },
}
PICTURES = [(project, name) for project, names in IMAGES.items() for name in names]
UNSEEN = {
    "lemons_test": {
        "fruit_10.jpg": (256, 320),
        "fruit_7.jpg": (360, 270),
        "fruit_8.jpg": (300, 340),
        "fruit_9.jpg": (340, 256),
    },
    "vessels_test": {
        "retina_6.jpg": (320, 312),
        "retina_7.jpg": (336, 336),
        "retina_8.jpg": (300, 320),
        "retina_9.jpg": (344, 320),
    },
}
"""Projects that say nothing of their pictures."""
OTHERS = {"nails": "Images", "pumpkins": "images", "vessels_masks": "images"}
"""The data of other formats, each with the folder of its pictures."""
BUDGET_BYTES = 1_300_000


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    draw_samples(folder)
    return folder


def test_script_draws_the_shipped_annotations(drawn: Path) -> None:
    names = sorted(path.relative_to(SAMPLES) for path in SAMPLES.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(drawn) for path in drawn.rglob("*") if path.is_file())
    for name in names:
        if name.suffix == ".json":
            assert unpacked(drawn / name) == unpacked(SAMPLES / name), name
        elif name.suffix == ".csv":
            assert (drawn / name).read_text() == (SAMPLES / name).read_text(), name
        elif name.suffix == ".png":
            assert np.array_equal(read_image(drawn / name), read_image(SAMPLES / name)), name


def test_script_draws_the_shipped_pictures(drawn: Path) -> None:
    # JPEG encoders of different OpenCV versions differ by a few grey levels.
    projects = IMAGES | UNSEEN
    paths = [Path(name, "ds1", "img", file) for name in projects for file in projects[name]]
    for name, folder in OTHERS.items():
        paths += [path.relative_to(SAMPLES) for path in (SAMPLES / name / folder).rglob("*.jpg")]
    assert len(paths) == 11 + 8 + 8 + 6 + 9
    for path in paths:
        difference = cv2.absdiff(read_image(drawn / path), read_image(SAMPLES / path))
        assert difference.mean() < 1.5, path
        assert np.percentile(difference, 99.9) <= 24, path


@pytest.mark.parametrize("project", [*IMAGES, *UNSEEN])
def test_projects_hold_their_pictures(project: str) -> None:
    folder, names = SAMPLES / project / "ds1", list((IMAGES | UNSEEN)[project])
    assert sorted(path.name for path in (folder / "img").iterdir()) == names
    expected = [f"{name}.json" for name in names]
    assert sorted(path.name for path in (folder / "ann").iterdir()) == expected


@pytest.mark.parametrize("project", UNSEEN)
def test_nothing_is_said_of_unseen_pictures(project: str) -> None:
    meta = json.loads((SAMPLES / project / "meta.json").read_text())
    assert (meta["classes"], meta["tags"]) == ([], [])
    for name, (width, height) in UNSEEN[project].items():
        annotation = read_annotation(project, name)
        assert (annotation["objects"], annotation["tags"]) == ([], [])
        assert annotation["size"] == {"width": width, "height": height}
        assert read_image(SAMPLES / project / "ds1" / "img" / name).shape == (height, width, 3)


@pytest.mark.parametrize(("project", "part"), [("vessels", "train"), ("vessels_test", "test")])
def test_masks_of_the_vessels(project: str, part: str) -> None:
    """They belong to the pictures of the projects, whose own masks are the same."""
    masks = SAMPLES / "vessels_masks"
    names = list((IMAGES | UNSEEN)[project])
    assert sorted(path.name for path in (masks / "images" / part).iterdir()) == names
    for name in names:
        image = (masks / "images" / part / name).read_bytes()
        assert image == (SAMPLES / project / "ds1" / "img" / name).read_bytes()
        mask = read_image(masks / "masks" / part / f"{Path(name).stem}.png")[..., 0] == 255
        assert 0.02 < mask.mean() < 0.2
        if project in UNSEEN:
            continue
        (vessel,) = (
            entry["bitmap"]
            for entry in read_annotation(project, name)["objects"]
            if entry["classTitle"] == "vessel"
        )
        (left, top), tight = vessel["origin"], decode_mask(vessel["data"])
        assert mask.sum() == tight.sum()
        assert mask[top : top + tight.shape[0], left : left + tight.shape[1]][tight].all()


def test_projects_stay_small() -> None:
    total = sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file())
    assert total < BUDGET_BYTES


@pytest.mark.parametrize(("project", "name"), PICTURES)
def test_sizes_agree(project: str, name: str) -> None:
    width, height = IMAGES[project][name]
    assert read_annotation(project, name)["size"] == {"width": width, "height": height}
    assert read_image(SAMPLES / project / "ds1" / "img" / name).shape == (height, width, 3)


@pytest.mark.parametrize(("project", "name"), PICTURES)
def test_every_word_is_declared(project: str, name: str) -> None:
    meta = json.loads((SAMPLES / project / "meta.json").read_text())
    shapes = {entry["title"]: entry["shape"] for entry in meta["classes"]}
    tags = {entry["name"]: entry for entry in meta["tags"]}
    annotation = read_annotation(project, name)
    for entry in annotation["objects"]:
        assert shapes[entry["classTitle"]] == entry["geometryType"]
        payload = "bitmap" if entry["geometryType"] == "bitmap" else "points"
        assert payload in entry
    for tag in annotation["tags"] + [tag for each in annotation["objects"] for tag in each["tags"]]:
        declared = tags[tag["name"]]
        assert ("value" in tag) == (declared["value_type"] != "none")
        assert "values" not in declared or tag["value"] in declared["values"]


@pytest.mark.parametrize("project", IMAGES)
def test_every_class_occurs(project: str) -> None:
    meta = json.loads((SAMPLES / project / "meta.json").read_text())
    used = {
        entry["classTitle"]
        for name in IMAGES[project]
        for entry in read_annotation(project, name)["objects"]
    }
    assert used == {entry["title"] for entry in meta["classes"]}
    assert {entry["shape"] for entry in meta["classes"]} == {"bitmap", "polygon"}


@pytest.mark.parametrize(("project", "name"), PICTURES)
def test_masks_are_tight_disjoint_and_inside(project: str, name: str) -> None:
    annotation = read_annotation(project, name)
    width, height = annotation["size"]["width"], annotation["size"]["height"]
    times_covered = np.zeros((height, width), np.int64)
    for entry in annotation["objects"]:
        if entry["geometryType"] != "bitmap":
            continue
        mask = decode_mask(entry["bitmap"]["data"])
        left, top = entry["bitmap"]["origin"]
        assert left >= 0
        assert top >= 0
        assert left + mask.shape[1] <= width
        assert top + mask.shape[0] <= height
        assert mask[0].any()
        assert mask[-1].any()
        assert mask[:, 0].any()
        assert mask[:, -1].any()
        times_covered[top : top + mask.shape[0], left : left + mask.shape[1]] += mask
    assert times_covered.max() == 1


@pytest.mark.parametrize(("project", "name"), PICTURES)
def test_polygons_are_simple_and_inside(project: str, name: str) -> None:
    annotation = read_annotation(project, name)
    for entry in annotation["objects"]:
        if entry["geometryType"] == "polygon":
            polygon = Polygon(entry["points"]["exterior"], entry["points"]["interior"])
            assert polygon.is_valid
            assert polygon.area > 100
            left, top, right, bottom = polygon.bounds
            assert min(left, top) >= 0
            assert right <= annotation["size"]["width"]
            assert bottom <= annotation["size"]["height"]


def test_hidden_parts_belong_to_no_mask() -> None:
    """A leaf lies on a fruit, and the mask of the fruit ends where the leaf begins."""
    annotation = read_annotation("lemon", "fruit_4.jpg")
    *_, fruit, _, leaf, _ = annotation["objects"]
    assert (fruit["classTitle"], leaf["classTitle"]) == ("lemon", "leaf")
    mask = decode_mask(fruit["bitmap"]["data"])
    ring = np.array(leaf["points"]["exterior"]) - fruit["bitmap"]["origin"]
    covered = np.zeros(mask.shape, np.uint8)
    cv2.fillPoly(covered, [ring.astype(np.int32)], 1)
    inner = cv2.erode(covered, np.ones((5, 5), np.uint8)) > 0
    assert inner.sum() > 50
    assert not (mask & inner).any()


def unpacked(path: Path) -> Json:
    """Return a JSON file with every bitmap as its pixels: PNG writers pack them differently."""
    content: Json = json.loads(path.read_bytes())
    for entry in content.get("objects", ()):
        if "bitmap" in entry:
            entry["bitmap"]["data"] = decode_mask(entry["bitmap"]["data"]).tolist()
    return content


def read_annotation(project: str, name: str) -> Json:
    content: Json = json.loads((SAMPLES / project / "ds1" / "ann" / f"{name}.json").read_text())
    return content


def read_image(path: Path) -> NDArray[np.uint8]:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)
