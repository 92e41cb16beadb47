from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.testing import make_sample
from dtl_nodes.dummy import Dummy
from tests.fixtures.nodes import run


@pytest.mark.parametrize("settings", [{}, {"left": 1}, {"axis": {"deep": [None]}}])
def test_passes_samples_on_whatever_its_settings(settings: dict[str, Any]) -> None:
    sample = make_sample(4, 3)
    assert run(Dummy, settings, sample) == [sample]
