"""Progress as typed events; whoever shows or records a run listens to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dtl_engine.compile.graph import CompiledNode
from dtl_engine.execute.reports import RunReport, UnitReport
from dtl_engine.node.models import FitEvent
from dtl_engine.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The outputs are prepared and the first image is about to be read."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """One of several phases begins: what the next images go through; ``number`` is from 1."""

    plan: Plan
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class UnitFinished:
    """One more source image is through, saved or set aside; ``report`` is that of the phase."""

    unit: UnitReport
    report: RunReport


@dataclass(frozen=True, slots=True)
class FitProgress:
    """A node that fits a model tells something."""

    node: CompiledNode
    event: FitEvent


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last image is through."""

    plan: Plan
    report: RunReport


Event = RunStarted | PhaseStarted | UnitFinished | FitProgress | RunFinished
Listener = Callable[[Event], None]
