"""Settings: the checked form of a layer's ``settings`` object."""

from __future__ import annotations

from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

Percent = Annotated[float, Field(ge=0, le=100)]
"""A share of 100."""


class Settings(BaseModel):
    """Base of all settings: frozen, JSON types taken literally, unknown keys refused.

    JSON integers are accepted for numbers; ``5.0`` is not an integer and ``true`` no number.
    Field docstrings are the documentation that ``dtl nodes`` and editors show.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_by_name=False,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )

    let_unknown_pass: ClassVar[bool] = False
    """Whether the original language silently accepted unknown keys in this object: then they
    are a warning in bare-list documents and an error in all others."""


class NoSettings(Settings):
    """Settings of a layer that has none."""

    let_unknown_pass: ClassVar[bool] = True
