"""What becomes of one image in each mode: objects and tags, in their order."""

from __future__ import annotations

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Point, Polygon, Rectangle
from dtl_nodes.models.inference.boxes import box_window
from dtl_nodes.models.inference.roi import roi_window
from dtl_nodes.models.inference.sides import Sides
from tests.nodes.models.inference.fakes import (
    BOXES,
    TAGS,
    brief,
    picture,
    run,
    sample_of,
    why,
)

OLD = Instance("fruit", Polygon([(1, 1), (3, 1), (3, 3)]))


def test_full_image() -> None:
    sample = sample_of(
        picture((20, 10), (2, 2, 5, 4, 255), (9, 9, 10, 10, 51)), OLD, tags=(Tag("train"),)
    )
    found = run(BOXES, sample)
    assert found.instances[0] is OLD
    assert found.instances[1:] == (
        Instance("blob_blobs", Rectangle(2, 2, 5, 4), (Tag("confidence_blobs", 1.0),)),
        Instance("dust_blobs", Rectangle(9, 9, 10, 10), (Tag("confidence_blobs", 0.2),)),
    )
    assert found.tags == (Tag("train"),)
    assert found.image is sample.image
    assert found.id == sample.id


def test_tags_of_the_image() -> None:
    found = run(TAGS, sample_of(picture((4, 4), (0, 0, 4, 4, 255)), OLD, tags=(Tag("train"),)))
    assert found.tags == (Tag("train"), Tag("bright_resnet", 1.0))
    assert found.instances == (OLD,)


def test_what_is_not_saved() -> None:
    sample = sample_of(picture((20, 10), (2, 2, 5, 4, 255), (9, 9, 10, 10, 51)))
    mode = {"model_classes": {"save_classes": ["dust"]}, "model_tags": {"save_names": []}}
    assert run(BOXES, sample, mode=mode).instances == (
        Instance("dust_blobs", Rectangle(9, 9, 10, 10)),
    )
    assert run(BOXES, sample, mode={"model_classes": {"save_names": []}}).instances == ()


def test_worked_number_3() -> None:
    bounds = Sides(left="10%", top="30%", right="10px", bottom="0px")
    window = roi_window(bounds, Size(800, 600))
    assert window == Window(80, 180, 790, 600)
    assert window.size == Size(710, 420)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [({"left": "60%", "right": "40%"}, "from 12, 0 to 12, 10 is empty"),
     ({"top": "-1px"}, "from 0, -1 to 20, 10 leaves the image of 20x10"),
     ({"right": "-1px"}, "from 0, 0 to 21, 10 leaves"), ({"bottom": "11px"}, "to 20, -1 is empty")],
)  # fmt: skip
def test_parts_that_are_none(bounds: dict[str, str], words: str) -> None:
    error = why(BOXES, sample_of(picture((20, 10))), mode={"name": "roi", "bounds": bounds})
    assert error.code == "F611"
    assert words in error.message


def test_roi() -> None:
    sample = sample_of(picture((20, 10), (0, 0, 3, 3, 255), (8, 4, 12, 6, 255)), OLD)
    mode = {"name": "roi", "bounds": {"left": "5px", "top": "20%"}, "save": True}
    found = run(BOXES, sample, mode=mode)
    assert brief(found) == [
        ("fruit", (1, 1, 3, 3)), ("blob", (8, 4, 12, 6)), ("inference_roi", (5, 2, 20, 10)),
    ]  # fmt: skip
    assert found.instances[0] is OLD


def test_roi_with_tags() -> None:
    sample = sample_of(picture((4, 4), (2, 0, 4, 4, 255)), tags=(Tag("train"),))
    mode = {"name": "roi", "bounds": {"left": "50%"}, "save": True, "class_name": "right"}
    found = run(TAGS, sample, mode=mode)
    assert found.tags == (Tag("train"), Tag("bright", 1.0))
    assert found.instances == (Instance("right", Rectangle(2, 0, 4, 4), (Tag("bright", 1.0),)),)


def test_worked_number_5() -> None:
    padding = Sides(left="10px", top="10%", right="-10px", bottom="0px")
    window = box_window(Rectangle(100, 50, 200, 150), padding, Size(300, 200))
    assert window == Window(90, 40, 190, 150)


def test_boxes_are_of_whole_pixels() -> None:
    none, size = Sides(), Size(20, 10)
    assert box_window(Rectangle(1.2, 2.8, 3.5, 4.5), none, size) == Window(1, 2, 4, 5)
    assert box_window(Rectangle(1, 2, 3.00000001, 4), none, size) == Window(1, 2, 3, 4)
    assert box_window(Point(3, 4), none, size) == Window(3, 4, 4, 5)
    assert box_window(Rectangle(15, 5, 30, 30), none, size) == Window(15, 5, 20, 10)
    assert box_window(Rectangle(25, 5, 30, 30), none, size) is None
    assert box_window(Rectangle(5, 5, 9, 9), Sides(left="-50%", right="-50%"), size) is None


def scene() -> Sample:
    """Return three objects: one with a blob inside, one of another class, one outside."""
    return sample_of(
        picture((20, 10), (2, 2, 4, 4, 255), (11, 1, 12, 2, 255)),
        Instance("fruit", Rectangle(1, 1, 6, 6), (Tag("ripe"),)),
        Instance("leaf", Rectangle(10, 0, 14, 4)),
        Instance("fruit", Rectangle(30, 0, 40, 4)),
    )


def test_bboxes() -> None:
    sample = scene()
    mode = {"name": "bboxes", "from_classes": ["fruit"], "save": True, "padding": {"left": "1px"}}
    found = run(BOXES, sample, mode=mode)
    assert brief(found) == [
        ("blob", (2, 2, 4, 4)), ("fruit_input_bbox", (0, 1, 6, 6)), ("fruit", (1, 1, 6, 6)),
        ("leaf", (10, 0, 14, 4)), ("fruit", (30, 0, 40, 4)),
    ]  # fmt: skip
    assert found.instances[2:] == sample.instances


def test_bboxes_mark_objects_with_tags() -> None:
    found = run(TAGS, scene(), mode={"name": "bboxes_classifier", "save": True})
    assert [(each.label, each.tags) for each in found.instances] == [
        ("fruit_input_bbox", (Tag("dark", 0.16),)), ("fruit", (Tag("ripe"), Tag("dark", 0.16))),
        ("leaf_input_bbox", (Tag("dark", 0.0625),)), ("leaf", (Tag("dark", 0.0625),)),
        ("fruit", ()),
    ]  # fmt: skip
    assert found.tags == ()


def test_bboxes_without_objects() -> None:
    sample = sample_of(picture((4, 4)))
    assert run(TAGS, sample, mode={"name": "bboxes"}).instances == ()


def test_the_oldest_order() -> None:
    sample = scene()
    mode = {"source": "objects", "intermediate_add_suffix": "_box"}
    found = run(BOXES, sample, mode=mode, existing_objects={"save_classes": ["fruit"],
                                                            "add_suffix": "_old"})  # fmt: skip
    assert [label for label, _ in brief(found)] == [
        "fruit_old", "fruit_old", "fruit_box", "leaf_box", "blob", "dust",
    ]  # fmt: skip
    found = run(BOXES, sample, mode={"source": "roi", "intermediate_class": "part"})
    assert [label for label, _ in brief(found)] == [
        "fruit", "leaf", "fruit", "part", "dust", "blob",
    ]  # fmt: skip
    assert (
        run(BOXES, sample, existing_objects=[]).instances
        == run(BOXES, sample.replace(instances=())).instances
    )


def test_images_pass_on_as_they_are() -> None:
    data = Image.from_pixels(picture((8, 8), (1, 1, 3, 3, 255))).encode(".png")
    sample = sample_of(picture((8, 8))).replace(image=Image.from_bytes(data, ".png"))
    found = run(BOXES, sample)
    assert len(found.instances) == 1
    assert found.image.encoded() == data
