"""Reading Pascal VOC: boxes, tags, sizes, and what is none of it."""

from __future__ import annotations

import pickle
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image as Pillow

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import Origin, SchemaError, Tag
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats.voc.format import VocFormat
from tests.fixtures.datasets import open_dataset, read_all
from tests.nodes.formats.voc.drawn import object_of, write_voc, xml_of
from tests.nodes.formats.voc.read import BOX, LEMON, LISTS, boxes, reads


def parsed(path: Path) -> list[tuple[str, tuple[float, ...], str, bool, bool]]:
    """Parse boxes by the rules of the development kit: from 1, both ends included."""
    found = []
    for each in ElementTree.parse(path).getroot().findall("object"):
        box = each.find("bndbox")
        assert box is not None
        x0, y0, x1, y1 = (float(box.findtext(key, "")) for key in ("xmin", "ymin", "xmax", "ymax"))
        found.append(
            (
                each.findtext("name", ""),
                (x0 - 1, y0 - 1, x1, y1),
                each.findtext("pose", ""),
                each.findtext("truncated") == "1",
                each.findtext("difficult") == "1",
            )
        )
    return found


@pytest.mark.parametrize(
    ("data", "annotations", "count"),
    [
        ("pascal_voc", "VOC2012/Annotations", 35),
        ("fridge_voc", "annotations", 12),
        ("multi_format", "pascalvoc_format", 34),
    ],
)
def test_real_boxes(shared: Path, data: str, annotations: str, count: int) -> None:
    place = shared / "data" / data
    assert annotations in VocFormat.detect(place)
    source = open_dataset(place, "voc")
    samples = read_all(source)
    assert sum(len(sample.instances) for sample in samples) == count
    for sample in samples:
        assert_schema_covers(source.schema, sample)
        expected = parsed(place / annotations / f"{sample.origin.stem}.xml")
        found = [
            (
                each.label,
                tuple(each.shape.bbox),
                {tag.name: tag.value for tag in each.tags}.get("pose", "Unspecified"),
                Tag("truncated") in each.tags,
                Tag("difficult") in each.tags,
            )
            for each in sample.instances
        ]
        assert found == expected
        with Pillow.open(str(sample.image.path)) as picture:
            assert picture.size == sample.size


def test_the_worked_number(tmp_path: Path) -> None:
    # xmin 3, xmax 7: columns 2 to 6.
    assert boxes(reads(tmp_path, xml_of(LEMON))) == [("lemon", (2, 2, 7, 6))]


def test_numbers_from_zero(tmp_path: Path) -> None:
    assert boxes(reads(tmp_path / "1", xml_of(LEMON), zero_based=True)) == [("lemon", (3, 3, 8, 7))]
    text = xml_of(object_of("lemon", (0, 3, 7, 6)), LEMON)
    assert boxes(reads(tmp_path / "2", text)) == [("lemon", (0, 3, 8, 7)), ("lemon", (3, 3, 8, 7))]
    text = xml_of(object_of("lemon", ("0.0", 3, 79, 59)))
    assert boxes(reads(tmp_path / "3", text)) == [("lemon", (0, 3, 80, 60))]


def test_numbers_that_are_edges(tmp_path: Path) -> None:
    assert boxes(reads(tmp_path, xml_of(LEMON), edges=True)) == [("lemon", (3, 3, 7, 6))]


def test_mended_boxes(tmp_path: Path) -> None:
    swapped = object_of("a", (7, 6, 3, 3))
    outside = object_of("b", (-5, 50, 500, 500))
    decimal = object_of("c", ("3.5", " 4.25\n", "7.5", "6"))
    pixel = object_of("d", (80, 60, 80, 60))
    assert boxes(reads(tmp_path, xml_of(swapped, outside, decimal, pixel))) == [
        ("a", (2, 2, 7, 6)),
        ("b", (0, 49, 80, 60)),
        ("c", (2.5, 3.25, 7.5, 6)),
        ("d", (79, 59, 80, 60)),
    ]


def test_parts_and_tags(tmp_path: Path) -> None:
    part = object_of("head", (3, 3, 4, 4)).replace("object>", "part>")
    more = "<pose>Left</pose><truncated>1</truncated><occluded>0</occluded><difficult>1</difficult>"
    owner = "<owner><name>Fried Camels</name></owner>"
    foreign = (
        "<attributes><attribute><name>rotation</name><value>0.0</value></attribute></attributes>"
    )
    text = xml_of(owner, object_of("person", BOX, more + part + foreign))
    sample = reads(tmp_path, text)
    assert boxes(sample) == [("person", (2, 2, 7, 6)), ("head", (2, 2, 4, 4))]
    assert sample.instances[0].tags == (Tag("truncated"), Tag("difficult"), Tag("pose", "Left"))
    source = open_dataset(tmp_path / "set", "voc")
    assert source.schema.label_names == ("head", "person")
    assert_schema_covers(source.schema, sample)


def test_flags_in_other_words(tmp_path: Path) -> None:
    text = xml_of(
        object_of("a", BOX, "<truncated>True</truncated><difficult> 0 </difficult>"),
        object_of("a", BOX, "<truncated>0.4</truncated><difficult>Unspecified</difficult>"),
        object_of("a", BOX, "<pose>Unspecified</pose>"),
    )
    sample = reads(tmp_path, text)
    assert [each.tags for each in sample.instances] == [
        (Tag("truncated"),),
        (Tag("truncated"),),
        (),
    ]


def test_class_names_are_text(tmp_path: Path) -> None:
    names = ["R&amp;D", "&#228;pfel", "<![CDATA[a<b]]>", "x<!-- no -->y", "  padded\n"]
    sample = reads(tmp_path, xml_of(*(object_of(name, BOX) for name in names)))
    found = [each.label for each in sample.instances]
    assert found == ["R&D", "äpfel", "a<b", "xy", "padded"]
    assert set(open_dataset(tmp_path / "set", "voc").schema.label_names) == set(found)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    place = write_voc(tmp_path / "set", {"a": ""})
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = declared + xml_of(object_of("äpfel", BOX))
    (place / "Annotations" / "a.xml").write_bytes(text.encode(encoding))
    source = open_dataset(place, "voc")
    assert source.schema.label_names == ("äpfel",)
    assert boxes(read_all(source)[0]) == [("äpfel", (2, 2, 7, 6))]


def test_a_missing_annotation_is_no_object(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of(LEMON), "b": ""})
    (place / "Annotations" / "b.xml").rename(place / "Annotations" / "c.xml")
    source = open_dataset(place, "voc")
    assert [len(sample.instances) for sample in read_all(source)] == [1, 0]
    assert source.notes == (
        "'set' has 1 annotations without an image, such as c",
        "1 images of 'set' have no XML file, such as b",
    )


def test_no_size_is_that_of_the_image(tmp_path: Path) -> None:
    assert reads(tmp_path, f"<annotation>{LEMON}</annotation>").size == (80, 60)


def test_exif_turned(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of(object_of("a", (1, 1, 10, 5)))})
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.new("RGB", (80, 60)).save(place / "JPEGImages" / "a.jpg", exif=exif)
    (place / "JPEGImages" / "a.png").unlink()
    (sample,) = read_all(open_dataset(place, "voc"))
    # The picture is turned clockwise: its first corner goes to the right.
    assert (sample.size, boxes(sample)) == ((60, 80), [("a", (55, 0, 60, 10))])


def test_twins_have_their_own(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of(LEMON)})
    Pillow.new("RGB", (80, 60)).save(place / "JPEGImages" / "a.jpg")
    source = open_dataset(place, "voc")
    assert source.datasets[0].files == ("a.jpg", "a.png")
    assert len(source.read(Origin("set", "all", "a.png")).instances) == 1
    with pytest.raises(AnnotationError, match=r"annotates 'a.png'"):
        source.read(Origin("set", "all", "a.jpg"))


def test_what_is_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    with pytest.raises(SchemaError, match="no dataset of Pascal VOC") as error:
        open_dataset(tmp_path / "set", "voc")
    assert error.value.code == "E403"
    place = write_voc(tmp_path / "other", {"a": xml_of()})
    (place / "JPEGImages" / "a.png").unlink()
    with pytest.raises(SchemaError, match="no image") as error:
        open_dataset(place, "voc")
    assert error.value.code == "E404"
    with pytest.raises(SchemaError, match="no pictures in SegmentationClass"):
        open_dataset(place, "voc", shapes="masks")


def test_two_datasets_in_one_folder(tmp_path: Path) -> None:
    for year in ("VOC2007", "VOC2012"):
        write_voc(tmp_path / "kit" / year, {"a": xml_of(LEMON)})
    assert VocFormat.detect(tmp_path / "kit")
    with pytest.raises(SchemaError, match="VOC2007/Annotations, VOC2012/Annotations"):
        open_dataset(tmp_path / "kit", "voc")


def test_the_unlike_are_not_taken_for_it(tmp_path: Path, shared: Path) -> None:
    for name in ("coco", "yolo_seg", "labelme", "tutorial", "open_images", "nails", "images"):
        assert VocFormat.detect(shared / "data" / name) == "", name


def test_a_dataset_pickles(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of(LEMON)}, lists=LISTS)
    source = open_dataset(place, "voc")
    copy = pickle.loads(pickle.dumps(source))
    assert copy.schema == source.schema
    assert copy.datasets == source.datasets
    origin = Origin("set", "train", "a.png")
    assert copy.read(origin).annotation == source.read(origin).annotation


def test_images_are_not_read(tmp_path: Path) -> None:
    place = write_voc(tmp_path / "set", {"a": xml_of(LEMON)})
    (place / "JPEGImages" / "a.png").write_bytes(b"")
    source = open_dataset(place, "voc")
    with pytest.raises(DataError) as error:
        read_all(source)
    assert error.value.code == "F601"


def test_shapes_are_painted_where_the_pixels_are(tmp_path: Path) -> None:
    sample = reads(tmp_path, xml_of(LEMON))
    painted = sample.instances[0].shape.paint(sample.size)
    rows, columns = np.nonzero(painted)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (2, 6, 2, 5)
