"""Every document, command and snippet of the page on models works as it stands."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dtl_engine import compile_graph
from dtl_engine.shipped import samples_folder
from dtl_nodes.models.architectures import architecture_names
from dtl_nodes.models.inference.settings import InferSettings
from tests.conftest import ROOT
from tests.end_to_end.test_docs import blocks
from tests.fixtures.cli import run_cli

PAGE = (ROOT / "docs" / "models.md").read_text()
README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the documents of the page."""
    place = tmp_path_factory.mktemp("page")
    for name, text in documents_in(PAGE):
        (place / name).write_text(text)
    return place


def documents_in(page: str) -> list[tuple[str, str]]:
    """Return each JSON block with the last name of a document before it."""
    pieces = re.split(r"^```json\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    names = [re.findall(r"`(\w+\.json)`", before) for before in pieces[:-1:2]]
    return [(name[-1], text) for name, text in zip(names, pieces[1::2], strict=True)]


def commands() -> list[str]:
    return [line for block in blocks(PAGE, "sh") for line in block.splitlines() if line]


def test_the_page_from_top_to_bottom(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("torch", "onnxruntime", "onnx", "fastapi", "uvicorn", "httpx2"):
        pytest.importorskip(module)
    monkeypatch.chdir(folder)
    shutil.copy(samples_folder() / "vessels_test" / "ds1" / "img" / "retina_6.jpg", folder)
    lines = commands()
    for line in lines[:-2]:
        outcome = run_cli(*shlex.split(line, comments=True)[1:])
        assert outcome.code == 0, f"{line}\n{outcome.err}"
        assert ("is trained already" in outcome.err) is ("--overwrite" in line)
    check_what_is_left(folder)
    serve, ask = lines[-2:]
    check_serving(shlex.split(serve), shlex.split(ask))


def check_what_is_left(folder: Path) -> None:
    (listed,) = (block for block in blocks(PAGE, "text") if block.startswith("out/"))
    for line in listed.splitlines()[1:]:
        assert (folder / "out" / "eyes" / line.split()[0]).exists(), line
    checkpoint = folder / "out" / "eyes" / "checkpoints" / "00000000"
    said = re.search(r"checkpoints/00000000/ (.*)", listed)
    assert said is not None
    assert sorted(said[1].split(", ")) == sorted(path.name for path in checkpoint.iterdir())
    report = json.loads((folder / "out" / "judged" / "report.json").read_bytes())
    assert report["metrics"]["dice"]["mean"] > 0.1
    comparison = json.loads((folder / "compared" / "comparison" / "comparison.json").read_bytes())
    assert comparison


def check_serving(serve: list[str], ask: list[str]) -> None:
    """Start the service as the page says, but on a free port, and send what the page sends."""
    import httpx2

    words = [sys.executable, "-m", "dtl_engine", *serve[1:], "--port", "0", "--device", "cpu"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found is not None
        assert ask[:2] == ["curl", "-F"]
        key, file = ask[2].split("=@")
        path = ask[3].removeprefix("http://127.0.0.1:5000")
        with httpx2.Client(base_url=found[0], timeout=60) as client:
            while client.get("/health").status_code == 503:
                pass
            answer = client.post(path, files={key: (file, Path(file).read_bytes())})
            assert answer.status_code == 200
            assert answer.json()["size"] == {"width": 320, "height": 312}
            for page in ("/", "/docs", "/health", "/metrics"):
                assert client.get(page).status_code == 200
    finally:
        process.kill()
        process.communicate()


def test_the_documents_compile(folder: Path) -> None:
    graph = compile_graph(str(folder / "eyes.json"))
    assert graph.warnings == ()
    assert graph.outputs["found", 0].schema.label_names == ("vessel", "vessel_unet")


def test_the_tables() -> None:
    named = set(re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|.*\|.*\|$", PAGE, re.MULTILINE))
    assert {name for each in named for name in re.findall(r"`(\w+)`", each)} == set(
        architecture_names()
    )
    modes = re.findall(r"^\| `(\w+)`[^|]*\|[^|]*\|$", PAGE, re.MULTILINE)
    assert modes == ["full_image", "roi", "bboxes", "sliding_window", "sliding_window_det"]
    for mode in modes:
        try:
            InferSettings.model_validate({"mode": {"name": mode}})
        except ValueError as error:  # some have settings that are needed
            assert "union_tag_invalid" not in str(error)


def test_the_graph_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the README shows of models runs, here with one short epoch."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    monkeypatch.chdir(tmp_path)
    (block,) = (block for block in blocks(README, "json") if '"action": "train"' in block)
    Path("graph.json").write_text(block)
    small = ("--set", "$model.epochs=1", "--set", "$copies.multiply=1")
    outcome = run_cli("run", "graph.json", "--out", "out", *small)
    assert outcome.code == 0, outcome.err
    assert (Path("out") / "judged" / "report.html").is_file()
