"""``split_data``: which dataset source images and their samples go to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.shapes import Rectangle
from dtl_engine.testing import make_sample
from dtl_nodes.split_data import SplitData
from tests.fixtures.nodes import refuses, run
from tests.fixtures.small_graphs import Json, compiled, layer, reading, saving
from tests.fixtures.small_graphs import run as run_graph


def datasets(settings: Json, sample: Sample) -> list[str | None]:
    return [result.dataset for result in run(SplitData, settings, sample)]


def numbered(number: int, total: int) -> Sample:
    sample = make_sample(4, 4)
    origin = Origin("p", "d", f"{number}.png", (), number, total)
    return Sample(origin, sample.image, sample.annotation)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"split_method": "percent", "split_ratio": 50}, [1, 1, 1, 2, 2, 2]),
        ({"split_method": "percent", "split_ratio": 30}, [1, 2, 2, 3, 3, 4]),
        ({"split_method": "percent", "split_ratio": 100}, [1] * 6),
        ({"split_method": "number", "split_num": 4}, [1, 1, 1, 1, 2, 2]),
        ({"split_method": "parts", "split_parts": 4}, [1, 2, 3, 0, 1, 2]),
    ],
)
def test_by_number(settings: Json, expected: list[int]) -> None:
    found = [datasets(settings, numbered(number, 6)) for number in range(1, 7)]
    assert found == [[f"split_{part}"] for part in expected]


def test_by_what_is_on_the_sample() -> None:
    box = Rectangle(0, 0, 1, 1)
    objects = [Instance("b", box, (Tag("t"), Tag("x/y"))), Instance("a", box), Instance("b", box)]
    sample = make_sample(4, 4, objects, (Tag("t", "v"), Tag("u")))
    assert datasets({"split_method": "classes"}, sample) == ["b", "a"]
    assert datasets({"split_method": "tags"}, sample) == ["t", "u", "x_y"]
    for method in ("classes", "tags"):
        assert datasets({"split_method": method}, make_sample(4, 4)) == ["unlabeled"]


@pytest.mark.parametrize("name", ["..", "../up", "a/b", " ", ".hidden", "x\\y", "n\x00"])
def test_class_names_never_lead_out_of_the_output(name: str) -> None:
    sample = make_sample(4, 4, [Instance(name, Rectangle(0, 0, 1, 1))])
    (dataset,) = datasets({"split_method": "classes"}, sample)
    assert dataset
    assert not set(dataset) & set("/\\\0")
    assert not dataset.startswith((".", " "))


def test_settings_that_make_no_sense() -> None:
    refuses(SplitData, {"split_method": "parts", "split_num": 3}, "'parts' needs 'split_parts'")
    refuses(SplitData, {"split_method": "percent", "split_ratio": 101}, "100")
    refuses(SplitData, {"split_method": "half"}, "'percent'")


def test_whole_runs(mini: Path, tmp_path: Path) -> None:
    def saved(name: str, **settings: object) -> Counter[str]:
        twice = layer("multiply", "$in", "$twice", multiply=2)
        split = layer("split_data", "$twice", "$out", **settings)
        graph = compiled(mini, reading(), twice, split, saving("$out"))
        run_graph(graph, tmp_path / name)
        return Counter(path.parts[-3] for path in (tmp_path / name).glob("out/*/img/*"))

    assert saved("number", split_method="number", split_num=1) == {
        "split_1": 2, "split_2": 2, "split_3": 2
    }  # fmt: skip
    assert saved("parts", split_method="parts", split_parts=2) == {"split_0": 2, "split_1": 4}
    by_class = saved("classes", split_method="classes")
    assert by_class == dict.fromkeys(("dot", "box", "path", "patch", "blob", "hand"), 6)
