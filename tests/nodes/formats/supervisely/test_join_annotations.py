"""Two annotations of one image as one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dtl_engine.errors import AnnotationError
from dtl_nodes.formats.supervisely.join_annotations import joined, load_annotation


def test_joins_objects_and_new_tags() -> None:
    before = {"size": 1, "tags": ["a", {"name": "b", "value": 1}], "objects": [1], "id": 5}
    added = {"tags": [{"name": "a"}, {"name": "b", "value": 2}, {"name": "c"}], "objects": [2, 3]}
    found = joined(before, {**added, "description": "new", "id": 6})
    assert found == {
        "size": 1,
        "id": 5,
        "description": "new",
        "tags": ["a", {"name": "b", "value": 1}, {"name": "c"}],
        "objects": [1, 2, 3],
    }
    assert (
        joined({**before, "description": "old"}, {**added, "description": "new"})["description"]
        == "old"
    )


@pytest.mark.parametrize("value", [[], 1, {}, {"objects": {}}, {"objects": [], "tags": {"a": 1}}])
def test_what_is_no_annotation(value: Any) -> None:
    with pytest.raises(AnnotationError, match="no list 'objects'") as refused:
        load_annotation(json.dumps(value).encode(), "a.json")
    assert (refused.value.code, refused.value.path) == ("F602", "a.json")


def test_what_is_no_json() -> None:
    with pytest.raises(AnnotationError, match="is not JSON"):
        load_annotation(b"{", "a.json")


def test_older_annotations_need_no_tags() -> None:
    assert load_annotation(b'\xef\xbb\xbf{"objects": [1]}', "") == {"objects": [1], "tags": []}
