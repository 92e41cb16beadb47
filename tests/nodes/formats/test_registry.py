"""The registry of formats: found by name, or by what they look like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.schema import SchemaError
from dtl_engine.sdk import Source
from dtl_nodes import formats
from dtl_nodes.formats import FORMATS, detect_format, recognise
from dtl_nodes.formats.base import DatasetFormat, Subsets
from tests.fixtures.projects import write_project


class Named(DatasetFormat):
    """Recognised by a file of its name."""

    @classmethod
    def detect(cls, place: Path) -> str:  # type: ignore[override]
        return f"it has {cls.name}" if (place / cls.name).is_file() else ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        raise NotImplementedError


class One(Named):
    name, title = "one", "One"


class Two(Named):
    name, title = "two", "Two"


class Plain(Named):
    name, title = "plain", "Plain"
    is_fallback = True


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    known = {
        **{each.name: each for each in (One, Two, Plain)},
        "supervisely": formats.load_format("supervisely"),
    }
    monkeypatch.setattr(formats, "FORMATS", dict.fromkeys(known, ""))
    monkeypatch.setattr(formats, "load_format", known.__getitem__)
    (tmp_path / "set").mkdir()
    return tmp_path / "set"


def found(place: Path, *files: str) -> list[str]:
    for file in files:
        (place / file).touch()
    return [each.name for each, _ in recognise(place)]


def test_one_that_it_looks_like(place: Path) -> None:
    assert found(place, "two") == ["two"]
    assert recognise(place) == ((Two, "it has two"),)
    assert detect_format(place) is Two


def test_none_that_it_looks_like(place: Path) -> None:
    assert found(place) == []
    with pytest.raises(SchemaError, match="'set' looks like no dataset") as refused:
        detect_format(place)
    assert (refused.value.code, refused.value.at) == ("E407", (0,))
    assert "'dtl inspect --formats' lists them all" in refused.value.help


def test_several_that_it_looks_like(place: Path) -> None:
    assert found(place, "one", "two") == ["one", "two"]
    words = r"'set' may be one \(it has one\) or two \(it has two\)"
    with pytest.raises(SchemaError, match=words) as refused:
        detect_format(place)
    assert (refused.value.code, refused.value.allowed) == ("E408", ("one", "two"))
    assert refused.value.help == 'say which one, as in "format": "one"'


def test_what_anything_looks_like_gives_way(place: Path) -> None:
    assert found(place, "plain") == ["plain"]
    assert found(place, "plain", "one") == ["one"]


def test_a_project_is_nothing_else(place: Path) -> None:
    assert found(place, "one", "two", "meta.json") == ["supervisely"]


def test_every_format_detects_nothing_in_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("nothing in particular\n")
    (tmp_path / "zero.json").write_bytes(b"")
    for name in FORMATS:
        each = formats.load_format(name)
        for place in ("empty", "file.txt", "zero.json"):
            assert each.detect(tmp_path / place) == "", name


def test_every_reason_is_a_sentence_without_its_end(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    for each, reason in recognise(project):
        assert reason, each.name
        assert not reason.endswith(".")
