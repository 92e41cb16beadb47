"""Archives beside projects: the same bytes always, whole or not there, and never in the way."""

from __future__ import annotations

import json
import os
import signal
import sys
import tarfile
from pathlib import Path

import pytest

from tests.fixtures.broken_runs import READ, Bench, complete, half_written, make_bench
from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.processes import finish, start, wait_until
from tests.fixtures.small_graphs import layer, tree

PACK = layer("save", "$in", "result", visualize=True)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = make_bench(tmp_path)
    bench.graph("pack").write_text(json.dumps([READ, PACK]), encoding="utf-8")
    return bench


def archive(bench: Bench) -> Path:
    return bench.out / "result.tar"


def packed(path: Path) -> dict[str, bytes]:
    """Return the bytes of all files in an archive."""
    with tarfile.open(path) as tar:
        found = {}
        for entry in tar.getmembers():
            content = tar.extractfile(entry)
            assert content is not None
            found[entry.name] = content.read()
        return found


def check_packed(bench: Bench) -> None:
    """Fail unless the archive holds what the folder holds."""
    files = {f"result/{name}": data for name, data in tree(bench.result).items()}
    assert packed(archive(bench)) == files


def give_up(bench: Bench) -> Outcome:
    """Run over a broken image that ends the run."""
    picture = bench.image.read_bytes()
    bench.image.write_bytes(b"no image")
    words = ("run", bench.graph("pack"), "--data", bench.folder, "--out", bench.out)
    outcome = run_cli(*words, "--overwrite", "--fail-fast", "--workers", "1")
    bench.image.write_bytes(picture)
    assert outcome.code == 1
    return outcome


def test_an_archive_holds_what_the_folder_holds(bench: Bench) -> None:
    outcome = bench.run("pack")
    assert outcome.code == 0
    check_packed(bench)
    assert len(packed(archive(bench))) == 3 * 3 + 1
    assert str(archive(bench)) in outcome.out.splitlines()
    assert bench.saved() == ["a.png", "m.png", "z.png"]


@pytest.mark.parametrize("options", [("1", "threads"), ("2", "threads"), ("2", "processes")])
def test_runners_write_the_same_archive(options: tuple[str, str], bench: Bench) -> None:
    workers, runner = options
    assert bench.run("pack", "--runner", "serial").code == 0
    other = ("run", bench.graph("pack"), "--data", bench.folder, "--out", bench.folder / "other")
    assert run_cli(*other, "--runner", runner, "--workers", workers).code == 0
    assert tree(bench.folder / "other") == tree(bench.out)


def test_a_plan_names_the_archive(bench: Bench) -> None:
    words = ("plan", bench.graph("pack"), "--data", bench.folder, "--out", bench.out)
    assert f"  {archive(bench)}" in run_cli(*words).out.splitlines()
    assert not bench.out.exists()


def test_an_archive_that_exists_is_replaced_when_asked_for(bench: Bench) -> None:
    bench.out.mkdir()
    archive(bench).write_text("the one before")
    outcome = bench.run("pack")
    assert outcome.code == 2
    assert f"the output {archive(bench)} exists; --overwrite replaces it" in outcome.err
    assert tree(bench.out) == {"result.tar": b"the one before"}
    assert bench.run("pack", "--overwrite").code == 0
    check_packed(bench)


@pytest.mark.parametrize("options", [[], ["--overwrite"]])
def test_a_folder_in_the_place_of_the_archive(bench: Bench, options: list[str]) -> None:
    archive(bench).mkdir(parents=True)
    outcome = bench.run("pack", *options)
    assert outcome.code == 2
    assert f"the output {archive(bench)} is in the way: it is no file" in outcome.err
    assert not bench.result.exists()


def test_without_an_archive_none_is_touched(bench: Bench) -> None:
    bench.out.mkdir()
    archive(bench).write_text("the one before")
    assert bench.run("pack", "--set", "result.archive=false").code == 0
    assert archive(bench).read_text() == "the one before"
    assert bench.saved() == ["a.png", "m.png", "z.png"]


def test_what_was_there_is_kept_until_its_replacement_is_complete(bench: Bench) -> None:
    assert bench.run("pack").code == 0
    before = tree(bench.out)
    for _ in range(2):
        outcome = give_up(bench)
        kept = archive(bench).with_name(".result.tar.previous")
        assert f"what {archive(bench)} held before is kept in {kept}" in outcome.out
        assert kept.read_bytes() == before["result.tar"]
        assert not archive(bench).exists()
    assert bench.run("pack", "--overwrite").code == 0
    assert tree(bench.out) == before


def test_an_image_set_aside_is_not_packed(bench: Bench) -> None:
    bench.image.write_bytes(b"no image")
    assert bench.run("pack").code == 3
    assert bench.saved() == ["a.png", "z.png"]
    check_packed(bench)


def test_two_layers_cannot_write_one_file(bench: Bench) -> None:
    layers = [READ, PACK, layer("supervisely", "$in", "result.tar")]
    bench.graph("two").write_text(json.dumps({"version": 1, "layers": layers}), encoding="utf-8")
    outcome = bench.run("two")
    assert outcome.code == 2
    assert f"two layers of the graph would write {archive(bench)}" in outcome.err
    assert not bench.out.exists()


LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (15_000,) * 2)"


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX")
def test_an_archive_that_cannot_grow(bench: Bench) -> None:
    bench.out.mkdir()
    archive(bench).write_text("the one before")
    words = ["run", bench.graph("pack"), "--data", bench.folder, "--out", bench.out]
    outcome = finish(start(*words, "--overwrite", cwd=bench.folder, before=LIMIT))
    assert outcome.code == 1
    kept = archive(bench).with_name(".result.tar.previous")
    assert "File too large" in outcome.err
    assert outcome.err.endswith(f"; what {archive(bench)} held before is kept in {kept}\n")
    assert "Traceback" not in outcome.err
    assert complete(bench.result) == ["a.png", "m.png", "z.png"]
    assert sorted(path.name for path in bench.out.iterdir()) == [kept.name, "result"]


SLOW = """
import time, dtl_nodes.families.archive as archive
listed = archive._files
def slowly(*where):
    for entry in listed(*where):
        yield entry
        time.sleep(0.2)
archive._files = slowly
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kills a process group")
def test_a_kill_while_packing(bench: Bench) -> None:
    words = ["run", bench.graph("pack"), "--data", bench.folder, "--out", bench.out]
    process = start(*words, cwd=bench.folder, before=SLOW)
    partial = archive(bench).with_name(".result.tar.partial")
    wait_until(partial.exists, "the start of the packing")
    os.killpg(process.pid, signal.SIGKILL)
    assert finish(process).code == -signal.SIGKILL
    assert not archive(bench).exists()
    assert complete(bench.result) == ["a.png", "m.png", "z.png"]
    assert bench.run("pack", "--overwrite").code == 0
    check_packed(bench)
    assert half_written(bench.out) == []


@pytest.mark.skipif(sys.platform != "linux", reason="sends signals")
def test_an_interrupted_run_has_no_archive(bench: Bench) -> None:
    layers = [READ, layer("multiply", "$in", "$many", multiply=300), {**PACK, "src": ["$many"]}]
    bench.graph("long").write_text(json.dumps(layers), encoding="utf-8")
    words = ["run", bench.graph("long"), "--data", bench.folder, "--out", bench.out]
    process = start(*words, "--runner", "serial", cwd=bench.folder)
    wait_until((bench.result / "meta.json").exists, "the start of the run")
    process.send_signal(signal.SIGINT)
    assert finish(process).code == 130
    assert complete(bench.result) or not list(bench.result.glob("*/img/*"))
    assert [path.name for path in bench.out.iterdir()] == ["result"]
