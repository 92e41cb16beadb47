"""A bounded window of groups of units in flight over an executor of the standard library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice

from dtl_engine.execute.reports import UnitReport
from dtl_engine.plan.units import Group

IN_FLIGHT_PER_WORKER = 2


def run_window(
    executor: Executor,
    work: Callable[[Group], Sequence[UnitReport]],
    groups: Iterator[Group],
    workers: int,
) -> Iterator[UnitReport]:
    """Yield reports as they come, never more than ``2 * workers`` groups being in flight."""
    window = IN_FLIGHT_PER_WORKER * workers
    flying: set[Future[Sequence[UnitReport]]] = {
        executor.submit(work, group) for group in islice(groups, window)
    }
    try:
        while flying:
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                yield from future.result()
            flying |= {executor.submit(work, group) for group in islice(groups, len(done))}
    finally:
        for future in flying:
            future.cancel()
