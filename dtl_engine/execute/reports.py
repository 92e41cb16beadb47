"""What was done: facts about units of work and about a whole run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from dtl_engine.errors import Location
from dtl_engine.model.sample import Origin
from dtl_engine.node.read_log import Level, ReadNote


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


@dataclass(slots=True)
class NoteTally:
    """How often one thing was done to what was read, with the first example of it by name."""

    count: int = 0
    example: tuple[str, int, str] = ("", 0, "")
    """Source image, number of the object, and what was wrong."""

    def add(self, origin: str, note: ReadNote) -> None:
        """Count one note."""
        told = (origin, note.number, note.message)
        self.example = min(self.example, told) if self.count else told
        self.count += 1

    def join(self, other: NoteTally) -> None:
        """Add the notes of another phase."""
        self.example = min(self.example, other.example) if self.count else other.example
        self.count += other.count

    def __str__(self) -> str:
        origin, number, message = self.example
        return f"{origin}{f' object {number}' if number else ''}: {message}"


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
    and reason; ``tallies`` holds what report nodes counted; ``notes`` say what was repaired of the
    image or left out when it was read, ``remarks`` are what nodes tell of their models. On a
    failure nothing of the image was saved or counts.
    """

    origin: str
    saved: Counter[str] = field(default_factory=Counter)
    nodes: dict[str, NodeCounts] = field(default_factory=dict)
    tallies: dict[str, Any] = field(default_factory=dict)
    losses: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    notes: tuple[ReadNote, ...] = ()
    leaving: Origin | None = None
    failure: Failure | None = None
    skipped: Skipped = field(default_factory=dict)
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class RunReport:
    """What became of a run.

    ``interrupted`` says that it was stopped from outside, ``gave_up`` that too many source images
    failed; either way everything that was saved is complete. ``unmet`` are the expectations of the
    graph that do not hold, each with its place and its figures; ``skipped`` counts samples that
    have no place in an output, ``notes`` what was repaired or left out when images were read,
    ``remarks`` are what nodes tell of the models that they loaded.
    """

    images: int = 0
    saved: Counter[str] = field(default_factory=Counter)
    nodes: dict[str, NodeCounts] = field(default_factory=dict)
    tallies: dict[str, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    losses: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    notes: dict[tuple[Level, str], NoteTally] = field(default_factory=dict)
    unmet: list[str] = field(default_factory=list)
    leaving: list[Origin] = field(default_factory=list)
    removed: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    gave_up: bool = False
    skipped: Skipped = field(default_factory=dict)
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def samples(self) -> int:
        """How many samples were saved altogether."""
        return self.saved.total()

    @property
    def exit_code(self) -> int:
        """0 done, 1 given up or not as expected, 3 samples or objects left out, 130 interrupted."""
        if self.interrupted:
            return 130
        if self.gave_up or self.unmet:
            return 1
        return 3 if self.failures or any(level is Level.DROPPED for level, _ in self.notes) else 0

    def join(self, later: RunReport) -> None:
        """Add what a later phase did; layers that ran in both did the same twice."""
        self.images += later.images
        self.saved.update(later.saved)
        self.join_failures(later)
        for id, counts in later.nodes.items():
            if id in self.nodes:
                self.nodes[id].seconds += counts.seconds
            else:
                self.nodes[id] = counts
        self.tallies |= later.tallies
        self.losses |= later.losses
        self.skipped |= later.skipped
        self.remarks |= later.remarks
        for key, tally in later.notes.items():
            if key not in self.notes or self.notes[key].example != tally.example:
                self.notes.setdefault(key, NoteTally()).join(tally)
        self.leaving = list(dict.fromkeys((*self.leaving, *later.leaving)))
        self.interrupted |= later.interrupted

    def join_failures(self, later: RunReport) -> None:
        """Add what was set aside later; what failed at the same layer before counts once."""
        known = {(failure.origin, failure.node) for failure in self.failures}
        self.failures += [f for f in later.failures if (f.origin, f.node) not in known]
        self.gave_up |= later.gave_up

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
        self.remarks |= unit.remarks
        for note in unit.notes:
            self.notes.setdefault((note.level, note.code), NoteTally()).add(unit.origin, note)
        if unit.leaving is not None and unit.saved.total():
            self.leaving.append(unit.leaving)
        if unit.failure is not None:
            self.failures.append(unit.failure)
