"""Output folders: refused when in the way, kept until what replaces them is complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import UsageError
from dtl_engine.execute.outputs import (
    MARKS,
    abandon_output,
    check_distinct,
    check_extra,
    check_output,
    check_target,
    finish_output,
    make_output,
    make_room,
    previous,
)
from dtl_engine.node.replacing import partial
from tests.fixtures.small_graphs import tree

MARK = MARKS[0]


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


def test_a_file_beside_an_output(tmp_path: Path) -> None:
    path = tmp_path / "out.tar"
    check_extra(path, overwrite=False, inputs=[tmp_path / "in"])
    path.write_text("old")
    with pytest.raises(UsageError, match="exists; --overwrite replaces it"):
        check_extra(path, overwrite=False, inputs=())
    check_extra(path, overwrite=True, inputs=())
    partial(path).write_text("of a killed run")
    make_room(path)
    assert tree(tmp_path) == {".out.tar.previous": b"old"}
    make_room(path)
    path.write_text("new")
    finish_output(path)
    assert tree(tmp_path) == {"out.tar": b"new"}
    make_room(path)
    path.write_text("half")
    abandon_output(path)
    assert tree(tmp_path) == {"out.tar": b"new"}


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "folder.tar").mkdir()
    (tmp_path / "link.tar").symlink_to(tmp_path / "nowhere")
    for name in ("folder.tar", "link.tar"):
        with pytest.raises(UsageError, match="it is no file"):
            check_extra(tmp_path / name, overwrite=True, inputs=())


def test_a_target_is_a_folder_that_is_not_read(tmp_path: Path) -> None:
    output = written(tmp_path / "out")
    check_target(output, inputs=[tmp_path / "in"])
    with pytest.raises(UsageError, match="the input"):
        check_target(output, inputs=[output])
    (tmp_path / "link").symlink_to(output)
    for name in ("link", "absent"):
        with pytest.raises(UsageError, match="it is no folder"):
            check_target(tmp_path / name, inputs=())


def test_two_outputs_of_one_name(tmp_path: Path) -> None:
    check_distinct([tmp_path / "a", tmp_path / "a.tar"])
    with pytest.raises(UsageError, match=r"two layers of the graph would write .*A\.tar"):
        check_distinct([tmp_path / "a.tar", tmp_path / "A.tar"])
