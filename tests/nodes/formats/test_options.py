"""Options of formats: which belong to which, and what is said of those that do not belong."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field, ValidationError, model_validator

from dtl_engine.node.settings_tree import settings_tree
from dtl_nodes.data import DataSettings
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats import FORMATS, WRITABLE
from dtl_nodes.formats.options import (
    FormatOptions,
    option_formats,
    options_of,
    refuse_foreign_options,
)


class Loud(FormatOptions):
    """Options of one format."""

    formats: ClassVar[tuple[str, ...]] = ("drum",)

    volume: int = 3
    """How loud."""


class Sheet(FormatOptions):
    """Options of two formats."""

    formats: ClassVar[tuple[str, ...]] = ("violin", "drum")

    note_: Literal["a", "b"] = Field(default="a", alias="note")
    """Which one."""


class Band(Sheet, Loud):
    """All options."""

    format: str | None = None
    """Which instrument."""

    @model_validator(mode="after")
    def _fit(self) -> Band:
        refuse_foreign_options(self, self.format)
        return self


def test_who_has_what() -> None:
    assert option_formats(Band) == {"volume": ("drum",), "note_": ("drum", "violin")}
    assert options_of(Band, "drum") == ("volume", "note")
    assert options_of(Band, "violin") == ("note",)
    assert options_of(Band, "flute") == ()


@pytest.mark.parametrize(
    "settings",
    [{}, {"format": "violin"}, {"format": "violin", "note": "b"},
     {"format": "drum", "note": "b", "volume": 1}],
)  # fmt: skip
def test_own_options_pass(settings: dict[str, Any]) -> None:
    Band.model_validate(settings)


@pytest.mark.parametrize(
    ("settings", "places", "words"),
    [
        ({"format": "violin", "volume": 2}, [("volume",)], "only drum has this option, not violin"),
        ({"note": "b"}, [("note",)], "only drum or violin has this option, and 'format' does not"),
        ({"volume": 3, "note": "a", "format": "flute"}, [("volume",), ("note",)], "not flute"),
    ],
)
def test_options_of_others_are_refused(
    settings: dict[str, Any], places: list[tuple[str]], words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as refused:
        Band.model_validate(settings)
    assert [error["loc"] for error in refused.value.errors()] == places


def test_descriptions_say_to_whom_an_option_belongs() -> None:
    told = {found.name: found.description for found in settings_tree(Band.model_json_schema())}
    assert told == {
        "volume": "How loud. Only with drum.",
        "note": "Which one. Only with drum or violin.",
        "format": "Which instrument.",
    }


@pytest.mark.parametrize(
    ("model", "names"), [(DataSettings, tuple(FORMATS)), (ExportSettings, WRITABLE)]
)
def test_options_belong_to_formats_that_there_are(
    model: type[FormatOptions], names: tuple[str, ...]
) -> None:
    for option, formats in option_formats(model).items():
        assert set(formats) <= set(names), option
        assert model.model_fields[option].description, option
        assert not model.model_fields[option].is_required(), option


@pytest.mark.parametrize("model", [DataSettings, ExportSettings])
def test_no_two_families_share_a_name(model: type[FormatOptions]) -> None:
    families = [base for base in model.__mro__ if vars(base).get("formats")]
    owners: dict[str, str] = {}
    for family in families:
        for name in family.__annotations__.keys() & family.model_fields.keys():
            assert owners.setdefault(name, family.__name__) == family.__name__, name
