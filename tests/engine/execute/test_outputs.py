"""Output folders: refused when in the way, kept until what replaces them is complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import UsageError
from dtl_engine.execute.outputs import (
    MARK,
    abandon_output,
    check_output,
    finish_output,
    make_output,
    previous,
)
from tests.fixtures.small_graphs import tree


def written(output: Path) -> Path:
    """Return ``output`` as an earlier run left it."""
    output.mkdir(parents=True)
    (output / MARK).write_text("old")
    return output


def test_a_new_or_empty_folder_is_taken(tmp_path: Path) -> None:
    output = tmp_path / "deep" / "out"
    for _ in range(2):
        check_output(output, overwrite=False, inputs=[tmp_path / "in"])
        make_output(output)
        assert tree(output) == {}


def test_what_is_there_is_kept_until_the_end(tmp_path: Path) -> None:
    output = written(tmp_path / "out")
    with pytest.raises(UsageError, match="exists; --overwrite replaces it"):
        check_output(output, overwrite=False, inputs=())
    check_output(output, overwrite=True, inputs=())
    make_output(output)
    assert (tree(output), tree(previous(output))) == ({}, {MARK: b"old"})
    (output / MARK).write_text("new")
    finish_output(output)
    assert tree(tmp_path) == {f"out/{MARK}": b"new"}


def test_a_replacement_that_never_finished_does_not_replace(tmp_path: Path) -> None:
    output = written(tmp_path / "out")
    make_output(output)
    (output / MARK).write_text("half")
    make_output(output)
    assert tree(previous(output)) == {MARK: b"old"}


def test_giving_back_what_was_there(tmp_path: Path) -> None:
    output = written(tmp_path / "out")
    make_output(output)
    (output / "rest").write_text("half")
    abandon_output(output)
    assert tree(tmp_path) == {f"out/{MARK}": b"old"}


def test_what_is_no_output_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "notes")
    for name in ("notes", "file", "link"):
        with pytest.raises(UsageError, match="in the way"):
            check_output(tmp_path / name, overwrite=True, inputs=())


def test_an_output_meets_no_input(tmp_path: Path) -> None:
    source = tmp_path / "data" / "lemon"
    (source / "ds1").mkdir(parents=True)
    (tmp_path / "alias").symlink_to(source)
    for output in (source, source / "ds1", tmp_path / "data", tmp_path / "alias" / "new"):
        with pytest.raises(UsageError, match="the input"):
            check_output(output, overwrite=True, inputs=[source])
    check_output(tmp_path / "data" / "lemons", overwrite=True, inputs=[source])
