"""Reports: facts add up, and say how a run ended."""

from __future__ import annotations

from collections import Counter

import pytest

from dtl_engine.errors import Location
from dtl_engine.execute.reports import Failure, NodeCounts, RunReport, UnitReport

FAILURE = Failure("F601", "no image", "p/d/a.png", "p/d/a.png#in", "in", "data", Location("g"))


def test_units_add_up() -> None:
    report = RunReport()
    report.add(UnitReport("a", Counter(out=2), {"in": NodeCounts(1, 1, 0.5)}))
    report.add(UnitReport("b", Counter(out=1, more=4), {"in": NodeCounts(1, 0, 0.25)}))
    report.add(UnitReport("c", failure=FAILURE))
    assert (report.images, report.samples) == (3, 7)
    assert report.saved == {"out": 3, "more": 4}
    assert report.nodes == {"in": NodeCounts(2, 1, 0.75)}
    assert report.failures == [FAILURE]


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (RunReport(), 0),
        (RunReport(failures=[FAILURE]), 3),
        (RunReport(failures=[FAILURE], gave_up=True), 1),
        (RunReport(failures=[FAILURE], gave_up=True, interrupted=True), 130),
        (RunReport(interrupted=True), 130),
    ],
)
def test_exit_codes(report: RunReport, code: int) -> None:
    assert report.exit_code == code
