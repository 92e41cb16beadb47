"""Which transforms are chosen: the compositions of albumentations."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dtl_engine.node.draws import Draws
from dtl_engine.testing import make_sample
from dtl_nodes.albumentation.reading import read_step
from dtl_nodes.albumentation.steps import choose, is_fixed, leaves

SAMPLE = make_sample(4, 4)
NAMES = ("Blur", "CLAHE", "Defocus")


def group(name: str, *members: Any, **more: Any) -> dict[str, Any]:
    written = [m if isinstance(m, dict) else {"name": m, "p": 1} for m in members]
    return {"name": name, "transforms": written, **more}


def outcomes(written: dict[str, Any], count: int = 600) -> Counter[tuple[str, ...]]:
    step = read_step(written)
    return Counter(
        tuple(one.leaf.name for one in choose(step, Draws(seed, "node", SAMPLE)))
        for seed in range(count)
    )


@pytest.mark.parametrize("name", ["Compose", "Sequential"])
def test_sequence_applies_all_or_none(name: str) -> None:
    assert set(outcomes(group(name, *NAMES, p=1))) == {NAMES}
    assert set(outcomes(group(name, *NAMES, p=0))) == {()}
    halves = outcomes(group(name, *NAMES, p=0.5))
    assert halves.keys() == {(), NAMES}
    assert 240 < halves[NAMES] < 360


def test_own_probabilities() -> None:
    members = ({"name": "Blur", "p": 0.5}, {"name": "CLAHE", "p": 0.5})
    assert all(100 < count < 200 for count in outcomes(group("Compose", *members)).values())


def test_one_of_takes_probabilities_for_weights() -> None:
    members = ({"name": "Blur", "p": 0.1}, {"name": "CLAHE", "p": 0.3}, {"name": "Defocus", "p": 0})
    found = outcomes(group("OneOf", *members, p=1))
    assert found.keys() == {("Blur",), ("CLAHE",)}
    assert 2 < found["CLAHE",] / found["Blur",] < 4.5


def test_one_of_forces_compositions() -> None:
    inner = group("Sequential", *NAMES, p=0.01)
    assert set(outcomes(group("OneOf", inner, p=1))) == {NAMES}


def test_one_or_other() -> None:
    first, second = {"name": "Blur", "p": 0.01}, {"name": "CLAHE", "p": 0.01}
    written = {"name": "OneOrOther", "first": first, "second": second, "p": 0.8}
    found = outcomes(written)
    assert found.keys() == {("Blur",), ("CLAHE",)}
    assert found["Blur",] > 400
    assert outcomes(group("OneOrOther", first, second, p=0.8)) == found


def test_some_of_keeps_the_order() -> None:
    found = outcomes(group("SomeOf", *NAMES, n=2))
    assert found.keys() == {("Blur", "CLAHE"), ("Blur", "Defocus"), ("CLAHE", "Defocus")}
    assert all(count > 140 for count in found.values())


def test_random_order_does_not() -> None:
    found = outcomes(group("RandomOrder", *NAMES, n=3))
    assert len(found) == 6
    assert all(sorted(order) == sorted(NAMES) for order in found)


def test_replacement_takes_members_twice() -> None:
    found = outcomes(group("RandomOrder", "Blur", "CLAHE", n=2, replace=True))
    assert len(found) == 4
    some = outcomes(group("SomeOf", "Blur", n=3, replace=True))
    assert set(some) == {("Blur",) * 3}


def test_members_of_some_of_keep_their_probability() -> None:
    found = outcomes(group("SomeOf", {"name": "Blur", "p": 0.3}, n=1))
    assert 120 < found["Blur",] < 240


def test_seeds_differ_and_repeat() -> None:
    step = read_step(group("Compose", "Blur", "Blur", "Blur"))
    first, again = (list(choose(step, Draws(7, "node", SAMPLE))) for _ in range(2))
    assert first == again
    assert len({one.seed for one in first}) == 3


def test_default_probabilities_are_albumentations() -> None:
    step = read_step(group("Compose", {"name": "Blur"}, {"name": "D4"}, {"name": "OneOf",
                           "transforms": [{"name": "NoOp"}]}))  # fmt: skip
    assert [member.p for member in step.members] == [0.5, 1, 0.5]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "expected"),
    [({"name": "HorizontalFlip", "p": 1}, True), ({"name": "HorizontalFlip", "p": 0.5}, False),
     ({"name": "Rotate", "p": 1}, False), (group("Compose", "Transpose", "InvertImg"), True),
     (group("OneOf", "Transpose", p=1), False), (group("Sequential", "Transpose"), False)],
)  # fmt: skip
def test_what_is_fixed_draws_nothing(written: dict[str, Any], expected: bool) -> None:
    assert is_fixed(read_step(written)) is expected


def test_json_reads_back() -> None:
    written = group(
        "Compose",
        {"name": "OneOrOther", "first": {"name": "Blur"}, "second": {"name": "Resize",
         "height": 3, "width": 4}},
        group("SomeOf", *NAMES, n=2, replace=True, p=0.25),
    )  # fmt: skip
    step = read_step(written)
    assert read_step(step.as_json()) == step
    assert [leaf.name for leaf in leaves(step)] == ["Blur", "Resize", *NAMES]
