"""What nodes that make, load, apply and write models must satisfy besides ``NodeConformance``."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dtl_engine.errors import DataError, ModelError
from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema, SchemaError
from dtl_engine.node.base import Node
from dtl_engine.node.draws import Draws
from dtl_engine.node.models import BatchNode, ModelSourceNode, ValueSinkNode
from dtl_engine.node.source import DataFolders
from dtl_engine.testing.compare import assert_same_sample
from dtl_engine.testing.conformance import NodeConformance
from dtl_engine.testing.refusing import refusal_of
from dtl_engine.testing.running import Outcome, files_of


class ModelSourceConformance(NodeConformance):
    """The suite for nodes that load models: subclass it and say what they can load."""

    def write_model(self, folder: Path) -> tuple[str, ...]:
        """Write a model into ``folder``; return what ``src`` names it."""
        raise TypeError(f"{type(self).__name__} needs 'write_model'")

    def run_with(self, node: Node[Any], sample: Sample, draws: Draws, folder: Path) -> Outcome:
        """Return nothing: no sample comes by."""
        return Outcome()

    def test_describes_a_model_without_changing_it(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """It says where the model is and what it predicts, each time the same."""
        names = self.write_model(tmp_path)
        node, before = _model_source(self.make(chosen)), files_of(tmp_path)
        first, again = (
            node.open_model(node.settings, names, DataFolders((tmp_path,))) for _ in range(2)
        )
        assert first == again == pickle.loads(pickle.dumps(first))
        assert first.path.is_relative_to(tmp_path), "a model is found outside of the data folders"
        assert first.path.exists()
        assert_is_told(first.spec)
        assert files_of(tmp_path) == before, "opening a model changes its folder"

    def test_a_model_that_is_not_there_is_a_mistake_of_the_graph(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """The place of the name in ``src`` is told."""
        node = _model_source(self.make(chosen))
        names, data = ("no model has this name",), DataFolders((tmp_path,))
        refused = refusal_of(SchemaError, lambda: node.open_model(node.settings, names, data))
        assert refused.at == (0,), "the place of the name is not told"


class BatchConformance(NodeConformance):
    """The suite for nodes that apply models: subclass it and give them a model."""

    def write_model(self, folder: Path) -> Path:
        """Write a model into ``folder``; return where it is."""
        raise TypeError(f"{type(self).__name__} needs 'write_model'")

    def spec(self) -> ModelSpec:
        """Return what that model predicts."""
        raise TypeError(f"{type(self).__name__} needs 'spec'")

    def open(self, node: Node[Any], folder: Path) -> Any:
        """Return the model as the node loads it."""
        folder.mkdir(parents=True, exist_ok=True)
        return _batch(node).open(self.write_model(folder), self.spec())

    def infer(self, node: Node[Any]) -> Schema:
        """Return the schema behind the node and its model."""
        batch = _batch(node)
        return batch.infer_schema_with(batch.settings, self.schema(), self.spec())

    def run_with(self, node: Node[Any], sample: Sample, draws: Draws, folder: Path) -> Outcome:
        """Return what the node, with its model just loaded, makes of one sample alone."""
        (result,) = _batch(node).apply_batch([sample], self.open(node, folder), self.schema())
        if isinstance(result, DataError):
            raise result
        return Outcome(((0, result),))

    def test_batches_of_any_grouping_are_equal(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """A sample's result does not depend on which others are in its batch."""
        node, samples = self.make(chosen), self.samples()
        assert _batch(node).batch_size(node.settings) >= 1
        resource, schema = self.open(node, tmp_path), self.schema()
        whole = _batch(node).apply_batch(samples, resource, schema)
        assert len(whole) == len(samples), "there is not one result for each sample"
        for size in (1, 2, 3):
            order = samples if size != 2 else samples[::-1]
            parts = [order[at : at + size] for at in range(0, len(order), size)]
            found = [r for part in parts for r in _batch(node).apply_batch(part, resource, schema)]
            for one, other in zip(whole, found if size != 2 else found[::-1], strict=True):
                if isinstance(one, DataError) or isinstance(other, DataError):
                    assert str(one) == str(other)
                else:
                    assert_same_sample(one, other, f"batches of {len(samples)} and of {size}")

    def test_another_model_is_a_mistake_of_the_graph_or_fits(
        self, chosen: Mapping[str, Any]
    ) -> None:
        """A model that predicts nothing gives a schema, or a ``SchemaError``; nothing else."""
        node = _batch(self.make(chosen))
        nothing = ModelSpec(self.spec().family)
        try:
            found = node.infer_schema_with(node.settings, self.schema(), nothing)
        except SchemaError as refused:
            assert refused.message
        else:
            assert isinstance(found, Schema)


class ValueSinkConformance(NodeConformance):
    """The suite for nodes that write models or reports: subclass it and say what enters."""

    def write_inputs(self, folder: Path) -> Mapping[str, Sequence[Path]]:
        """Write what enters into ``folder``; return the paths by input port."""
        raise TypeError(f"{type(self).__name__} needs 'write_inputs'")

    def target(self, chosen: Mapping[str, Any]) -> str:
        """Return the name of what is written."""
        return "target"

    def run_with(self, node: Node[Any], sample: Sample, draws: Draws, folder: Path) -> Outcome:
        """Return nothing: no sample comes by."""
        return Outcome()

    def test_writes_the_target_and_nothing_else(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """What enters stays as it is, and a folder has the files by which it is known."""
        node = self.make(chosen)
        assert isinstance(node, ValueSinkNode)
        values = self.write_inputs(tmp_path / "in")
        assert set(values) == {port.name for port in node.signature.inputs}
        before = files_of(tmp_path / "in")
        (tmp_path / "out").mkdir()
        target = tmp_path / "out" / self.target(chosen)
        node.write_values(values, target)
        assert [path.name for path in target.parent.iterdir()] == [target.name]
        assert files_of(tmp_path / "in") == before, "what enters is changed"
        if target.is_dir():
            assert node.marks, "a node that writes folders says by which files they are known"
            assert all((target / mark).is_file() for mark in node.marks)

    def test_what_cannot_be_read_leaves_nothing(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """Inputs that are none of its kind stop the run, and no half of a target stays."""
        node = self.make(chosen)
        assert isinstance(node, ValueSinkNode)
        (tmp_path / "nothing").mkdir()
        (tmp_path / "out").mkdir()
        values = {port.name: [tmp_path / "nothing"] for port in node.signature.inputs}
        target = tmp_path / "out" / self.target(chosen)
        refusal_of(ModelError, lambda: node.write_values(values, target))
        assert not list((tmp_path / "out").iterdir())


def assert_is_told(spec: ModelSpec) -> None:
    """Fail unless a model says what it predicts, each name once."""
    assert spec.labels or spec.tags, "the model predicts nothing"
    for names in (spec.label_names, spec.tag_names):
        assert len(set(names)) == len(names), f"a name comes twice: {names}"
    assert pickle.loads(pickle.dumps(spec)) == spec


def _model_source(node: Node[Any]) -> ModelSourceNode[Any]:
    assert isinstance(node, ModelSourceNode)
    return node


def _batch(node: Node[Any]) -> BatchNode[Any, Any]:
    assert isinstance(node, BatchNode)
    return node
