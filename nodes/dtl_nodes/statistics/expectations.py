"""Declared facts, judged by what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dtl_nodes.statistics.tally import StreamTally


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it is about, what was expected, what was found, and whether that holds."""

    name: str
    expected: str
    found: str
    holds: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)

    def __str__(self) -> str:
        return f"expected {self.expected} {self.name}, found {self.found}"


def range_fact(
    name: str, found: float, low: float | None, high: float | None, unit: str = ""
) -> Fact:
    """Judge whether a number lies between two bounds, either of which may be open."""
    if low is not None and high is not None:
        expected = f"{low:g} to {high:g}{unit}" if low != high else f"exactly {low:g}{unit}"
    elif low is not None:
        expected = f"at least {low:g}{unit}"
    else:
        expected = f"at most {high:g}{unit}"
    holds = (low is None or found >= low) and (high is None or found <= high)
    return Fact(name, expected, f"{found:.6g}{unit}", holds)


def loss_facts(
    before: StreamTally,
    after: StreamTally,
    labels: Iterable[str],
    max_percent: float,
    *,
    per_sample: bool,
) -> Iterator[Fact]:
    """Judge for each class which share of its objects is gone.

    Args:
        before: the stream with all objects.
        after: the stream that may lack some.
        labels: the classes.
        max_percent: the largest share that may be gone; more objects than before are no loss.
        per_sample: compare objects per sample, not all objects.
    """
    for label in labels:
        had, has = before.objects(label), after.objects(label)
        if not had:
            continue
        there: float = had
        here: float = has
        if per_sample:
            there, here = had / before.samples, has / after.samples if after.samples else 0.0
        lost = max(0.0, 100 * (1 - here / there))
        unit = " a sample" if per_sample else ""
        yield Fact(
            f"of the objects of '{label}' lost",
            f"at most {max_percent:g} %",
            f"{lost:.3g} % ({there:.6g} before, {here:.6g} here{unit})",
            lost <= max_percent,
        )
