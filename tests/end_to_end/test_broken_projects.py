"""Projects with odd names and marks: they never lead out of the data folders, and never crash."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.fixtures.broken_runs import READ, SAVE, Bench, make_bench
from tests.fixtures.cli import run_cli
from tests.fixtures.projects import write_project

ALL = ["a.png", "m.png", "z.png"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    folder = tmp_path / "data"
    folder.mkdir()
    return make_bench(folder)


@pytest.mark.parametrize("source", ["../secret/*", "..", "../*", "/{0}/*", "{0}", "mini/../secret"])
def test_source_outside_the_data_folders(source: str, bench: Bench) -> None:
    secret = write_project(bench.folder.parent, "secret")
    layers = [{**READ, "src": [source.format(secret)]}, {**SAVE, "src": ["$in"]}]
    bench.graph("spy").write_text(json.dumps(layers), encoding="utf-8")
    outcome = bench.run("spy")
    assert outcome.code == 2
    assert "E405 " in outcome.err or "E401 " in outcome.err
    assert not bench.out.exists()


@pytest.mark.parametrize("dataset", ["..", ".", "../../secret"])
def test_dataset_outside_its_project(dataset: str, bench: Bench) -> None:
    write_project(bench.folder.parent, "secret")
    layers = [{**READ, "src": [f"mini/{dataset}"]}, {**SAVE, "src": ["$in"]}]
    bench.graph("spy").write_text(json.dumps(layers), encoding="utf-8")
    outcome = bench.run("spy")
    if outcome.code == 0:  # a pattern that names an absent dataset matches nothing
        assert f"W504 project 'mini' has no dataset '{dataset}'" in outcome.err
        assert bench.saved() == []
    else:
        assert (outcome.code, "E405 " in outcome.err) == (2, True)


@pytest.mark.parametrize("part", ["graph", "meta"])
def test_byte_order_mark(part: str, bench: Bench) -> None:
    path = bench.graph("copy") if part == "graph" else bench.project / "meta.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert bench.run("copy").code == 0
    assert bench.saved() == ALL


BROKEN_METAS = {
    "missing": (None, "'mini' is no project: it has no meta.json"),
    "empty": (b"", "mini/meta.json is not JSON"),
    "cut off": (b'{"classes": [', "mini/meta.json is not JSON"),
    "not UTF-8": (b'{"classes": ["\xff"]}', "mini/meta.json is not JSON"),
    "a number": (b"7", "mini/meta.json: it holds no list 'classes'"),
    "class a string": (b'{"classes": ["box"]}', "a class is not an object"),
    "class without title": (b'{"classes": [{"shape": "point"}]}', "a class has no title"),
    "shape a list": (b'{"classes": [{"title": "a", "shape": []}]}', "class 'a' has shape []"),
    "tags an object": (b'{"classes": [], "tags": {"a": 1}}', "'tags' is no list"),
    "old tags an object": (b'{"classes": [], "tags_images": {"a": 1}}', "'tags_images' is no list"),
    "tag without name": (b'{"classes": [], "tags": [{}]}', "a tag has no name"),
    "tag type unknown": (
        b'{"classes": [], "tags": [{"name": "a", "value_type": "day"}]}',
        "tag 'a' has value_type 'day'; known are none, any_number, any_string, oneof_string",
    ),
    "tag type a list": (
        b'{"classes": [], "tags": [{"name": "a", "value_type": []}]}',
        "tag 'a' has value_type []",
    ),
    "tag twice": (b'{"classes": [], "tags": ["a", "a"]}', "tag 'a' is declared twice"),
    "tags in two forms": (
        b'{"classes": [], "tags": ["a"], "tags_objects": ["b"]}',
        "'tags' stands beside",
    ),
    "type a list": (b'{"classes": [], "projectType": ["videos"]}', "a project of ['videos']"),
    "type volumes": (b'{"classes": [], "projectType": "volumes"}', "a project of volumes"),
}


@pytest.mark.parametrize("name", BROKEN_METAS)
def test_broken_meta(name: str, bench: Bench) -> None:
    data, reason = BROKEN_METAS[name]
    meta = bench.project / "meta.json"
    meta.unlink() if data is None else meta.write_bytes(data)
    outcome = bench.run("copy")
    assert outcome.code == 2
    assert "E403 " in outcome.err
    assert reason in outcome.err
    assert not bench.out.exists()


def test_project_that_is_a_file(bench: Bench) -> None:
    (bench.folder / "other").write_bytes(b"")
    layers = [{**READ, "src": ["other"]}, {**SAVE, "src": ["$in"]}]
    bench.graph("file").write_text(json.dumps(layers), encoding="utf-8")
    outcome = bench.run("file")
    assert outcome.code == 2
    assert "E407 'other' looks like no dataset of any known format" in outcome.err


@pytest.mark.parametrize("name", ["tab\there.png", "new\nline.png"])
def test_names_with_control_characters_are_told_and_not_read(name: str, bench: Bench) -> None:
    bench.image.rename(bench.image.with_name(name))
    bench.annotation.rename(bench.annotation.with_name(f"{name}.json"))
    outcome = bench.run("mirror")
    assert outcome.code == 0
    assert f"{name!r} is not read, as its name holds control characters" in outcome.err
    assert bench.saved() == ["a.png", "z.png"]


@pytest.mark.parametrize("name", ["ümläut 🍋.png", "m.copy.png"])
def test_odd_image_names(name: str, bench: Bench) -> None:
    bench.image.rename(bench.image.with_name(name))
    bench.annotation.rename(bench.annotation.with_name(f"{name}.json"))
    assert bench.run("mirror").code == 0
    assert bench.saved() == sorted(["a.png", name, "z.png"])


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux alone")
@pytest.mark.parametrize("is_sound", [True, False])
def test_image_name_that_is_no_text(is_sound: bool, bench: Bench) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    bench.image.rename(bench.image.with_name(name))
    bench.annotation.rename(bench.annotation.with_name(f"{name}.json"))
    if not is_sound:
        bench.image.with_name(name).write_bytes(b"")
    outcome = bench.run("mirror")
    assert outcome.code == (0 if is_sound else 3)
    assert bench.saved() == (["a.png", name, "z.png"] if is_sound else ["a.png", "z.png"])


def test_no_image_matches_the_pattern(bench: Bench) -> None:
    outcome = bench.run("copy", "--only", "nothing/*")
    assert (outcome.code, outcome.out) == (2, "")
    assert "no image matches 'nothing/*'" in outcome.err
    assert not bench.out.exists()


def test_data_folder_that_is_a_file(bench: Bench) -> None:
    outcome = run_cli("run", bench.graph("copy"), "--data", bench.image, "--out", bench.out)
    assert (outcome.code, outcome.out) == (2, "")
    assert "the data folder" in outcome.err
