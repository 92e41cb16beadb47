"""The base classes: how each shape of a node gives its results."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema, TagSpec
from dtl_engine.node.base import (
    ExpandNode,
    MapNode,
    RandomExpandNode,
    RandomMapNode,
    RandomRouteNode,
    RouteNode,
    SchemaMapNode,
)
from dtl_engine.node.count import Count
from dtl_engine.node.draws import Draws
from dtl_engine.node.settings import NoSettings, Settings
from dtl_engine.node.signature import SAMPLES_TO_TRUE_FALSE
from tests.fixtures.samples import sample_of


class Knob(Settings):
    """Settings of the nodes here."""

    turns: int = 2


class Same(MapNode[NoSettings]):
    def apply(self, sample: Sample) -> Sample:
        return sample


class Declared(SchemaMapNode[NoSettings]):
    def apply(self, sample: Sample, schema: Schema) -> Sample:
        return sample.in_dataset(" and ".join(schema.tag_names))


class Copies(ExpandNode[Knob]):
    @staticmethod
    def infer_counts(settings: Knob, count: Count) -> tuple[Count, ...]:
        return (count * settings.turns,)

    def apply(self, sample: Sample) -> Iterable[Sample]:
        return [sample] * self.settings.turns


class No(RouteNode[Knob]):
    signature = SAMPLES_TO_TRUE_FALSE

    def apply(self, sample: Sample) -> str:
        return "false"


class Chosen(RandomMapNode[Knob, int]):
    def draw(self, sample: Sample, draws: Draws) -> int:
        return int(draws.integer(0, 4))

    def apply(self, sample: Sample, values: int) -> Sample:
        return sample.in_dataset(str(values))


class Several(RandomExpandNode[Knob, int]):
    @staticmethod
    def infer_counts(settings: Knob, count: Count) -> tuple[Count, ...]:
        return (count * 3,)

    def draw(self, sample: Sample, draws: Draws) -> int:
        return 3

    def apply(self, sample: Sample, values: int) -> Iterable[Sample]:
        return [sample] * values


class Coin(RandomRouteNode[Knob, bool]):
    signature = SAMPLES_TO_TRUE_FALSE

    def draw(self, sample: Sample, draws: Draws) -> bool:
        return bool(draws.random() < 2)

    def apply(self, sample: Sample, values: bool) -> str:
        return "true" if values else "false"


def test_each_shape_gives_results_at_ports() -> None:
    sample = sample_of("a")
    draws = Draws(0, "node", sample)
    assert list(Same(NoSettings()).process(sample, draws, Schema())) == [(0, sample)]
    assert list(Copies(Knob(turns=3)).process(sample, draws, Schema())) == 3 * [(0, sample)]
    assert list(No(Knob()).process(sample, draws, Schema())) == [(1, sample)]
    assert list(Coin(Knob()).process(sample, draws, Schema())) == [(0, sample)]
    assert len(list(Several(Knob()).process(sample, draws, Schema()))) == 3
    schema = Schema(tags=(TagSpec("red"), TagSpec("green")))
    ((port, declared),) = Declared(NoSettings()).process(sample, draws, schema)
    assert (port, declared.dataset) == (0, "red and green")
    ((port, chosen),) = Chosen(Knob()).process(sample, draws, Schema())
    assert (port, chosen.image) == (0, sample.image)
    assert chosen.dataset in tuple("01234")


def test_settings_model_is_the_type_argument() -> None:
    assert Same.settings_model is NoSettings
    assert Copies.settings_model is Several.settings_model is Coin.settings_model is Knob


def test_a_subclass_keeps_the_settings_of_its_base() -> None:
    class More(Copies):
        pass

    assert More.settings_model is Knob


def test_counts() -> None:
    assert Same.infer_counts(NoSettings(), Count(4)) == (Count(4),)
    for route in (No, Coin):
        one, other = route.infer_counts(Knob(), Count(4))
        assert (one + other).low == (one + other).high == 4
    assert [shape.expands for shape in (Same, Copies, Several, Coin)] == [False, True, True, False]


def test_an_expanding_node_must_say_how_many() -> None:
    class Silent(ExpandNode[Knob]):
        def apply(self, sample: Sample) -> Iterable[Sample]:
            return ()

    with pytest.raises(TypeError, match="infer_counts"):
        Silent(Knob())  # type: ignore[abstract]
