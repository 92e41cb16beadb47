"""The ``multiply`` node: several equal copies of each sample."""

from collections.abc import Iterable
from itertools import repeat
from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import Count, ExpandNode, Sample, Settings


class MultiplySettings(Settings):
    """Settings of ``multiply``."""

    multiply: Annotated[int, Field(ge=1, le=1_000_000_000)]
    """How many copies leave for each sample that enters."""


class Multiply(ExpandNode[MultiplySettings]):
    """Yield each sample several times; later random layers tell the copies apart.

    Example:
        {"multiply": 10}
    """

    action = "multiply"
    family = "flow"

    @staticmethod
    def infer_counts(settings: MultiplySettings, count: Count) -> tuple[Count, ...]:
        """Each sample leaves ``multiply`` times."""
        return (count * settings.multiply,)

    def apply(self, sample: Sample) -> Iterable[Sample]:
        """Yield the copies, which share everything."""
        return repeat(sample, self.settings.multiply)
