"""The serial runner: one unit after another, in the calling thread."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from dtl_engine.execute.reports import UnitReport
from dtl_engine.execute.workshop import Workshop
from dtl_engine.plan.plan import Plan
from dtl_engine.plan.units import Group


def run_serial(plan: Plan, groups: Iterator[Group]) -> Generator[UnitReport]:
    """Yield the reports in the order of the units."""
    workshop = Workshop(plan)
    for group in groups:
        yield from workshop.run(group)
