"""The process runner, for nodes that hold the interpreter's lock.

Processes get the plan once and then only the identities of source images: pixels never travel.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

from dtl_engine.errors import RunFailed
from dtl_engine.execute.reports import UnitReport
from dtl_engine.execute.runners.pool import run_window
from dtl_engine.execute.workshop import Workshop
from dtl_engine.plan.plan import Plan
from dtl_engine.plan.units import Group, Unit, datasets_in_order

_benches: list[Bench] = []
"""The one bench of a worker process; a process pool offers no other place to keep it."""


class Bench:
    """What a worker process works with.

    Units come without the names of the other images of their dataset, which may be very many and
    are known from the plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._workshop = Workshop(plan)
        self._datasets = {each.key: each for each in datasets_in_order(plan.graph)}

    def run(self, group: Group) -> list[UnitReport]:
        """Do a group of units of work that was sent here."""
        return self._workshop.run(tuple(map(self._complete, group)))

    def _complete(self, unit: Unit) -> Unit:
        origin = unit.origin
        siblings = self._datasets[f"{origin.project}/{origin.dataset}"].stems
        return replace(unit, origin=replace(origin, siblings=siblings))


def to_send(unit: Unit) -> Unit:
    """Return the unit as it is sent to a worker process."""
    return replace(unit, origin=replace(unit.origin, siblings=()))


def run_processes(plan: Plan, groups: Iterator[Group]) -> Generator[UnitReport]:
    """Yield reports as worker processes finish groups."""
    # Spawned, not forked: a fork copies locks that other threads of the parent may hold.
    with ProcessPoolExecutor(
        plan.workers, get_context("spawn"), initializer=_open_bench, initargs=(plan,)
    ) as executor:
        try:
            yield from run_window(
                executor, _work, (tuple(map(to_send, group)) for group in groups), plan.workers
            )
        except BrokenProcessPool as broken:
            raise RunFailed(
                "a worker process died; perhaps the machine ran out of memory"
            ) from broken


def _open_bench(plan: Plan) -> None:
    # The parent decides what an interrupt means; workers finish what they are doing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _benches.append(Bench(plan))


def _end_with_parent() -> None:
    """Leave no worker behind when the parent is killed."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(group: Group) -> list[UnitReport]:
    return _benches[0].run(group)
