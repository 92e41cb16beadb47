"""The ``color_class`` node: give classes other colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field
from pydantic import Tag as UnionTag
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import MapNode, Sample, Schema, Settings
from dtl_nodes.classes.declared import require_declared
from dtl_nodes.classes.labels import At

DIGITS = frozenset("0123456789abcdefABCDEF")


def _check_color(text: str) -> str:
    if text[:1] != "#" or len(text) not in (4, 7) or not DIGITS.issuperset(text[1:]):
        raise PydanticCustomError(
            "value_error", "a colour is written '#3366CC', '#36C' or [51, 102, 204]"
        )
    return text


def _form(value: object) -> str:
    return "[list]" if isinstance(value, (list, tuple)) else "[string]"


Channel = Annotated[int, Field(ge=0, le=255)]
Color = Annotated[
    Annotated[str, AfterValidator(_check_color), UnionTag("[string]")]
    | Annotated[tuple[Channel, Channel, Channel], UnionTag("[list]")],
    Discriminator(_form),
]
"""``"#3366CC"``, ``"#36C"`` or ``[51, 102, 204]``: red, green, blue."""


class ColorClassSettings(Settings):
    """Settings of ``color_class``."""

    classes_color_mapping: dict[str, Color]
    """Class -> colour: ``"#3366CC"``, ``"#36C"`` or ``[51, 102, 204]`` (red, green, blue)."""


class ColorClass(MapNode[ColorClassSettings]):
    """Give classes other colours; images and objects stay as they are.

    A later layer that makes a class gives it a colour of its own, so this one best comes last.

    Example:
        {"classes_color_mapping": {"box": "#3366CC", "blob": [255, 204, 0]}}

    Source: DTL ``color_class``, which did not look at the string; lists are of its second
        generation.
    """

    action = "color_class"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: ColorClassSettings, schema: Schema) -> Schema:
        """Change the colours of the declarations."""
        colors = settings.classes_color_mapping
        labels: Mapping[At, str] = {("classes_color_mapping", name): name for name in colors}
        require_declared(schema, labels, "to colour", in_key=True)
        return replace(
            schema,
            labels=tuple(
                replace(label, color=_as_hex(colors[label.name])) if label.name in colors else label
                for label in schema.labels
            ),
        )

    def apply(self, sample: Sample) -> Sample:
        """Return the sample: colours belong to the project."""
        return sample


def _as_hex(color: str | tuple[int, int, int]) -> str:
    """Return the colour as ``#RRGGBB``."""
    if not isinstance(color, str):
        return "#" + "".join(f"{channel:02X}" for channel in color)
    digits = color[1:].upper()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)
