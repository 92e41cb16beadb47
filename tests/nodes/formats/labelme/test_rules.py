"""The documented rules of LabelMe one by one, where the other tests pass over them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import (
    Keypoints,
    Mask,
    Point,
    Polygon,
    Polyline,
    ReadLog,
    Rectangle,
    Sample,
    Tag,
)
from tests.nodes.formats.exporting import SIZE, only_sample, open_dataset, read_all
from tests.nodes.formats.labelme.drawn import png_text, shape, shapes_of, write

TRIANGLE = [[1, 2], [8.5, 2], [4, 9]]


@pytest.mark.parametrize("version", ["3.16.7", "4.5.6", "5.5.0", "", None, 5])
def test_versions(tmp_path: Path, version: Any) -> None:
    """What older versions left out is not needed."""
    old = {"label": "a", "points": TRIANGLE, "line_color": None, "fill_color": None}
    folder = write(tmp_path, old, version=version, lineColor=[0, 255, 0, 128])
    assert shapes_of(folder) == [Polygon(TRIANGLE)]
    told = json.loads((folder / "one.json").read_text())
    for key in ("version", "flags", "imageData", "imageHeight", "imageWidth", "lineColor"):
        del told[key]
    (folder / "one.json").write_text(json.dumps(told))
    assert shapes_of(folder) == [Polygon(TRIANGLE)]


@pytest.mark.parametrize("kind", [None, "", "polygon"])
def test_a_type_that_is_missing_is_polygon(tmp_path: Path, kind: Any) -> None:
    folder = write(tmp_path, shape(kind, TRIANGLE))
    source = open_dataset("labelme", folder)
    assert [each.shape for each in only_sample(source).instances] == [Polygon(TRIANGLE)]
    assert [each.kind for each in source.schema.labels] == ["polygon"]


def test_flags_are_set_or_not(tmp_path: Path) -> None:
    flags = {"yes": True, "no": False, "null": None, "one": 1, "text": "true"}
    folder = write(tmp_path, shape("point", [[1, 1]], flags=flags), flags=flags)
    source = open_dataset("labelme", folder)
    sample = only_sample(source)
    assert sample.tags == sample.instances[0].tags == (Tag("yes"),)
    assert source.schema.tag_names == ("yes",)


@pytest.mark.parametrize(("group", "text"), [(3, "3"), (0, "0"), ("left", "left"), (3.0, "3")])
def test_groups_of_any_kind(tmp_path: Path, group: Any, text: str) -> None:
    boxes = [shape("rectangle", [[x, 1], [x + 2, 3]], group_id=group) for x in (1, 5)]
    alone = shape("rectangle", [[9, 1], [11, 3]], group_id=None)
    folder = write(tmp_path, *boxes, alone, {**boxes[0], "label": "b"})
    joined, single, other = only_sample(open_dataset("labelme", folder)).instances
    assert isinstance(joined.shape, Mask)
    assert joined.shape.area == 8
    assert (single.shape, single.tags) == (Rectangle(9, 1, 11, 3), ())
    assert other.tags == (Tag("@label-group-id", text),)


@pytest.mark.parametrize("group", [True, [1], {"a": 1}, 2.5])
def test_what_is_no_group(tmp_path: Path, group: Any) -> None:
    boxes = [shape("rectangle", [[x, 1], [x + 2, 3]], group_id=group) for x in (1, 5)]
    assert shapes_of(write(tmp_path, *boxes)) == [Rectangle(1, 1, 3, 3), Rectangle(5, 1, 7, 3)]


def test_a_polygon_with_its_mask_is_one(tmp_path: Path) -> None:
    mask = shape("mask", [[5, 5], [6, 6]], mask=png_text(np.ones((2, 2), np.uint8)), group_id=1)
    square = shape("polygon", [[1, 1], [3, 1], [3, 3], [1, 3]], group_id=1)
    (one,) = shapes_of(write(tmp_path, square, mask))
    assert isinstance(one, Mask)
    assert one.area == 8


@pytest.mark.parametrize("corners", [(2, 3, 10, 9), (10, 9, 2, 3), (10, 3, 2, 9), (2, 9, 10, 3)])
def test_rectangles_by_any_two_opposite_corners(tmp_path: Path, corners: Any) -> None:
    points = [corners[:2], corners[2:]]
    assert shapes_of(write(tmp_path, shape("rectangle", points))) == [Rectangle(2, 3, 10, 9)]


def test_lines_and_points(tmp_path: Path) -> None:
    strip = [[0, 0], [5, 5], [9, 1], [0, 0]]
    line, points = shapes_of(
        write(tmp_path, shape("linestrip", strip), shape("points", [[1, 1], [1, 1], [4, 2]]))
    )
    assert line == Polyline(strip)
    assert isinstance(points, Keypoints)
    assert [(node.id, node.x, node.y) for node in points.nodes] == [
        ("1", 1, 1), ("2", 1, 1), ("3", 4, 2),
    ]  # fmt: skip


def test_masks_of_zeros_and_ones_and_with_alpha(tmp_path: Path) -> None:
    """LabelMe itself stores the numbers 0 and 1."""
    bits = np.array([[0, 1], [1, 1]], np.uint8)
    colours = np.zeros((2, 2, 4), np.uint8)
    colours[..., 3] = bits * 9
    for pixels in (bits, bits * 255, colours):
        folder = write(tmp_path, shape("mask", [[3.2, 4.4], [4.0, 5.0]], mask=png_text(pixels)))
        assert shapes_of(folder) == [Mask.tight(bits != 0, 3, 4)]
    # Those beyond the border are cut.
    folder = write(tmp_path, shape("mask", [[-1, -1], [0, 0]], mask=png_text(bits)))
    assert shapes_of(folder) == [Mask.tight(np.ones((1, 1), bool), 0, 0)]


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("", "one.png"),
        ("", "./one.png"),
        ("", "pictures/one.png"),
        ("", "pictures\\sub\\..\\one.png"),
        ("ann", "../one.png"),
        ("ann", "..\\pictures\\one.png"),
        ("ann/deep", "../../one.png"),
    ],
)
def test_paths_of_images(tmp_path: Path, folder: str, told: str) -> None:
    root = tmp_path / "set"
    write(root / folder, shape("point", [[1, 1]]), image=False, imagePath=told)
    place = root / "pictures" / "one.png" if "pictures" in told else root / "one.png"
    (root / "pictures" / "sub").mkdir(parents=True)
    Picture.new("RGB", SIZE).save(place)
    (sample,) = read_all(open_dataset("labelme", root)).values()
    assert sample.image.path is not None
    assert sample.image.path.resolve() == place
    assert (sample.origin.file, sample.size, len(sample.instances)) == ("one.png", SIZE, 1)


@pytest.mark.parametrize("told", [None, "", 5, "missing"])
def test_without_a_path_the_image_beside_is_meant(tmp_path: Path, told: Any) -> None:
    folder = write(tmp_path, shape("point", [[1, 1]]), imagePath=told)
    if told == "missing":
        content = json.loads((folder / "one.json").read_text())
        del content["imagePath"]
        (folder / "one.json").write_text(json.dumps(content))
    sample = only_sample(open_dataset("labelme", folder))
    assert (sample.origin.file, len(sample.instances)) == ("one.png", 1)


@pytest.mark.parametrize(
    "told", ["../../one.png", "..\\..\\one.png", "a/../../../one.png", "/one.png", "\\\\x\\one.png"]
)
def test_paths_that_lead_out(tmp_path: Path, told: str) -> None:
    Picture.new("RGB", SIZE).save(tmp_path / "one.png")
    write(tmp_path / "set" / "ann", imagePath=told, image=False)
    write(tmp_path / "set" / "ann", name="good")
    source = open_dataset("labelme", tmp_path / "set")
    codes = []
    for dataset in source.datasets:
        for origin in dataset.origins():
            try:
                source.read(origin)
            except DataError as error:
                codes.append(error.code)
    assert codes == ["F609"]


def read_with_log(folder: Path) -> tuple[Sample, list[tuple[str, str]]]:
    """Return the one sample, and what was repaired of it."""
    source, log = open_dataset("labelme", folder), ReadLog()
    (origin,) = source.datasets[0].origins()
    sample = source.read(origin, log)
    return sample, [(note.code, note.message) for note in log.notes]


@pytest.mark.parametrize(
    ("width", "height", "words"),
    [
        (None, 5, None),
        (5, None, None),
        (SIZE.width, SIZE.height, None),
        (float(SIZE.width), SIZE.height, None),
        (SIZE.height, SIZE.width, "annotation says 18x24"),
        (25, 18, "the image has 24x18 pixels, its annotation says 25x18"),
        ("x", -1, "annotation says xx-1"),
        ([1], {}, "annotation says"),
    ],
)
def test_the_size_that_is_told(tmp_path: Path, width: Any, height: Any, words: Any) -> None:
    """That of the image counts, and another one is told of."""
    folder = write(
        tmp_path, shape("rectangle", [[20, 15], [22, 17]]), imageHeight=height, imageWidth=width
    )
    sample, notes = read_with_log(folder)
    assert sample.size == SIZE
    assert [each.shape for each in sample.instances] == [Rectangle(20, 15, 22, 17)]
    assert [code for code, _ in notes] == ([] if words is None else ["R609"])
    assert all(words in message for _, message in notes)


@pytest.mark.parametrize(("orientation", "corner"), [(6, (15, 2)), (8, (2, 21)), (3, (2, 2))])
def test_shapes_on_the_stored_picture_are_turned_along(
    tmp_path: Path, orientation: int, corner: tuple[int, int]
) -> None:
    """Their file tells the size of the stored picture then, and they lie in it."""
    exif = Picture.Exif()
    exif[0x0112] = orientation
    square = shape("rectangle", [[2, 2], [3, 3]])
    write(tmp_path, square, imagePath="one.jpg", image=False)
    Picture.new("RGB", SIZE).save(tmp_path / "one.jpg", exif=exif)
    sample, notes = read_with_log(tmp_path)
    x, y = corner
    assert [each.shape for each in sample.instances] == [Rectangle(x, y, x + 1, y + 1)]
    # Half a turn keeps the size: nothing says what the shapes were drawn on.
    assert [code for code, _ in notes] == ([] if orientation == 3 else ["R602"])
    # LabelMe's own are on the picture as it is shown.
    upright = {"imageHeight": SIZE.width, "imageWidth": SIZE.height}
    told = upright if orientation != 3 else {}
    write(tmp_path, square, imagePath="one.jpg", image=False, **told)
    sample, notes = read_with_log(tmp_path)
    assert [each.shape for each in sample.instances] == [Rectangle(2, 2, 3, 3)]
    assert notes == []


def test_shapes_that_leave_the_stored_picture_are_on_the_shown_one(tmp_path: Path) -> None:
    exif = Picture.Exif()
    exif[0x0112] = 6
    write(tmp_path, shape("point", [[17, 23]]), imagePath="one.jpg", image=False)
    Picture.new("RGB", SIZE).save(tmp_path / "one.jpg", exif=exif)
    sample, notes = read_with_log(tmp_path)
    assert [each.shape for each in sample.instances] == [Point(17, 23)]
    assert [code for code, _ in notes] == ["R609"]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"shape_type": "circle", "points": [[1, 1]]}, "circle: 1 points, 2 are needed"),
        ({"shape_type": "rectangle", "points": [[1, 1]]}, "rectangle: 1 points, 2 are needed"),
        ({"shape_type": "point", "points": [[1, 1], [2, 2]]}, "points"),
        ({"shape_type": "points", "points": []}, "point"),
        ({"shape_type": "oriented_rectangle", "points": TRIANGLE}, "3 points, 4 are needed"),
        ({"shape_type": "mask", "points": [[1, 1]]}, "mask: 1 points, 2 are needed"),
    ],
)
def test_wrong_numbers_of_points(tmp_path: Path, members: Any, words: str) -> None:
    with pytest.raises(AnnotationError, match=words) as refused:
        shapes_of(write(tmp_path, {"label": "a", **members}))
    assert refused.value.code == "F604"
