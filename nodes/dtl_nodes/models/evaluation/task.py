"""What an evaluation does, resolved from its settings and from what flows in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dtl_nodes.models.evaluation.poses import Template
from dtl_nodes.models.evaluation.settings import EvaluateSettings, Metric

NEUTRAL = -1
BACKGROUND = -2
"""In place of the number of a pair: objects of the ground truth that are of no class."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A class or a tag of the ground truth and the one that predictions have for it.

    ``has_number``: a tag counts as present by its value.
    """

    truth: str
    predicted: str
    has_number: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """What an evaluation does, resolved from settings and schemas; it pickles."""

    classes: tuple[Pair, ...]
    tags: tuple[Pair, ...]
    metrics: frozenset[Metric]
    by_default: bool
    """Whether the metrics were not asked for one by one."""

    rank_by: str
    confidence: str | None
    """The tag of predicted objects that holds their confidence, if one does."""

    settings: EvaluateSettings
    templates: tuple[Template | None, ...]
    """Of the classes that are compared by their keypoints, in the order of the classes."""

    two_sides: bool
    """Whether ground truth and predictions come in samples of their own."""

    warnings: tuple[str, ...] = ()

    @property
    def truth_numbers(self) -> Mapping[str, int]:
        """Classes of the ground truth -> number of their pair, ``NEUTRAL`` or ``BACKGROUND``."""
        special = self.settings.special_classes
        known = {special.background: BACKGROUND, special.neutral: NEUTRAL}
        return known | {pair.truth: number for number, pair in enumerate(self.classes)}

    @property
    def predicted_numbers(self) -> Mapping[str, int]:
        """Classes of the predictions -> the number of their pair."""
        return {pair.predicted: number for number, pair in enumerate(self.classes)}
