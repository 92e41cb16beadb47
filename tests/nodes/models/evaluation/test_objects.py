"""Metrics of objects at one overlap: precision and recall, confusion, VOC's eleven points."""

from __future__ import annotations

import pytest

from dtl_engine.sdk import Instance, Sample
from dtl_nodes.models.evaluation.confusion import ConfusionTally
from dtl_nodes.models.evaluation.matching import Matching
from dtl_nodes.models.evaluation.precision_recall import PrecisionRecallTally
from dtl_nodes.models.evaluation.voc11 import Voc11Tally, average_precision
from tests.nodes.models.evaluation.drawn import CONFIDENCE, box, picture, scene, schema, task

TASK = task(schema("rectangle", tags=[CONFIDENCE]))


def at(label: str, place: int, score: float | None = None) -> Instance:
    """Return an object at one of five places."""
    return box(label, 4 * place, 0, 4 * place + 3, 3, score=score)


FRUIT = picture(
    at("a", 0), at("a", 1), at("b", 2),
    at("a_m", 0, 0.9), at("b_m", 1, 0.8), at("b_m", 2, 0.7), at("a_m", 4, 0.6),
)  # fmt: skip
"""One a found, one taken for b; the b found; one a where nothing is."""


def matched(sample: Sample) -> Matching:
    return Matching(scene(TASK, sample), 0.5)


def test_precision_and_recall_by_class_and_together() -> None:
    tally = PrecisionRecallTally(2)
    quality = tally.see(scene(TASK, FRUIT), matched(FRUIT))
    found = tally.figures(TASK.classes)
    a, b = found["classes"]
    assert (a["precision"], a["recall"], a["f1"]) == (1 / 2, 1 / 2, 1 / 2)
    assert (b["precision"], b["recall"]) == (1 / 2, 1)
    assert (found["precision"], found["recall"]) == (2 / 4, 2 / 3)
    assert quality == 2 / (2 + (2 + 1) / 2)
    assert tally.see(scene(TASK, picture()), matched(picture())) is None
    nothing = PrecisionRecallTally(2).figures(TASK.classes)
    assert (nothing["precision"], nothing["recall"], nothing["f1"]) == (0, 0, 0)


def test_confusion_has_sorted_rows_and_columns_as_mapped() -> None:
    chosen = task(schema("rectangle"), classes_mapping={"b": "b_m", "a": "a_m"})
    tally = ConfusionTally(2)
    tally.see(scene(chosen, FRUIT), Matching(scene(chosen, FRUIT), 0.5))
    assert tally.figures(chosen.classes) == {
        "rows": ["a", "b", ""],
        "columns": ["b_m", "a_m", ""],
        "cells": [[1, 1, 0], [1, 0, 0], [0, 1, 0]],
    }


def test_an_object_that_nothing_matched_is_in_the_last_column() -> None:
    tally = ConfusionTally(2)
    sample = picture(at("b", 0))
    tally.see(scene(TASK, sample), matched(sample))
    assert tally.cells.tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]


def test_voc11_worked_number_8() -> None:
    guesses = [(0.7, True), (0.9, True), (0.8, False)]
    assert average_precision(guesses, 2) == pytest.approx((6 * 1 + 5 * 2 / 3) / 11)
    assert average_precision(guesses, 2) == pytest.approx(0.8485, abs=5e-5)


@pytest.mark.parametrize(
    ("guesses", "objects", "expected"),
    [
        ([], 3, 0),
        ([(0.5, False)], 0, 0),
        ([(0.5, True)], 1, 1),
        # A recall of exactly 3 / 10 reaches the level 0.3.
        ([(0.9, True), (0.8, True), (0.7, True)], 10, 4 / 11),
        # Equal confidences stay in their order.
        ([(0.5, True), (0.5, False)], 1, 1),
        ([(0.5, False), (0.5, True)], 1, 1 / 2),
    ],
)
def test_voc11(guesses: list[tuple[float, bool]], objects: int, expected: float) -> None:
    assert average_precision(guesses, objects) == pytest.approx(expected)


def test_voc11_books_the_wrong_class_on_that_of_the_object() -> None:
    tally = Voc11Tally([0, 0])
    tally.see("one", scene(TASK, FRUIT), matched(FRUIT))
    assert tally.objects == [2, 1]
    assert tally.guesses["one"] == (
        (0, 0.9, True), (0, 0.8, False), (1, 0.7, True), (0, 0.6, False)
    )  # fmt: skip
    found = tally.figures(TASK.classes)
    assert [each["ap"] for each in found["classes"]] == [pytest.approx(6 / 11), 1]
    assert found["mean"] == pytest.approx((6 / 11 + 1) / 2)


def test_voc11_leaves_out_what_has_no_confidence() -> None:
    tally = Voc11Tally([0, 0])
    sample = picture(at("a", 0), at("a_m", 0), at("a_m", 3))
    tally.see("one", scene(TASK, sample), matched(sample))
    assert (tally.objects, tally.guesses) == ([1, 0], {})


def test_predictions_below_the_threshold_are_not_there() -> None:
    chosen = task(schema("rectangle", tags=[CONFIDENCE]), confidence_threshold=0.7)
    found = scene(chosen, FRUIT)
    assert [one.score for one in found.predicted] == [0.9, 0.8, 0.7]
    assert found.below_threshold == 1
