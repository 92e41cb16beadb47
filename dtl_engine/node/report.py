"""Nodes that look at streams and report: facts of samples are counted and summed up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.base import S
from dtl_engine.node.ends import OutputNode


class Tally(Protocol):
    """What was counted; it pickles, and its size does not grow with the number of samples.

    Adding up must give the same in any order, as workers finish in any order: count in whole
    numbers, or keep minima and maxima; sums of floats do not do.
    """

    def add(self, other: Self) -> None:
        """Add what was counted elsewhere."""
        ...


T = TypeVar("T", bound=Tally)


class ReportNode(OutputNode[S], Generic[S, T]):
    """Counts what flows in and writes a report when the last sample is through.

    A source image that is set aside counts nowhere.
    """

    family = "report"

    @staticmethod
    def check_inputs(settings: Any, schemas: Mapping[str, Schema]) -> None:
        """Check the settings against what enters by each input port that is linked.

        Raises:
            SchemaError: they do not fit.
        """

    @abstractmethod
    def tally(self, schemas: Mapping[str, Schema]) -> T:
        """Return the tally of nothing, given what each input port declares."""

    @abstractmethod
    def observe(self, tally: T, sample: Sample, port: str) -> None:
        """Count ``sample``, which came in by the input ``port``, in ``tally``.

        All samples that one tally sees are of one source image.
        """

    def leave_out(self, tally: T, sample: str, reason: str) -> None:
        """Note a sample on which ``observe`` failed; its source image was set aside.

        Args:
            tally: of all samples, before it is concluded.
            sample: the id.
            reason: what was wrong with the data.
        """

    @abstractmethod
    def conclude(self, tally: T, schemas: Mapping[str, Schema], folder: Path) -> tuple[str, ...]:
        """Write the report into ``folder``; return what is not as it should be.

        Args:
            tally: of all samples.
            schemas: what each input port declares.
            folder: the output folder.

        Returns:
            One sentence with its figures for each broken expectation; any fails the run.
        """
