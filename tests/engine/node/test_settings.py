"""Settings: JSON types are taken literally."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from dtl_engine.node.settings import NoSettings, Percent, Settings


class Example(Settings):
    """An example."""

    number: float = 0
    """A number."""

    count: int = 0
    share: Percent = 0
    label: Annotated[str, Field(alias="class")] = ""
    names: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "text",
    [
        '{"number": true}',
        '{"number": "1"}',
        '{"number": NaN}',
        '{"number": 1e999}',
        '{"count": 5.0}',
        '{"count": true}',
        '{"share": 101}',
        '{"share": -1}',
        '{"label": "a"}',
        '{"names": "ab"}',
        '{"other": 1}',
        "[]",
    ],
)
def test_other_types_and_keys_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate_json(text)


def test_what_json_means_is_accepted() -> None:
    found = Example.model_validate_json('{"number": 5, "count": 5, "class": "a", "names": ["b"]}')
    assert (found.number, found.count, found.label, found.names) == (5.0, 5, "a", ("b",))


def test_settings_are_frozen_and_documented() -> None:
    with pytest.raises(ValidationError):
        Example().number = 1  # type: ignore[misc]
    assert Example.model_fields["number"].description == "A number."
    assert NoSettings.let_unknown_pass
    assert not Settings.let_unknown_pass
