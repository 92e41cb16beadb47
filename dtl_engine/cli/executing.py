"""What the commands that run a graph have in common."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from dtl_engine.cli.log import Log
from dtl_engine.execute.executor import Execution
from dtl_engine.execute.reports import RunReport
from dtl_engine.plan.installed import check_installed
from dtl_engine.plan.plan import Plan


def execute(
    plan: Plan,
    log: Log,
    *,
    overwrite: bool = False,
    max_failures: int | None = None,
    again: tuple[str, ...] = (),
    strict_devices: bool = False,
) -> RunReport:
    """Run ``plan`` and tell ``log`` what happens; signals stop it.

    Args:
        plan: what to do.
        log: closed at the end.
        overwrite: replace outputs that exist.
        max_failures: give up when more source images than this fail.
        again: the command line that repeats the run, for the records of failures.
        strict_devices: a device that a training names and that is not there is an error.

    Raises:
        UsageError: a library is missing, or an output is in the way.
    """
    check_installed(plan)
    execution = Execution(
        plan,
        overwrite=overwrite,
        max_failures=max_failures,
        command=again,
        listeners=(log.event,),
        strict_devices=strict_devices,
    )
    _stop_on_signals(execution)
    try:
        return execution.run()
    finally:
        log.close()


def _stop_on_signals(execution: Execution) -> None:
    """First signal: finish the images in flight. Second: stop at once."""
    asked = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            # Threads cannot be interrupted; nothing half-written has a final name.
            os._exit(130)
        asked = True
        execution.stop()
        sys.stderr.write("\nstopping: finishing the images in flight; again to stop at once\n")

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
