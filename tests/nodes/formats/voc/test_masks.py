"""Reading the two pictures of Pascal VOC."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import Sample, SchemaError, Tag
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats.voc.palette import CLASSES, PALETTE
from tests.fixtures.datasets import open_dataset, read_all
from tests.nodes.formats.voc.drawn import object_of, write_values, write_voc, xml_of


@pytest.fixture
def values() -> tuple[np.ndarray, np.ndarray]:
    """Classes and objects: two aeroplanes and a bird that touch, with void around one."""
    classes, objects = np.zeros((60, 80), np.uint8), np.zeros((60, 80), np.uint8)
    for number, (label, left) in enumerate(((1, 2), (1, 12), (3, 22)), start=1):
        classes[5:15, left : left + 10] = label
        objects[5:15, left : left + 10] = number
    classes[4, 2:12] = objects[4, 2:12] = 255
    return classes, objects


def drawn(folder: Path, classes: np.ndarray, objects: np.ndarray | None, mode: str = "P") -> Path:
    place = write_voc(folder / "set", {"a": xml_of()})
    write_values(place / "SegmentationClass" / "a.png", classes, mode=mode)
    if objects is not None:
        write_values(place / "SegmentationObject" / "a.png", objects, mode=mode)
    return place


def read(place: Path, **options: object) -> Sample:
    source = open_dataset(place, "voc", shapes="masks", **options)
    (sample,) = read_all(source)
    assert_schema_covers(source.schema, sample)
    return sample


def test_the_real_pictures(shared: Path) -> None:
    root = shared / "data" / "pascal_voc" / "VOC2012"
    source = open_dataset(root, "voc", shapes="masks", keep_void=True)
    (sample,) = read_all(source)
    assert source.schema.label_names == (*CLASSES, "neutral")
    numbers = np.asarray(Pillow.open(root / "SegmentationObject" / "2007_000063.png"))
    classes = np.asarray(Pillow.open(root / "SegmentationClass" / "2007_000063.png"))
    *found, void = sample.instances
    assert len(found) == numbers[numbers < 255].max() == 2
    for number, each in enumerate(found, start=1):
        assert (each.shape.paint(sample.size) == (numbers == number)).all()
        (value,) = set(np.unique(classes[numbers == number])) - {255}
        assert each.label == CLASSES[value - 1]
    assert (void.shape.paint(sample.size) == (classes == 255)).all()
    # Object 2 of the XML file is the truncated chair.
    assert (found[0].tags, found[1].tags) == ((), (Tag("truncated"), Tag("pose", "Frontal")))


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_palettes_gray_and_colors_say_the_same(
    tmp_path: Path, values: tuple[np.ndarray, np.ndarray], mode: str
) -> None:
    classes, objects = values
    sample = read(drawn(tmp_path, classes, objects, mode))
    assert [each.label for each in sample.instances] == ["aeroplane", "aeroplane", "bird"]
    for number, each in enumerate(sample.instances, start=1):
        assert (each.shape.paint(sample.size) == (objects == number)).all()


def test_classes_alone(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    sample = read(drawn(tmp_path, values[0], None))
    assert [each.label for each in sample.instances] == ["aeroplane", "bird"]
    assert (sample.instances[0].shape.paint(sample.size) == (values[0] == 1)).all()


def test_most_pixels_decide(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    classes, objects = values
    classes[5:9, 2:12] = 3
    classes[9, 2:12] = 255
    assert [each.label for each in read(drawn(tmp_path, classes, objects)).instances] == [
        "aeroplane",
        "aeroplane",
        "bird",
    ]


def test_void_on_request(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    place = drawn(tmp_path, *values, mode="RGB")
    assert len(read(place).instances) == 3
    void = read(place, keep_void=True).instances[-1]
    assert (void.label, tuple(void.shape.bbox)) == ("neutral", (2, 4, 12, 5))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\nplane:128,0,0::\n"
                         "fowl:128,128,0:head,tail:\n"),
        ("colors.txt", "neutral 224 224 192\nplane 128 0 0\nfowl 128 128 0\n"),
    ],
)  # fmt: skip
def test_own_classes(
    tmp_path: Path, values: tuple[np.ndarray, np.ndarray], file: str, text: str
) -> None:
    for mode in ("P", "RGB"):
        place = drawn(tmp_path / mode, *values, mode=mode)
        (place / file).write_text(text)
        sample = read(place)
        assert [each.label for each in sample.instances] == ["plane", "plane", "fowl"]
        source = open_dataset(place, "voc", shapes="masks")
        assert [each.color for each in source.schema.labels] == ["#800000", "#808000"]


def test_own_colors_count_in_order(tmp_path: Path) -> None:
    place = drawn(tmp_path, np.full((60, 80), 2), None)
    (place / "labelmap.txt").write_text("background:0,0,0::\na:1,2,3::\nb:4,5,6::\n")
    assert [each.label for each in read(place).instances] == ["b"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:1,2,3::\na:3,2,1::\n", "line 2 names class 'a' again"),
        ("a:1,2::\n", "line 1 is no class"),
        ("a:1,2,300::\n", "line 1 is no class"),
        ("a\n", "line 1 is no class"),
    ],
)
def test_bad_tables(tmp_path: Path, text: str, words: str) -> None:
    place = drawn(tmp_path, np.zeros((60, 80)), None)
    (place / "labelmap.txt").write_text(text)
    with pytest.raises(SchemaError, match=f"labelmap.txt: {words}") as error:
        open_dataset(place, "voc")
    assert error.value.code == "E403"


def test_an_unknown_class(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    classes, objects = values
    classes[5:15, 12:22] = 77
    place = drawn(tmp_path, classes, objects)
    with pytest.raises(AnnotationError, match="object 2: value 77") as error:
        read(place)
    assert error.value.code == "F603"
    assert [each.label for each in read(place, bad_objects="drop").instances] == [
        "aeroplane",
        "bird",
    ]


def test_an_object_without_class(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    classes, objects = values
    classes[objects == 3] = 0
    with pytest.raises(AnnotationError, match="object 3: an object has no class") as error:
        read(drawn(tmp_path, classes, objects))
    assert error.value.code == "F604"


@pytest.mark.parametrize("which", [0, 1])
def test_another_size(tmp_path: Path, values: tuple[np.ndarray, np.ndarray], which: int) -> None:
    pictures = list(values)
    pictures[which] = pictures[which][:-1]
    with pytest.raises(AnnotationError, match="80x59") as error:
        read(drawn(tmp_path, *pictures))
    assert error.value.code == "F605"


def test_a_broken_picture(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    place = drawn(tmp_path, *values)
    path = place / "SegmentationObject" / "a.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DataError) as error:
        read(place)
    assert error.value.code == "F601"


def test_noise_is_no_picture_of_masks(tmp_path: Path) -> None:
    place = drawn(tmp_path, np.zeros((60, 80)), None)
    noise = np.arange(200 * 200, dtype=np.uint32)
    colors = np.stack([noise & 255, noise >> 8 & 255, noise >> 16], axis=-1).astype(np.uint8)
    for folder in ("SegmentationClass", "JPEGImages"):
        Pillow.fromarray(colors.reshape(200, 200, 3)).save(place / folder / "a.png")
    with pytest.raises(AnnotationError) as error:
        read(place)
    assert error.value.code == "F607"


def test_which_images_are_read(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of(), "b": xml_of(), "c": xml_of()})
    for name in "ab":
        write_values(place / "SegmentationClass" / f"{name}.png", values[0])
    source = open_dataset(place, "voc", shapes="masks")
    assert [each.files for each in source.datasets] == [("a.png", "b.png")]
    assert any("they have no picture" in note for note in source.notes)
    write_voc(place, {}, lists={"Main/train": "a\nb\nc\n", "Segmentation/val": "b\nc\n"})
    source = open_dataset(place, "voc", shapes="masks")
    assert [(each.name, each.files) for each in source.datasets] == [("val", ("b.png", "c.png"))]
    with pytest.raises(AnnotationError, match=r"no SegmentationClass/c.png") as error:
        read_all(source)
    assert error.value.code == "F606"


def test_pictures_alone(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    place = drawn(tmp_path, *values)
    (place / "Annotations" / "a.xml").unlink()
    sample = read(place)
    assert len(sample.instances) == 3
    assert open_dataset(place, "voc").schema.labels[0].kind == "bitmap"


def test_tags_need_the_same_object(tmp_path: Path, values: tuple[np.ndarray, np.ndarray]) -> None:
    place = drawn(tmp_path, *values)
    tag = "<truncated>1</truncated>"
    same = object_of("aeroplane", (3, 6, 12, 15), tag)
    elsewhere = object_of("aeroplane", (50, 6, 60, 15), tag)
    other = object_of("cat", (23, 6, 32, 15), tag)
    (place / "Annotations" / "a.xml").write_text(xml_of(same, elsewhere, other))
    assert [each.tags for each in read(place).instances] == [(Tag("truncated"),), (), ()]


def test_the_palette() -> None:
    assert PALETTE[:4] == ((0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0))
    assert (PALETTE[15], PALETTE[255]) == ((192, 128, 128), (224, 224, 192))
    assert len(set(PALETTE)) == 256
    assert (len(CLASSES), CLASSES[0], CLASSES[-1]) == (20, "aeroplane", "tvmonitor")


def test_the_palette_is_that_of_real_pictures(shared: Path) -> None:
    path = shared / "data/pascal_voc/VOC2012/SegmentationObject/2007_000063.png"
    with Pillow.open(path) as picture:
        assert picture.getpalette() == [channel for color in PALETTE for channel in color]
