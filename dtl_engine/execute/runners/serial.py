"""The serial runner: one unit after another, in the calling thread."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from dtl_engine.execute.reports import UnitReport
from dtl_engine.execute.workshop import Workshop
from dtl_engine.plan.plan import Plan
from dtl_engine.plan.units import Unit


def run_serial(plan: Plan, units: Iterator[Unit]) -> Generator[UnitReport]:
    """Yield the reports in the order of the units."""
    workshop = Workshop(plan)
    for unit in units:
        yield workshop.run(unit)
