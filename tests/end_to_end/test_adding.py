"""Adding to a project that is there: what it holds is never touched, whatever happens."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.image import Image
from tests.fixtures.broken_runs import READ, Bench, complete, half_written, make_bench
from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.processes import finish, start, wait_until
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import layer, saving, tree

ADD = {"dataset_option": "keep", "merge_different_meta": True}
TAGGED = layer("tag", "$in", "$out", tag="fresh", action="add")


def layers(action: str = "add_to_existing_project", **settings: Any) -> list[dict[str, Any]]:
    return [READ, TAGGED, layer(action, "$out", "result", **{**ADD, **settings})]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A project ``result`` in the output folder, of one class, and a graph that adds to it."""
    bench = make_bench(tmp_path)
    write_project(bench.out, "result", classes=("box",))
    bench.graph("add").write_text(json.dumps(layers()), encoding="utf-8")
    return bench


def words(bench: Bench, graph: str, *options: object) -> list[object]:
    return ["run", bench.graph(graph), "--data", bench.folder, "--out", bench.out, *options]


def check_kept(bench: Bench, before: dict[str, bytes]) -> list[str]:
    """Fail unless all that was there is there; return the images that came."""
    after = tree(bench.result)
    changed = {name for name, data in before.items() if after.get(name) != data}
    assert changed <= {"meta.json"}
    json.loads(after["meta.json"])
    assert half_written(bench.out) == []
    complete(bench.result)
    return sorted(name for name in after.keys() - before.keys() if "/img/" in name)


@pytest.mark.parametrize("options", [("1", "threads"), ("2", "threads"), ("2", "processes")])
def test_runners_add_the_same(options: tuple[str, str], bench: Bench) -> None:
    workers, runner = options
    other = write_project(bench.folder / "other", "result", classes=("box",)).parent
    before = tree(bench.result)
    assert bench.run("add", "--runner", "serial").code == 0
    assert len(check_kept(bench, before)) == 3
    outcome = run_cli(
        *("run", bench.graph("add"), "--data", bench.folder, "--out", other),
        *("--runner", runner, "--workers", workers),
    )
    assert outcome.code == 0
    assert tree(other) == tree(bench.out)


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_annotations_are_copied_the_same_by_every_runner(runner: str, bench: Bench) -> None:
    copying = layer("copy_annotations", "$out", "plums", add_option="merge")
    bench.graph("copy").write_text(json.dumps([READ, TAGGED, copying]), encoding="utf-8")
    for out in (bench.out, bench.folder / "other"):
        write_project(out, "plums", classes=("box",), datasets={"ds1": (("m.png", 40, 30),)})
    assert bench.run("copy", "--runner", "serial").code == 0
    other = ("run", bench.graph("copy"), "--data", bench.folder, "--out", bench.folder / "other")
    outcome = run_cli(*other, "--runner", runner, "--workers", "2")
    assert "other/plums: 2 samples skipped: no image of the project has their name" in outcome.out
    plums = bench.out / "plums"
    assert tree(bench.folder / "other" / "plums") == tree(plums)
    assert len(json.loads((plums / "ds1/ann/m.png.json").read_bytes())["objects"]) == 7


def test_overwriting_does_not_replace_what_is_added_to(bench: Bench) -> None:
    before = tree(bench.result)
    assert bench.run("add", "--overwrite").code == 0
    assert len(check_kept(bench, before)) == 3
    assert bench.run("add", "--overwrite").code == 0
    assert len(check_kept(bench, before)) == 6


def test_a_plan_says_that_it_adds(bench: Bench) -> None:
    before = tree(bench.out)
    told = run_cli("plan", *words(bench, "add")[1:])
    assert f"  more into {bench.result}: 3 samples" in told.out.splitlines()
    assert tree(bench.out) == before


def test_an_image_set_aside_is_not_added(bench: Bench) -> None:
    before = tree(bench.result)
    bench.image.write_bytes(b"no image")
    outcome = bench.run("add")
    assert outcome.code == 3
    assert check_kept(bench, before) == ["ds1_001/img/a.png", "ds1_001/img/z.png"]


def refused(bench: Bench, graph: str, *options: object) -> Outcome:
    before = tree(bench.out)
    outcome = bench.run(graph, *options)
    assert outcome.code == 2
    assert tree(bench.out) == before
    return outcome


def test_another_output_in_the_way_leaves_the_project_alone(bench: Bench) -> None:
    (bench.out / "second").mkdir()
    (bench.out / "second" / "thesis.txt").write_text("years of work")
    document = {"version": 1, "layers": [*layers(), saving("$in", "second")]}
    bench.graph("two").write_text(json.dumps(document), encoding="utf-8")
    assert "second exists; --overwrite" in refused(bench, "two").err
    assert "second is in the way" in refused(bench, "two", "--overwrite").err


def test_messages_name_the_layer(bench: Bench) -> None:
    bench.graph("add").write_text(json.dumps(layers(merge_different_meta=False)), encoding="utf-8")
    told = refused(bench, "add").err
    assert told.startswith(f"dtl: {bench.graph('add')}:1:")
    assert "the project declares other classes or tags than what is added has: class 'blob'" in told
    bench.graph("add").write_text(json.dumps([*layers()[:2], {**layers()[2], "dst": "reslt"}]))
    assert "holds no project 'reslt' to add to; did you mean 'result'?" in refused(bench, "add").err


def test_disk_is_full(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(bench.result)
    copy_to = Image.copy_to

    def full(image: Image, path: Path) -> None:
        if image.path == bench.image:
            path.write_bytes(b"the beginning of")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        copy_to(image, path)

    monkeypatch.setattr(Image, "copy_to", full)
    outcome = bench.run("add", "--runner", "serial")
    assert outcome.code == 1
    assert "No space left on device; free some space and run again" in outcome.err
    assert "previous" not in outcome.err
    assert check_kept(bench, before) == ["ds1_001/img/a.png"]


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX")
def test_declarations_cannot_be_written(bench: Bench) -> None:
    before = tree(bench.out)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (16,) * 2)"
    outcome = finish(start(*words(bench, "add"), cwd=bench.folder, before=limit))
    assert (outcome.code, outcome.out) == (1, "")
    assert "File too large" in outcome.err
    assert tree(bench.out) == before


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX")
def test_a_copy_of_the_project_cannot_be_written(bench: Bench) -> None:
    settings = {"add_option": "replace", "backup_destination_project": True}
    copying = layer("copy_annotations", "$out", "result", **settings)
    bench.graph("copy").write_text(json.dumps([READ, TAGGED, copying]), encoding="utf-8")
    before = tree(bench.out)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000,) * 2)"
    outcome = finish(start(*words(bench, "copy"), cwd=bench.folder, before=limit))
    assert (outcome.code, outcome.out) == (1, "")
    assert "Traceback" not in outcome.err
    assert tree(bench.out) == before
    assert [path.name for path in bench.out.iterdir()] == ["result"]


MANY = {"ds1": tuple((f"image_{number:03}.png", 300, 200) for number in range(240))}


@pytest.fixture
def long(bench: Bench) -> Bench:
    """The same with a run that takes a while."""
    write_project(bench.folder, "many", datasets=MANY, classes=("box", "blob"))
    read = {**READ, "src": ["many/*"]}
    mirror = layer("flip", "$in", "$out", axis="vertical")
    adding = layers(dataset_option="existing", dataset_name="ds1")[2]
    bench.graph("long").write_text(json.dumps([read, mirror, adding]), encoding="utf-8")
    return bench


def wait_for_images(bench: Bench, count: int) -> None:
    there = len(list(bench.result.glob("*/img/*")))
    wait_until(lambda: len(list(bench.result.glob("*/img/*"))) >= there + count, f"{count} images")


@pytest.mark.skipif(sys.platform != "linux", reason="kills a process group")
def test_a_kill_leaves_every_image_with_its_annotation(long: Bench) -> None:
    before = tree(long.result)
    process = start(*words(long, "long"), cwd=long.folder)
    wait_for_images(long, 5)
    os.killpg(process.pid, signal.SIGKILL)
    assert finish(process).code == -signal.SIGKILL
    after = tree(long.result)
    assert {name for name in before if after.get(name) != before[name]} <= {"meta.json"}
    images = [name for name in after if "/img/" in name]
    assert 3 + 5 <= len(images) < 3 + len(MANY["ds1"])
    for name in images:
        json.loads(after[f"{name.replace('/img/', '/ann/')}.json"])
    # Running again adds all of them beside those that came before.
    assert long.run("long").code == 0
    again = tree(long.result)
    assert {name: data for name, data in again.items() if name in images} == {
        name: after[name] for name in images
    }
    assert len([name for name in again if "/img/" in name]) == len(images) + len(MANY["ds1"])


@pytest.mark.skipif(sys.platform != "linux", reason="sends signals")
@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_an_interrupt_finishes_what_is_in_flight(runner: str, long: Bench) -> None:
    before = tree(long.result)
    process = start(*words(long, "long", "--runner", runner, "--workers", "2"), cwd=long.folder)
    wait_for_images(long, 3)
    process.send_signal(signal.SIGINT)
    outcome = finish(process)
    assert outcome.code == 130
    assert "interrupted: what is saved is complete" in outcome.out
    assert 3 <= len(check_kept(long, before)) < len(MANY["ds1"])
