from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from dtl_engine.errors import AnnotationError
from dtl_engine.model.sample import Origin
from dtl_engine.model.schema import SchemaError
from dtl_engine.model.shapes import Mask, Rectangle
from dtl_engine.node.read_log import ReadPolicy
from dtl_nodes.formats.supervisely.options import Rules
from dtl_nodes.formats.supervisely.reader import open_project
from tests.fixtures.projects import encode_mask, write_project


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    return write_project(tmp_path)


@pytest.fixture
def nested(mini: Path) -> Path:
    for place in ("ds1/datasets/front", "ds1/datasets/front/datasets/left", "outer/datasets/front"):
        shutil.copytree(mini / "ds2", mini / place)
    return mini


def names(folder: Path, *chosen: str) -> list[str]:
    return [each.name for each in open_project(folder, "mini", chosen or ("*",)).datasets]


def test_nested_datasets_are_read(nested: Path) -> None:
    project = open_project(nested, "mini", ("*",))
    found = [each.name for each in project.datasets]
    assert found == ["ds1", "ds1_front", "ds1_front_left", "ds2", "outer_front"]
    assert project.notes == ()
    for dataset in project.datasets:
        for origin in dataset.origins():
            assert project.read(origin).instances


def test_paths_name_nested_datasets(nested: Path) -> None:
    assert names(nested, "ds1/front/left") == ["ds1_front_left"]
    assert names(nested, "ds1/front", "outer/front") == ["ds1_front", "outer_front"]
    assert names(nested, "ds1") == ["ds1"]
    assert names(nested, "outer_front") == ["outer_front"]
    with pytest.raises(SchemaError, match="no dataset 'ds1/back'") as refused:
        open_project(nested, "mini", ("ds1/back",))
    assert refused.value.code == "E405"


def test_names_that_meet_are_numbered(nested: Path) -> None:
    shutil.copytree(nested / "ds2", nested / "ds1_front")
    project = open_project(nested, "mini", ("*",))
    assert "ds1_front_1" in [each.name for each in project.datasets]
    home = {each.name: project.read(next(each.origins())) for each in project.datasets}
    assert str(home["ds1_front"].image.path).endswith("mini/ds1_front/img/one.png")
    assert "datasets" in str(home["ds1_front_1"].image.path)


def test_annotations_alone_are_noted(mini: Path) -> None:
    shutil.rmtree(mini / "ds2" / "img")
    (note,) = open_project(mini, "mini", ("*",)).notes
    assert "'ds2' has annotations and no images" in note


@pytest.mark.parametrize("part", ["", "img", "ann"])
def test_folders_that_are_links_out_are_not_followed(mini: Path, tmp_path: Path, part: str) -> None:
    place = mini / "ds2" / part if part else mini / "ds2"
    place.rename(tmp_path / "outside")
    place.symlink_to(tmp_path / "outside")
    project = open_project(mini, "mini", ("*",))
    assert [each.name for each in project.datasets] == ["ds1"]
    assert "link out" in project.notes[0]


def test_annotations_that_are_links_out_are_refused(mini: Path, tmp_path: Path) -> None:
    place = mini / "ds1" / "ann" / "one.png.json"
    place.rename(tmp_path / "outside.json")
    place.symlink_to(tmp_path / "outside.json")
    with pytest.raises(AnnotationError, match="link out") as refused:
        open_project(mini, "mini", ("*",)).read(Origin("mini", "ds1", "one.png"))
    assert refused.value.code == "F609"


def test_links_inside_are_followed(mini: Path) -> None:
    place = mini / "ds1" / "ann" / "one.png.json"
    place.rename(mini / "elsewhere.json")
    place.symlink_to("../../elsewhere.json")
    assert open_project(mini, "mini", ("*",)).read(Origin("mini", "ds1", "one.png")).instances


def test_declarations_that_are_a_link_out_are_refused(mini: Path, tmp_path: Path) -> None:
    (mini / "meta.json").rename(tmp_path / "outside.json")
    (mini / "meta.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(SchemaError, match="link out"):
        open_project(mini, "mini", ("*",))


def test_missing_annotations_may_mean_nothing(mini: Path) -> None:
    (mini / "ds1" / "ann" / "one.png.json").unlink()
    project = open_project(mini, "mini", ("*",), Rules(allows_missing=True))
    (note,) = project.notes
    assert "1 images without an annotation, such as one.png" in note
    sample = project.read(Origin("mini", "ds1", "one.png"))
    assert sample.instances == ()
    assert sample.size == (40, 30)


def change(folder: Path, **members: Any) -> None:
    path = folder / "ds1" / "ann" / "one.png.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))


def test_bad_objects_may_be_dropped(mini: Path) -> None:
    good = json.loads((mini / "ds1" / "ann" / "one.png.json").read_text())["objects"]
    bad_mask = {
        "classTitle": "blob",
        "bitmap": {"origin": [1, 1], "data": good[4]["bitmap"]["data"]},
    }
    broken = bad_mask["bitmap"]["data"]  # type: ignore[index]
    bad_mask["bitmap"]["data"] = broken[: len(broken) // 8 * 4]  # type: ignore[index]
    change(
        mini,
        objects=[{"classTitle": "unknown"}, *good, bad_mask, 7,
                 {**good[0], "tags": [{"name": "nothing"}, "sure"]}],
        tags=["nothing", "checked", {"name": "count", "value": True}],
    )  # fmt: skip
    project = open_project(mini, "mini", ("*",))
    project.policy = ReadPolicy(drops_bad=True)
    sample = project.read(Origin("mini", "ds1", "one.png"))
    assert [each.label for each in sample.instances] == [o["classTitle"] for o in good] + ["dot"]
    assert [tag.name for tag in sample.instances[-1].tags] == ["sure"]
    assert [tag.name for tag in sample.tags] == ["checked"]


def test_names_in_two_forms_of_unicode_are_one(mini: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "blé") for form in ("NFC", "NFD"))
    images, annotations = mini / "ds1" / "img", mini / "ds1" / "ann"
    (images / "one.png").rename(images / f"{decomposed}.png")
    (annotations / "one.png.json").rename(annotations / f"{composed}.png.json")
    project = open_project(mini, "mini", ("ds1",))
    assert project.datasets[0].files == (f"{composed}.png", "two.jpg")
    assert project.notes == ()
    sample = project.read(Origin("mini", "ds1", f"{composed}.png"))
    assert sample.instances
    assert sample.image.pixels().shape == (30, 40, 3)
    shutil.copy(images / f"{decomposed}.png", images / f"{composed}.png")
    with pytest.raises(SchemaError, match="two images"):
        open_project(mini, "mini", ("ds1",))


def test_odd_names_are_noted(mini: Path) -> None:
    images = mini / "ds1" / "img"
    shutil.copy(images / "one.png", images / "ONE.png")
    shutil.copy(images / "one.png", images / "a\nb.png")
    project = open_project(mini, "mini", ("ds1",))
    assert project.datasets[0].files == ("ONE.png", "one.png", "two.jpg")
    assert [("control" in note, "case alone" in note) for note in project.notes] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_annotations_of_the_stored_picture_are_turned_along(mini: Path, orientation: int) -> None:
    # A bright block says where the object is, in the picture as people see it too.
    stored = np.full((30, 40, 3), 20, np.uint8)
    stored[3:11, 5:17] = 240
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    path = mini / "ds1" / "img" / "one.png"
    Pillow.fromarray(stored).save(path, exif=exif)
    box = {"classTitle": "box", "points": {"exterior": [[5, 3], [17, 11]], "interior": []}}
    blob = {
        "classTitle": "blob",
        "bitmap": {"origin": [5, 3], "data": encode_mask(np.ones((8, 12), bool))},
    }
    change(mini, objects=[box, blob])
    sample = open_project(mini, "mini", ("*",)).read(Origin("mini", "ds1", "one.png"))
    assert sample.image.size == sample.size
    if orientation < 5:
        return
    assert sample.size == (30, 40)
    bright = sample.image.pixels()[..., 0] > 128
    x, y, width, height = cv2.boundingRect(bright.astype(np.uint8))
    first, second = sample.instances
    assert first.shape == Rectangle(x, y, x + width, y + height)
    assert isinstance(second.shape, Mask)
    assert (second.shape.paint(sample.size) == bright).all()
