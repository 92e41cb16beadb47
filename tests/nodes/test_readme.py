"""The example of ``nodes/README.md``, installed as it says and tested as it says."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dtl_engine.testing import NodeConformance, conformance_samples
from tests.fixtures.nodes import run
from tests.fixtures.plugins import install_library

README = Path(__file__).resolve().parents[2] / "nodes" / "README.md"
NODE, CATALOGUE, TEST = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.M | re.S)
(ENTRY_POINT,) = re.findall(r'^acme = "(.*)"$', README.read_text(), re.M)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    site = tmp_path_factory.mktemp("site")
    files = {"__init__.py": CATALOGUE, "brighten.py": NODE, "test_brighten.py": TEST}
    install_library(site, "acme", files, target=ENTRY_POINT)
    sys.path.insert(0, str(site))
    importlib.invalidate_caches()
    yield
    sys.path.remove(str(site))
    for module in [name for name in sys.modules if name.partition(".")[0] == "acme_nodes"]:
        del sys.modules[module]


def suite() -> type[NodeConformance]:
    found: type[NodeConformance] = importlib.import_module("acme_nodes.test_brighten").TestBrighten
    return found


@pytest.mark.parametrize("check", [name for name in dir(NodeConformance) if name[:5] == "test_"])
def test_the_example_passes_its_own_suite(installed: None, check: str, tmp_path: Path) -> None:
    method = getattr(suite()(), check)
    wanted = inspect.signature(method).parameters
    for number, chosen in enumerate(suite().settings if "chosen" in wanted else ({},)):
        given = {"chosen": chosen, "tmp_path": tmp_path / str(number)}
        method(**{name: given[name] for name in wanted})


def test_the_example_does_what_it_says(installed: None) -> None:
    node = suite().node
    sample = conformance_samples()[0]
    lifts = set()
    for seed in range(40):
        (result,) = run(node, {"most": 3}, sample, seed=seed)
        lift = result.image.pixels().astype(int) - sample.image.pixels()
        assert (lift == lift[0, 0, 0]).all()
        assert result.annotation == sample.annotation
        lifts.add(int(lift[0, 0, 0]))
    assert lifts == {0, 1, 2, 3}


def test_the_modules_named_are_those_shown() -> None:
    assert '"acme_nodes.brighten:Brighten"' in CATALOGUE
    assert ENTRY_POINT == "acme_nodes:CATALOGUE"
