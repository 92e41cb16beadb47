from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dtl_visualizer.annotated import Area, Cells, Chain, ObjectPicture, Spots
from dtl_visualizer.name_chips import MOST_OF_A_CLASS, draw_names

SIZE = (400, 300)


def plates(*objects: ObjectPicture, size: tuple[int, int] = SIZE) -> int:
    """Return how many names are on a black image: the number of swatches in full colour."""
    image = Image.new("RGB", size)
    draw_names(image, objects, 1)
    pixels = np.asarray(image)
    swatch = (pixels == (0, 0, 255)).all(axis=2)
    return round(np.count_nonzero(swatch) / 100)


def spot(x: float, y: float, label: str = "dot") -> ObjectPicture:
    return ObjectPicture(label, "#0000ff", Spots(((x, y),)))


def test_one_name_for_an_object() -> None:
    assert plates() == 0
    assert plates(spot(200, 150)) == 1


def test_not_all_of_a_class_are_named() -> None:
    assert plates(*(spot(50 + 90 * at, 150) for at in range(4))) == MOST_OF_A_CLASS


def test_names_do_not_lie_on_each_other() -> None:
    assert plates(*(spot(200, 150, f"class {at}") for at in range(40))) < 10


def test_every_class_comes_before_second_objects() -> None:
    crowd = [spot(200, 150, "many") for _ in range(9)]
    assert plates(*crowd, spot(200, 150, "one")) >= 2


@pytest.mark.parametrize(
    "outline",
    [
        Area(((0, 0), (400, 0), (400, 300), (0, 300))),
        Cells(np.ones((300, 400), bool), 0, 0),
        Chain(((0, 0), (400, 300), (0, 300))),
        Spots(((399, 299),)),
        Spots(((0, 0),)),
    ],
)
def test_names_stay_inside(outline: Area | Cells | Chain | Spots) -> None:
    image = Image.new("RGB", SIZE)
    draw_names(image, [ObjectPicture("thing", "#0000ff", outline)], 1)
    rows, columns = np.nonzero(np.asarray(image).any(axis=2))
    assert rows.size
    assert columns.max() - columns.min() > 40
    assert rows.max() - rows.min() > 15


@pytest.mark.parametrize("outline", [Spots(()), Spots(((900, 900),))])
def test_what_is_not_there_has_no_name(outline: Spots) -> None:
    assert plates(ObjectPicture("thing", "#0000ff", outline)) == 0


def test_a_colour_that_is_none_does_not_matter() -> None:
    draw_names(Image.new("RGB", SIZE), [ObjectPicture("x", "red;}", Spots(((9, 9),)))], 1)


def test_images_without_room() -> None:
    assert plates(spot(1, 1), size=(3, 3)) <= 1
