"""A checked description of a pipeline, and the choice of what is done to one sample."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dtl_engine.sdk import Draws

MOST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Leaf:
    """One transform: its name, its probability, and its other arguments as JSON."""

    name: str
    p: float
    arguments: str = "{}"
    is_fixed: bool = False
    """Whether it draws nothing once it is applied."""

    def as_json(self) -> dict[str, Any]:
        """Return the transform as it is written."""
        return {"name": self.name, "p": self.p, **json.loads(self.arguments)}


@dataclass(frozen=True, slots=True)
class Group:
    """A composition of steps; ``count`` and ``replace`` belong to ``SomeOf``, ``RandomOrder``."""

    name: str
    p: float
    members: tuple[Step, ...]
    count: int | None = None
    replace: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the composition as it is written."""
        written: dict[str, Any] = {"name": self.name, "p": self.p}
        if self.count is not None:
            written |= {"n": self.count, "replace": self.replace}
        return {**written, "transforms": [member.as_json() for member in self.members]}


Step = Leaf | Group
"""A transform or a composition."""


class Chosen(NamedTuple):
    """A transform that is applied, with the seed of what it draws itself."""

    leaf: Leaf
    seed: int


def leaves(step: Step) -> Iterator[Leaf]:
    """Yield the transforms of a pipeline."""
    if isinstance(step, Leaf):
        yield step
        return
    for member in step.members:
        yield from leaves(member)


def is_fixed(step: Step) -> bool:
    """Whether nothing is left to chance."""
    if isinstance(step, Leaf):
        return step.is_fixed and step.p in (0, 1)
    is_sequence = step.name in ("Compose", "Sequential")
    return is_sequence and step.p in (0, 1) and all(map(is_fixed, step.members))


def choose(step: Step, draws: Draws, *, is_forced: bool = False) -> Iterator[Chosen]:
    """Yield the transforms that are applied to one sample, in order.

    ``is_forced`` is set inside ``OneOf`` and ``OneOrOther``, which have decided already.

    Source: the classes ``BasicTransform``, ``Compose``, ``OneOf``, ``SomeOf``, ``RandomOrder``,
        ``OneOrOther`` and ``Sequential`` of albumentations 2.0.8.
    """
    if isinstance(step, Leaf):
        # A probability of 0 is never overruled.
        if step.p > 0 and (is_forced or _happens(step.p, draws)):
            yield Chosen(step, 0 if step.is_fixed else draws.integer(0, MOST_SEED))
        return
    match step.name:
        case "OneOf":
            if is_forced or _happens(step.p, draws):
                member = step.members[_weighted([m.p for m in step.members], draws)]
                yield from choose(member, draws, is_forced=True)
        case "OneOrOther":
            member = step.members[0 if _happens(step.p, draws) else 1]
            yield from choose(member, draws, is_forced=True)
        case "SomeOf" | "RandomOrder":
            if _happens(step.p, draws):
                for at in _some(step, draws):
                    yield from choose(step.members[at], draws)
        case _:
            if is_forced or _happens(step.p, draws):
                for member in step.members:
                    yield from choose(member, draws)


def _happens(p: float, draws: Draws) -> bool:
    return p > 0 and (p >= 1 or draws.random() < p)


def _weighted(weights: Sequence[float], draws: Draws) -> int:
    """Draw an index in proportion to ``weights``, of which one is above 0."""
    rest = draws.random() * sum(weights)
    for at, weight in enumerate(weights):
        rest -= weight
        if rest < 0:
            return at
    return max(at for at, weight in enumerate(weights) if weight > 0)


def _some(step: Group, draws: Draws) -> list[int]:
    """Draw which members are tried, and in which order."""
    count = step.count or 0
    if step.replace:
        chosen = [draws.integer(0, len(step.members) - 1) for _ in range(count)]
    else:
        left = list(range(len(step.members)))
        chosen = [left.pop(draws.integer(0, len(left) - 1)) for _ in range(count)]
    return sorted(chosen) if step.name == "SomeOf" else chosen
