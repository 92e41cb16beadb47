"""Outputs that cannot be written: refused before anything is touched, or the run ends cleanly."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from dtl_engine.model.image import Image
from tests.fixtures.broken_runs import READ, SAVE, Bench, complete, half_written, make_bench
from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.processes import finish, start
from tests.fixtures.projects import write_project


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return make_bench(tmp_path)


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def refused(outcome: Outcome, message: str) -> None:
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("dtl: ")
    assert message in outcome.err


def test_output_that_exists(bench: Bench) -> None:
    assert bench.run("copy").code == 0
    before = content(bench.out)
    refused(bench.run("mirror"), "result exists; --overwrite replaces it")
    assert content(bench.out) == before


def test_output_that_exists_is_replaced_when_asked_for(bench: Bench) -> None:
    assert bench.run("copy").code == 0
    (bench.result / "ds1" / "img" / "stray.png").write_bytes(b"")
    assert bench.run("mirror", "--overwrite").code == 0
    assert bench.saved() == ["a.png", "m.png", "z.png"]


def test_what_was_there_is_kept_until_its_replacement_is_complete(bench: Bench) -> None:
    assert bench.run("copy").code == 0
    before = content(bench.result)
    picture = bench.image.read_bytes()
    bench.image.write_bytes(b"no image")
    words = ("run", bench.graph("mirror"), "--data", bench.folder, "--out", bench.out)
    given_up = run_cli(*words, "--overwrite", "--fail-fast", "--workers", "1")
    assert given_up.code == 1
    kept = bench.result.with_name(f".{bench.result.name}.previous")
    assert f"what {bench.result} held before is kept in {kept}" in given_up.out
    assert content(kept) == before
    bench.image.write_bytes(picture)
    assert bench.run("mirror", "--overwrite").code == 0
    assert not kept.exists()


def test_folder_that_no_graph_wrote_is_never_replaced(bench: Bench) -> None:
    bench.result.mkdir(parents=True)
    (bench.result / "thesis.txt").write_text("years of work", encoding="utf-8")
    before = content(bench.out)
    why = "it has no meta.json, report.json or .dtl-export, so no graph wrote it"
    refused(bench.run("copy", "--overwrite"), why)
    assert content(bench.out) == before


@pytest.mark.parametrize("options", [[], ["--overwrite"]])
def test_file_in_the_way(bench: Bench, options: list[str]) -> None:
    bench.out.mkdir()
    bench.result.write_text("a file", encoding="utf-8")
    refused(bench.run("copy", *options), "is in the way: it is no folder")


@pytest.mark.parametrize("options", [[], ["--overwrite"]])
def test_link_in_the_way(bench: Bench, options: list[str]) -> None:
    elsewhere = write_project(bench.folder, "elsewhere")
    before = content(elsewhere)
    bench.out.mkdir()
    bench.result.symlink_to(elsewhere)
    refused(bench.run("copy", *options), "is in the way: it is no folder")
    assert content(elsewhere) == before


def run_into(bench: Bench, out: Path, name: str) -> Outcome:
    layers = [READ, {**SAVE, "src": ["$in"], "dst": name}]
    bench.graph("into").write_text(json.dumps(layers), encoding="utf-8")
    return run_cli("run", bench.graph("into"), "--data", bench.folder, "--out", out, "--overwrite")


def test_output_equal_to_the_input(bench: Bench) -> None:
    before = content(bench.project)
    refused(run_into(bench, bench.folder, "mini"), "would lie in, or over, the input")
    assert content(bench.project) == before


def test_output_inside_the_input(bench: Bench) -> None:
    before = content(bench.project)
    refused(run_into(bench, bench.project / "ds1", "new"), "would lie in, or over, the input")
    assert content(bench.project) == before


def test_output_around_the_input(bench: Bench) -> None:
    before = content(bench.folder / "mini")
    outer = bench.folder.parent
    refused(run_into(bench, outer, bench.folder.name), "would lie in, or over, the input")
    assert content(bench.folder / "mini") == before


def test_out_folder_is_a_file(bench: Bench) -> None:
    bench.out.write_text("a file", encoding="utf-8")
    refused(bench.run("copy"), f"cannot be made: {bench.out} is a file, no folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_out_folder_is_read_only(bench: Bench) -> None:
    bench.out.mkdir(mode=0o555)
    refused(bench.run("copy"), "cannot be made: Permission denied")


def test_disk_is_full(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_to = Image.copy_to

    def full(image: Image, path: Path) -> None:
        if image.path == bench.image:
            path.write_bytes(b"the beginning of")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        copy_to(image, path)

    monkeypatch.setattr(Image, "copy_to", full)
    outcome = bench.run("copy", "--runner", "serial")
    assert outcome.code == 1
    assert outcome.err.startswith("dtl: run failed: ")
    assert "No space left on device; free some space and run again" in outcome.err
    assert bench.saved() == ["a.png"]


LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"


def limited(bench: Bench, graph: str, limit_bytes: int) -> Outcome:
    """Run a graph in a process that cannot write larger files; its middle image is larger."""
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    bench.image.write_bytes(cv2.imencode(".png", noise)[1].tobytes())
    bench.edit(lambda value: value.update(size={"width": 160, "height": 120}))
    words = ["run", bench.graph(graph), "--data", bench.folder, "--out", bench.out]
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes},) * 2)"
    outcome = finish(start(*words, "--runner", "serial", cwd=bench.folder, before=limit))
    assert "Traceback" not in outcome.err
    assert "internal error" not in outcome.err
    assert half_written(bench.out) == []
    return outcome


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX")
@pytest.mark.parametrize("graph", ["mirror", "copy"])
def test_file_cannot_grow(bench: Bench, graph: str) -> None:
    outcome = limited(bench, graph, 20_000)
    assert complete(bench.result) == ["a.png"]
    assert outcome.code == 1
    assert "run failed: " in outcome.err
    assert "File too large" in outcome.err


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX")
def test_nothing_can_be_written_at_all(bench: Bench) -> None:
    outcome = limited(bench, "mirror", 16)
    assert outcome.code == 1
    assert outcome.err == f"dtl: run failed: {bench.result}: File too large\n"
    assert list(bench.out.iterdir()) == []


def test_one_output_in_the_way_leaves_the_other_alone(bench: Bench) -> None:
    layers = [READ, *({**SAVE, "src": ["$in"], "dst": name} for name in ("first", "second"))]
    document = {"version": 1, "layers": layers}
    bench.graph("two").write_text(json.dumps(document), encoding="utf-8")
    assert bench.run("two").code == 0
    (bench.out / "second" / "meta.json").unlink()
    before = content(bench.out)
    refused(bench.run("two", "--overwrite"), "second is in the way")
    assert content(bench.out) == before
