"""Measures: exact figures, the same in any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dtl_nodes.statistics.measure import EDGES, Measure

NUMBERS = st.lists(st.integers(0, 2**30).map(lambda number: number / 1024), max_size=20)


def measure(numbers: list[float]) -> Measure:
    found = Measure()
    for number in numbers:
        found.see(number)
    return found


def test_edges_rise() -> None:
    assert list(EDGES) == sorted(set(EDGES))


@given(NUMBERS, NUMBERS)
def test_adding_up_gives_the_same_in_any_order(one: list[float], other: list[float]) -> None:
    there, back = measure(one), measure(other)
    there.add(measure(other))
    back.add(measure(one))
    assert there == back == measure(one + other)


@given(NUMBERS.filter(bool))
def test_figures(numbers: list[float]) -> None:
    facts = measure(numbers).as_json()
    assert (facts["count"], facts["min"], facts["max"]) == (
        len(numbers),
        min(numbers),
        max(numbers),
    )
    assert facts["mean"] == sum(int(number * 1024) for number in numbers) / 1024 / len(numbers)
    assert sum(bin["count"] for bin in facts["bins"]) == len(numbers)
    assert facts["bins"][0]["from"] <= min(numbers)
    for bin in facts["bins"]:
        inside = (n for n in numbers if n >= bin["from"] and (not bin["below"] or n < bin["below"]))
        assert bin["count"] == len(list(inside))
