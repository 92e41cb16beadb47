"""The suite that every node passes, ours and others'."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dtl_engine.errors import DataError
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.base import Node
from dtl_engine.node.catalogue import installed_catalogue
from dtl_engine.node.description import describe
from dtl_engine.node.draws import Draws
from dtl_engine.node.report import ReportNode
from dtl_engine.node.settings_tree import every_setting
from dtl_engine.testing.compare import assert_same_sample
from dtl_engine.testing.coverage import (
    assert_counts_cover,
    assert_dataset_is_announced,
    assert_schema_covers,
)
from dtl_engine.testing.demo import demo_samples
from dtl_engine.testing.example import documented_example
from dtl_engine.testing.running import OUTPUT, ForbiddenDraws, Outcome, report_on, run_node
from dtl_engine.testing.samples import conformance_samples, sample_schema
from dtl_engine.testing.settings import (
    assert_refuses_unknown_keys,
    assert_survives_json,
    parse_settings,
)

if TYPE_CHECKING:
    import pytest

SEEDS = range(5)
_CASE = "chosen"


class NodeConformance:
    """Subclass it in a test module, name the node and settings to try; pytest does the rest.

    The settings must fit ``schema``; both that and ``samples`` may be overridden.
    """

    node: ClassVar[type[Node[Any]]]
    """The node class under test."""

    settings: ClassVar[Sequence[Mapping[str, Any]]]
    """Settings objects as they stand in a graph; together they should reach all of the node."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run every check that takes settings once for each of them."""
        if _CASE in metafunc.fixturenames:
            metafunc.parametrize(
                _CASE, self.settings, ids=[f"settings{n}" for n, _ in enumerate(self.settings)]
            )

    def samples(self) -> tuple[Sample, ...]:
        """Return the samples that the node is run on; fresh ones for each call."""
        return conformance_samples()

    def schema(self) -> Schema:
        """Return the schema that ``samples`` fit."""
        return sample_schema()

    def make(self, chosen: Mapping[str, Any]) -> Node[Any]:
        """Return the node with the settings object ``chosen``."""
        variant = self.node.variant(chosen)
        return variant(parse_settings(variant.settings_model, chosen))

    def infer(self, node: Node[Any]) -> Schema:
        """Return the schema behind ``node``."""
        return node.infer_schema(node.settings, self.schema())

    def run(self, node: Node[Any], sample: Sample, folder: Path, *, seed: int = 0) -> Outcome:
        """Return what ``node`` makes of ``sample`` with the draws of ``seed``."""
        self.prepare(folder / OUTPUT)
        return self.run_with(node, sample, Draws(seed, "node", sample), folder)

    def run_with(self, node: Node[Any], sample: Sample, draws: Draws, folder: Path) -> Outcome:
        """Return what ``node`` makes of ``sample`` with these draws."""
        return run_node(node, sample, draws, self.schema(), folder)

    def prepare(self, output: Path) -> None:
        """Write what the node needs to find in its output folder; by default nothing."""

    def test_action_is_in_a_catalogue(self) -> None:
        """An installed library offers the node under its action."""
        catalogue = installed_catalogue()
        assert self.node.action in catalogue.entries, f"no library offers '{self.node.action}'"
        found = catalogue.node_class(self.node.action)
        assert self.node in (found, *(variant.node for variant in found.variants()))

    def test_class_only_declares(self) -> None:
        """The class has a docstring and a signature, and no constructor of its own."""
        assert inspect.isabstract(self.node) is False, "an abstract method is not implemented"
        assert "__init__" not in vars(self.node), "a node class has no __init__"
        ports = (*self.node.signature.inputs, *self.node.signature.outputs)
        assert ports, "a node has at least one port"

    def test_documentation_is_complete(self) -> None:
        """The docstring has a summary and an example, and every setting says what it does."""
        description = describe(self.node)
        assert description.summary, f"{self.node.__name__} has no docstring"
        assert description.example is not None, f"{self.node.__name__} has no example"
        groups = (description.settings, *(each.settings for each in description.variants))
        settings = (found for group in groups for found in every_setting(group))
        silent = [at for at, each in settings if not each.description]
        assert not silent, f"settings without a docstring: {', '.join(silent)}"

    def test_example_runs(self, tmp_path: Path) -> None:
        """The docstring's example is valid and runs; it may set some of the samples aside."""
        node = self.make(documented_example(self.node))
        samples = (*self.samples(), *(demo_samples() if self.schema() == sample_schema() else ()))
        aside = 0
        for at, sample in enumerate(samples):
            try:
                self.run(node, sample, tmp_path / str(at))
            except DataError:
                aside += 1
        assert aside < len(samples), "the example sets every sample aside"

    def test_settings_survive_json(self, chosen: Mapping[str, Any]) -> None:
        """Settings that are dumped and read again are equal."""
        assert_survives_json(parse_settings(self.node.variant(chosen).settings_model, chosen))

    def test_unknown_settings_are_refused(self, chosen: Mapping[str, Any]) -> None:
        """A misspelt key never passes."""
        assert_refuses_unknown_keys(self.node.variant(chosen).settings_model, chosen)

    def test_schema_covers_results(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """What leaves was inferred: labels, shapes, tags and datasets; sizes agree."""
        node = self.make(chosen)
        inferred = self.infer(node)
        for at, sample in enumerate(self.samples()):
            for _, result in self.run(node, sample, tmp_path / str(at)).results:
                assert_schema_covers(inferred, result)
                assert_dataset_is_announced(node, self.schema(), sample, result)
                assert result.origin == sample.origin, f"{result} forgot where it came from"
                assert result.image.size == result.size, (
                    f"{result} is annotated as {result.size}, its image is {result.image.size}"
                )

    def test_counts_cover_results(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """As many samples leave as was inferred, one by one and all together."""
        node = self.make(chosen)
        for seed in SEEDS:
            folder = tmp_path / str(seed)
            outcomes = [
                self.run(node, sample, folder / str(at), seed=seed)
                for at, sample in enumerate(self.samples())
            ]
            assert_counts_cover(node, outcomes)
            for outcome in outcomes:
                assert_counts_cover(node, [outcome])

    def test_inputs_stay_untouched(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """Neither the sample nor the node is changed by running."""
        node = self.make(chosen)
        for at, sample in enumerate(self.samples()):
            before = pickle.loads(pickle.dumps(sample))
            self.run(node, sample, tmp_path / str(at))
            assert_same_sample(before, sample, f"{sample} before and after")
        assert vars(node) == {"settings": node.settings}, f"the node keeps state: {vars(node)}"

    def test_equal_draws_give_equal_results(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """Results depend on the sample and its draws, not on order or on what came before."""
        node, samples = self.make(chosen), self.samples()
        for seed in SEEDS:
            folder = tmp_path / str(seed)
            first = [
                self.run(node, sample, folder / f"first{at}", seed=seed)
                for at, sample in enumerate(samples)
            ]
            again = [
                self.run(self.make(chosen), sample, folder / f"again{at}", seed=seed)
                for at, sample in reversed(list(enumerate(self.samples())))
            ]
            for one, other in zip(first, reversed(again), strict=True):
                assert_same_outcome(one, other)

    def test_pickles(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """The node goes to another process and does the same there."""
        node = self.make(chosen)
        copy = pickle.loads(pickle.dumps(node))
        assert type(copy) is type(node)
        assert copy.settings == node.settings
        for at, sample in enumerate(self.samples()):
            sent = pickle.loads(pickle.dumps(sample))
            one = self.run(node, sample, tmp_path / f"{at}")
            assert_same_outcome(one, self.run(copy, sent, tmp_path / f"{at}-sent"))

    def test_reports_add_up_in_any_order(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """What a report says does not depend on the order in which samples were counted."""
        node, samples = self.make(chosen), self.samples()
        if isinstance(node, ReportNode):
            there = report_on(node, samples, self.schema(), tmp_path / "report" / "of")
            back = report_on(node, samples[::-1], self.schema(), tmp_path / "again" / "of")
            assert_same_outcome(there, back)

    def test_draws_only_if_random(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """Where ``is_random`` is false, no random number is drawn."""
        node = self.make(chosen)
        if node.is_random(node.settings):
            return
        for at, sample in enumerate(self.samples()):
            self.prepare(tmp_path / str(at) / OUTPUT)
            draws = ForbiddenDraws(0, "node", sample)
            self.run_with(node, sample, draws, tmp_path / str(at))


def assert_same_outcome(one: Outcome, other: Outcome) -> None:
    """Fail unless two outcomes hold equal samples at equal ports, and equal files."""
    ports = [[port for port, _ in outcome.results] for outcome in (one, other)]
    assert ports[0] == ports[1], f"results leave by ports {ports[0]} and {ports[1]}"
    for (_, mine), (_, others) in zip(one.results, other.results, strict=True):
        assert_same_sample(mine, others, "two runs")
    assert one.files.keys() == other.files.keys(), "two runs write different files"
    changed = [name for name in one.files if one.files[name] != other.files[name]]
    assert not changed, f"two runs write different content into {', '.join(changed)}"
