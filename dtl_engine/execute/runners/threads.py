"""The thread runner, the default: decoding and encoding release the interpreter's lock."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

from dtl_engine.execute.reports import UnitReport
from dtl_engine.execute.runners.pool import run_window
from dtl_engine.execute.workshop import Workshop
from dtl_engine.plan.plan import Plan
from dtl_engine.plan.units import Group


def run_threads(plan: Plan, groups: Iterator[Group]) -> Generator[UnitReport]:
    """Yield reports as threads finish units."""
    workshop = Workshop(plan)
    with ThreadPoolExecutor(plan.workers, thread_name_prefix="dtl") as executor:
        yield from run_window(executor, workshop.run, groups, plan.workers)
