"""Progress as typed events; whoever shows or records a run listens to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dtl_engine.execute.reports import RunReport, UnitReport
from dtl_engine.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The outputs are prepared and the first image is about to be read."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class UnitFinished:
    """One more source image is through, saved or set aside."""

    unit: UnitReport
    report: RunReport


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last image is through."""

    plan: Plan
    report: RunReport


Event = RunStarted | UnitFinished | RunFinished
Listener = Callable[[Event], None]
