"""The environment of the other tools is made as CONTRIBUTING.md says, and stays small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.agreement.conftest import READERS, VARIABLE
from tests.conftest import ROOT

PINS = dict(
    line.split("==")
    for line in (READERS.parent / "requirements.txt").read_text().splitlines()
    if line and not line.startswith("#")
)
LARGE = {"torch", "torchvision", "pyarrow", "simpleitk", "scipy", "opencv-python", "fiftyone-db"}


def test_every_version_is_named() -> None:
    assert all(re.fullmatch(r"[0-9.]+", version) for version in PINS.values())
    assert not PINS.keys() & LARGE


@pytest.mark.parametrize("path", sorted(READERS.glob("by_*.py")), ids=lambda path: path.stem)
def test_every_tool_is_installed(path: Path) -> None:
    assert path.stem.removeprefix("by_") in {*PINS, "cityscapes"}


def test_it_is_said_how_to_make_it() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    make, run = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1].splitlines()
    assert make.endswith("-r tests/agreement/requirements.txt")
    assert run.startswith(f"{VARIABLE}={make.split()[3]}/bin/python ")
    script = (ROOT / ".ci" / "run").read_text()
    assert "block 2 CONTRIBUTING.md | head -n 1" in script
    assert f"export {VARIABLE}=" in script
