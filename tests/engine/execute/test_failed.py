"""The folder of failures: one file for each image, whatever its name."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from dtl_engine.errors import Location
from dtl_engine.execute.failed import FailedFolder
from dtl_engine.execute.reports import Failure

FAILURE = Failure("F601", "no 'image'", "p/d/a.png", "p/d/a.png#in", "in", "data", Location("g"))


@pytest.mark.parametrize("file", ["a.png", "a b.png", "a[1].png", "it's.png", "*.png", "ä.png"])
def test_the_command_means_just_this_image(file: str, tmp_path: Path) -> None:
    folder = FailedFolder(tmp_path, "graphs/my.json", ("dtl", "run", "g 1.json"))
    folder.record(replace(FAILURE, origin=f"p/d/{file}"))
    content = json.loads((tmp_path / "failed/my/p/d" / f"{file}.json").read_bytes())
    words = shlex.split(content["reproduce"])
    assert words[:3] == ["dtl", "run", "g 1.json"]
    pattern = words[words.index("--only") + 1]
    assert fnmatchcase(f"p/d/{file}", pattern)
    assert not fnmatchcase("p/d/a1.png", pattern)
    assert not list(tmp_path.rglob("*.partial"))


def test_clearing(tmp_path: Path) -> None:
    folder = FailedFolder(tmp_path, "", ())
    folder.clear()
    folder.record(FAILURE)
    FailedFolder(tmp_path, "other.json", ()).clear()
    assert (tmp_path / "failed/graph/p/d/a.png.json").is_file()
    folder.clear()
    assert not folder.folder.exists()
