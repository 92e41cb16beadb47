"""A bounded window of units in flight over an executor of the standard library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice

from dtl_engine.execute.reports import UnitReport
from dtl_engine.plan.units import Unit

IN_FLIGHT_PER_WORKER = 2


def run_window(
    executor: Executor,
    work: Callable[[Unit], UnitReport],
    units: Iterator[Unit],
    workers: int,
) -> Iterator[UnitReport]:
    """Yield reports as they come, never more than ``2 * workers`` units being in flight."""
    window = IN_FLIGHT_PER_WORKER * workers
    flying: set[Future[UnitReport]] = {
        executor.submit(work, unit) for unit in islice(units, window)
    }
    try:
        while flying:
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
            flying |= {executor.submit(work, unit) for unit in islice(units, len(done))}
    finally:
        for future in flying:
            future.cancel()
