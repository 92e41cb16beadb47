"""The contract of runners."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Protocol

from dtl_engine.execute.reports import UnitReport
from dtl_engine.plan.plan import Plan
from dtl_engine.plan.units import Group


class Runner(Protocol):
    """Does groups of units of work and yields the reports of the units as they come.

    Groups are taken from the iterator only as workers come free, so memory stays flat; when the
    iterator ends early, what is in flight is finished. An error of the code is raised once
    everything in flight has ended; so does closing the generator early.
    """

    def __call__(self, plan: Plan, groups: Iterator[Group]) -> Generator[UnitReport]:
        """Yield one report for each unit, in any order."""
        ...
