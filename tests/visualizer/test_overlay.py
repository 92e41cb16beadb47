from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dtl_visualizer.annotated import (
    AnnotatedPicture,
    Area,
    Cells,
    Chain,
    ObjectPicture,
    Place,
    Spots,
)
from dtl_visualizer.overlay import SCALE, write_overlay

WIDTH, HEIGHT = 60, 40
GREY = 90
RED, GREEN = "#ff0000", "#00ff00"
SQUARE: tuple[Place, ...] = ((10, 10), (50, 10), (50, 30), (10, 30))
HOLE: tuple[Place, ...] = ((20, 15), (40, 15), (40, 25), (20, 25))

Drawn = NDArray[np.int64]


def picture(*outlines: Area | Cells | Chain | Spots, colour: str = RED) -> AnnotatedPicture:
    pixels = np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)
    return AnnotatedPicture(
        pixels, tuple(ObjectPicture("thing", colour, outline) for outline in outlines)
    )


def drawn(shown: AnnotatedPicture, scale: int = SCALE, *, names: bool = False) -> Drawn:
    with Image.open(BytesIO(write_overlay(shown, scale, names=names))) as image:
        assert image.format == "PNG"
        assert image.mode == "RGB"
        return np.asarray(image).astype(int)


def at(image: Drawn, x: float, y: float, scale: int = SCALE) -> list[int]:
    """Return the colour at a place of the original image."""
    found: list[int] = image[int(y * scale), int(x * scale)].tolist()
    return found


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_without_objects_it_is_the_image(scale: int) -> None:
    image = drawn(picture(), scale)
    assert image.shape == (HEIGHT * scale, WIDTH * scale, 3)
    assert (image == GREY).all()


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_an_area_is_tinted_except_for_its_holes(scale: int) -> None:
    image = drawn(picture(Area(SQUARE, (HOLE,))), scale)
    inside, hole, outside = (at(image, *place, scale) for place in ((15, 20), (30, 20), (4, 4)))
    assert inside[0] > GREY > inside[1]
    assert hole == outside == [GREY] * 3


def test_the_border_has_the_full_colour() -> None:
    image = drawn(picture(Area(SQUARE)))
    assert at(image, 30, 10) == [255, 0, 0]


def test_set_pixels_are_tinted() -> None:
    cells = np.ones((20, 30), bool)
    cells[8:12, 10:20] = False
    image = drawn(picture(Cells(cells, 10, 10)))
    assert at(image, 15, 20)[0] > GREY > at(image, 15, 20)[1]
    assert at(image, 25, 20) == [GREY] * 3
    assert at(image, 10.5, 20) == [255, 0, 0]


def test_single_set_pixels_are_seen() -> None:
    image = drawn(picture(Cells(np.ones((1, 1), bool), 30, 20)))
    assert at(image, 30.5, 20.5) == [255, 0, 0]


def test_lines_and_points_are_seen() -> None:
    line = drawn(picture(Chain(((5, 20), (55, 20)))))
    assert at(line, 30, 20) == [255, 0, 0]
    points = drawn(picture(Spots(((20, 20), (40, 20)))))
    assert at(points, 20, 20) == at(points, 40, 20) == [255, 0, 0]
    assert at(points, 30, 20) == [GREY] * 3
    linked = drawn(picture(Spots(((20, 20), (40, 20)), ((0, 1),))))
    assert at(linked, 30, 20) == [255, 0, 0]


def test_vertices_are_dotted_unless_they_are_dense() -> None:
    few = drawn(picture(Chain(((5, 20), (30, 20), (55, 20)))))
    many = drawn(picture(Chain(tuple((x, 20.0) for x in range(5, 56)))))
    assert at(few, 30, 20) == [255, 255, 255]
    assert at(many, 30, 20) == [255, 0, 0]


def test_later_objects_lie_on_top() -> None:
    shown = picture(Area(SQUARE))
    over = (*shown.objects, *picture(Chain(((5, 20), (55, 20))), colour=GREEN).objects)
    assert at(drawn(AnnotatedPicture(shown.pixels, over)), 30, 20) == [0, 255, 0]


@pytest.mark.parametrize(
    "outline",
    [
        Area(((-100, -100), (500, -100), (500, 900))),
        Cells(np.ones((90, 90), bool), -20, -30),
        Cells(np.ones((5, 5), bool), 500, 500),
        Chain(((-50, -50), (-9, 900))),
        Chain(((5, 5),)),
        Spots(()),
        Spots(((-70, 3), (1e6, 3))),
    ],
)
def test_what_leaves_the_image_is_not_seen(outline: Area | Cells | Chain | Spots) -> None:
    assert drawn(picture(outline), names=True).shape == (HEIGHT * SCALE, WIDTH * SCALE, 3)


def test_one_pixel_is_enough() -> None:
    shown = AnnotatedPicture(
        np.zeros((1, 1, 3), np.uint8),
        (ObjectPicture("x" * 99, "no colour", Area(((0, 0), (1, 0), (1, 1)))),),
    )
    assert drawn(shown, names=True).shape == (2, 2, 3)


def test_it_is_drawn_alike_every_time() -> None:
    shown = picture(Area(SQUARE, (HOLE,)), Spots(((20, 20),)))
    assert write_overlay(shown) == write_overlay(shown)


def test_names_are_written_beside() -> None:
    shown = picture(Area(SQUARE))
    assert (drawn(shown) != drawn(shown, names=True)).any()
