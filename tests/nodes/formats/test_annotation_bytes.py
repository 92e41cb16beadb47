from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import AnnotationError
from dtl_nodes.formats.annotation_bytes import read_annotation_bytes

MIB = 2**20


def test_a_file_is_read_up_to_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * MIB)
    assert read_annotation_bytes(path, MIB) == b"x" * MIB
    path.write_bytes(b"x" * (MIB + 1))
    with pytest.raises(AnnotationError, match="the label file is larger than 1 MiB") as refused:
        read_annotation_bytes(path, MIB, what="label file")
    assert refused.value.code == "F607"


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_annotation_bytes(tmp_path / "none", MIB)
    with pytest.raises(AnnotationError, match="the annotation cannot be read") as refused:
        read_annotation_bytes(tmp_path / "none", MIB, absent=())
    assert refused.value.code == "F602"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="the annotation cannot be read"):
        read_annotation_bytes(tmp_path, MIB)
