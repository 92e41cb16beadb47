"""Settings that do not fit: what is told, and where it points."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, model_validator

from dtl_engine.compile.settings_problems import validate_settings
from dtl_engine.errors import Problem, Severity
from dtl_engine.graph.dialect import DialectReader
from dtl_engine.graph.json_reader import read_json
from dtl_engine.node.settings import Settings
from tests.fixtures.small_graphs import document, layer


class Size(Settings):
    """Inner settings."""

    width: Annotated[int, Field(ge=1)]
    unit: Literal["px", "%"] = "px"


class Loose(Settings):
    """An object whose unknown keys the original language let pass."""

    let_unknown_pass = True

    left: int = 0


class Knobs(Settings):
    """Outer settings."""

    size: Size | None = None
    sizes: tuple[Size, ...] = ()
    loose: Loose | None = None
    label: Annotated[str, Field(alias="class")] = ""
    color: str | None = Field(default=None, deprecated="no one sees it")


def check(settings: Any, *, original: bool = False) -> tuple[Settings | None, list[Problem]]:
    layers = [layer("knob", "$a", "$b", **settings)]
    text = json.dumps(layers if original else document(*layers)).encode()
    spec = DialectReader(read_json(text, "g.json")).read()
    return validate_settings(spec, spec.layers[0], Knobs)


def test_sound_settings() -> None:
    found, problems = check({"size": {"width": 3}, "sizes": [{"width": 1}], "class": "a"})
    assert problems == []
    assert isinstance(found, Knobs)
    assert (found.size, found.label) == (Size(width=3), "a")
    assert isinstance(found.sizes, tuple)


@pytest.mark.parametrize(
    ("settings", "code", "pointer", "words"),
    [
        ({"sise": {}}, "E103", "sise", "did you mean 'size'?"),
        ({"label": "a"}, "E103", "label", "unknown setting 'label'"),
        ({"size": {"wdth": 3, "width": 3}}, "E103", "size/wdth", "did you mean 'width'?"),
        ({"size": {}}, "E106", "size", "'size.width'"),
        ({"size": {"width": 1.5}}, "E104", "size/width", "is an integer, not the number 1.5"),
        ({"size": {"width": True}}, "E104", "size/width", "not a boolean"),
        ({"size": {"width": 0}}, "E105", "size/width", "0"),
        ({"size": {"width": 1, "unit": "pt"}}, "E105", "size/unit", "one of: px, %"),
        ({"size": []}, "E104", "size", "is an object, not a list"),
        ({"sizes": {}}, "E104", "sizes", "is a list, not an object"),
        ({"sizes": [{"width": 1}, {"width": "1"}]}, "E104", "sizes/1/width", "not the string"),
    ],
)
def test_mistakes(settings: Any, code: str, pointer: str, words: str) -> None:
    found, (problem,) = check(settings)
    assert found is None
    assert (problem.code, problem.severity) == (code, Severity.ERROR)
    assert problem.location.pointer == f"/layers/0/settings/{pointer}"
    assert words in str(problem)


def test_unknown_keys_that_the_original_language_let_pass() -> None:
    settings = {"loose": {"left": 1, "lefft": 2, "any": {"deep": 3}}}
    found, problems = check(settings, original=True)
    assert found == Knobs(loose=Loose(left=1))
    assert [(p.code, p.severity, p.location.pointer) for p in problems] == [
        ("W503", Severity.WARNING, "/0/settings/loose/lefft"),
        ("W503", Severity.WARNING, "/0/settings/loose/any"),
    ]
    found, problems = check(settings)
    assert found is None
    assert [problem.code for problem in problems] == ["E103", "E103"]


def test_all_mistakes_are_told() -> None:
    _, problems = check({"size": {"width": "a", "unit": 3}, "sise": 1, "class": 5})
    assert len(problems) == 4


def test_deprecated_settings_are_a_warning() -> None:
    found, problems = check({"color": "red", "class": "a"})
    assert isinstance(found, Knobs)
    (problem,) = problems
    assert (problem.code, problem.severity) == ("W506", Severity.WARNING)
    assert (problem.location.pointer, problem.value) == ("/layers/0/settings/color", "red")
    assert problem.message == "setting 'color' of action 'knob' is ignored"
    assert problem.help == "no one sees it"


def test_deprecated_settings_without_a_value_are_none() -> None:
    assert check({"color": None})[1] == []
    found, problems = check({"color": 3})
    assert found is None
    assert [problem.code for problem in problems] == ["E104"]


class Whole(Settings):
    """A choice of two."""

    name: Literal["whole"] = "whole"
    save: bool = False


class Part(Settings):
    """The other one."""

    name: Literal["part"] = "part"
    bounds: int = 0


class Choosing(Settings):
    """One of two, and an object with an older name."""

    size: Size | None = None
    mode: Annotated[Whole | Part, Field(discriminator="name")] = Whole()

    @model_validator(mode="before")
    @classmethod
    def _renames(cls, value: Any) -> Any:
        return {("size" if key == "extent" else key): each for key, each in value.items()}


def choose(**settings: Any) -> Problem:
    text = json.dumps(document(layer("knob", "$a", "$b", **settings))).encode()
    spec = DialectReader(read_json(text, "g.json")).read()
    found, (problem,) = validate_settings(spec, spec.layers[0], Choosing)
    assert found is None
    return problem


def test_a_setting_of_another_choice() -> None:
    problem = choose(mode={"name": "whole", "bounds": 3})
    assert problem.code == "E103"
    assert problem.allowed == ("name", "save")
    assert problem.help == 'it goes with "name": "part"; known are name, save'


def test_a_setting_of_no_choice() -> None:
    assert choose(mode={"name": "part", "bund": 3}).help == "did you mean 'bounds'?"


@pytest.mark.parametrize(
    ("value", "code", "pointer", "words"),
    [
        ({"width": 0}, "E105", "/layers/0/settings/extent/width", "'extent.width' is at least 1"),
        ({"width": 1, "unt": "px"}, "E103", "/layers/0/settings/extent/unt", "setting 'unt'"),
        ([], "E104", "/layers/0/settings/size", "'size' is an object, not a list"),
    ],
)
def test_what_was_moved_is_found_where_it_is_written(
    value: Any, code: str, pointer: str, words: str
) -> None:
    problem = choose(extent=value)
    assert problem.code == code
    assert problem.location.pointer == pointer
    assert words in problem.message
    assert code != "E103" or problem.help == "did you mean 'unit'?"
