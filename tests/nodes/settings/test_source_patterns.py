from __future__ import annotations

import pytest

from dtl_engine.model.schema import SchemaError
from dtl_nodes.settings.source_patterns import parse_patterns


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("berries",), ("berries", ("*",))),
        (("berries/*",), ("berries", ("*",))),
        (("berries/ds 1",), ("berries", ("ds 1",))),
        (("/berries/ds1/",), ("berries", ("ds1",))),
        (("berries//",), ("berries", ("*",))),
        (("berries/a", "berries/b"), ("berries", ("a", "b"))),
        (("berries/a", "berries", "berries/a"), ("berries", ("a", "*"))),
        (("berries/ds*",), ("berries", ("ds*",))),
        (("berries/far/near",), ("berries", ("far/near",))),
        (("Bär/Größe",), ("Bär", ("Größe",))),
    ],
)
def test_patterns(patterns: tuple[str, ...], expected: tuple[str, tuple[str, ...]]) -> None:
    assert parse_patterns(patterns) == expected


@pytest.mark.parametrize("pattern", ["", "/", "a//b", "*", "*/a", "*/*"])
def test_malformed(pattern: str) -> None:
    with pytest.raises(SchemaError) as refused:
        parse_patterns(("fine/a", pattern))
    assert (refused.value.code, refused.value.at) == ("E405", (1,))
    assert refused.value.value == pattern


def test_one_layer_reads_one_project() -> None:
    with pytest.raises(SchemaError, match=r"'a' and 'b'") as refused:
        parse_patterns(("a/x", "a/y", "b/x"))
    assert (refused.value.code, refused.value.at) == ("E406", (2,))
    assert "'data' layer for each project" in refused.value.help
