"""Every way in which a file of CVAT can be bad, and what it yields."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from PIL import Image as Picture

from dtl_engine.errors import AnnotationError, DataError
from dtl_engine.sdk import Point, SchemaError, Size
from tests.nodes.formats.cvat.drawn import document, image, shapes_of, write
from tests.nodes.formats.exporting import SIZE, only_sample, open_dataset, read_all

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
