"""The entrance: formats, engines, and what it says where a program is missing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from typing import get_args

import pytest

from dtl_engine.errors import UsageError
from dtl_visualizer import FORMATS, Engine, render
from dtl_visualizer.program import DotFailed, has_dot
from tests.visualizer import pictures

needs_dot = pytest.mark.skipif(not has_dot(), reason="the program 'dot' is not installed")
BEGINNINGS = {
    "svg": b"<svg ",
    "png": b"\x89PNG",
    "pdf": b"%PDF",
    "dot": b"digraph",
    "mermaid": b"---",
}


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the ``dot`` program."""
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_formats() -> None:
    assert FORMATS == ("svg", "png", "pdf", "dot", "mermaid")
    assert get_args(Engine) == ("auto", "dot", "builtin")


@pytest.mark.parametrize("format", ["svg", "png", "dot", "mermaid"])
@pytest.mark.parametrize("name", ["branch", "problems", "hostile", "empty"])
def test_without_the_program(no_dot: None, name: str, format: str) -> None:
    picture = pictures.ALL[name]
    data = render(picture, format)
    assert data == render(picture, format, engine="builtin")
    assert data.startswith((BEGINNINGS[format], b"flowchart"))


def test_pdf_needs_the_program(no_dot: None) -> None:
    with pytest.raises(UsageError, match=r"a PDF drawing needs the program 'dot'.*install G"):
        render(pictures.SINGLE, "pdf")


def test_pdf_is_not_for_the_builtin_layout() -> None:
    with pytest.raises(UsageError, match="pdf needs the engine 'dot'"):
        render(pictures.SINGLE, "pdf", engine="builtin")


def test_the_engine_that_is_asked_for_is_needed(no_dot: None) -> None:
    with pytest.raises(UsageError, match="the engine 'dot' needs the program 'dot'"):
        render(pictures.SINGLE, "svg", engine="dot")


def test_unknown_words_are_refused() -> None:
    with pytest.raises(UsageError, match="unknown format 'svgg' of a drawing: did you mean 'svg'"):
        render(pictures.SINGLE, "svgg")
    with pytest.raises(UsageError, match="unknown format 'bmp' of a drawing: known are svg, png"):
        render(pictures.SINGLE, "bmp")
    with pytest.raises(UsageError, match="unknown engine 'neato'"):
        render(pictures.SINGLE, "svg", engine="neato")  # type: ignore[arg-type]


def test_a_failing_program_is_replaced_unless_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*arguments: object) -> bytes:
        raise DotFailed("crashed")

    builtin = render(pictures.SINGLE, "svg", engine="builtin")
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr("dtl_visualizer.dot_layout.run_dot", fails)
    assert render(pictures.SINGLE, "svg") == builtin
    with pytest.raises(DotFailed, match="crashed"):
        render(pictures.SINGLE, "svg", engine="dot")


@needs_dot
@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
@pytest.mark.parametrize("name", ["lemon", "training", "hostile", "empty", "cycle"])
def test_with_the_program(name: str, format: str) -> None:
    data = render(pictures.ALL[name], format, engine="dot")
    assert data.startswith(BEGINNINGS[format])
    assert data == render(pictures.ALL[name], format, engine="dot")


@needs_dot
def test_a_pdf_has_no_date_of_its_making() -> None:
    data = render(pictures.SINGLE, "pdf")
    assert b"CreationDate (D:1970" in data or b"CreationDate" not in data


@pytest.mark.parametrize("engine", ["builtin", pytest.param("dot", marks=needs_dot)])
def test_both_engines_draw_the_same_texts(engine: Engine) -> None:
    svg = render(pictures.lemon(), "svg", engine=engine).decode()
    for text in (
        "$data3",
        "true",
        "kiwi",
        "0\u2013264",
        "#train",
        "supervisely",
        "probability 0.95",
    ):
        assert f">{text}</text>" in svg


def test_the_seed_of_hashes_has_no_influence() -> None:
    program = (
        "import hashlib, sys\n"
        "from dtl_visualizer import render\n"
        "from tests.visualizer import pictures\n"
        "digest = hashlib.sha256()\n"
        "for picture in pictures.ALL.values():\n"
        "    for format in ('svg', 'dot', 'mermaid'):\n"
        "        digest.update(render(picture, format, engine='builtin'))\n"
        "sys.stdout.write(digest.hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    here = hashlib.sha256()
    for picture in pictures.ALL.values():
        for format in ("svg", "dot", "mermaid"):
            here.update(render(picture, format, engine="builtin"))
    assert digests == {here.hexdigest()}
