"""How large objects are, and the sizes that ``objects_filter`` compares them with."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from dtl_engine.sdk import BBox, Mask, Percent, Settings, Shape, Size

Comparator = Literal["less", "greater"]


class AreaSize(Settings):
    """Base of all sizes; its keys tell them apart."""

    keys: ClassVar[frozenset[str]]

    def is_beyond(self, shape: Shape, image: Size, comparator: Comparator) -> bool:
        """Whether the shape is smaller (``less``) or larger (``greater``) than this, strictly."""
        raise TypeError(f"{type(self).__name__} compares nothing")


class PercentOfImage(AreaSize):
    """A share of the image's area."""

    keys = frozenset({"percent"})

    percent: Percent
    """Percent of the image that the object covers; holes of polygons count as covered."""

    def is_beyond(self, shape: Shape, image: Size, comparator: Comparator) -> bool:
        """Compare areas."""
        share = 100 * shape.area / (image.width * image.height)
        return _is_beyond(share, self.percent, comparator)


class Pixels(AreaSize):
    """A number of pixels."""

    keys = frozenset({"pixels"})

    pixels: Annotated[int, Field(ge=0)]
    """Square pixels that the object covers; holes of polygons count as covered."""

    def is_beyond(self, shape: Shape, image: Size, comparator: Comparator) -> bool:
        """Compare areas."""
        return _is_beyond(shape.area, self.pixels, comparator)


class BoxSides(AreaSize):
    """A width and a height."""

    keys = frozenset({"width", "height"})

    width: int
    """Width of the box around the object in pixels."""

    height: int
    """Height of the box around the object in pixels; one side that fits the comparison is
    enough."""

    def is_beyond(self, shape: Shape, image: Size, comparator: Comparator) -> bool:
        """Compare either side of the box."""
        box = _box_around(shape)
        return _is_beyond(box.x1 - box.x0, self.width, comparator) or _is_beyond(
            box.y1 - box.y0, self.height, comparator
        )


FORMS: tuple[type[AreaSize], ...] = (PercentOfImage, Pixels, BoxSides)


def form_of(value: object) -> str | None:
    """Return the union tag of the only form that ``value`` has keys of, else ``None``."""
    if isinstance(value, AreaSize):
        return f"[{type(value).__name__}]"
    found = [form for form in FORMS if isinstance(value, dict) and form.keys & value.keys()]
    return f"[{found[0].__name__}]" if len(found) == 1 else None


AnyAreaSize = Annotated[
    Annotated[PercentOfImage, Tag("[PercentOfImage]")]
    | Annotated[Pixels, Tag("[Pixels]")]
    | Annotated[BoxSides, Tag("[BoxSides]")],
    Discriminator(
        form_of,
        custom_error_type="exactly_one",
        custom_error_message="exactly one of 'percent', 'pixels' and 'width' with 'height' "
        "is needed",
        custom_error_context={
            "help": 'write {"percent": 2.5}, {"pixels": 400} or {"width": 20, "height": 10}'
        },
    ),
]
"""A size in one of three forms."""


def _is_beyond(measured: float, bound: float, comparator: Comparator) -> bool:
    return measured < bound if comparator == "less" else measured > bound


def _box_around(shape: Shape) -> BBox:
    """Return the box around a shape; that of a mask without margins, which files may have."""
    if not isinstance(shape, Mask):
        return shape.bbox
    tight = shape.tightened()
    return tight.bbox if tight else BBox(0, 0, 0, 0)
