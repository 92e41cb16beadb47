"""The names of classes, written beside their objects where there is room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from dtl_visualizer.annotated import Area, Cells, Chain, ObjectPicture
from dtl_visualizer.fonts import set_text
from dtl_visualizer.text import clean, shorten, text_width

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the drawing."""

MOST_OF_A_CLASS = 2
"""Objects of one class that get a name."""

_SIZE_PX = 17.0
_PAD_X_PX = 4.0
_HEIGHT_PX = 22.0
_GAP_PX = 6.0
_WIDEST_PX = 175.0
_PLATE = "#ffffffd8"
_INK = "#15191d"
_SWATCH_PX = 9.0


def draw_names(image: Image.Image, objects: Sequence[ObjectPicture], scale: int) -> None:
    """Write the class of some objects of each class on ``image``, where there is room."""
    taken: list[Box] = []
    named: Counter[str] = Counter()
    pen = ImageDraw.Draw(image, "RGBA")
    for shown in _each_class_first(objects):
        text = shorten(clean(shown.label), _WIDEST_PX, _SIZE_PX)
        width = text_width(text, _SIZE_PX) + 2 * _PAD_X_PX + _SWATCH_PX + _PAD_X_PX
        bounds = _bounds(shown, scale)
        if bounds is None or named[shown.label] == MOST_OF_A_CLASS:
            continue
        places = (
            _inside(box, image.size) for box in _places(bounds, width) if _sees(box, image.size)
        )
        free = (box for box in places if not any(_meets(box, other) for other in taken))
        if (box := next(free, None)) is not None:
            taken.append(box)
            named[shown.label] += 1
            _draw(pen, box, text, shown.rgb)


def _each_class_first(objects: Sequence[ObjectPicture]) -> list[ObjectPicture]:
    """Return the first object of every class, then the others."""
    first = {shown.label: at for at, shown in reversed(list(enumerate(objects)))}
    order = sorted(range(len(objects)), key=lambda at: (first[objects[at].label] != at, at))
    return [objects[at] for at in order]


def _draw(pen: ImageDraw.ImageDraw, box: Box, text: str, colour: tuple[int, int, int]) -> None:
    chosen = set_text(text, _SIZE_PX, bold=False)
    left, top, _, bottom = box
    pen.rounded_rectangle(box, radius=4, fill=_PLATE)
    swatch = left + _PAD_X_PX, (top + bottom - _SWATCH_PX) / 2
    end = swatch[0] + _SWATCH_PX, swatch[1] + _SWATCH_PX
    pen.rectangle((swatch, end), fill=colour)
    place = end[0] + _PAD_X_PX, bottom - (_HEIGHT_PX - 0.7 * _SIZE_PX) / 2
    pen.text(place, chosen.text, fill=_INK, font=chosen.font, anchor="ls")


def _bounds(shown: ObjectPicture, scale: int) -> Box | None:
    """Return the box around an object; ``None`` if there is nothing."""
    outline = shown.outline
    if isinstance(outline, Cells):
        height, width = outline.pixels.shape
        box = outline.x, outline.y, outline.x + width, outline.y + height
        return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale
    points = outline.ring if isinstance(outline, Area) else outline.points
    if not points:
        return None
    if isinstance(outline, Chain):
        # The box of a line is mostly empty: stay near its middle.
        points = points[len(points) // 2 : len(points) // 2 + 1]
    xs, ys = [x * scale for x, _ in points], [y * scale for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _places(bounds: Box, width: float) -> Iterator[Box]:
    left, top, right, bottom = bounds
    middle, centre = (left + right) / 2, (top + bottom) / 2
    for x, y in (
        (left, top - _GAP_PX - _HEIGHT_PX),
        (right + _GAP_PX, centre - _HEIGHT_PX / 2),
        (middle - width / 2, bottom + _GAP_PX),
        (left - _GAP_PX - width, centre - _HEIGHT_PX / 2),
        (middle - width / 2, centre - _HEIGHT_PX / 2),
    ):
        yield x, y, x + width, y + _HEIGHT_PX


def _sees(box: Box, size: tuple[int, int]) -> bool:
    """Whether some of a box lies in the drawing."""
    return box[0] < size[0] and box[1] < size[1] and box[2] > 0 and box[3] > 0


def _inside(box: Box, size: tuple[int, int]) -> Box:
    """Return a box moved into the drawing, as far as it fits."""
    dx = min(0.0, size[0] - 1 - box[2]) if box[0] >= 0 else -box[0]
    dy = min(0.0, size[1] - 1 - box[3]) if box[1] >= 0 else -box[1]
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def _meets(box: Box, other: Box) -> bool:
    return not (
        box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1]
    )
