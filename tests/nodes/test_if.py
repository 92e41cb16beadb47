from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Point, Polygon, Rectangle
from dtl_engine.node.count import Count
from dtl_engine.testing import make_sample
from dtl_nodes.if_ import If
from tests.fixtures.nodes import make, port, refuses

TRUE, FALSE = 0, 1
BOX = Instance("box", Rectangle(0, 0, 2, 2))
HOLED = Instance("patch", Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3)]]))
SAMPLE = make_sample(
    10, 8, [BOX, BOX, HOLED], (Tag("night"), Tag("note", "x")),
    file="cat_012.jpeg", dataset="ds1", project="garden",
)  # fmt: skip


def holds(condition: dict[str, Any], sample: Sample = SAMPLE, seed: int = 0) -> bool:
    return port(If, {"condition": condition}, sample, seed=seed) == TRUE


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"regex_names": ["t_0"]}, True),
        ({"regex_names": ["^t_0", r"\d{3}$"]}, True),
        ({"regex_names": ["jpeg"]}, False),
        ({"regex_names": ["CAT"]}, False),
        ({"regex_names": []}, False),
        ({"project_datasets": ["garden/ds1"]}, True),
        ({"project_datasets": ["x/y", "garden/*"]}, True),
        ({"project_datasets": ["*/ds1"]}, True),
        ({"project_datasets": ["*/*"]}, True),
        ({"project_datasets": ["garden/ds*"]}, False),
        ({"project_datasets": ["ds1/garden"]}, False),
        ({"project_datasets": []}, False),
        ({"min_objects_count": 0}, True),
        ({"min_objects_count": 3}, True),
        ({"min_objects_count": 4}, False),
        ({"include_classes": ["x", "box"]}, True),
        ({"include_classes": ["x"]}, False),
        ({"include_classes": []}, False),
        ({"tags": ["note"]}, True),
        ({"tags": ["x", "night"]}, True),
        ({"tags": ["x"]}, False),
        ({"tags": []}, False),
        ({"min_height": 8}, True),
        ({"min_height": 9}, False),
        ({"min_height": -1}, True),
        ({"min_width": 10}, True),
        ({"min_width": 11}, False),
        ({"min_area": 80}, True),
        ({"min_area": 81}, False),
        ({"sum_object_area": 8, "classes": ["box"]}, True),
        ({"sum_object_area": 8.5, "classes": ["box"]}, False),
        ({"sum_object_area": 16, "classes": ["patch"]}, True),
        ({"sum_object_area": 24, "classes": ["box", "patch"]}, True),
        ({"sum_object_area": 0, "classes": ["unknown"]}, True),
        ({"sum_object_area": 0, "classes": []}, True),
    ],
)
def test_conditions(condition: dict[str, Any], expected: bool) -> None:
    assert holds(condition) is expected


def test_tags_of_objects_do_not_count() -> None:
    tagged = Instance("dot", Point(1, 1), (Tag("night"),))
    assert not holds({"tags": ["night"]}, make_sample(4, 4, [tagged]))


def test_the_chosen_dataset_does_not_count() -> None:
    assert not holds({"project_datasets": ["garden/other"]}, SAMPLE.in_dataset("other"))
    assert holds({"project_datasets": ["garden/ds1"]}, SAMPLE.in_dataset("other"))


NAMES = tuple(f"a{number:04}" for number in range(98, 108))


@pytest.mark.parametrize(
    ("first", "last", "step", "expected"),
    [
        ("a0100", "a0105", 2, "a0100 a0102 a0104"),
        ("a0101", "a0105", 2, "a0101 a0103 a0105"),
        ("a0105", "a0100", 2, ""),
        ("a", "b", 5, "a0098 a0103"),
        ("a0104", "a0104", 9, "a0104"),
        ("a0099x", "a0102", 1, "a0100 a0101 a0102"),
    ],
)
def test_every_kth_name_of_a_range(first: str, last: str, step: int, expected: str) -> None:
    condition = {"name_in_range": [first, last], "frame_step": step}
    found = [
        name
        for name in reversed(NAMES)
        if holds(condition, make_sample(2, 2, file=f"{name}.png", siblings=NAMES))
    ]
    assert found == sorted(expected.split(), reverse=True)


@pytest.mark.parametrize(("probability", "expected"), [(0, False), (1, True), (0.0, False)])
def test_certain_probabilities_are_exact(probability: float, expected: bool) -> None:
    outcomes = {holds({"probability": probability}, seed=seed) for seed in range(50)}
    assert outcomes == {expected}


def test_probability_is_met() -> None:
    copies = [SAMPLE.derived(f"copies.{number}") for number in range(2000)]
    hits = sum(holds({"probability": 0.3}, copy) for copy in copies)
    assert 520 < hits < 680


def test_by_source_all_copies_go_one_way() -> None:
    copies = [SAMPLE.derived(f"copies.{number}") for number in range(40)]
    for seed in range(20):
        ways = {holds({"probability": 0.5, "by": "source"}, copy, seed) for copy in copies}
        assert len(ways) == 1
    both = {holds({"probability": 0.5, "by": "source"}, SAMPLE, seed) for seed in range(40)}
    assert both == {True, False}


@pytest.mark.parametrize(
    ("condition", "is_random", "counts"),
    [({"probability": 0}, False, [(0, 0), (3, 3)]), ({"probability": 1}, False, [(3, 3), (0, 0)]),
     ({"probability": 0.5}, True, [(0, 3), (0, 3)]), ({"min_width": 1}, False, [(0, 3), (0, 3)])],
)  # fmt: skip
def test_what_is_known_beforehand(
    condition: dict[str, Any], is_random: bool, counts: list[tuple[int, int]]
) -> None:
    node = make(If, {"condition": condition})
    assert node.is_random(node.settings) is is_random
    inferred = node.infer_counts(node.settings, Count(3))
    assert [(count.low, count.high) for count in inferred] == counts
    whole = inferred[0] + inferred[1]
    assert (whole.low, whole.high) == (3, 3)


@pytest.mark.parametrize(
    ("condition", "is_told"),
    [({"probability": 0.5}, True), ({"probability": 0.5, "by": "source"}, False),
     ({"probability": 1}, False), ({"min_width": 1}, False)],
)  # fmt: skip
def test_leakage_has_a_remedy(condition: dict[str, Any], is_told: bool) -> None:
    node = make(If, {"condition": condition})
    assert ('"by": "source"' in node.leak_fix(node.settings)) is is_told


@pytest.mark.parametrize(
    "condition",
    [
        {}, {"probabilty": 0.5}, {"probability": 1.1}, {"probability": -0.1}, {"probability": "1"},
        {"probability": True}, {"probability": 0.5, "by": "image"}, [], "probability", None,
        {"probability": 0.5, "min_width": 3}, {"probability": 0.5, "x": 1},
        {"regex_names": ["("]}, {"regex_names": "a"}, {"regex_names": [1]},
        {"project_datasets": ["a"]}, {"project_datasets": ["a/b/c"]}, {"project_datasets": ["/b"]},
        {"min_objects_count": -1}, {"min_objects_count": 1.0}, {"include_classes": "a"},
        {"tags": "a"}, {"min_height": "3"}, {"min_width": 2.5}, {"min_area": None},
        {"sum_object_area": 3}, {"classes": ["a"]}, {"sum_object_area": "3", "classes": ["a"]},
        {"name_in_range": ["a", "b"]}, {"name_in_range": ["a"], "frame_step": 1},
        {"name_in_range": ["a", "b"], "frame_step": 0}, {"frame_step": 1},
    ],
)  # fmt: skip
def test_refuses(condition: Any) -> None:
    refuses(If, {"condition": condition})


def test_refuses_what_is_no_condition() -> None:
    refuses(If, {})
    refuses(If, {"condition": {"min_width": 3}, "else": 1}, "else")
