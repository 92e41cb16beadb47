"""The suites of nodes with models catch what they are there for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.annotation import Tag
from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.models import FitTask, OpenedModel
from dtl_engine.sdk import DataError, DataFolders
from dtl_engine.testing import (
    BatchConformance,
    FitConformance,
    ModelSourceConformance,
    ValueSinkConformance,
)
from tests.fixtures.toy_models import SPEC, Number, ToyFit, ToyInfer, ToyModel, ToyWrite


class SoundInfer(ToyInfer):
    """Tag images; what else is in a batch does not matter."""

    @staticmethod
    def infer_schema_with(settings: Any, schema: Schema, model: ModelSpec) -> Schema:
        return Schema(schema.labels, (*schema.tags, *model.tags))

    def apply_batch(
        self, samples: Sequence[Sample], resource: Number, schema: Schema
    ) -> Sequence[Sample | DataError]:
        return [
            sample.replace(tags=(*sample.tags, Tag("above", float(sample.size.width))))
            for sample in samples
        ]


class CountsItsBatch(SoundInfer):
    def apply_batch(
        self, samples: Sequence[Sample], resource: Number, schema: Schema
    ) -> Sequence[Sample | DataError]:
        tag = Tag("above", len(samples))
        return [sample.replace(tags=(*sample.tags, tag)) for sample in samples]


class Forgets(SoundInfer):
    def apply_batch(
        self, samples: Sequence[Sample], resource: Number, schema: Schema
    ) -> Sequence[Sample | DataError]:
        return list(samples[:2])


class Undeclared(SoundInfer):
    @staticmethod
    def infer_schema_with(settings: Any, schema: Schema, model: ModelSpec) -> Schema:
        return schema


class WritesAnyway(ToyFit):
    """Fit, whatever is there."""

    def fit(self, task: FitTask) -> None:
        task.folder.mkdir(parents=True, exist_ok=True)
        runs = len(list(task.folder.iterdir()))
        (task.folder / f"run{runs}.json").write_text("{}")


class OpensAnything(ToyModel):
    """Load a number."""

    @staticmethod
    def open_model(settings: Any, names: tuple[str, ...], data: DataFolders) -> OpenedModel:
        (data.folders[0] / "seen").write_text("")
        return OpenedModel(data.folders[0], SPEC)


class LeavesHalf(ToyWrite):
    """Write a number."""

    def write_values(self, values: Mapping[str, Sequence[Path]], target: Path) -> None:
        target.write_text("half")
        super().write_values(values, target)


def batch(of: Any) -> BatchConformance:
    class Suite(BatchConformance):
        node = of
        settings = ({},)

        def write_model(self, folder: Path) -> Path:
            (folder / "model.json").write_text(json.dumps({"mean": 7}))
            return folder

        def spec(self) -> ModelSpec:
            return SPEC

    return Suite()


def fitting(of: Any) -> FitConformance:
    class Suite(FitConformance):
        node = of
        settings = ({},)

    return Suite()


def source(of: Any) -> ModelSourceConformance:
    class Suite(ModelSourceConformance):
        node = of
        settings = ({},)

        def write_model(self, folder: Path) -> tuple[str, ...]:
            (folder / "number").mkdir()
            return ("number",)

    return Suite()


def sink(of: Any) -> ValueSinkConformance:
    class Suite(ValueSinkConformance):
        node = of
        settings = ({},)

        def write_inputs(self, folder: Path) -> Mapping[str, Sequence[Path]]:
            folder.mkdir()
            (folder / "model.json").write_text(json.dumps({"mean": 7}))
            return {"model": [folder]}

    return Suite()


FAULTS: list[tuple[Any, str, str]] = [
    (batch(CountsItsBatch), "batches_of_any_grouping_are_equal", "batches of 6 and of 1"),
    (batch(Forgets), "batches_of_any_grouping_are_equal", "not one result for each"),
    (batch(Undeclared), "schema_covers_results", "'above'"),
    (fitting(WritesAnyway), "a_folder_of_something_else_stays", "a ModelError is due"),
    (fitting(WritesAnyway), "a_complete_model_is_not_fitted_again", "was changed"),
    (fitting(WritesAnyway), "fits_and_tells_so", "nothing was told"),
    (source(OpensAnything), "describes_a_model_without_changing_it", "changes its folder"),
    (
        source(OpensAnything),
        "a_model_that_is_not_there_is_a_mistake_of_the_graph",
        "a SchemaError is due",
    ),
    (sink(LeavesHalf), "what_cannot_be_read_leaves_nothing", "model.json"),
]


@pytest.mark.parametrize(("suite", "check", "words"), FAULTS)
def test_faults_are_found(suite: Any, check: str, words: str, tmp_path: Path) -> None:
    with pytest.raises((AssertionError, FileNotFoundError), match=words):
        getattr(suite, f"test_{check}")({}, tmp_path)


@pytest.mark.parametrize(
    "suite", [batch(SoundInfer), fitting(ToyFit), source(ToyModel)], ids=lambda s: s.node.__name__
)
def test_sound_nodes_pass(suite: Any, tmp_path: Path) -> None:
    checks = [name for name in dir(type(suite)) if name.startswith("test_")]
    skipped = {"test_action_is_in_a_catalogue", "test_documentation_is_complete"}
    for name in sorted({*checks} - skipped):
        method = getattr(suite, name)
        wanted = method.__code__.co_varnames[1 : method.__code__.co_argcount]
        folder = tmp_path / name
        folder.mkdir()
        if name == "test_example_runs":
            continue
        method(**{key: {"chosen": {}, "tmp_path": folder}[key] for key in wanted})
