"""Draws: a random stream for each sample at each node."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np

from dtl_engine.node.draws import Draws
from tests.fixtures.samples import sample_of


def draws(seed: int, node: str, id: str) -> Draws:
    return Draws(seed, node, sample_of("a").derived(id))


def test_draws_depend_on_seed_node_and_sample() -> None:
    keys = [(seed, node, id) for seed in (0, 1) for node in ("a", "b") for id in ("x", "x.1", "y")]
    drawn = [draws(*key).random() for key in keys]
    assert all(one != other for one, other in combinations(drawn, 2))
    assert drawn == [draws(*key).random() for key in keys]


def test_draws_are_the_same_on_every_machine() -> None:
    """Another number here changes the random results of every graph."""
    stream = draws(7, "crop", "in")
    assert [stream.integer(0, 999) for _ in range(10)] == FIRST


FIRST = [150, 824, 627, 875, 383, 836, 634, 339, 593, 847]


def test_the_parts_of_an_identity_do_not_run_together() -> None:
    assert draws(1, "1a", "x").random() != draws(11, "a", "x").random()


def test_a_stream_does_not_repeat() -> None:
    stream = draws(0, "a", "x")
    assert len({stream.random() for _ in range(100)}) == 100


def test_all_samples_of_a_source_share_a_stream() -> None:
    one = Draws(0, "if", sample_of("a").derived("multiply.0"))
    other = Draws(0, "if", sample_of("a").derived("multiply.1"))
    stranger = Draws(0, "if", sample_of("b").derived("multiply.1"))
    assert one.of_source.random() == other.of_source.random() == one.of_source.random()
    assert one.of_source.random() != stranger.of_source.random()
    assert one.of_source.random() != one.random()


def test_draws_are_spread_evenly() -> None:
    stream = draws(0, "a", "x")
    drawn = [stream.random() for _ in range(2000)]
    assert all(0 <= value < 1 for value in drawn)
    tenths = Counter(int(value * 10) for value in drawn)
    assert all(tenths[tenth] in range(150, 250) for tenth in range(10))
    scaled = [stream.uniform(-3, 5) for _ in range(500)]
    assert -3 <= min(scaled) < -2.9
    assert 4.9 < max(scaled) <= 5
    assert stream.uniform(4, 4) == 4


def test_integers_hold_both_ends() -> None:
    stream = draws(0, "a", "x")
    counts = Counter(stream.integer(-1, 4) for _ in range(1200))
    assert set(counts) == set(range(-1, 5))
    assert all(count in range(140, 260) for count in counts.values())
    assert stream.integer(3, 3) == 3
    assert {stream.integer(0, 2**63) >> 62 for _ in range(50)} == {0, 1}


def test_generators_for_arrays() -> None:
    stream, same = draws(0, "a", "x"), draws(0, "a", "x")
    first, second = stream.generator(), stream.generator()
    values = first.normal(size=(3, 4))
    assert np.array_equal(values, same.generator().normal(size=(3, 4)))
    assert not np.array_equal(values, second.normal(size=(3, 4)))


def test_names_with_any_character() -> None:
    assert 0 <= draws(-1, "\udcff", "\0#").random() < 1
