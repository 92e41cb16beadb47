"""Average precision at one overlap over eleven levels of recall.

Source: models reference 5.6, the ``map`` plugin; Pascal VOC 2007. It is not COCO's measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dtl_nodes.models.evaluation.matching import Matching
from dtl_nodes.models.evaluation.ratios import Json, mean
from dtl_nodes.models.evaluation.scene import Scene
from dtl_nodes.models.evaluation.task import Pair

LEVELS = 10
"""Recall levels are 0, 1/10 ... 10/10."""

Guess = tuple[int, float, bool]
"""The class that a prediction is booked on, its confidence and whether it is right."""


@dataclass(slots=True)
class Voc11Tally:
    """Predictions of each sample in their order, and the number of objects of each class."""

    objects: list[int]
    guesses: dict[str, tuple[Guess, ...]] = field(default_factory=dict)

    def see(self, key: str, scene: Scene, matching: Matching) -> None:
        """Count one sample; predictions without a confidence are left out.

        A prediction of the wrong class that matches an object is booked on the object's class.
        """
        for one in scene.truth:
            self.objects[one.number] += 1
        matched = {pair.predicted: pair.truth for pair in matching.across}
        guesses: list[Guess] = []
        for place, found in enumerate(scene.predicted):
            if found.score is None:
                continue
            if place in matched:
                number = scene.truth[matched[place]].number
                guesses.append((number, found.score, number == found.number))
            elif place not in matching.ignored:
                guesses.append((found.number, found.score, False))
        if guesses:
            self.guesses[key] = tuple(guesses)

    def add(self, other: Voc11Tally) -> None:
        """Add what was counted elsewhere, of other samples."""
        self.objects = [a + b for a, b in zip(self.objects, other.objects, strict=True)]
        self.guesses.update(other.guesses)

    def figures(self, pairs: Sequence[Pair]) -> Json:
        """Return the average precision of each class and their plain mean; 0 without a hit."""
        by_class: list[list[tuple[float, bool]]] = [[] for _ in pairs]
        for key in sorted(self.guesses):
            for number, score, is_right in self.guesses[key]:
                by_class[number].append((score, is_right))
        averages = [
            average_precision(guesses, objects)
            for guesses, objects in zip(by_class, self.objects, strict=True)
        ]
        return {
            "mean": mean(averages),
            "classes": [
                {"name": pair.truth, "ap": each, "objects": objects, "predictions": len(guesses)}
                for pair, each, objects, guesses in zip(
                    pairs, averages, self.objects, by_class, strict=True
                )
            ],
        }


def average_precision(guesses: Iterable[tuple[float, bool]], objects: int) -> float:
    """Return the mean over the levels of recall of the best precision at that recall or more.

    Args:
        guesses: confidence, and whether it is right; equal confidences in their order.
        objects: how many there are to find.
    """
    best = [0.0] * (LEVELS + 1)
    right = 0
    for count, (_, is_right) in enumerate(sorted(guesses, key=lambda guess: -guess[0]), 1):
        right += is_right
        # Recall is right / objects; whole numbers, as 3 / 10 is not 3 * 0.1.
        for level in range(min(LEVELS, LEVELS * right // objects) + 1 if right else 0):
            best[level] = max(best[level], right / count)
    return sum(best) / len(best)
