"""Independent tools read what is written, and the same from real data; skipped without them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask
from dtl_engine.node.source import DataFolders
from dtl_nodes.data import Data
from tests.fixtures.cli import run_cli
from tests.fixtures.drawn_shapes import HEIGHT, WIDTH
from tests.fixtures.nodes import make

Boxes = dict[str, list[tuple[str, tuple[float, ...]]]]


@pytest.fixture(scope="module")
def datumaro() -> Any:
    """The package of that name."""
    with _quiet():
        return pytest.importorskip("datumaro.components.dataset")


@pytest.fixture(scope="module")
def supervisely() -> Any:
    """The SDK of Supervisely."""
    with _quiet():
        return pytest.importorskip("supervisely")


def _quiet() -> AbstractContextManager[Any]:
    """Let other people's packages warn."""
    return warnings.catch_warnings(action="ignore")


def export(source: Path, folder: Path, name: str, *options: str) -> Path:
    target = folder / name
    words = [word for option in options for word in ("--set", option)]
    outcome = run_cli("convert", source, target, "--to", name, *words)
    assert outcome.code == 0, outcome.err
    return target


def ours(place: Path, name: str, **options: Any) -> Boxes:
    """Return the classes and boxes of every image by its name."""
    node = make(Data, {"format": name, **options})
    assert isinstance(node, Data)
    source = node.open(node.settings, (f"{place.name}/*",), DataFolders((place.parent,)))
    return {
        origin.stem: sorted(
            (each.label, tuple(each.shape.bbox)) for each in source.read(origin).instances
        )
        for dataset in source.datasets
        for origin in dataset.origins()
    }


def theirs(datumaro: Any, place: Path, name: str) -> Boxes:
    """Return the same as datumaro reads it."""
    from datumaro.components.annotation import AnnotationType

    with _quiet():
        dataset = datumaro.Dataset.import_from(str(place), name)
        labels = dataset.categories()[AnnotationType.label]
        return {
            item.id.rpartition("/")[2]: sorted(
                (labels[each.label].name, (each.x, each.y, each.x + each.w, each.y + each.h))
                for each in item.annotations
                if each.type == AnnotationType.bbox
            )
            for item in dataset
        }


def assert_agree(mine: Boxes, other: Boxes, shift: tuple[float, ...] = (0, 0, 0, 0)) -> None:
    """Fail unless two readings agree; ``shift`` is what theirs adds to the edges."""
    assert mine.keys() == other.keys()
    assert any(mine.values())
    for image, objects in mine.items():
        assert [label for label, _ in objects] == [label for label, _ in other[image]], image
        for (label, box), (_, their) in zip(objects, other[image], strict=True):
            expected = tuple(edge + added for edge, added in zip(box, shift, strict=True))
            assert their == pytest.approx(expected, abs=0.012), f"{label} of {image}"


ONE_BASED = (1, 1, 0, 0)
"""Datumaro takes the numbers of VOC as they stand, though pixels count from 1 there."""


def test_datumaro_reads_our_coco(datumaro: Any, drawn: Path, tmp_path: Path) -> None:
    place = export(drawn, tmp_path, "coco")
    assert_agree(ours(place, "coco"), theirs(datumaro, place, "coco_instances"))


def test_datumaro_reads_our_voc(datumaro: Any, drawn: Path, tmp_path: Path) -> None:
    place = export(drawn, tmp_path, "voc")
    assert_agree(ours(place, "voc"), theirs(datumaro, place, "voc_detection"), ONE_BASED)


def test_datumaro_reads_our_yolo(datumaro: Any, drawn: Path, tmp_path: Path) -> None:
    place = export(drawn, tmp_path, "yolo")
    assert_agree(ours(place, "yolo"), theirs(datumaro, place, "yolo"))


def test_datumaro_reads_our_open_images(datumaro: Any, drawn: Path, tmp_path: Path) -> None:
    place = export(drawn, tmp_path, "open_images")
    mine = {
        image: [(f"/x/{label}", box) for label, box in objects]
        for image, objects in ours(place, "open_images", boxes="all").items()
    }
    masked = {"/x/patch", "/x/ring", "/x/blob", "/x/parts"}
    unmasked = {
        image: [(label, box) for label, box in objects if label not in masked]
        for image, objects in mine.items()
    }
    found = theirs(datumaro, place, "open_images")
    alone = {image: [x for x in each if x[0] not in masked] for image, each in found.items()}
    assert_agree(unmasked, alone)
    for image, each in found.items():
        assert {label for label, _ in each} == {label for label, _ in mine[image]}


def test_datumaro_sees_the_same_masks_in_coco(datumaro: Any, drawn: Path, tmp_path: Path) -> None:
    from datumaro.components.annotation import AnnotationType

    place = export(drawn, tmp_path, "coco")
    with _quiet():
        dataset = datumaro.Dataset.import_from(str(place), "coco_instances")
        labels = dataset.categories()[AnnotationType.label]
        found = {
            (item.id, labels[each.label].name): np.asarray(each.image, bool)
            for item in dataset
            for each in item.annotations
            if each.type == AnnotationType.mask
        }
    mine = {
        (stem, label): shape.paint(Size(WIDTH, HEIGHT))
        for stem, label, shape in objects(place, "coco")
        if isinstance(shape, Mask)
    }
    assert found.keys() == mine.keys()
    assert {label for _, label in mine} == {"ring", "blob", "parts"}
    for key, mask in mine.items():
        assert np.array_equal(found[key], mask), key


def objects(place: Path, name: str) -> Iterator[tuple[str, str, Any]]:
    node = make(Data, {"format": name})
    assert isinstance(node, Data)
    source = node.open(node.settings, (f"{place.name}/*",), DataFolders((place.parent,)))
    for dataset in source.datasets:
        for origin in dataset.origins():
            for each in source.read(origin).instances:
                yield origin.stem, each.label, each.shape


def test_datumaro_reads_real_coco_alike(datumaro: Any, shared: Path) -> None:
    place = shared / "data" / "coco"
    mine, other = ours(place, "coco"), theirs(datumaro, place, "coco_instances")
    assert mine.keys() == other.keys()
    for image, found in mine.items():
        # Its boxes are those written beside the outlines, to a tenth of a pixel and more.
        assert sorted(label for label, _ in found) == sorted(label for label, _ in other[image])


def test_datumaro_reads_real_voc_alike(datumaro: Any, shared: Path) -> None:
    place = shared / "data" / "pascal_voc" / "VOC2012"
    other = theirs(datumaro, place, "voc_detection")
    assert_agree(ours(place, "voc"), other, ONE_BASED)


def test_the_sdk_of_supervisely_opens_our_project(
    supervisely: Any, drawn: Path, tmp_path: Path
) -> None:
    place = export(drawn, tmp_path, "supervisely", "to.coordinates=pixel")
    mine: dict[str, dict[str, Any]] = {}
    for stem, label, shape in objects(drawn, "supervisely"):
        mine.setdefault(stem, {})[label] = shape
    with _quiet():
        project = supervisely.Project(str(place), supervisely.OpenMode.READ)
        assert project.total_items == 4
        assert {each.name for each in project.meta.obj_classes} == set(mine["0" * 14 + "a1"])
        for dataset in project.datasets:
            for name, _, path in dataset.items():
                annotation = supervisely.Annotation.load_json_file(path, project.meta)
                assert annotation.img_size == (HEIGHT, WIDTH)
                expected = mine.get(name.partition(".")[0], {})
                assert [each.obj_class.name for each in annotation.labels] == list(expected)
                for each in annotation.labels:
                    assert_same_pixels(each, expected[each.obj_class.name])


def assert_same_pixels(label: Any, shape: Any) -> None:
    """Compare boxes and masks pixel by pixel; outlines are painted by other rules."""
    found = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    label.draw(found, color=(1, 1, 1))
    name = label.obj_class.name
    if name in ("box", "blob", "parts"):
        assert np.array_equal(found[..., 0] > 0, shape.paint(Size(WIDTH, HEIGHT))), name
    else:
        rows, columns = np.nonzero(found[..., 0])
        edges = (columns.min(), rows.min(), columns.max(), rows.max())
        assert edges == pytest.approx(tuple(shape.bbox), abs=1), name
