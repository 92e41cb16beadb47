"""Annotations: immutable, read when first asked for, mirrored and cropped with their image."""

from __future__ import annotations

from dtl_engine.model.annotation import Annotation, Instance, Tag
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.shapes import Point, Rectangle

BOX = Instance("box", Rectangle(1.0, 2.0, 5.0, 4.0), (Tag("sure"),), "a box", {"id": 7})
DOT = Instance("dot", Point(9.0, 1.0))
SIZE = Size(10, 6)


class Later:
    """Instances that count how often they are read."""

    def __init__(self) -> None:
        self.times = 0

    def load(self) -> tuple[Instance, ...]:
        self.times += 1
        return (BOX, DOT)


def test_instances_are_read_once_and_only_if_needed() -> None:
    later = Later()
    annotation = Annotation(SIZE, later)
    tagged = annotation.with_tags((Tag("train"),))
    assert (later.times, tagged.pending) == (0, later)
    assert annotation.instances == annotation.instances == (BOX, DOT)
    assert later.times == 1
    again = annotation.with_tags((Tag("val"),))
    assert (again.instances, later.times) == ((BOX, DOT), 1)
    assert again.pending is later


def test_other_instances_are_no_longer_those_of_the_file() -> None:
    annotation = Annotation(SIZE, Later(), (Tag("t"),), "d", {"k": 1})
    changed = annotation.with_instances([DOT])
    assert changed.pending is None
    assert changed == Annotation(SIZE, (DOT,), (Tag("t"),), "d", {"k": 1})


def test_mirroring() -> None:
    mirrored = Annotation(SIZE, (BOX, DOT), (Tag("t"),), "d").mirror("vertical")
    box, dot = mirrored.instances
    assert box.shape == Rectangle(5.0, 2.0, 9.0, 4.0)
    assert dot.shape == Point(1.0, 1.0)
    assert (box.label, box.tags, box.description, box.extra) == (
        "box",
        BOX.tags,
        "a box",
        BOX.extra,
    )
    assert (mirrored.tags, mirrored.description, mirrored.size) == ((Tag("t"),), "d", SIZE)
    assert mirrored.mirror("vertical") == Annotation(SIZE, (BOX, DOT), (Tag("t"),), "d")


def test_cropping_drops_what_lies_outside() -> None:
    cropped = Annotation(SIZE, (BOX, DOT), (Tag("t"),)).crop(Window(2, 1, 7, 6))
    assert cropped.size == Size(5, 5)
    assert [instance.label for instance in cropped.instances] == ["box"]
    assert cropped.instances[0].shape == Rectangle(0.0, 1.0, 3.0, 3.0)
    assert cropped.tags == (Tag("t"),)


def test_equality_looks_at_the_content() -> None:
    assert Annotation(SIZE, Later()) == Annotation(SIZE, (BOX, DOT))
    assert hash(Annotation(SIZE, Later())) == hash(Annotation(SIZE, (BOX, DOT)))
    assert Annotation(SIZE) != Annotation(Size(6, 10))
    assert Annotation(SIZE) != "annotation"


def test_instances_change_one_thing_at_a_time() -> None:
    assert BOX.with_label("crate") == Instance("crate", BOX.shape, BOX.tags, "a box", BOX.extra)
    assert BOX.with_shape(DOT.shape) == Instance("box", DOT.shape, BOX.tags, "a box", BOX.extra)
