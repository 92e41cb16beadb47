"""Options of folders of images and masks."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_nodes.classes.labels import Label
from dtl_nodes.formats.mask_names import MaskReading
from dtl_nodes.formats.options import FormatOptions

NAME = "mask_pairs"

Value = Annotated[int, Field(ge=0, le=65535)]
Values = Value | Annotated[tuple[Value, ...], Field(min_length=1)] | Literal["__all__"]
Channel = Annotated[int, Field(ge=0, le=255)]
Color = tuple[Channel, Channel, Channel]


class MaskPairsReading(MaskReading):
    """How folders of images and masks are read."""

    formats: ClassVar[tuple[str, ...]] = (NAME,)

    class_values: Annotated[dict[Label, Values], Field(min_length=1)] | None = None
    """The classes by the values in the first channel of the masks (of palettes, the indices):
    one value, a list of them, or ``"__all__"`` for all but 0. Not given: what ``mask_values.json``
    beside the masks says, if it is there."""

    class_colors: Annotated[dict[Label, Color], Field(min_length=1)] | None = None
    """The classes by the colours of the masks, ``[red, green, blue]``, 0 to 255."""

    instances: Literal["components", "contours", "none"] | None = None
    """How masks become objects. ``components``: each connected part is one, with its holes;
    ``contours``: each outline is one, those of holes too, as in the original recipe for nails;
    ``none``: one object for each class and image. Not given: ``components``, but ``none`` where
    classes have values or colours."""

    shape: Literal["bitmap", "polygon"] = "bitmap"
    """The shape of the objects. A ``polygon`` runs along the edges of the pixels and holds exactly
    the same ones; it needs ``components``."""

    min_area: Annotated[int, Field(ge=0)] | None = None
    """The least area of a component or contour. Not given: 20, but 0 where classes have values or
    colours."""

    area_mode: Literal["box", "pixels"] = "box"
    """What ``min_area`` is compared with. ``box``: the columns between the first and the last one
    times the rows likewise, so that 5 x 5 pixels have 16; ``pixels``: the number of pixels."""

    skip_unpaired: bool = False
    """Leave out images without a mask; else they have no objects."""

    resize_masks: bool = False
    """Bring masks of any other size to that of the image. Else only those of the same ratio of
    width to height are, and with values or colours none."""

    val_fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    """The share of all images that gets the tag ``val``; the others get ``train``."""

    val_seed: int = 0
    """Another number chooses other images for ``val``."""

    @model_validator(mode="after")
    def _mask_pairs_fit(self) -> Self:
        if self.class_values is not None and self.class_colors is not None:
            raise _problem("classes have either 'class_values' or 'class_colors'")
        if self.class_colors is not None:
            _refuse_shared(self.class_colors)
        has_table = self.class_values is not None or self.class_colors is not None
        for name in ("threshold", "class_name"):
            if has_table and getattr(self, name) is not None:
                raise _problem("'{name}' has no meaning where classes have values or colours", name)
        if self.shape == "polygon" and (
            self.instances == "none" or (has_table and self.instances is None)
        ):
            raise _problem("'shape': 'polygon' needs 'instances': 'components'")
        return self


class MaskPairsWriting(FormatOptions):
    """How folders of images and masks are written."""

    formats: ClassVar[tuple[str, ...]] = (NAME,)

    mask_style: Literal["values", "binary"] = "values"
    """``values``: classes are 1, 2 and so on in the order of the project, as ``mask_values.json``
    tells; ``binary``: every object is 255, whatever its class."""


def _refuse_shared(colors: dict[str, Color]) -> None:
    by_color: dict[Color, str] = {}
    for label, color in colors.items():
        if by_color.setdefault(color, label) != label:
            raise _problem("'{name}' has the colour of another class", label)


def _problem(message: str, name: Any = "") -> PydanticCustomError:
    return PydanticCustomError("value_error", message, {"name": name})
