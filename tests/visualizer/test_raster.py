"""PNG without any program."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageFont

from dtl_visualizer import fonts
from dtl_visualizer.drawing import draw
from dtl_visualizer.geometry import Box
from dtl_visualizer.layout import layered_layout
from dtl_visualizer.raster import write_png
from dtl_visualizer.shapes import Drawing, Rectangle
from tests.visualizer import pictures


@pytest.mark.parametrize("name", ["lemon", "training", "problems", "hostile", "empty"])
def test_every_picture_becomes_an_image(name: str) -> None:
    drawing = draw(pictures.ALL[name], layered_layout)
    data = write_png(drawing)
    with Image.open(BytesIO(data)) as image:
        assert image.format == "PNG"
        assert image.size[0] <= round(2 * drawing.width)
        assert image.size[0] / image.size[1] == pytest.approx(
            drawing.width / drawing.height, rel=0.02
        )
        colours = image.convert("RGB").getcolors(1 << 24)
        assert colours is not None
        assert len(colours) > 5


def test_the_colours_of_the_classes_are_there() -> None:
    with Image.open(BytesIO(write_png(draw(pictures.lemon(), layered_layout)))) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24) or ()}
    assert {(255, 0, 0), (0x51, 0xC6, 0xAA)} <= colours


def test_a_huge_drawing_gets_smaller() -> None:
    boxes = tuple(
        Rectangle(Box(x * 900.0, 10.0, 20.0, 8.0), 4.0, "source", "flow", 1.5) for x in range(30)
    )
    with Image.open(BytesIO(write_png(Drawing(30_000, 30_000, "", "", boxes)))) as image:
        assert image.size[0] * image.size[1] < 50_000_000


def test_without_a_font_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_face", lambda bold: "")
    chosen = fonts.set_text("caf\u00e9 24\u2013264", 20, bold=True)
    assert chosen.text == "cafe 24-264"
    assert chosen.stroke == 1
    assert write_png(draw(pictures.hostile(), layered_layout))


def test_no_face_is_found_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, size: float) -> ImageFont.FreeTypeFont:
        raise OSError(name)

    monkeypatch.setattr(ImageFont, "truetype", missing)
    fonts._face.cache_clear()
    try:
        assert fonts._face(False) == ""
    finally:
        fonts._face.cache_clear()
