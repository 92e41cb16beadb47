"""Reading COCO: what the fields mean, and the options."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from dtl_engine.errors import ImageError
from dtl_engine.sdk import (
    ANY_SHAPE,
    AnnotationError,
    Image,
    Keypoints,
    Mask,
    Polygon,
    Rectangle,
    Size,
    Tag,
    TagValueType,
)
from dtl_nodes.formats.groups import GROUP_TAG
from tests.nodes.formats.coco.drawn import (
    CATEGORIES,
    SIZE,
    image,
    instances,
    painted,
    read_one,
    thing,
    write_coco,
    write_text,
)
from tests.nodes.formats.exporting import open_dataset, read_all

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""
RING = [2, 2, 12, 3.5, 7, 9]
RUNS = {"size": [60, 80], "counts": [728, 1, 58, 3, 57, 2, 59, 2, 3890]}


def test_the_sample_of_the_reference(tmp_path: Path) -> None:
    hand = {"keypoints": [12, 44, 2, 0, 0, 0], "num_keypoints": 1, "bbox": [10, 20, 25, 30]}
    folder = write_coco(
        tmp_path,
        [
            thing(area=20, bbox=[2, 2, 5, 4], segmentation=[[2, 2, 7, 2, 7, 6, 2, 6]]),
            thing(id=2, iscrowd=1, bbox=[12, 7, 4, 3], segmentation=RUNS),
            thing(id=3, category_id=4, **hand),
        ],
    )
    source = open_dataset("coco", folder)
    assert source.schema.label_names == ("lemon", "hand")
    assert {label.kind for label in source.schema.labels} == {ANY_SHAPE}
    assert source.schema.labels[1].extra["geometry_config"]["edges"][0]["dst"] == "thumb"
    (sample,) = read_all(source).values()
    box, crowd, area, nodes = sample.instances
    assert box.shape == Rectangle(2, 2, 7, 6)
    assert isinstance(crowd.shape, Mask)
    assert (crowd.shape.x, crowd.shape.y, crowd.shape.area) == (12, 7, 8)
    assert crowd.tags == (Tag("iscrowd"),)
    assert area.shape == Rectangle(10, 20, 35, 50)
    assert isinstance(nodes.shape, Keypoints)
    assert [(node.id, node.x, node.y) for node in nodes.shape.nodes] == [("wrist", 12, 44)]
    assert area.tags == nodes.tags == (Tag(GROUP_TAG, "3"),)


def test_a_ring_is_a_polygon_unchanged(tmp_path: Path) -> None:
    (found,) = instances(write_coco(tmp_path, [thing(segmentation=[RING], bbox=[2, 2, 10, 7])]))
    assert found.shape == Polygon([(2, 2), (12, 3.5), (7, 9)])


def test_a_closed_ring_is_opened(tmp_path: Path) -> None:
    (found,) = instances(write_coco(tmp_path, [thing(segmentation=[RING + RING[:2]])]))
    assert found.shape == Polygon([(2, 2), (12, 3.5), (7, 9)])


@pytest.mark.parametrize("ring", [[2, 2, 2, 6, 7, 6, 7, 2], [7, 6, 2, 6, 2, 2, 7, 2]])
def test_the_corners_of_the_box_are_a_rectangle(ring: list[int], tmp_path: Path) -> None:
    objects = [
        thing(segmentation=[ring], bbox=[2, 2, 5, 4]),
        thing(segmentation=[ring], bbox=[2, 2, 6, 4]),
        thing(segmentation=[ring + ring[:2]], bbox=[2, 2, 5, 4]),
    ]
    one, other, closed = instances(write_coco(tmp_path, objects))
    assert one.shape == Rectangle(2, 2, 7, 6)
    assert other.shape == closed.shape == Polygon(np.reshape(ring, (-1, 2)))


def test_a_box_alone_is_a_rectangle(tmp_path: Path) -> None:
    """Number 11 of the worked ones, too."""
    objects = [thing(bbox=[0, 0, 1, 1]), thing(bbox=[0, 0, 1, 1], segmentation=[])]
    found = instances(write_coco(tmp_path, objects))
    assert [each.shape for each in found] == [Rectangle(0, 0, 1, 1)] * 2


def test_several_rings_are_one_bitmap_or_split(tmp_path: Path) -> None:
    other = [30, 30, 40, 30, 40, 45]
    folder = write_coco(tmp_path, [thing(segmentation=[RING, other])])
    (whole,) = instances(folder)
    parts = instances(folder, split=True)
    assert isinstance(whole.shape, Mask)
    assert [each.shape for each in parts] == [
        Polygon(np.reshape(ring, (-1, 2))) for ring in (RING, other)
    ]
    assert parts[0].tags == parts[1].tags == (Tag(GROUP_TAG, "1"),)
    assert (painted(whole) == painted(parts[0]) | painted(parts[1])).all()


def test_exact_masks_are_those_of_pycocotools(tmp_path: Path) -> None:
    tools = pytest.importorskip("pycocotools.mask")
    rings = [[2.2, 2.7, 12, 3.5, 7, 9], [7, 5, 30, 30, 5, 20]]
    folder = write_coco(
        tmp_path, [thing(segmentation=rings), thing(segmentation=[RING], bbox=[2, 2, 10, 7])]
    )
    for found, told in zip(instances(folder, exact_masks=True), (rings, [RING]), strict=True):
        wanted = tools.decode(tools.merge(tools.frPyObjects(told, 60, 80)))
        assert (painted(found) == wanted.astype(bool)).all()


def test_crowds_of_rings_are_bitmaps_and_can_be_skipped(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, [thing(segmentation=[RING], iscrowd=1), thing(bbox=[1, 1, 2, 2])])
    crowd, _ = instances(folder)
    assert isinstance(crowd.shape, Mask)
    assert crowd.tags == (Tag("iscrowd"),)
    assert len(instances(folder, skip_crowds=True)) == 1


def test_keypoints_with_an_area(tmp_path: Path) -> None:
    objects = [
        thing(id=9, category_id=4, segmentation=[RING], keypoints=[5, 6, 1, 7, 8, 2]),
        thing(id=10, category_id=4, segmentation=[RING], keypoints=[0, 0, 0, 0, 0, 0]),
        thing(id=11, category_id=4, bbox=[5, 6, 2, 2], keypoints=[5, 6, 2, 7, 8, 2]),
    ]
    area, nodes, unlabelled, alone = instances(write_coco(tmp_path, objects))
    assert area.tags == nodes.tags == (Tag(GROUP_TAG, "9"),)
    assert isinstance(nodes.shape, Keypoints)
    assert [node.extra for node in nodes.shape.nodes] == [(("disabled", True),), ()]
    assert unlabelled.shape == area.shape
    assert unlabelled.tags == alone.tags == ()
    assert isinstance(alone.shape, Keypoints)


def test_attributes_are_tags_with_types(tmp_path: Path) -> None:
    objects = [
        thing(bbox=[1, 1, 2, 2], attributes={"ripe": True, "size": 3, "kind": "a", "mix": 1}),
        thing(bbox=[1, 1, 2, 2], attributes={"ripe": False, "size": 2.5, "mix": "b", "no": None}),
    ]
    folder = write_coco(tmp_path, objects)
    source = open_dataset("coco", folder)
    assert {tag.name: tag.value_type for tag in source.schema.tags} == {
        "@label-group-id": TagValueType.STRING,
        "kind": TagValueType.STRING,
        "mix": TagValueType.STRING,
        "ripe": TagValueType.NONE,
        "size": TagValueType.NUMBER,
    }
    one, other = instances(folder)
    assert one.tags == (Tag("ripe"), Tag("size", 3), Tag("kind", "a"), Tag("mix", "1"))
    assert other.tags == (Tag("size", 2.5), Tag("mix", "b"))


def test_results_take_the_place_of_annotations(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, [thing(bbox=[1, 1, 2, 2])], images=[image(), image(8, "b.png")])
    results = [
        {"image_id": 8, "category_id": 4, "score": 0.5, "bbox": [3, 3, 4, 4]},
        {"image_id": 8, "category_id": 4, "score": 1, "keypoints": [3, 3, 0.7, 9, 9, 1]},
        {"image_id": 99, "category_id": 1, "score": 0.1, "bbox": [3, 3, 4, 4]},
    ]
    write_text(folder, json.dumps(results), "results/boxes.json")
    source = open_dataset("coco", folder, results="results/boxes.json")
    first, second = read_all(source).values()
    assert first.instances == ()
    box, nodes = second.instances
    assert (box.label, box.shape) == ("hand", Rectangle(3, 3, 7, 7))
    assert [each.tags for each in second.instances] == [
        (Tag("confidence", 0.5),),
        (Tag("confidence", 1),),
    ]
    assert isinstance(nodes.shape, Keypoints)
    assert all(node.extra == () for node in nodes.shape.nodes)
    assert source.notes == ("boxes.json has 1 objects of images that it does not list",)


def test_tags_of_images(tmp_path: Path) -> None:
    tags = ["night", {"name": "speed", "value": 40}, 7]
    folder = write_coco(tmp_path, images=[image(tags=tags)])
    assert read_one(folder).tags == (Tag("night"), Tag("speed", 40))


def test_annotations_made_on_turned_pictures_are_turned_along(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, [thing(bbox=[0, 0, 10, 5])], images=[image(name="a.jpg")])
    exif = Picture.Exif()
    exif[0x0112] = 6
    path = folder / "images/train/a.jpg"
    Picture.new("RGB", SIZE).save(path, exif=exif)
    sample = read_one(folder)
    assert sample.size == Size(60, 80) == Image.open(path).size
    assert sample.instances[0].shape == Rectangle(55, 0, 60, 10)


def test_a_source_pickles_and_reads_on(tmp_path: Path) -> None:
    source = open_dataset("coco", write_coco(tmp_path, [thing(segmentation=[RING])]))
    before = read_all(source)
    copy: Any = pickle.loads(pickle.dumps(source))
    (sample,) = read_all(copy).values()
    assert sample.annotation == before["train/a.png"].annotation
    again = pickle.loads(pickle.dumps(sample.annotation))
    assert again == sample.annotation


def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, [thing(bbox=[1, 1, 2, 2])])
    source = open_dataset("coco", folder)
    (origin,) = source.datasets[0].origins()
    write_coco(folder, [thing(bbox=[1, 1, 2, 2]), thing(bbox=[1, 1, 2, 2])])
    fresh = pickle.loads(pickle.dumps(source))
    with pytest.raises(AnnotationError, match="has changed"):
        fresh.read(origin)


def test_a_missing_image_is_set_aside(tmp_path: Path) -> None:
    source = open_dataset("coco", write_coco(tmp_path, draws=False))
    with pytest.raises(ImageError) as error:
        read_all(source)
    assert error.value.code == "F601"


def test_categories_of_several_files_are_joined_by_name(tmp_path: Path) -> None:
    folder = write_coco(tmp_path, [thing(category_id=1, bbox=[1, 1, 2, 2])])
    others = [{"id": 1, "name": "hand"}, {"id": 2, "name": "lemon"}, {"id": 3, "name": "pear"}]
    write_coco(
        folder,
        [thing(category_id=1, bbox=[1, 1, 2, 2])],
        categories=others,
        file="annotations/instances_val.json",
    )
    source = open_dataset("coco", folder)
    assert source.schema.label_names == ("lemon", "hand", "pear")
    samples = read_all(source)
    assert [sample.instances[0].label for sample in samples.values()] == ["lemon", "hand"]
    assert CATEGORIES[0]["name"] == "lemon"
