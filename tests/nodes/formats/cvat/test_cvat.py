"""CVAT for images: the real file, files drawn by code, and every way in which one can be bad."""

from __future__ import annotations

import tracemalloc
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import (
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Schema,
    SchemaError,
    Size,
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_nodes.formats import load_writable
from dtl_nodes.formats.cvat.elements import decode_runs, encode_runs
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    convert,
    export,
    files_of,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)

LABELS = """<labels>
<label><name>a</name><color>#f5d327</color><attributes>
<attribute><name>ripe</name><mutable>False</mutable><input_type>select</input_type>
<default_value>no</default_value><values>no
yes</values></attribute>
<attribute><name>weight</name><input_type>number</input_type><values>0
100
1</values></attribute>
<attribute><name>hard</name><input_type>checkbox</input_type><default_value>true</default_value>
<values>true</values></attribute>
<attribute><name>note</name><input_type>text</input_type><values></values></attribute>
</attributes></label>
<label><name>kitchen</name><type>tag</type><attributes></attributes></label>
</labels>"""
MASK = np.array([[0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1]], bool)


def document(*images: str, labels: str = LABELS, head: str = "") -> str:
    body = "\n".join(images)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}\n<annotations>\n<version>1.1</version>\n'
        f"<meta><task><name>t</name>{labels}</task></meta>\n{body}\n</annotations>\n"
    )


def image(*shapes: str, name: str = "one.png", size: Size = SIZE, **attributes: str) -> str:
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    inner = "\n".join(shapes)
    return (
        f'<image id="0" name="{name}" width="{size.width}" height="{size.height}"{more}>'
        f"{inner}</image>"
    )


def write(folder: Path, text: str, *names: str) -> Path:
    for name in names or ("one.png",):
        path = folder / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Picture.new("RGB", SIZE, (9, 9, 200)).save(path)
    (folder / "annotations.xml").write_text(text, encoding="utf-8")
    return folder


def shapes_of(folder: Path, **options: Any) -> list[Any]:
    return [each.shape for each in only_sample(open_dataset("cvat", folder, **options)).instances]


def test_the_real_file(shared: Path) -> None:
    root = shared / "data" / "multi_format"
    read = read_all(
        open_dataset("cvat", root, annotations="cvat_format/annotations.xml", images="images")
    )
    tree = ET.parse(root / "cvat_format" / "annotations.xml").getroot()
    images = {each.get("name"): each for each in tree.iter("image")}
    assert {key.removeprefix("ds/") for key in read} == images.keys()
    for key, sample in read.items():
        told = images[key.removeprefix("ds/")]
        assert sample.size == (int(told.get("width", 0)), int(told.get("height", 0)))
        assert sample.image.pixels().shape[1::-1] == sample.size
        expected = [
            (box.get("label"), *(float(box.get(key, 0)) for key in ("xtl", "ytl", "xbr", "ybr")))
            for box in told.iter("box")
        ]
        assert [(each.label, *each.shape.bbox) for each in sample.instances] == expected


def test_every_shape(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        document(
            image(
                '<box label="a" xtl="2.00" ytl="2.50" xbr="7.00" ybr="6.00" z_order="0"/>',
                '<box label="a" xtl="7" ytl="6" xbr="2" ybr="2" rotation="0.0"/>',
                '<box label="a" xtl="4" ytl="6" xbr="10" ybr="8" rotation="90"/>',
                '<polygon label="a" points="1,2;8.5,2;4,9"/>',
                '<polyline label="a" points="0,0;5,5"/>',
                '<points label="a" points="7,9"/>',
                '<points label="a" points="7,9;1,2"/>',
                '<mask label="a" rle="1, 2, 1, 4, 1, 1, 1, 1" left="12" top="7" width="4" '
                'height="3"/>',
                '<skeleton label="a"><points label="w" outside="0" occluded="0" points="1,2"/>'
                '<points label="t" outside="0" occluded="1" points="3,4"/>'
                '<points label="x" outside="1" points="3,4"/></skeleton>',
                '<cuboid label="a" xtl1="2" ytl1="4" xbl1="2" ybl1="10" xtr1="8" ytr1="4" '
                'xbr1="8" ybr1="10" xtl2="4" ytl2="2" xbl2="4" ybl2="8" xtr2="10" ytr2="2" '
                'xbr2="10" ybr2="8"/>',
            )
        ),
    )
    source = open_dataset("cvat", folder)
    shapes = [each.shape for each in only_sample(source).instances]
    assert shapes[:2] == [Rectangle(2, 2.5, 7, 6), Rectangle(2, 2, 7, 6)]
    turned, cuboid = shapes[2], shapes[-1]
    assert {*map(tuple, turned.exterior.tolist())} == {(6, 4), (8, 4), (8, 10), (6, 10)}  # type: ignore[attr-defined]
    assert shapes[3:-1] == [
        Polygon([[1, 2], [8.5, 2], [4, 9]]),
        Polyline([[0, 0], [5, 5]]),
        Point(7, 9),
        Keypoints((KeypointNode("1", 7, 9), KeypointNode("2", 1, 2))),
        Mask.tight(MASK, 12, 7),
        Keypoints((KeypointNode("w", 1, 2), KeypointNode("t", 3, 4, (("disabled", True),)))),
    ]
    assert cuboid.bbox == (2, 2, 10, 10)
    assert cuboid.area == 64 - 4
    assert any("1 cuboids" in note for note in source.notes)


def test_turns_are_clockwise_on_the_screen(tmp_path: Path) -> None:
    text = '<box label="a" xtl="4" ytl="4" xbr="14" ybr="8" rotation="30"/>'
    ellipse = '<ellipse label="a" cx="9" cy="6" rx="5" ry="2" rotation="30"/>'
    box, oval = shapes_of(write(tmp_path, document(image(text, ellipse))))
    centre = np.array((9, 6))
    right = box.exterior[1:3].mean(axis=0) - centre
    assert np.allclose(right, (5 * np.cos(np.pi / 6), 5 * np.sin(np.pi / 6)))
    turn = np.array(
        ((np.cos(np.pi / 6), -np.sin(np.pi / 6)), (np.sin(np.pi / 6), np.cos(np.pi / 6)))
    )
    upright = (oval.exterior - centre) @ turn
    assert np.allclose((upright / (5, 2)) ** 2 @ (1, 1), 1)


def test_the_worked_runs() -> None:
    assert encode_runs(MASK) == "1, 2, 1, 4, 1, 1, 1, 1"
    assert np.array_equal(decode_runs("1, 2, 1, 4, 1, 1, 1, 1", 4, 3), MASK)
    assert encode_runs(np.ones((2, 3), bool)) == "0, 6"
    assert encode_runs(np.zeros((2, 3), bool)) == "6"


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_runs_there_and_back(width: int, height: int, data: st.DataObject) -> None:
    bits = data.draw(st.lists(st.booleans(), min_size=width * height, max_size=width * height))
    pixels = np.array(bits).reshape(height, width)
    assert np.array_equal(decode_runs(encode_runs(pixels), width, height), pixels)


def test_order_tags_and_declarations(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        document(
            image(
                '<points label="a" points="1,1" z_order="2"/>',
                '<points label="a" points="2,2" z_order="-1" occluded="1">'
                '<attribute name="ripe">yes</attribute><attribute name="weight">3.0</attribute>'
                '<attribute name="hard">true</attribute><attribute name="note"> x </attribute>'
                "</points>",
                '<points label="a" points="3,3" z_order="-1"/>',
                '<tag label="kitchen" source="manual"></tag>',
            )
        ),
    )
    source = open_dataset("cvat", folder)
    sample = only_sample(source)
    assert [each.shape for each in sample.instances] == [Point(2, 2), Point(3, 3), Point(1, 1)]
    assert sample.instances[0].tags == (
        Tag("ripe", "yes"), Tag("weight", 3.0), Tag("hard", "true"), Tag("note", " x "),
        Tag("occluded"),
    )  # fmt: skip
    assert sample.tags == (Tag("kitchen"),)
    assert source.schema == Schema(
        (LabelSpec("a", "point", "#F5D327"),),
        (
            TagSpec("ripe", TagValueType.CHOICE, ("no", "yes")),
            TagSpec("weight", TagValueType.NUMBER),
            TagSpec("hard", TagValueType.CHOICE, ("false", "true")),
            TagSpec("note", TagValueType.STRING),
            TagSpec("kitchen"),
            TagSpec("occluded"),
        ),
    )


def test_datasets_are_subsets_else_folders(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        document(
            image(name="a/b/one.png"),
            image(name="two.png"),
            image(name="Train/cam/one.png", subset="Train"),
            image(name="three.png", subset="Train"),
            '<image id="9" name="two.png" width="24" height="18"/>',
            '<image id="9" name="two.png" width="24" height="18"><!-- </image> --></image>',
        ),
        "a/b/one.png", "two.png", "Train/cam/one.png", "Train/three.png",
    )  # fmt: skip
    source = open_dataset("cvat", folder)
    assert {each.name: each.files for each in source.datasets} == {
        "Train": ("cam_one.png", "three.png"),
        "a_b": ("one.png",),
        "ds": ("two.png", "two_1.png", "two_2.png"),
    }
    assert any("2 images share a name" in note for note in source.notes)
    assert all(sample.image.size == SIZE for sample in read_all(source).values())
    only = open_dataset("cvat", folder, "Train")
    assert len(read_all(only)) == 2


def test_labels_that_meta_does_not_declare(tmp_path: Path) -> None:
    shape = '<box label="b" xtl="1" ytl="1" xbr="2" ybr="2"><attribute name="x">1</attribute></box>'
    folder = write(tmp_path, document(image(shape)))
    source = open_dataset("cvat", folder)
    assert source.schema.label_names == ("a", "b")
    assert source.schema.tag("x") == TagSpec("x", TagValueType.STRING)
    assert len(source.notes) == 2


def test_groups(tmp_path: Path) -> None:
    box = '<box label="a" xtl="{0}" ytl="1" xbr="{1}" ybr="2" group_id="{2}"/>'
    folder = write(
        tmp_path,
        document(
            image(
                box.format(1, 2, 5), box.format(3, 5, 5), box.format(7, 9, 6), box.format(7, 9, 0)
            )
        ),
    )
    joined, lone, free = only_sample(open_dataset("cvat", folder)).instances
    assert isinstance(joined.shape, Mask)
    assert joined.shape.area == 3
    assert (lone.tags, free.tags) == ((Tag("@label-group-id", "6"),), ())
    assert len(shapes_of(folder, groups="separate")) == 4


def test_sizes_and_exif(tmp_path: Path) -> None:
    box = '<box label="a" xtl="2" ytl="3" xbr="6" ybr="5"/>'
    exif = Picture.Exif()
    exif[0x0112] = 6
    folder = write(tmp_path, document(image(box, name="one.jpg")))
    Picture.new("RGB", SIZE).save(folder / "images" / "one.jpg", exif=exif)
    sample = only_sample(open_dataset("cvat", folder))
    assert sample.size == (18, 24)
    assert sample.instances[0].shape == Rectangle(13, 2, 15, 6)
    write(folder, document(image(box, size=Size(18, 24))))
    with pytest.raises(AnnotationError, match="24x18 pixels, its annotation says 18x24") as refused:
        only_sample(open_dataset("cvat", folder))
    assert refused.value.code == "F605"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(tmp_path: Path, orientation: int) -> None:
    """A dot drawn on the stored pixels is where the mask on it says, after both are turned."""
    pixels = np.zeros((18, 24, 3), np.uint8)
    pixels[3:5, 2:9] = 255
    mask = '<mask label="a" rle="0, 14" left="2" top="3" width="7" height="2"/>'
    exif = Picture.Exif()
    exif[0x0112] = orientation
    folder = write(tmp_path, document(image(mask, name="one.png")))
    Picture.fromarray(pixels).save(folder / "images" / "one.png", exif=exif)
    if orientation < 5:
        return  # The sides stay: nobody can tell on which picture the annotation was made.
    Picture.fromarray(pixels).save(folder / "images" / "one.tif", exif=exif)
    write(folder, document(image(mask, name="one.tif")), "else.png")
    sample = only_sample(open_dataset("cvat", folder))
    assert np.array_equal(
        sample.instances[0].shape.paint(sample.size), sample.image.pixels()[..., 0] > 0
    )


BAD_OBJECTS = {
    "nan": '<box label="a" xtl="nan" ytl="1" xbr="2" ybr="2"/>',
    "infinite": '<polygon label="a" points="1,2;inf,2;3,4"/>',
    "missing": '<box label="a" xtl="1" ytl="1" xbr="2"/>',
    "words": '<box label="a" xtl="one" ytl="1" xbr="2" ybr="2"/>',
    "underscore": '<box label="a" xtl="1_0" ytl="1" xbr="12" ybr="2"/>',
    "outside": '<box label="a" xtl="100" ytl="1" xbr="120" ybr="2"/>',
    "two points": '<polygon label="a" points="1,2;3,4"/>',
    "same points": '<polygon label="a" points="1,2;3,4;1,2"/>',
    "three numbers": '<polygon label="a" points="1,2,3;3,4,5;1,2,4"/>',
    "no points": '<polygon label="a"/>',
    "short line": '<polyline label="a" points="1,2"/>',
    "empty runs": '<mask label="a" rle="" left="1" top="1" width="2" height="2"/>',
    "wrong sum": '<mask label="a" rle="1, 2" left="1" top="1" width="2" height="2"/>',
    "negative run": '<mask label="a" rle="5, -1" left="1" top="1" width="2" height="2"/>',
    "huge runs": '<mask label="a" rle="9223372036854775807, 9223372036854775807, 6" left="1" '
    'top="1" width="2" height="2"/>',
    "run beyond": '<mask label="a" rle="99999999999999999999" left="1" top="1" width="2" '
    'height="2"/>',
    "empty mask": '<mask label="a" rle="4" left="1" top="1" width="2" height="2"/>',
    "mask too large": '<mask label="a" rle="4" left="1" top="1" width="99999" height="99999"/>',
    "mask without size": '<mask label="a" rle="4" left="1" top="1"/>',
    "mask between pixels": '<mask label="a" rle="0,4" left="1.5" top="1" width="2" height="2"/>',
    "flat ellipse": '<ellipse label="a" cx="2" cy="2" rx="0" ry="1"/>',
    "huge ellipse": '<ellipse label="a" cx="2" cy="2" rx="1e300" ry="1"/>',
    "flat cuboid": '<cuboid label="a" '
    + " ".join(f'x{c}{f}="1" y{c}{f}="1"' for c in ("tl", "bl", "tr", "br") for f in (1, 2))
    + "/>",
    "unknown": '<sphere label="a"/>',
    "no nodes": '<skeleton label="a"/>',
    "equal nodes": '<skeleton label="a"><points label="1" points="1,1"/>'
    '<points label="1" points="1,2"/></skeleton>',
    "no choice": '<points label="a" points="1,1"><attribute name="ripe">maybe</attribute></points>',
    "no number": '<points label="a" points="1,1"><attribute name="weight">x</attribute></points>',
    "nan value": '<points label="a" points="1,1"><attribute name="weight">nan</attribute></points>',
}
TAGS_ONLY = ("no choice", "no number", "nan value")


@pytest.mark.parametrize("name", BAD_OBJECTS)
def test_bad_objects(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, document(image('<points label="a" points="2,2"/>', BAD_OBJECTS[name])))
    with pytest.raises(AnnotationError, match="object 2: ") as refused:
        only_sample(open_dataset("cvat", folder))
    assert refused.value.code in ("F603", "F604")
    assert refused.value.path == str(folder / "annotations.xml")
    left = [Point(2, 2), Point(1, 1)] if name in TAGS_ONLY else [Point(2, 2)]
    assert shapes_of(folder, bad_objects="drop") == left


BAD_IMAGES = {
    "no label": (image('<box xtl="1" ytl="1" xbr="2" ybr="2"/>'), "F602"),
    "tag without label": (image("<tag/>"), "F602"),
    "no size": ('<image id="0" name="one.png"/>', "F605"),
    "size 0": (image(size=Size(0, 5)), "F605"),
    "negative": (image(size=Size(-1, 5)), "F605"),
    "fraction": ('<image name="one.png" width="2.5" height="2"/>', "F605"),
    "other size": (image(size=Size(5, 5)), "F605"),
    "absolute": (image(name="/etc/passwd"), "F609"),
    "out": (image(name="../../one.png"), "F609"),
    "backslash": (image(name="..\\..\\one.png"), "F609"),
    "drive": (image(name="C:/one.png"), "F609"),
    "missing": (image(name="two.png"), "F601"),
    "no image": (image(name="annotations.xml"), "F601"),
    "link": (image(name="link.png"), "F609"),
}


@pytest.mark.parametrize("name", BAD_IMAGES)
def test_bad_images(tmp_path: Path, name: str) -> None:
    text, code = BAD_IMAGES[name]
    Picture.new("RGB", SIZE).save(tmp_path / "one.png")
    folder = write(tmp_path / "set", document(text, image(name="good.png")), "one.png", "good.png")
    (folder / "images" / "link.png").symlink_to(tmp_path / "one.png")
    source = open_dataset("cvat", folder, bad_objects="drop")
    codes = []
    for dataset in source.datasets:
        for origin in dataset.origins():
            try:
                source.read(origin)
            except DataError as error:
                codes.append(error.code)
    assert codes == [code]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
BAD_FILES = {
    "DTD": document(image(), head="<!DOCTYPE annotations>"),
    "entities": document(image("&b;"), head=BOMB),
    "external": document(
        image("&e;"), head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    ),
    "undefined entity": document(image("&b;")),
    "cut off": document(image())[:-20],
    "unclosed": document('<image name="x">'),
    "other root": "<annotation/>",
    "empty": "",
    "video": document('<track id="0" label="a"><box frame="0"/></track>'),
    "encoding": document(image()).replace("utf-8", "latin-1"),
    "null": document(image("\0")),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, BAD_FILES[name])
    with pytest.raises(SchemaError, match=r"annotations\.xml") as refused:
        open_dataset("cvat", folder, annotations="annotations.xml")
    assert (refused.value.code, refused.value.at) == ("E403", (0,))


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"has no annotations\.xml") as refused:
        open_dataset("cvat", tmp_path)
    assert refused.value.code == "E403"
    for options in ({"annotations": "../x.xml"}, {"images": "/etc"}):
        with pytest.raises(SchemaError, match=r"leads out|is absolute"):
            open_dataset("cvat", write(tmp_path / "set", document(image())), **options)
    with pytest.raises(SchemaError) as empty:
        open_dataset("cvat", write(tmp_path / "empty", document()))
    assert empty.value.code == "E404"
    (tmp_path / "set" / "b.xml").write_text(document(image()))
    (tmp_path / "set" / "annotations.xml").rename(tmp_path / "set" / "a.xml")
    with pytest.raises(SchemaError, match=r"several files of CVAT \(a\.xml, b\.xml\)"):
        open_dataset("cvat", tmp_path / "set")
    assert len(read_all(open_dataset("cvat", tmp_path / "set" / "a.xml"))) == 1


def test_too_large_an_image_element(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtl_nodes.formats.cvat.reader.MAX_IMAGE_BYTES", 30)
    with pytest.raises(AnnotationError) as refused:
        only_sample(open_dataset("cvat", write(tmp_path, document(image()))))
    assert refused.value.code == "F607"


def test_memory_stays_flat(tmp_path: Path) -> None:
    """What is kept of an image is its name and two numbers, however many objects it has."""
    shapes = ['<polygon label="a" points="1,2;8.5,2;4,9"/>'] * 400
    folder = write(tmp_path, document(*(image(*shapes, name=f"{at}.png") for at in range(400))))
    assert (folder / "annotations.xml").stat().st_size > 7_000_000
    open_dataset("cvat", write(tmp_path / "other", document(image())))
    tracemalloc.start()
    source = open_dataset("cvat", folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(source.datasets[0].files) == 400
    assert peak < 2_000_000


KINDS = (
    ("blob", "bitmap"), ("box", "rectangle"), ("dot", "point"), ("hand", "graph"),
    ("patch", "polygon"), ("path", "line"), ("thing", "any"),
)  # fmt: skip
TEMPLATE = {
    "nodes": {"w": {"label": "w", "loc": [10, 40]}, "t": {"label": "t", "loc": [25.5, 20]}},
    "edges": [{"src": "w", "dst": "t"}],
}
EXTRA = {"geometry_config": TEMPLATE}
SCHEMA = Schema(
    tuple(
        LabelSpec(name, kind, f"#FF00{at:02X}", EXTRA if name == "hand" else {})
        for at, (name, kind) in enumerate(KINDS)
    ),
    (
        TagSpec("note", TagValueType.STRING),
        TagSpec("sure"),
        TagSpec("weight", TagValueType.NUMBER),
        TagSpec("ripe", TagValueType.CHOICE, ("no", "a & b <c>")),
        TagSpec("flag", TagValueType.CHOICE, ("false", "true")),
        TagSpec("occluded"),
    ),
)  # fmt: skip
TAGS = st.sampled_from(
    [
        Tag("note", "x & <y>\n\t\r \"z\" é 漢"), Tag("note", ""), Tag("sure"), Tag("weight", -3),
        Tag("weight", 0.1), Tag("weight", 1e-9), Tag("ripe", "a & b <c>"), Tag("flag", "false"),
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_it_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    labels = data.draw(st.lists(st.sampled_from(sorted(SHAPES)), max_size=6))
    instances = []
    for label in labels:
        tags = data.draw(st.lists(TAGS, max_size=3))
        tags += [Tag("occluded")] if data.draw(st.booleans()) else []
        instances.append(Instance(label, data.draw(SHAPES[label]), tuple(tags)))
    nodes = (KeypointNode("w", 3, 4, (("disabled", True),)), KeypointNode("t", 1.5, 1 / 3))
    instances.append(Instance("hand", Keypoints(nodes)))
    image_tags = data.draw(st.lists(TAGS, max_size=3))
    samples = [
        sample_with(instances, image_tags, dataset="d & s"),
        sample_with([], file="<none>.png", dataset="other"),
    ]
    folder = tmp_path_factory.mktemp("set")
    assert not export("cvat", samples, SCHEMA, folder)
    source = open_dataset("cvat", folder)
    assert source.schema == SCHEMA
    assert source.schema.label("hand").extra == {"geometry_config": TEMPLATE}  # type: ignore[union-attr]
    read = read_all(source)
    assert list(read) == ["d & s/one.png", "other/<none>.png"]
    again = read["d & s/one.png"]
    assert again.instances == tuple(instances)
    assert again.tags == tuple(image_tags)
    assert read["other/<none>.png"].instances == ()
    hand = again.instances[-1].shape
    assert isinstance(hand, Keypoints)
    assert hand.nodes == nodes


def test_what_it_cannot_hold_is_told(tmp_path: Path) -> None:
    ring = Polygon([[2, 2], [12, 2], [12, 12], [2, 12]], [[[4, 4], [8, 4], [8, 8], [4, 8]]])
    sample = sample_with(
        [
            Instance("patch", ring, (), "text"),
            Instance("box", Rectangle(1, 1, 2, 2), (Tag("note"), Tag("note", "a\0b"))),
            Instance("dot", Point(99, 99)),
            Instance("patch", Polygon([[1, 1], [2, 2], [1, 1]])),
            Instance("path", Polyline([[1, 1], [1, 1]])),
        ],
        description="d",
    )
    assert export("cvat", [sample], SCHEMA, tmp_path) == {
        ("patch", "holes, polygon written as mask"): 1,
        ("patch", "description"): 1,
        ("box", "tag without its value"): 1,
        ("box", "control characters of a text"): 1,
        ("dot", "outside the image, dropped"): 1,
        ("patch", "too few distinct points, dropped"): 1,
        ("path", "too few distinct points, dropped"): 1,
        ("", "description"): 1,
    }
    assert not list(load_writable("cvat").losses(SCHEMA, None))
    mask, box = only_sample(open_dataset("cvat", tmp_path)).instances
    assert np.array_equal(mask.shape.paint(SIZE), ring.paint(SIZE))
    assert box.tags == (Tag("note", "ab"),)


def test_what_other_programs_read(tmp_path: Path) -> None:
    """Ids as frames in the order of names, names with folders, z-order: by another parser."""
    mask = Mask.tight(MASK, 12, 7)
    assert mask is not None
    samples = [
        sample_with(
            [Instance("blob", mask), Instance("box", Rectangle(1, 2, 3, 4))], file=f"{name}.png"
        )
        for name in ("b", "a")
    ]
    export("cvat", samples, SCHEMA, tmp_path)
    root = ET.parse(tmp_path / "annotations.xml").getroot()
    assert root.findtext("version") == "1.1"
    images = root.findall("image")
    assert [(each.get("id"), each.get("name")) for each in images] == [
        ("0", "ds/a.png"),
        ("1", "ds/b.png"),
    ]
    drawn, box = images[0].find("mask"), images[0].find("box")
    assert drawn is not None
    assert box is not None
    assert (drawn.get("rle"), drawn.get("z_order")) == ("1, 2, 1, 4, 1, 1, 1, 1", "0")
    assert (box.get("xtl"), box.get("ybr"), box.get("z_order")) == ("1.00", "4.00", "1")
    assert (tmp_path / "images" / "ds" / "a.png").is_file()


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_the_same_files_however_many_workers(mini: Path, tmp_path: Path, runner: str) -> None:
    made = [
        convert(mini, "mini", tmp_path / str(workers), {"format": "cvat"},
                "--runner", runner, "--workers", str(workers))
        for workers in (1, 2)
    ]  # fmt: skip
    first, second = map(files_of, made)
    assert first == second
    assert "annotations.xml" in first
    assert not any(name.startswith(".parts") for name in first)


def test_there_and_back_by_the_command_line(mini: Path, tmp_path: Path) -> None:
    made = convert(mini, "mini", tmp_path / "there", {"format": "cvat"})
    back = convert(made.parent, "made", tmp_path / "back", {"format": "supervisely"}, format="cvat")
    before = read_all(open_dataset("supervisely", mini / "mini"))
    after = read_all(open_dataset("supervisely", back))
    assert before.keys() == after.keys()
    for key, sample in before.items():
        other = after[key]
        assert [i.label for i in sample.instances] == [i.label for i in other.instances]
        for mine, theirs in zip(sample.instances, other.instances, strict=True):
            assert mine.tags == theirs.tags
            if mine.label == "patch":
                assert np.array_equal(
                    mine.shape.paint(sample.size), theirs.shape.paint(sample.size)
                )
            else:
                assert mine.shape == theirs.shape
        assert [(tag.name, tag.value) for tag in sample.tags] == [
            (tag.name, tag.value) for tag in other.tags
        ]
