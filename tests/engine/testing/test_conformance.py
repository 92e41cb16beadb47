"""The suite catches what it is there for: every faulty node below fails the check named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ConfigDict

from dtl_engine.errors import DataError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Point
from dtl_engine.node.base import ExpandNode, MapNode, RandomMapNode
from dtl_engine.node.count import Count
from dtl_engine.node.draws import Draws
from dtl_engine.node.settings import NoSettings, Settings
from dtl_engine.testing import NodeConformance

CALLS: list[int] = []


class Sound(MapNode[NoSettings]):
    """Pass samples on.

    Example:
        {}
    """

    action = "sound"

    def apply(self, sample: Sample) -> Sample:
        """Return the sample."""
        return sample


class WithConstructor(Sound):
    def __init__(self, settings: NoSettings) -> None:
        super().__init__(settings)


class WithState(Sound):
    def apply(self, sample: Sample) -> Sample:
        self.last = sample
        return sample


class NewLabel(Sound):
    def apply(self, sample: Sample) -> Sample:
        return sample.replace(instances=(Instance("surprise", Point(0, 0)),))


class OtherShape(Sound):
    def apply(self, sample: Sample) -> Sample:
        return sample.replace(instances=(Instance("box", Point(0, 0)),))


class NewTag(Sound):
    def apply(self, sample: Sample) -> Sample:
        return sample.replace(tags=(Tag("surprise"),))


class WrongValue(Sound):
    def apply(self, sample: Sample) -> Sample:
        return sample.replace(tags=(Tag("count", "many"),))


class SecretDataset(Sound):
    def apply(self, sample: Sample) -> Sample:
        return sample.in_dataset("secret")


class Resized(Sound):
    def apply(self, sample: Sample) -> Sample:
        pixels = sample.image.pixels().repeat(2, axis=0)
        return sample.replace(image=sample.image.with_pixels(pixels))


class Writes(Sound):
    def apply(self, sample: Sample) -> Sample:
        sample.annotation.tags = ()
        return sample


class Counts(Sound):
    def apply(self, sample: Sample) -> Sample:
        CALLS.append(1)
        return sample.replace(tags=(Tag("count", len(CALLS)),))


class TwoOfEach(ExpandNode[NoSettings]):
    """Yield two where one was told."""

    action = "two"

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        return (count,)

    def apply(self, sample: Sample) -> Iterable[Sample]:
        return (sample, sample)


class Gambler(RandomMapNode[NoSettings, float]):
    """Draw without saying so."""

    action = "gambler"

    def draw(self, sample: Sample, draws: Draws) -> float:
        return draws.random()

    def apply(self, sample: Sample, values: float) -> Sample:
        return sample


class LooseSettings(Settings):
    model_config = ConfigDict(extra="allow")


class Loose(MapNode[LooseSettings]):
    """Accept any key.

    Example:
        {
    """

    action = "loose"

    def apply(self, sample: Sample) -> Sample:
        return sample


class Inner(Settings):
    """What is inside."""

    said: int
    """Something."""

    unsaid: int


class UndocumentedSettings(Settings):
    inner: Inner
    """An object."""


def suite(of: Any) -> NodeConformance:
    class Suite(NodeConformance):
        node = of
        settings = ({},)

    return Suite()


FAULTS: list[tuple[type[Any], str, str]] = [
    (WithState, "inputs_stay_untouched", "keeps state"),
    (NewLabel, "schema_covers_results", "'surprise'"),
    (OtherShape, "schema_covers_results", "inferred is rectangle"),
    (NewTag, "schema_covers_results", "'surprise'"),
    (WrongValue, "schema_covers_results", "'many'"),
    (SecretDataset, "schema_covers_results", "'secret'"),
    (Resized, "schema_covers_results", "its image is"),
    (Writes, "inputs_stay_untouched", "differ in tags"),
    (Counts, "equal_draws_give_equal_results", "differ in tags"),
    (TwoOfEach, "counts_cover_results", "inferred is 6"),
    (Gambler, "draws_only_if_random", "is_random"),
]


@pytest.mark.parametrize(("node", "check", "words"), FAULTS)
def test_faults_are_found(node: type[Any], check: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=words):
        getattr(suite(node), f"test_{check}")({}, tmp_path)


@pytest.mark.parametrize("check", sorted({check for _, check, _ in FAULTS}))
def test_a_sound_node_passes(check: str, tmp_path: Path) -> None:
    getattr(suite(Sound), f"test_{check}")({}, tmp_path)


def test_unknown_keys_that_pass_are_found() -> None:
    with pytest.raises(AssertionError, match="accepts an unknown key"):
        suite(Loose).test_unknown_settings_are_refused({})
    suite(Sound).test_unknown_settings_are_refused({})


def test_a_constructor_is_found() -> None:
    with pytest.raises(AssertionError, match="__init__"):
        suite(WithConstructor).test_class_only_declares()


@pytest.mark.parametrize(
    ("node", "words"),
    [(WithState, "no docstring"), (TwoOfEach, "no section"), (Loose, "not JSON")],
)
def test_a_missing_example_is_found(node: type[Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=words):
        suite(node).test_example_runs(tmp_path)


class Undocumented(MapNode[UndocumentedSettings]):
    """Say nothing of a setting.

    Example:
        {"inner": {"said": 1, "unsaid": 2}}
    """

    action = "undocumented"

    def apply(self, sample: Sample) -> Sample:
        return sample


class Picky(Sound):
    """Like no sample.

    Example:
        {}
    """

    def apply(self, sample: Sample) -> Sample:
        raise DataError("F611", "I do not like it")


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (WithState, "no docstring"),
        (TwoOfEach, "no example"),
        (Undocumented, "without a docstring: inner.unsaid"),
    ],
)
def test_incomplete_documentation_is_found(node: type[Any], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        suite(node).test_documentation_is_complete()
    suite(Sound).test_documentation_is_complete()


def test_an_example_that_suits_nothing_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="sets every sample aside"):
        suite(Picky).test_example_runs(tmp_path)


def test_a_node_of_no_library_is_found() -> None:
    with pytest.raises(AssertionError, match="no library offers 'sound'"):
        suite(Sound).test_action_is_in_a_catalogue()
