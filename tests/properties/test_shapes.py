"""Painting a shape and moving it may be done in either order; both give the same pixels."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Node,
    Painted,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)

AXES = st.sampled_from(("vertical", "horizontal"))
SIZES = st.builds(Size, st.integers(1, 24), st.integers(1, 24))

WHOLE = st.integers(-6, 30).map(float)
HALVES = st.integers(-12, 60).map(lambda number: number / 2)
EIGHTHS = st.integers(-48, 240).map(lambda number: number / 8)
GRID = st.one_of(WHOLE, HALVES, EIGHTHS)
FREE = st.one_of(GRID, st.floats(-6, 30, allow_subnormal=False))


def on(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(numbers, numbers)


def rings(most: int = 9) -> st.SearchStrategy[list[tuple[float, float]]]:
    anywhere = st.one_of(
        *(st.lists(on(numbers), min_size=3, max_size=most) for numbers in (WHOLE, HALVES, EIGHTHS))
    )
    # A few places only: edges overlap, touch and are traced twice.
    crowded = st.lists(on(st.sampled_from((1.5, 4.0, 6.5, 9.0))), min_size=3, max_size=most)
    return st.one_of(anywhere, crowded)


@st.composite
def star_polygons(draw: st.DrawFn) -> Polygon:
    """Mostly valid polygons with up to two holes: rings around one centre."""
    cx, cy = draw(EIGHTHS), draw(EIGHTHS)
    count = draw(st.integers(3, 12))
    angles = np.arange(count) * (2 * np.pi / count)
    radii = np.array(draw(st.lists(st.floats(2, 12), min_size=count, max_size=count)))
    outer = np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii[:, None]
    shrinks = draw(st.sampled_from(((), (0.5,), (0.25,))))
    grid = [np.round((outer * factor + (cx, cy)) * 8) / 8 for factor in (1.0, *shrinks)]
    return Polygon(grid[0], grid[1:])


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    width, height = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    bits = draw(st.lists(st.booleans(), min_size=width * height, max_size=width * height))
    made = Mask.tight(
        np.array(bits).reshape(height, width), draw(st.integers(-8, 26)), draw(st.integers(-8, 26))
    )
    assume(made is not None)
    assert made is not None
    return made


def keypoints(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Keypoints]:
    nodes = st.lists(st.builds(Node, st.sampled_from("abc"), numbers, numbers), min_size=1)
    return nodes.map(lambda each: Keypoints(tuple(each)))


def rectangles(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Rectangle]:
    return st.tuples(on(numbers), on(numbers)).map(Rectangle.from_corners)


POLYGONS = st.one_of(st.builds(Polygon, rings(), st.lists(rings(5), max_size=2)), star_polygons())
POLYLINES = st.one_of(
    st.lists(on(GRID), min_size=2, max_size=8),
    st.lists(on(st.sampled_from((2.0, 4.0, 4.5))), min_size=2, max_size=8),
).map(lambda points: Polyline(points))
SHAPES: st.SearchStrategy[Shape] = st.one_of(
    rectangles(GRID),
    st.builds(Point, GRID, GRID),
    keypoints(GRID),
    POLYLINES,
    POLYGONS,
    masks(),
)
# Here no coordinate is computed when cropping, so any float keeps the pixels exact.
FREE_SHAPES: st.SearchStrategy[Shape] = st.one_of(
    rectangles(FREE), st.builds(Point, FREE, FREE), keypoints(FREE)
)

REVERSED: dict[str, Callable[[Painted], Painted]] = {
    "vertical": lambda picture: picture[:, ::-1],
    "horizontal": lambda picture: picture[::-1],
}


@st.composite
def windows(draw: st.DrawFn, size: Size) -> Window:
    left, top = draw(st.integers(0, size.width - 1)), draw(st.integers(0, size.height - 1))
    return Window(
        left,
        top,
        draw(st.integers(left + 1, size.width)),
        draw(st.integers(top + 1, size.height)),
    )


def union(shapes: tuple[Shape, ...], size: Size) -> Painted:
    picture = np.zeros((size.height, size.width), bool)
    for shape in shapes:
        picture |= shape.paint(size)
    return picture


@given(SHAPES, SIZES, AXES)
@settings(max_examples=400)
def test_painting_commutes_with_mirroring(shape: Shape, size: Size, axis: str) -> None:
    mirrored = shape.mirror(axis, size)  # type: ignore[arg-type]
    assert (mirrored.paint(size) == REVERSED[axis](shape.paint(size))).all()


@given(SHAPES, SIZES, AXES)
def test_mirroring_twice_is_identity(shape: Shape, size: Size, axis: str) -> None:
    twice = shape.mirror(axis, size).mirror(axis, size)  # type: ignore[arg-type]
    assert twice == shape
    assert hash(twice) == hash(shape)
    assert twice.bbox == shape.bbox


@given(st.one_of(SHAPES, FREE_SHAPES), SIZES, st.data())
@settings(max_examples=600)
def test_painting_commutes_with_cropping(shape: Shape, size: Size, data: st.DataObject) -> None:
    window = data.draw(windows(size))
    cropped = shape.crop(window)
    expected = shape.paint(size)[window.top : window.bottom, window.left : window.right]
    assert (union(cropped, window.size) == expected).all()


@given(st.one_of(SHAPES, FREE_SHAPES), SIZES)
def test_normalizing_changes_no_pixel(shape: Shape, size: Size) -> None:
    pieces = shape.normalize(size)
    assert (union(pieces, size) == shape.paint(size)).all()
    for piece in pieces:
        assert piece.normalize(size)[0] is piece


@given(rectangles(GRID), SIZES)
def test_a_rectangle_paints_like_its_polygon(rectangle: Rectangle, size: Size) -> None:
    x0, y0, x1, y1 = rectangle.bbox
    polygon = Polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    assert (rectangle.paint(size) == polygon.paint(size)).all()


@given(POLYGONS, st.integers(1, 24))
def test_painting_polygons_commutes_with_quarter_turns(polygon: Polygon, side: int) -> None:
    size = Size(side, side)
    turned = Polygon(polygon.exterior[:, ::-1], [hole[:, ::-1] for hole in polygon.holes])
    assert (turned.paint(size) == polygon.paint(size).T).all()


@given(SHAPES, st.tuples(GRID, GRID), st.tuples(GRID, GRID))
def test_pieces_lie_in_the_window(
    shape: Shape, corner: tuple[float, float], opposite: tuple[float, float]
) -> None:
    window = Rectangle.from_corners([corner, opposite]).bbox
    outer = np.floor(np.array(window) + 0.5) if isinstance(shape, Mask) else np.array(window)
    for piece in shape.clip(window):
        inner = np.array(piece.bbox)
        assert (inner[:2] >= outer[:2]).all()
        assert (inner[2:] <= outer[2:]).all()


@given(st.one_of(rectangles(FREE), masks()), SIZES)
def test_cutting_makes_no_area(shape: Shape, size: Size) -> None:
    assert sum(piece.area for piece in shape.normalize(size)) <= shape.area


@given(star_polygons(), SIZES)
def test_cutting_a_valid_polygon_makes_no_area(polygon: Polygon, size: Size) -> None:
    import shapely

    assume(shapely.Polygon(polygon.exterior, polygon.holes).is_valid)
    assert sum(piece.area for piece in polygon.clip((0, 0, *size))) <= polygon.area + 1e-9


@given(st.one_of(SHAPES, FREE_SHAPES), SIZES)
def test_the_box_holds_the_pixels(shape: Shape, size: Size) -> None:
    rows, columns = np.nonzero(shape.paint(size))
    x0, y0, x1, y1 = shape.bbox
    assert ((columns <= x1) & (columns + 1 >= x0) & (rows <= y1) & (rows + 1 >= y0)).all()


@given(st.one_of(SHAPES, FREE_SHAPES))
def test_shapes_are_values(shape: Shape) -> None:
    copy = pickle.loads(pickle.dumps(shape))
    assert copy == shape
    assert hash(copy) == hash(shape)
    assert copy.bbox == shape.bbox
    assert shape.shift(1, 0) != shape


@given(SHAPES, st.integers(-40, 40), st.integers(-40, 40))
def test_shifting_is_undone_by_shifting_back(shape: Shape, dx: int, dy: int) -> None:
    assert shape.shift(dx, dy).shift(-dx, -dy) == shape
