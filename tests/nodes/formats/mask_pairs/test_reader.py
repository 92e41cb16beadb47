from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import pytest
from pydantic import ValidationError

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.model.schema import SchemaError
from dtl_engine.sdk import Size, Source
from dtl_engine.testing import assert_same_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats import recognise
from tests.fixtures.datasets import blank, open_dataset, read_all, write_picture


def pair(folder: Path, mask: np.ndarray, image: tuple[int, int] | None = None) -> Path:
    """Write one image and its mask as dataset ``1`` of a nail-style folder."""
    height, width = image or mask.shape[:2]
    write_picture(folder / "Images" / "1" / "a.jpg", np.full((height, width, 3), 90, np.uint8))
    write_picture(folder / "Masks" / "1" / "a.png", mask)
    return folder


def pairs(folder: Path, **options: Any) -> Source:
    return open_dataset(folder, "mask_pairs", **options)


def boxes(folder: Path, **options: Any) -> list[tuple[float, ...]]:
    (sample,) = read_all(pairs(folder, **options))
    return [tuple(instance.shape.bbox) for instance in sample.instances]


def test_the_nails_are_the_components_of_their_masks(shared: Path) -> None:
    place = shared / "data" / "nails"
    source = pairs(place)
    assert [each.name for each in source.datasets] == ["1", "2", "3", "4"]
    samples = read_all(source)
    assert sum(len(sample.instances) for sample in samples) == 48
    for sample in samples:
        assert_schema_covers(source.schema, sample)
        origin = sample.origin
        mask = cv2.imread(str(place / "Masks" / origin.dataset / origin.file), 0)
        assert mask is not None
        count, labels = cv2.connectedComponents((mask > 100).view(np.uint8), connectivity=8)
        found = {instance.shape.paint(sample.size).tobytes() for instance in sample.instances}
        assert found == {(labels == number).tobytes() for number in range(1, count)}


def test_the_vessels_are_one_object_each(shared: Path) -> None:
    place = shared / "data" / "vessels_masks"
    source = pairs(place, class_name="vessel", instances="none")
    assert [(each.name, len(each.files)) for each in source.datasets] == [("test", 8), ("train", 6)]
    for sample in read_all(source)[::5]:
        (vessel,) = sample.instances
        path = place / "masks" / sample.origin.dataset / f"{sample.origin.stem}.png"
        assert np.array_equal(vessel.shape.paint(sample.size), cv2.imread(str(path), 0) > 100)


def test_small_components_go(tmp_path: Path) -> None:
    """Worked number 5 of the data formats reference, section 14."""
    mask = blank(80, 60, (1, 1, 6, 6), (10, 1, 16, 6), (20, 1, 60, 2), (5, 20, 35, 50))
    mask[30:40, 15:25] = 0
    folder = pair(tmp_path / "p", mask)
    assert boxes(folder) == [(10, 1, 16, 6), (5, 20, 35, 50)]
    (ring,) = read_all(pairs(folder))[0].instances[1:]
    assert ring.shape.area == 30 * 30 - 10 * 10
    assert boxes(folder, min_area=16)[0] == (1, 1, 6, 6)
    by_pixels = boxes(folder, min_area=40, area_mode="pixels")
    assert by_pixels == [(20, 1, 60, 2), (5, 20, 35, 50)]


def test_outlines_of_the_original_recipe(tmp_path: Path) -> None:
    mask = blank(40, 40, (5, 5, 35, 35))
    mask[15:25, 15:25] = 0
    folder = pair(tmp_path / "p", mask)
    assert sorted(boxes(folder, instances="contours")) == [
        (5.5, 5.5, 34.5, 34.5),
        (14.5, 14.5, 25.5, 25.5),
    ]


def test_touching_corners_join_and_islands_do_not(tmp_path: Path) -> None:
    mask = blank(60, 40, (2, 2, 12, 12), (12, 12, 22, 22), (30, 5, 55, 30))
    mask[8:27, 33:52] = 0
    mask[12:23, 37:48] = 255
    found = boxes(pair(tmp_path / "p", mask))
    assert found == [(2, 2, 22, 22), (30, 5, 55, 30), (37, 12, 48, 23)]


def test_polygons_hold_the_same_pixels(tmp_path: Path, shared: Path) -> None:
    place = shared / "data" / "nails"
    masks, polygons = read_all(pairs(place)), read_all(pairs(place, shape="polygon"))
    for one, other in zip(masks, polygons, strict=True):
        for mask, polygon in zip(one.instances, other.instances, strict=True):
            assert polygon.shape.kind == "polygon"
            assert mask.shape.bbox == polygon.shape.bbox
            painted = mask.shape.paint(one.size), polygon.shape.paint(one.size)
            assert np.array_equal(*painted)


@pytest.mark.parametrize(
    ("values", "threshold", "kept"),
    [
        ((0, 100, 101), None, 1),
        ((0, 1, 1), None, 2),
        ((0, 60, 255), 50, 2),
        ((0, 254, 255), 254, 1),
    ],
)
def test_thresholds(
    values: tuple[int, ...], threshold: int | None, kept: int, tmp_path: Path
) -> None:
    mask = np.repeat(np.array([values], np.uint8), 30, axis=0).repeat(20, axis=1)
    folder = pair(tmp_path / "p", mask)
    options = {} if threshold is None else {"threshold": threshold}
    (sample,) = read_all(pairs(folder, instances="none", **options))
    assert sum(instance.shape.area for instance in sample.instances) == kept * 600


def test_kinds_of_pictures(tmp_path: Path) -> None:
    """Colours count by brightness, palettes by index, 16 bits by their upper half, alpha not."""
    one, other = blank(40, 30, (5, 5, 20, 20)), blank(40, 30, (22, 5, 38, 20))
    colours = np.dstack((one, np.zeros_like(one), other))
    palette = PIL.Image.fromarray((one // 255 * 150).astype(np.uint8), mode="P")
    palette.putpalette([0, 0, 0] * 256)
    expected = {"colours": [], "grey16": [(5, 5, 20, 20)], "palette": [(5, 5, 20, 20)],
                "alpha": [(5, 5, 20, 20)], "bilevel": [(5, 5, 20, 20)]}  # fmt: skip
    for name, found in expected.items():
        folder = pair(tmp_path / name, one)
        path = folder / "Masks" / "1" / "a.png"
        if name == "colours":
            write_picture(path, colours)
        elif name == "grey16":
            cv2.imwrite(str(path), one.astype(np.uint16) * 257)
        elif name == "palette":
            palette.save(path)
        elif name == "alpha":
            PIL.Image.merge("LA", [PIL.Image.fromarray(one)] * 2).save(path)
        else:
            PIL.Image.fromarray(one).convert("1").save(path)
        assert boxes(folder) == found, name
    # Pure red has brightness 76 and pure blue 29.
    assert boxes(tmp_path / "colours", threshold=50) == [(5, 5, 20, 20)]
    assert len(boxes(tmp_path / "colours", threshold=20)) == 2


def test_classes_by_value(tmp_path: Path) -> None:
    mask = blank(40, 30, (0, 0, 10, 10)) // 255
    mask[15:20, 5:9], mask[25, 30], mask[3, 20] = 2, 3, 9
    folder = pair(tmp_path / "p", mask)
    source = pairs(folder, class_values={"road": 1, "car": [2, 3], "sky": 7})
    assert source.schema.label_names == ("road", "car", "sky")
    (sample,) = read_all(source)
    assert [(i.label, i.shape.area) for i in sample.instances] == [("road", 100), ("car", 21)]
    every = pairs(folder, class_values={"thing": "__all__"}, instances="components")
    assert len(read_all(every)[0].instances) == 4
    write_picture(tmp_path / "p" / "Masks" / "1" / "a.png", mask * 20)
    assert read_all(pairs(folder, class_values={"car": 40}))[0].instances[0].shape.area == 20


def test_classes_by_colour(tmp_path: Path) -> None:
    mask = np.zeros((30, 40, 3), np.uint8)
    mask[:10, :10], mask[20:, 20:] = (255, 0, 0), (0, 128, 255)
    folder = pair(tmp_path / "p", mask)
    source = pairs(folder, class_colors={"sea": [0, 128, 255], "lava": [255, 0, 0]})
    assert [label.color for label in source.schema.labels] == ["#0080FF", "#FF0000"]
    (sample,) = read_all(source)
    assert [(i.label, i.shape.area) for i in sample.instances] == [("sea", 200), ("lava", 100)]


def test_masks_of_another_size(tmp_path: Path) -> None:
    """Worked number 8: 8 pixels brought to 3 take the ones at 1, 4 and 6."""
    mask = np.tile(np.array([0, 255, 0, 0, 255, 0, 255, 0], np.uint8), (8, 1))
    folder = pair(tmp_path / "same", mask, (3, 3))
    assert boxes(folder, instances="none") == [(0, 0, 3, 3)]
    folder = pair(tmp_path / "other", blank(40, 30, (4, 4, 30, 20)), (30, 20))
    (sample,) = read_all(pairs(folder))
    with pytest.raises(AnnotationError, match="'resize_masks' would") as refused:
        _ = sample.instances
    assert (refused.value.code, Path(refused.value.path).name) == ("F605", "a.png")
    assert boxes(folder, resize_masks=True) == [(2, 4, 15, 20)]
    table = pairs(pair(tmp_path / "table", mask, (3, 3)), class_values={"a": 255})
    with pytest.raises(AnnotationError, match="8x8"):
        _ = read_all(table)[0].instances


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_masks_made_before_the_image_was_turned(
    orientation: int, suffix: str, tmp_path: Path
) -> None:
    stored = blank(40, 20, (2, 3, 30, 12))
    folder = pair(tmp_path / "p", stored)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    image = PIL.Image.fromarray(stored).convert("RGB")
    (folder / "Images" / "1" / "a.jpg").unlink()
    image.save(folder / "Images" / "1" / f"a{suffix}", exif=exif, quality=100)
    (sample,) = read_all(pairs(folder))
    assert sample.size == Size(20, 40)
    (found,) = sample.instances
    assert np.array_equal(found.shape.paint(sample.size), sample.image.pixels()[..., 0] > 127)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_the_orientation_of_a_mask_means_nothing(suffix: str, tmp_path: Path) -> None:
    mask = blank(40, 20, (2, 3, 30, 12))
    folder = pair(tmp_path / "p", mask)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    (folder / "Masks" / "1" / "a.png").unlink()
    path = folder / "Masks" / "1" / f"a{suffix}"
    PIL.Image.fromarray(mask).save(path, exif=exif, quality=100)
    assert boxes(folder) == [(2, 3, 30, 12)]


ARRANGEMENTS = {
    "nails": ("Images/1/x.jpg", "Masks/1/x.png", "1"),
    "deep": ("Images/1/left/x.jpg", "Masks/1/left/x.png", "1_left"),
    "flat": ("images/x.jpg", "masks/x.png", "ds"),
    "import": ("img/x.jpg", "ann/x.png", "ds"),
    "splits": ("train/image/x.jpg", "train/mask/x.PNG", "train"),
    "beside": ("some/x.jpg", "some/x_mask.png", "some"),
}


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_arrangements(name: str, tmp_path: Path) -> None:
    image, mask, dataset = ARRANGEMENTS[name]
    write_picture(tmp_path / image, np.zeros((30, 40, 3), np.uint8))
    write_picture(tmp_path / mask, blank(40, 30, (4, 4, 20, 20)))
    source = open_dataset(tmp_path, "mask_pairs")
    assert [(each.name, each.files) for each in source.datasets] == [(dataset, ("x.jpg",))]
    assert len(read_all(source)[0].instances) == 1
    assert source.notes == ()
    assert [each.name for each, _ in recognise(tmp_path)] == ["mask_pairs"]


def test_what_has_no_partner(tmp_path: Path) -> None:
    folder = pair(tmp_path / "p", blank(40, 30, (4, 4, 20, 20)))
    write_picture(folder / "Images" / "1" / "b.jpg", np.zeros((9, 9, 3), np.uint8))
    write_picture(folder / "Masks" / "1" / "c.png", blank(9, 9))
    source = pairs(folder)
    assert source.notes == (
        "1 images of 'p/1' have no mask, such as b.jpg: they have no objects",
        "1 masks of 'p/1' have no image",
    )
    assert [len(sample.instances) for sample in read_all(source)] == [1, 0]
    assert pairs(folder, skip_unpaired=True).datasets[0].files == ("a.jpg",)


def test_one_name_for_two_images(tmp_path: Path) -> None:
    folder = pair(tmp_path / "p", blank(40, 30))
    write_picture(folder / "Images" / "1" / "a.png", np.zeros((30, 40, 3), np.uint8))
    source = pairs(folder)
    for origin in source.datasets[0].origins():
        with pytest.raises(AnnotationError, match="several images are called 'a'") as refused:
            source.read(origin)
        assert refused.value.code == "F606"


@pytest.mark.parametrize("name", ["nails", "beside"])
def test_two_masks_for_one_image(name: str, tmp_path: Path) -> None:
    image, mask, _ = ARRANGEMENTS[name]
    write_picture(tmp_path / image, np.zeros((30, 40, 3), np.uint8))
    for suffix in (".png", ".bmp"):
        write_picture((tmp_path / mask).with_suffix(suffix), blank(40, 30))
    with pytest.raises(AnnotationError, match="several masks are called 'x'") as refused:
        read_all(pairs(tmp_path))
    assert refused.value.code == "F606"


def test_validation_is_drawn_by_name(tmp_path: Path) -> None:
    for number in range(10):
        write_picture(tmp_path / "images" / f"{number}.png", np.zeros((4, 4, 3), np.uint8))
        write_picture(tmp_path / "masks" / f"{number}.png", blank(4, 4))

    def drawn(**options: Any) -> list[str]:
        source = pairs(tmp_path, val_fraction=0.3, **options)
        assert source.schema.tag_names == ("train", "val")
        return [sample.tags[0].name for sample in read_all(source)]

    assert drawn().count("val") == 3
    assert drawn() == drawn()
    assert drawn(val_seed=1) != drawn()


def test_it_pickles(shared: Path) -> None:
    source = pairs(shared / "data" / "nails", val_fraction=0.5)
    sent = pickle.loads(pickle.dumps(source))
    assert (sent.datasets, sent.schema) == (source.datasets, source.schema)
    for origin in list(source.datasets[0].origins())[:2]:
        assert_same_sample(source.read(origin), sent.read(origin))
        assert_same_sample(source.read(origin), pickle.loads(pickle.dumps(source.read(origin))))


def test_links_stay_inside(tmp_path: Path) -> None:
    folder = pair(tmp_path / "p", blank(40, 30, (4, 4, 20, 20)))
    outside = tmp_path / "outside.png"
    write_picture(outside, blank(40, 30))
    (folder / "Images" / "1" / "b.png").symlink_to(outside)
    (folder / "Masks" / "1" / "a.png").unlink()
    (folder / "Masks" / "1" / "a.png").symlink_to(outside)
    source = pairs(folder)
    first, second = source.datasets[0].origins()
    for act in (lambda: source.read(first).instances, lambda: source.read(second)):
        with pytest.raises(AnnotationError) as refused:
            act()
        assert refused.value.code == "F609"


@pytest.mark.parametrize(("data", "code"), [(b"", "F601"), (b"no picture", "F601")])
def test_broken_masks(data: bytes, code: str, tmp_path: Path) -> None:
    folder = pair(tmp_path / "p", blank(40, 30))
    (folder / "Masks" / "1" / "a.png").write_bytes(data)
    (sample,) = read_all(pairs(folder))
    with pytest.raises(DataError) as refused:
        _ = sample.instances
    assert refused.value.code == code


def test_a_mask_that_would_be_huge_is_not_decoded(tmp_path: Path) -> None:
    folder = pair(tmp_path / "p", blank(40, 30))
    path = folder / "Masks" / "1" / "a.png"
    data = bytearray(path.read_bytes())
    data[16:24] = (1 << 20).to_bytes(4, "big") * 2
    path.write_bytes(data)
    with pytest.raises(DataError) as refused:
        _ = read_all(pairs(folder))[0].instances
    assert refused.value.code in ("F601", "F607")


def test_nothing_to_pair(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="holds no images and masks") as refused:
        pairs(tmp_path)
    assert refused.value.code == "E403"
    write_picture(tmp_path / "masks" / "a.png", blank(4, 4))
    (tmp_path / "images").mkdir()
    with pytest.raises(SchemaError, match="holds no image") as refused:
        pairs(tmp_path)
    assert refused.value.code == "E404"


@pytest.mark.parametrize("text", ["[1]", '{"a": 0}', '{"a": true}', "{", '{"a": 70000}'])
def test_a_table_that_means_nothing(text: str, tmp_path: Path) -> None:
    folder = pair(tmp_path / "p", blank(4, 4))
    (folder / "mask_values.json").write_text(text)
    with pytest.raises(SchemaError, match="mask_values") as refused:
        pairs(folder)
    assert refused.value.code == "E403"


def test_a_table_beside_the_masks(tmp_path: Path) -> None:
    folder = pair(tmp_path / "p", blank(40, 30, (4, 4, 20, 20)) // 255 * 2)
    (folder / "mask_values.json").write_text(json.dumps({"sky": 1, "sea": 2}))
    assert [i.label for i in read_all(pairs(folder))[0].instances] == ["sea"]
    assert pairs(folder, class_values={"land": 2}).schema.label_names == ("land",)
    assert pairs(folder, class_name="thing").schema.label_names == ("thing",)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"class_values": {"a": 1}, "class_colors": {"a": [1, 1, 1]}}, "either"),
        ({"class_colors": {"a": [1, 1, 1], "b": [1, 1, 1]}}, "the colour of another"),
        ({"class_values": {"a": 1}, "threshold": 5}, "no meaning"),
        ({"shape": "polygon", "instances": "none"}, "needs"),
        ({"val_fraction": 1.5}, "less than 1"),
        ({"threshold": 255}, "254"),
    ],
)
def test_options_that_contradict(options: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=words):
        pairs(tmp_path, **options)
