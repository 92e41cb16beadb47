"""What was done: facts about units of work and about a whole run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from dtl_engine.errors import Location
from dtl_engine.model.sample import Origin


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source image was set aside: the place in the graph, the sample and the reason."""

    code: str
    message: str
    origin: str
    sample: str
    node: str
    action: str
    location: Location
    path: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the failure as JSON data."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return {**facts, "location": self.location.as_json()}


@dataclass(slots=True)
class NodeCounts:
    """What one node did: samples in and out, and seconds of its own."""

    entered: int = 0
    left: int = 0
    seconds: float = 0.0

    def add(self, other: NodeCounts) -> None:
        """Add the counts of another unit of work."""
        self.entered += other.entered
        self.left += other.left
        self.seconds += other.seconds


Skipped = dict[str, dict[str, int]]
"""Sink -> why samples have no place in its output -> how many."""


def skip(skipped: Skipped, sink: str, reason: str, number: int = 1) -> None:
    """Count ``number`` more skipped samples."""
    reasons = skipped.setdefault(sink, {})
    reasons[reason] = reasons.get(reason, 0) + number


@dataclass(slots=True)
class UnitReport:
    """What became of one source image.

    ``saved`` counts samples by sink, ``skipped`` those that have no place in an output, by sink
    and reason; ``tallies`` holds what report nodes counted. On a failure nothing of the image was
    saved or counts.
    """

    origin: str
    saved: Counter[str] = field(default_factory=Counter)
    nodes: dict[str, NodeCounts] = field(default_factory=dict)
    tallies: dict[str, Any] = field(default_factory=dict)
    losses: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    leaving: Origin | None = None
    failure: Failure | None = None
    skipped: Skipped = field(default_factory=dict)


@dataclass(slots=True)
class RunReport:
    """What became of a run.

    ``interrupted`` says that it was stopped from outside, ``gave_up`` that too many source images
    failed; either way everything that was saved is complete. ``unmet`` are the expectations of the
    graph that do not hold, each with its place and its figures; ``skipped`` counts samples that
    have no place in an output.
    """

    images: int = 0
    saved: Counter[str] = field(default_factory=Counter)
    nodes: dict[str, NodeCounts] = field(default_factory=dict)
    tallies: dict[str, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    losses: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    unmet: list[str] = field(default_factory=list)
    leaving: list[Origin] = field(default_factory=list)
    removed: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    gave_up: bool = False
    skipped: Skipped = field(default_factory=dict)

    @property
    def samples(self) -> int:
        """How many samples were saved altogether."""
        return self.saved.total()

    @property
    def exit_code(self) -> int:
        """0 done, 1 given up or not as expected, 3 done with samples set aside, 130 interrupted."""
        if self.interrupted:
            return 130
        if self.gave_up or self.unmet:
            return 1
        return 3 if self.failures else 0

    def add(self, unit: UnitReport) -> None:
        """Count one more source image."""
        self.images += 1
        self.saved.update(unit.saved)
        for id, reasons in unit.skipped.items():
            for reason, number in reasons.items():
                skip(self.skipped, id, reason, number)
        for id, counts in unit.nodes.items():
            self.nodes.setdefault(id, NodeCounts()).add(counts)
        for id, tally in unit.tallies.items():
            if id in self.tallies:
                self.tallies[id].add(tally)
            else:
                self.tallies[id] = tally
        for id, losses in unit.losses.items():
            self.losses.setdefault(id, Counter()).update(losses)
        if unit.leaving is not None and unit.saved.total():
            self.leaving.append(unit.leaving)
        if unit.failure is not None:
            self.failures.append(unit.failure)
