"""What COCO files that are bad yield."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.errors import DataError
from tests.nodes.formats.coco.drawn import read_one, thing

GOOD = thing(bbox=[1, 1, 2, 2])


def failure(folder: Path, **options: Any) -> DataError:
    with pytest.raises(DataError) as error:
        read_one(folder, **options)
    return error.value
