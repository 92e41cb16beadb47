"""Counts: what settings say about the number of samples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.node.count import UNBOUNDED, Count


def bounds(count: Count) -> tuple[int, int]:
    return count.low, count.high


def test_certain_counts() -> None:
    assert bounds(Count(3) + Count(4) * 2) == (11, 11)
    assert bounds(Count(3) * 0) == (0, 0)
    assert str(Count(12)) == "12"


def test_both_parts_of_a_split_make_up_the_whole() -> None:
    part, rest = Count(10).split()
    assert bounds(part) == bounds(rest) == (0, 10)
    assert bounds(part + rest) == (10, 10)
    assert bounds(part * 3 + rest) == (10, 30)
    assert str(part) == "0-10"


def test_two_splits_are_unrelated() -> None:
    whole = Count(10)
    assert bounds(whole.some() + whole.some()) == (0, 20)
    one, other = whole.split()[0], whole.split()[1]
    assert bounds(one + other) == (0, 20)


def test_split_of_a_split() -> None:
    part, rest = Count(10).split()
    inner, outer = part.split()
    assert bounds(inner + outer + rest) == (10, 10)
    assert bounds(inner + rest) == (0, 10)
    assert bounds(inner * 2 + outer) == (0, 20)


@given(st.data())
def test_bounds_hold_whatever_the_shares_are(data: st.DataObject) -> None:
    """Follow samples through random splits and unions beside their counts."""
    start = data.draw(st.integers(0, 6))
    streams = [(Count(start), start)]
    for _ in range(data.draw(st.integers(0, 6))):
        count, number = data.draw(st.sampled_from(streams))
        match data.draw(st.sampled_from(["split", "times", "union", "some"])):
            case "split":
                taken = data.draw(st.integers(0, number))
                streams += zip(count.split(), (taken, number - taken), strict=True)
            case "some":
                streams.append((count.some(), data.draw(st.integers(0, number))))
            case "times":
                times = data.draw(st.integers(0, 3))
                streams.append((count * times, number * times))
            case _:
                other, more = data.draw(st.sampled_from(streams))
                streams.append((count + other, number + more))
    for count, number in streams:
        assert 0 <= count.low <= number <= count.high


def test_many_have_no_bound_above() -> None:
    many = Count(3).many(2)
    assert many.low == 6
    assert many.high >= UNBOUNDED
    assert str(many) == "6 or more"
    assert str(Count(3).many()) == "0 or more"
    assert str(many * 2 + Count(1)) == "13 or more"
    assert bounds(Count(0).many(2)) == (0, 0)
