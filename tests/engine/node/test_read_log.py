from __future__ import annotations

import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.execute.reports import NoteTally, RunReport, UnitReport
from dtl_engine.node.read_log import Level, ReadLog, ReadNote, ReadPolicy

BAD = AnnotationError("F604", "a box has no area", path="a.xml")


def test_bad_objects_are_errors_unless_they_may_go() -> None:
    with pytest.raises(AnnotationError) as refused:
        ReadLog().drop(BAD)
    assert refused.value is BAD
    log = ReadLog(ReadPolicy(drops_bad=True))
    log.number = 3
    log.drop(BAD)
    assert log.notes == (ReadNote(Level.DROPPED, "F604", "a box has no area", 3, "a.xml"),)


def test_repairs_are_noted_unless_nothing_may_be_repaired() -> None:
    log = ReadLog()
    log.repair("R601", "cut")
    assert log.notes == (ReadNote(Level.REPAIRED, "R601", "cut"),)
    with pytest.raises(AnnotationError, match="cut") as refused:
        ReadLog(ReadPolicy(is_strict=True)).repair("R601", "cut", path="a.xml")
    assert (refused.value.code, refused.value.path) == ("R601", "a.xml")


def test_what_is_read_twice_is_noted_once() -> None:
    log = ReadLog()
    for log.number in (1, 2, 1):
        log.repair("R601", "cut")
    assert [note.number for note in log.notes] == [1, 2]


def test_a_run_counts_notes_and_keeps_the_first_example_whatever_the_order() -> None:
    notes = [ReadNote(Level.REPAIRED, "R601", "cut", number) for number in (2, 1)]
    units = [UnitReport("p/d/b.png", notes=(notes[1],)), UnitReport("p/d/a.png", notes=(notes[0],))]
    for order in (units, units[::-1]):
        report = RunReport()
        for unit in order:
            report.add(unit)
        assert report.notes == {
            (Level.REPAIRED, "R601"): NoteTally(2, ("p/d/a.png", 2, "cut")),
        }
        assert report.exit_code == 0


def test_dropped_objects_end_a_run_like_samples_that_are_set_aside() -> None:
    report = RunReport()
    report.add(UnitReport("p/d/a.png", notes=(ReadNote(Level.DROPPED, "F604", "no area"),)))
    assert report.exit_code == 3
