"""Images set aside: recorded so that each can be looked at again, and limited in number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.broken_runs import Bench, make_bench


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    return make_bench(tmp_path)


def break_image(bench: Bench, name: str) -> None:
    (bench.image.parent / name).write_bytes(b"no picture")


@pytest.mark.parametrize("graph", ["copy", "mirror"])
def test_record_says_where_and_how_to_see_it_again(graph: str, bench: Bench) -> None:
    break_image(bench, "m.png")
    record = bench.sets_aside(graph, "F601")
    assert record["origin"] == "mini/ds1/m.png"
    assert (record["node"], record["action"]) == ("in", "data")
    assert record["location"] == {
        "file": str(bench.graph(graph)),
        "line": 1,
        "column": 2,
        "pointer": "/0",
    }
    again = bench.reproduces(record)
    assert again.code == 3
    assert f"{record['code']} {record['message']}" in again.err
    assert "1 images read, 0 samples saved" in again.out


def test_record_of_a_layer_further_on_names_that_layer(bench: Bench) -> None:
    bench.image.write_bytes(bench.image.read_bytes()[:-20])
    record = bench.sets_aside("mirror", "F601")
    assert (record["node"], record["action"]) == ("result", "supervisely")
    assert record["sample"] == "mini/ds1/m.png#in#out"
    assert bench.reproduces(record).code == 3


@pytest.mark.parametrize("name", ["m[1].png", "m*.png", "it's m.png"])
def test_command_of_a_record_finds_odd_names(name: str, bench: Bench) -> None:
    bench.annotation.unlink()
    bench.image.rename(bench.image.with_name(name))
    assert bench.run("copy").code == 3
    record = bench.record("copy", f"mini/ds1/{name}")
    for _ in range(2):
        again = bench.reproduces(record)
        assert (again.code, "F606" in again.err) == (3, True)
        assert "1 images read" in again.out


def test_record_goes_when_the_image_is_mended(bench: Bench) -> None:
    sound = bench.image.read_bytes()
    break_image(bench, "m.png")
    bench.sets_aside("copy", "F601")
    bench.image.write_bytes(sound)
    assert bench.run("copy", "--overwrite").code == 0
    assert not (bench.out / "failed" / "copy").exists()
    assert bench.saved() == ["a.png", "m.png", "z.png"]


def test_all_images_broken(bench: Bench) -> None:
    for name in ("a.png", "m.png", "z.png"):
        break_image(bench, name)
    outcome = bench.run("copy")
    assert outcome.code == 3
    assert bench.saved() == []
    assert "3 images set aside" in outcome.out


@pytest.mark.parametrize(
    ("options", "code", "broken"),
    [
        (["--fail-fast"], 1, ["a.png"]),
        (["--max-failures", "0"], 1, ["a.png"]),
        (["--max-failures", "1"], 3, ["a.png"]),
        (["--max-failures", "1"], 1, ["a.png", "m.png"]),
        (["--max-failures", "2"], 3, ["a.png", "m.png"]),
    ],
)
def test_giving_up(options: list[str], code: int, broken: list[str], bench: Bench) -> None:
    for name in broken:
        break_image(bench, name)
    outcome = bench.run("copy", "--runner", "serial", *options)
    assert outcome.code == code
    assert ("given up: too many images were set aside" in outcome.out) == (code == 1)
    sound = [name for name in ("a.png", "m.png", "z.png") if name not in broken]
    assert bench.saved() == ([] if code == 1 else sound)
    for name in broken:
        assert bench.record("copy", f"mini/ds1/{name}")["code"] == "F601"


@pytest.mark.parametrize("runner", ["serial", "threads", "processes"])
def test_every_runner_sets_aside_the_same(runner: str, bench: Bench) -> None:
    break_image(bench, "m.png")
    outcome = bench.run("mirror", "--runner", runner, "--workers", "2")
    assert outcome.code == 3
    assert bench.saved() == ["a.png", "z.png"]
    assert bench.record("mirror")["code"] == "F601"


def test_quiet_run_still_names_what_it_sets_aside(bench: Bench) -> None:
    break_image(bench, "m.png")
    outcome = bench.run("copy", "--quiet")
    assert (outcome.code, outcome.out) == (3, "")
    assert "F601" in outcome.err
