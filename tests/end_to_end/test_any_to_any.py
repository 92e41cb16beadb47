"""All formats side by side: any becomes any other, with the same bytes each time."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from dtl_engine.testing.compare import assert_same_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats import FORMATS, WRITABLE
from tests.fixtures.cli import run_cli
from tests.fixtures.conversions import Exports, convert, opened, read
from tests.fixtures.small_graphs import tree


@pytest.mark.parametrize("name", WRITABLE)
def test_what_comes_back_is_written_the_same(name: str, exported: Exports, tmp_path: Path) -> None:
    """Reading and writing again loses nothing more, and the bytes are stable."""
    folder = exported(name)
    for target in ("once", "twice"):
        convert(folder, tmp_path / target / "again", name, "--from", name)
        folder = tmp_path / target / "again"
    first, second = tree(tmp_path / "once"), tree(tmp_path / "twice")
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


@pytest.mark.parametrize("name", WRITABLE)
@pytest.mark.parametrize(
    "options", [("--workers", "3"), ("--runner", "serial")], ids=["threads", "serial"]
)
def test_same_bytes_with_any_worker(
    name: str,
    options: tuple[str, ...],
    drawn: Path,
    exported: Exports,
    tmp_path: Path,
) -> None:
    convert(drawn, tmp_path / name, name, *options)
    assert tree(tmp_path / name) == tree(exported(name))


@pytest.mark.parametrize("name", WRITABLE)
def test_same_bytes_from_processes(name: str, exported: Exports, tmp_path: Path) -> None:
    """The reader too goes to the workers."""
    folder = exported(name)
    for target, options in {"one": (), "two": ("--runner", "processes", "--workers", "2")}.items():
        convert(folder, tmp_path / target / name, name, "--from", name, *options)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


@pytest.mark.parametrize("name", WRITABLE)
def test_what_was_exported_is_recognised(name: str, exported: Exports) -> None:
    folder = exported(name)
    outcome = run_cli("inspect", folder, "--format", "json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    assert (found["format"], found["samples"]) == (name, 4)
    assert found["notes"] == []


@pytest.mark.parametrize("name", WRITABLE)
def test_every_reader_conforms(name: str, exported: Exports) -> None:
    """What is read fits the schema; opened again or sent elsewhere, a source reads the same."""
    folder = exported(name)
    first, again = opened(folder, name), opened(folder, name)
    assert first.location == folder
    assert [dataset.name for dataset in first.datasets] == ["train", "val"]
    for source in (again, pickle.loads(pickle.dumps(first))):
        assert (source.schema, source.datasets) == (first.schema, first.datasets)
        for dataset in first.datasets:
            assert list(dataset.files) == sorted(dataset.files)
            for origin in dataset.origins():
                sample = first.read(origin)
                assert sample.origin == origin
                assert_schema_covers(first.schema, sample)
                assert_same_sample(sample, source.read(origin), "two readings")


@pytest.mark.parametrize("target", WRITABLE)
@pytest.mark.parametrize("source", WRITABLE)
def test_every_format_becomes_every_other(
    source: str, target: str, exported: Exports, tmp_path: Path
) -> None:
    folder = exported(source)
    outcome = convert(folder, tmp_path / "out", target, "--from", source)
    assert "4 samples saved" in outcome.out
    before, after = read(folder, source), read(tmp_path / "out", target)
    # Splits may be named anew; the images stay.
    assert sorted(file for _, file in after) == sorted(file for _, file in before)


def test_reading_formats_alone_are_few() -> None:
    assert set(FORMATS) - set(WRITABLE) == {"video"}
