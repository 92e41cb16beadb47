"""Measures: exact figures, the same in any order."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dtl_nodes.statistics.measure import EDGES, Measure

NUMBERS = st.lists(st.just(0.0) | st.floats(0.001, 2**30), max_size=20)


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


def test_the_mean_of_one_number_is_that_number() -> None:
    assert measure([9.727240896358543]).mean == 9.727240896358543
    assert measure([0.0002, 0.0003]).mean == 0.00025


@given(NUMBERS.filter(bool))
def test_figures(numbers: list[float]) -> None:
    facts = measure(numbers).as_json()
    assert (facts["count"], facts["min"], facts["max"]) == (
        len(numbers),
        min(numbers),
        max(numbers),
    )
    assert facts["mean"] == float(sum(map(Fraction, numbers)) / len(numbers))
    assert sum(bin["count"] for bin in facts["bins"]) == len(numbers)
    assert facts["bins"][0]["from"] <= min(numbers)
    for bin in facts["bins"]:
        inside = (n for n in numbers if n >= bin["from"] and (not bin["below"] or n < bin["below"]))
        assert bin["count"] == len(list(inside))
