"""How masks become objects: the settings, worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dtl_nodes.formats.mask_pairs.options import Color, Values

DEFAULT_CLASS = "nail"
DEFAULT_THRESHOLD = 100
DEFAULT_MIN_AREA = 20
ALL_VALUES = "__all__"

Instances = Literal["components", "contours", "none"]


@dataclass(frozen=True, slots=True)
class MaskRules:
    """How the masks of one source are read.

    ``values`` or ``colors`` are the table of classes, or neither, and then all that is brighter
    than ``threshold`` is of the one class ``class_name``.
    """

    class_name: str
    threshold: int
    values: Mapping[str, tuple[int, ...] | None] | None
    """Class -> its values; ``None`` for all but 0."""
    colors: Mapping[str, Color] | None
    instances: Instances
    is_polygon: bool
    min_area: int
    counts_pixels: bool
    resizes: bool

    @classmethod
    def of(cls, settings: Any, stored: Mapping[str, int] | None) -> MaskRules:
        """Return the rules that settings of ``data`` state.

        Args:
            settings: with the options of the format.
            stored: the values of classes that lie beside the masks; settings come before them.
        """
        values: dict[str, tuple[int, ...] | None] | None = None
        chosen = settings.class_values
        says_one_class = settings.threshold is not None or settings.class_name is not None
        if chosen is None and settings.class_colors is None and not says_one_class:
            chosen = stored
        if chosen is not None:
            values = {label: _listed(given) for label, given in chosen.items()}
        has_table = values is not None or settings.class_colors is not None
        default: Instances = "none" if has_table and settings.shape == "bitmap" else "components"
        least = settings.min_area
        if least is None:
            least = 0 if has_table else DEFAULT_MIN_AREA
        threshold = DEFAULT_THRESHOLD if settings.threshold is None else settings.threshold
        return cls(
            settings.class_name or DEFAULT_CLASS,
            threshold,
            values,
            settings.class_colors,
            settings.instances or default,
            settings.shape == "polygon" or settings.instances == "contours",
            least,
            settings.area_mode == "pixels",
            settings.resize_masks,
        )

    @property
    def has_table(self) -> bool:
        """Whether classes have values or colours."""
        return self.values is not None or self.colors is not None

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that masks may hold, in order."""
        return tuple(self.values or self.colors or (self.class_name,))


def _listed(values: Values) -> tuple[int, ...] | None:
    if values == ALL_VALUES:
        return None
    return (values,) if isinstance(values, int) else tuple(values)  # type: ignore[arg-type]
