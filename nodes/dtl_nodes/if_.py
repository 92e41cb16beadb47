"""The ``if`` node: send each sample one of two ways."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag
from pydantic.json_schema import SkipJsonSchema

from dtl_engine.sdk import SAMPLES_TO_TRUE_FALSE, Count, Draws, RandomRouteNode, Sample, Settings
from dtl_nodes.settings.conditions import KINDS, NO_KIND, Condition, kind_of, refuse_no_kind

if TYPE_CHECKING:
    AnyCondition = Condition
else:
    AnyCondition = Annotated[
        reduce(or_, (Annotated[kind, Tag(f"[{kind.kind}]")] for kind in KINDS))
        | SkipJsonSchema[Annotated[None, BeforeValidator(refuse_no_kind), Tag(NO_KIND)]],
        Discriminator(kind_of),
    ]


class IfSettings(Settings):
    """Settings of ``if``."""

    condition: AnyCondition
    """What is asked of each sample."""


class If(RandomRouteNode[IfSettings, bool]):
    """Send each sample to the first output where the condition holds, else to the second.

    ``dst`` is a list of two names; ``null`` discards what goes there.

    Example:
        {"condition": {"probability": 0.8, "by": "source"}}

    Source: DTL ``if``; ``by`` is new.
    """

    action = "if"
    family = "flow"
    signature = SAMPLES_TO_TRUE_FALSE

    @staticmethod
    def infer_counts(settings: IfSettings, count: Count) -> tuple[Count, ...]:
        """Certain for the probabilities 0 and 1, else any part either way."""
        chance = settings.condition.chance
        if chance in (0, 1):
            return (count * int(chance), count * int(1 - chance))
        return count.split()

    @staticmethod
    def is_random(settings: Any) -> bool:
        """Only where chance decides."""
        return settings.condition.chance not in (None, 0, 1)

    @staticmethod
    def leak_fix(settings: IfSettings) -> str:
        """A chance that is drawn for each sample can tear a source image apart."""
        condition = settings.condition
        if condition.chance in (None, 0, 1) or condition.splits_by_source:
            return ""
        return 'write "by": "source" beside "probability"'

    def draw(self, sample: Sample, draws: Draws) -> bool:
        """Test the condition."""
        return self.settings.condition.holds(sample, draws)

    def apply(self, sample: Sample, values: bool) -> str:
        """Return the port."""
        return "true" if values else "false"
