"""``dtl convert``: a graph of two layers, run by the engine that runs every graph."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import tree


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the project ``mini``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    write_project(tmp_path)
    return tmp_path


def convert(*options: object, to: str = "supervisely", code: int = 0) -> Outcome:
    outcome = run_cli("convert", "mini", "out/copy", "--to", to, *options)
    assert "Traceback" not in outcome.err
    assert outcome.code == code, outcome.err
    return outcome


def printed(*options: object, to: str = "supervisely") -> dict[str, Any]:
    content = json.loads(convert("--print", *options, to=to).out)
    assert isinstance(content, dict)
    return content


def refused(*options: object, to: str = "supervisely") -> str:
    outcome = convert(*options, to=to, code=2)
    assert outcome.out == ""
    assert not Path("out").exists()
    return outcome.err


def test_converts() -> None:
    outcome = convert()
    assert "out/copy: 3 samples" in outcome.out
    written = tree(Path("out/copy"))
    for name, content in tree(Path("mini")).items():
        if not name.endswith(".json"):
            assert written[name] == content


def test_the_printed_graph_does_the_same() -> None:
    convert()
    Path("graph.json").write_text(convert("--print").out)
    assert run_cli("run", "graph.json", "--out", "again").code == 0
    assert tree(Path("again/copy")) == tree(Path("out/copy"))


def test_printing_writes_nothing() -> None:
    convert("--print")
    assert not Path("out").exists()


def test_every_option_reaches_the_graph() -> None:
    options = ["--classes", "box,blob", "--classes", "dot", "--splits", "note, checked"]
    options += ["--on-loss", "error", "--set", "tags_mapping.note=remark"]
    read, write = printed(*options, "--set", "from.coordinates=pixel")["layers"]
    assert read == {
        "action": "data",
        "src": ["mini/*"],
        "dst": "$samples",
        "settings": {
            "format": "supervisely",
            "classes": ["box", "blob", "dot"],
            "tags_mapping": {"note": "remark"},
            "coordinates": "pixel",
        },
    }
    assert write == {
        "action": "export",
        "src": ["$samples"],
        "dst": "copy",
        "settings": {
            "format": "supervisely",
            "splits": ["note", "checked"],
            "on_loss": "error",
        },
    }


def test_classes_are_picked() -> None:
    convert("--classes", "box,blob")
    meta = json.loads(Path("out/copy/meta.json").read_text())
    assert [found["title"] for found in meta["classes"]] == ["box", "blob"]
    annotation = json.loads(Path("out/copy/ds1/ann/one.png.json").read_text())
    assert [found["classTitle"] for found in annotation["objects"]] == ["box", "blob"]


def test_splits_come_from_tags() -> None:
    convert("--splits", "absent,note")
    assert sorted(path.name for path in Path("out/copy").iterdir() if path.is_dir()) == ["note"]


def test_only_some_images() -> None:
    assert "1 samples saved" in convert("--only", "*/two.jpg").out
    assert "2 samples saved" in convert("--limit", "2", "--overwrite").out


@pytest.mark.parametrize(
    "options", [("--workers", "1"), ("--workers", "3"), ("--runner", "serial")], ids=str
)
def test_same_bytes_with_any_worker(options: tuple[str, ...]) -> None:
    convert()
    before = tree(Path("out/copy"))
    convert("--overwrite", *options)
    assert tree(Path("out/copy")) == before


def test_same_bytes_from_processes() -> None:
    convert()
    before = tree(Path("out/copy"))
    convert("--overwrite", "--runner", "processes", "--workers", "2")
    assert tree(Path("out/copy")) == before


def test_an_output_in_the_way() -> None:
    convert()
    assert "out/copy exists; --overwrite replaces it" in convert(code=2).err
    convert("--overwrite")


def test_an_image_that_cannot_be_read_is_set_aside() -> None:
    Path("mini/ds1/img/two.jpg").write_bytes(b"no image")
    outcome = convert(code=3)
    assert "set aside mini/ds1/two.jpg" in outcome.err
    assert "1 images set aside, with reasons, in out/failed" in outcome.out
    record = json.loads(Path("out/failed/copy/mini/ds1/two.jpg.json").read_text())
    again = shlex.split(record["reproduce"])
    assert again[:3] == ["dtl", "convert", "mini"]
    assert run_cli(*again[1:]).code == 3
    assert run_cli(*again[1:]).code == 3


def test_the_log_may_be_json() -> None:
    lines = [json.loads(line) for line in convert("--log-format", "json").out.splitlines()]
    assert [line["event"] for line in lines] == ["started", *["image"] * 3, "finished"]
    assert lines[-1]["losses"] == []
    assert lines[-1]["exit_code"] == 0


def test_it_may_be_quiet() -> None:
    assert convert("--quiet") == Outcome(0, "", "")


def test_from_a_path_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("inside").mkdir()
    monkeypatch.chdir("inside")
    for number, source in enumerate(
        ("../mini", "../mini/", tmp_path / "mini", "../inside/../mini")
    ):
        outcome = run_cli("convert", source, f"copy{number}", "--to", "supervisely")
        assert outcome.code == 0, outcome.err
        assert tree(Path(f"copy{number}")) == tree(Path("copy0"))
    monkeypatch.chdir("../mini")
    assert run_cli("convert", ".", "../here", "--to", "supervisely").code == 0
    assert tree(tmp_path / "here") == tree(tmp_path / "inside/copy0")


def test_what_it_refuses() -> None:
    assert "no format 'supervisly' can be written; did you mean 'supervisely'?" in refused(
        to="supervisly"
    )
    assert "did you mean 'supervisely'?" in refused("--from", "supervisly")
    assert "there is no setting 'clases'; did you mean 'classes'?" in refused("--set", "clases=1")
    assert "--from and --to name the formats" in refused("--set", "format=coco")
    assert "both ends have it; write 'from.coordinates' or 'to.coordinates'" in refused(
        "--set", "coordinates=pixel"
    )
    assert "expected KEY=VALUE" in refused("--set", "classes")
    assert "E302 there is no class 'bx' to read" in refused("--classes", "bx")
    assert "did you mean 'box'?" in refused("--classes", "bx")
    assert "'on_loss' cannot be \"yes\"" in refused("--set", "on_loss=yes")
    assert "was given a value of its own" in refused(
        *("--set", "classes_mapping=default", "--set", "classes_mapping.box=a")
    )


def test_sources_that_are_none(tmp_path: Path) -> None:
    outcome = run_cli("convert", "absent", "out", "--to", "supervisely")
    assert (outcome.code, outcome.err) == (
        2,
        f"dtl: there is no dataset 'absent': 'absent' is not in {tmp_path}, nor a shipped sample "
        "(lemon, lemons_test, nails, pumpkins, vessels, vessels_masks, vessels_test)\n",
    )
    Path("loose").symlink_to("gone")
    outcome = run_cli("convert", "loose", "out", "--to", "supervisely")
    assert "/loose is a link to gone, which does not exist" in outcome.err
    Path("nothing").mkdir()
    outcome = run_cli("convert", "nothing", "out", "--to", "supervisely")
    assert outcome.code == 2
    assert "looks like no dataset of any known format: it is empty; --from names" in outcome.err
    outcome = run_cli("convert", "mini/ds1", "out", "--to", "supervisely")
    assert "looks like no dataset of any known format: it holds ann, img; --from" in outcome.err
    for name in "abcdefgh":
        Path(f"nothing/{name}.txt").touch()
    outcome = run_cli("convert", "nothing", "out", "--to", "supervisely")
    assert ": it holds a.txt, b.txt, c.txt, d.txt, e.txt, f.txt and 2 more; --from" in outcome.err
    outcome = run_cli("convert", "nothing", "out", "--to", "supervisely", "--from", "supervisely")
    assert outcome.code == 2
    assert "E403 'nothing' is no project: it has no meta.json" in outcome.err
    assert run_cli("convert", "/", "out", "--to", "supervisely").code == 2


def test_the_format_to_write_is_needed() -> None:
    outcome = run_cli("convert", "mini", "out")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(
        "dtl: --to names the format to be written; there are cityscapes, coco, cvat, "
    )


def test_a_folder_of_several_datasets() -> None:
    for format in ("labelme", "mask_pairs"):
        assert run_cli("convert", "mini", f"made/{format}", "--to", format).code == 0
        shutil.copytree(f"made/{format}", "mixed", dirs_exist_ok=True)
    outcome = run_cli("convert", "mixed", "out", "--to", "supervisely")
    assert (outcome.code, outcome.out) == (2, "")
    assert "/mixed may be labelme (" in outcome.err
    assert "; say which one, as in --from labelme, or name a folder or file in it" in outcome.err


def test_the_output_never_lies_in_the_source() -> None:
    outcome = run_cli("convert", "mini", "mini/copy", "--to", "supervisely")
    assert outcome.code == 2
    assert "would lie in, or over, the input" in outcome.err
    assert run_cli("convert", "mini", "mini", "--to", "supervisely", "--overwrite").code == 2
    assert run_cli("convert", "mini", ".", "--to", "supervisely", "--overwrite").code == 2
