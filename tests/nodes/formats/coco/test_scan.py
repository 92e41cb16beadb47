"""Finding records without parsing: against the parser of the standard library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtl_nodes.formats.coco import scan as scanning
from dtl_nodes.formats.coco.scan import ScanError, scan

texts = st.text(st.sampled_from('ab"\\{}[],: \n\u00e9\u2028'), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def found_in(path: Path) -> list[Any]:
    outline, data = scan(path), path.read_bytes()
    return [
        json.loads(data[start:end])
        for start, end in zip(outline.records.starts, outline.records.ends, strict=True)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.dictionaries(texts, st.lists(values, max_size=5), max_size=4),
    ascii=st.booleans(),
    chunk=st.sampled_from([1, 2, 3, 7, 64, 1 << 20]),
    bom=st.sampled_from(["", "\ufeff"]),
)
def test_records_are_found(
    tmp_path: Path, content: dict[str, list[Any]], ascii: bool, chunk: int, bom: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(bom + json.dumps(content, ensure_ascii=ascii), encoding="utf-8")
    with mock.patch.object(scanning, "_CHUNK", chunk):
        found = found_in(path)
    wanted = [each for part in content.values() for each in part if isinstance(each, (dict, list))]
    assert found == wanted


def test_a_bare_list_has_its_members(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": [1]}, {"b": "]"}]')
    outline = scan(path)
    assert outline.is_list
    assert outline.members.starts.tolist() == [1, 13]
    assert outline.end == path.stat().st_size


@pytest.mark.parametrize(
    "text", ["", "1", '"a"', "{", "[1", '{"a": "b}', "}", "[]]", "{}{}", "\\", "{} []"]
)
def test_brackets_that_do_not_match(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(ScanError):
        scan(path)
