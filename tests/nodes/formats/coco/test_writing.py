"""Writing COCO: what stands in the file, what comes back, and what is lost."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.sdk import (
    ANY_SHAPE,
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Schema,
    Shape,
    ShapeKind,
    Tag,
    TagSpec,
)
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats import load_writable
from dtl_nodes.formats.groups import GROUP_TAG
from tests.nodes.formats.coco.drawn import content_of
from tests.nodes.formats.coco.written import SCHEMA, back, lemon, mask_of, written
from tests.nodes.formats.exporting import (
    SIZE,
    export,
    files_of,
    open_dataset,
    read_all,
    sample_with,
)

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""
RING = np.zeros((12, 16), bool)
RING[2:10, 3:13] = True
RING[4:8, 6:10] = False


def test_what_stands_in_the_file(tmp_path: Path) -> None:
    content = written(
        tmp_path,
        lemon(Rectangle(2, 2, 7, 6)),
        lemon(
            Polygon([(1, 1), (9.5, 1), (9.5, 5)]), Tag("count", 3), Tag("ripe"), Tag("kind", "a")
        ),
        lemon(mask_of(RING), Tag("iscrowd"), Tag("confidence", 0.25)),
    )
    assert list(content) == ["info", "licenses", "categories", "images", "annotations"]
    assert content["images"] == [{"id": 1, "file_name": "one.png", "width": 24, "height": 18}]
    assert content["categories"][0] == {"id": 1, "name": "lemon", "supercategory": "fruit"}
    assert content["categories"][1]["keypoints"] == ["wrist", "thumb", "tip"]
    assert content["categories"][1]["skeleton"] == [[1, 2], [2, 3]]
    box, polygon, mask = content["annotations"]
    shared = {"image_id": 1, "category_id": 1, "iscrowd": 0}
    assert box == {
        **shared,
        "id": 1,
        "area": 20,
        "bbox": [2, 2, 5, 4],
        "segmentation": [[2, 2, 7, 2, 7, 6, 2, 6]],
    }
    assert polygon == {
        **shared,
        "id": 2,
        "area": 17,
        "bbox": [1, 1, 8.5, 4],
        "segmentation": [[1, 1, 9.5, 1, 9.5, 5]],
        "attributes": {"count": 3, "ripe": True, "kind": "a"},
    }
    assert (mask["iscrowd"], mask["score"], mask["area"]) == (1, 0.25, 64)
    assert mask["bbox"] == [3, 2, 10, 8]
    assert (tmp_path / "images/train/one.png").is_file()


def test_keypoints_go_by_the_template(tmp_path: Path) -> None:
    nodes = Keypoints(
        (KeypointNode("tip", 4.5, 5, (("disabled", True),)), KeypointNode("wrist", 1, 2))
    )
    lone = Keypoints((KeypointNode("b", 3, 3), KeypointNode("a", 4, 4)))
    other = Keypoints((KeypointNode("c", 3, 3),))
    area = Instance("hand", Polygon([(1, 1), (9, 1), (9, 5)]), (Tag(GROUP_TAG, "x"),))
    content = written(
        tmp_path,
        area,
        Instance("hand", nodes, area.tags),
        Instance("hand", area.shape),
        Instance("free", lone),
        Instance("free", other),
    )
    joined, empty, *free = content["annotations"]
    assert joined["keypoints"] == [1, 2, 2, 0, 0, 0, 4.5, 5, 1]
    assert joined["num_keypoints"] == 2
    assert len(joined["segmentation"]) == 1
    assert (empty["keypoints"], empty["num_keypoints"]) == ([0] * 9, 0)
    assert content["categories"][2]["keypoints"] == ["a", "b", "c"]
    assert [each["keypoints"] for each in free] == [
        [4, 4, 2, 3, 3, 2, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 3, 3, 2],
    ]
    found = back(tmp_path)
    ordered = Keypoints(tuple(sorted(nodes.nodes, key=lambda node: node.id == "tip")))
    assert found[:3] == (area, Instance("hand", ordered, area.tags), Instance("hand", area.shape))


def test_areas_and_nodes_of_unlike_tags_stay_apart(tmp_path: Path) -> None:
    group = Tag(GROUP_TAG, "x")
    area = Instance("hand", Rectangle(1, 1, 9, 5), (group, Tag("ripe")))
    nodes = Instance("hand", Keypoints((KeypointNode("wrist", 1, 2),)), (group,))
    more = Instance("hand", Rectangle(2, 2, 9, 5), (group,))
    assert len(written(tmp_path, area, nodes, more)["annotations"]) == 2
    assert back(tmp_path) == (area, more, nodes)


def test_polygons_that_look_like_boxes_stay_polygons(tmp_path: Path) -> None:
    shapes: list[Shape] = []
    for start in range(4):
        corners = np.roll([(2, 2), (7, 2), (7, 6), (2, 6)], start, axis=0)
        shapes += [Polygon(corners), Polygon(corners[::-1])]
    closed = Polygon([(2, 2), (7, 2), (9, 6), (2, 2)])
    written(tmp_path, *map(lemon, [*shapes, closed, Rectangle(2, 2, 7, 6)]))
    assert [each.shape for each in back(tmp_path)] == [*shapes, closed, Rectangle(2, 2, 7, 6)]


def test_polygons_with_holes_are_runs(tmp_path: Path) -> None:
    hole = Polygon([(3, 2), (13, 2), (13, 10), (3, 10)], [[(6, 4), (10, 4), (10, 8), (6, 8)]])
    (found,) = written(tmp_path, lemon(hole))["annotations"]
    assert found["area"] == 64
    assert back(tmp_path) == (lemon(mask_of(RING)),)


@pytest.mark.parametrize(
    ("option", "shape"),
    [
        ({"bitmaps": "polygons"}, mask_of(~RING[2:10, 6:10], 3, 4)),
        ({"polygons": "exact"}, Polygon([(3.2, 2.2), (20, 8), (5, 14.7)])),
        ({"polygons": "exact"}, Polygon([(1, 1), (5, 5), (9, 1), (9, 9), (5, 5), (1, 9)])),
    ],
)
def test_outlines_hold_the_same_pixels(
    option: dict[str, Any], shape: Shape, tmp_path: Path
) -> None:
    tools = pytest.importorskip("pycocotools.mask")
    (found,) = written(tmp_path, lemon(shape), **option)["annotations"]
    assert isinstance(found["segmentation"], list)
    runs = tools.merge(tools.frPyObjects(found["segmentation"], SIZE.height, SIZE.width))
    assert (tools.decode(runs).astype(bool) == shape.paint(SIZE)).all()
    assert found["area"] == shape.paint(SIZE).sum()


def test_bitmaps_with_holes_are_runs_all_the_same(tmp_path: Path) -> None:
    (found,) = written(tmp_path, lemon(mask_of(RING)), bitmaps="polygons")["annotations"]
    assert isinstance(found["segmentation"], dict)


LINES = Schema(
    (
        LabelSpec("path", ShapeKind.LINE, "#AA0000"),
        LabelSpec("dot", ShapeKind.POINT, "#AA00AA"),
        LabelSpec("any", ANY_SHAPE, "#AAAA00"),
    ),
    (TagSpec("night"), TagSpec("train")),
)


def test_losses_are_told(tmp_path: Path) -> None:
    sample = sample_with(
        [
            Instance("path", Polyline([(1, 1), (5, 5)])),
            Instance("dot", Point(3, 3)),
            Instance("any", Point(3, 3)),
            Instance("any", Rectangle(30, 30, 40, 40)),
            Instance("any", Rectangle(3, 3, 3, 9)),
            Instance("any", Rectangle(3, 3, 4, 9), description="text"),
        ],
        [Tag("night"), Tag("train")],
        dataset="train",
        description="text",
    )
    losses = export("coco", [sample], LINES, tmp_path, splits=("train",))
    assert losses == {
        ("path", "line dropped"): 1,
        ("dot", "point dropped"): 1,
        ("any", "point dropped"): 1,
        ("any", "box outside the image dropped"): 1,
        ("any", "box without area dropped"): 1,
        ("any", "object description"): 1,
        ("", "image description"): 1,
        ("", "image tag"): 1,
    }
    format = load_writable("coco")
    told = {(loss.label, loss.what) for loss in format.losses(LINES, ExportSettings(format="coco"))}
    assert told == {("path", "line dropped"), ("dot", "point dropped")}


def test_points_and_lines_as_boxes_and_tags_of_images(tmp_path: Path) -> None:
    sample = sample_with(
        [Instance("path", Polyline([(1, 1), (5, 5)])), Instance("dot", Point(24, 18))],
        [Tag("night"), Tag("count", 3)],
    )
    options = {"points_and_lines": "box", "image_tags": True}
    losses = export("coco", [sample], LINES, tmp_path, **options)
    assert losses == {("path", "line saved as a box"): 1, ("dot", "point saved as a box"): 1}
    (found,) = read_all(open_dataset("coco", tmp_path)).values()
    assert [each.shape for each in found.instances] == [
        Rectangle(1, 1, 5, 5),
        Rectangle(23, 17, 24, 18),
    ]
    assert found.tags == (Tag("night"), Tag("count", 3))
    settings = ExportSettings(format="coco", **options)
    told = {(loss.label, loss.what) for loss in load_writable("coco").losses(LINES, settings)}
    assert told == losses.keys()


def test_ids_go_by_names_whatever_the_order_of_writing(tmp_path: Path) -> None:
    samples = [
        sample_with([lemon(Rectangle(n, 1, n + 2, 5))], file=f"{name}.png", dataset=dataset)
        for n, (dataset, name) in enumerate(itertools.product(("a", "b"), ("x", "y", "z")))
    ]
    export("coco", samples, SCHEMA, tmp_path / "1")
    export("coco", samples[::-1], SCHEMA, tmp_path / "2")
    assert files_of(tmp_path / "1").items() - files_of(tmp_path / "2").items() == set()
    content = content_of(tmp_path / "1", "b")
    assert [each["file_name"] for each in content["images"]] == ["x.png", "y.png", "z.png"]
    assert [each["id"] for each in content["annotations"]] == [1, 2, 3]
    assert [each["image_id"] for each in content["annotations"]] == [1, 2, 3]


def test_images_without_objects_stay(tmp_path: Path) -> None:
    content = written(tmp_path)
    assert len(content["images"]) == 1
    assert content["annotations"] == []
    assert back(tmp_path) == ()
