"""What nodes that fit models must satisfy besides ``NodeConformance``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dtl_engine.errors import ModelError
from dtl_engine.node.models import FitEvent, FitNode, FitTask
from dtl_engine.node.source import DataFolders
from dtl_engine.testing.conformance import NodeConformance
from dtl_engine.testing.models import assert_is_told
from dtl_engine.testing.refusing import refusal_of
from dtl_engine.testing.running import OutputFolder, files_of

EVENTS = ("progress", "metrics", "checkpoint", "note", "warning")


class FitConformance(NodeConformance):
    """The suite for nodes that fit models: settings should be of the smallest, fastest ones.

    Where ``samples`` are none that something can be learnt from, override it and ``schema``.
    """

    def task(
        self,
        chosen: Mapping[str, Any],
        folder: Path,
        told: list[FitEvent],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> FitTask:
        """Return what the node is given: the samples are in ``folder``, the model goes there."""
        samples = self.write_samples(chosen, folder / "samples")
        return FitTask(
            samples=samples,
            folder=folder / "model",
            schema=self.schema(),
            seed=5,
            graph=b"{}",
            overwrite=False,
            find=DataFolders((folder,)).find,
            again=lambda epoch: self.write_samples(chosen, folder / "again"),
            tell=told.append,
            should_stop=should_stop,
        )

    def write_samples(self, chosen: Mapping[str, Any], folder: Path) -> Path:
        """Write all samples as a run does, which does not call ``finish``; return ``folder``."""
        node = self.fit_node(chosen)
        folder.mkdir(parents=True, exist_ok=True)
        node.start(self.schema(), folder)
        for sample in self.samples():
            dataset = sample.dataset or sample.origin.dataset
            place = OutputFolder(folder, dataset, sample.origin.stem)
            node.write(sample, self.schema(), place)
        return folder

    def fit_node(self, chosen: Mapping[str, Any]) -> FitNode[Any]:
        """Return the node with the settings object ``chosen``."""
        node = self.make(chosen)
        assert isinstance(node, FitNode)
        return node

    def test_the_model_is_known_before_it_exists(self, chosen: Mapping[str, Any]) -> None:
        """Settings and schema say what the model will predict, each time the same."""
        node = self.fit_node(chosen)
        first, again = (node.infer_model(node.settings, self.schema()) for _ in range(2))
        assert first == again
        assert_is_told(first)

    def test_fits_and_tells_so(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """A model is in its folder, the samples stay, and events can be shown and stored."""
        told: list[FitEvent] = []
        task = self.task(chosen, tmp_path, told)
        before = files_of(task.samples)
        self.fit_node(chosen).fit(task)
        assert files_of(task.folder), "nothing was written"
        assert files_of(task.samples) == before, "the samples are changed"
        assert {path.name for path in tmp_path.iterdir()} <= {"samples", "model", "again"}
        assert told, "nothing was told"
        assert {event.kind for event in told} <= set(EVENTS)
        assert all(event.text for event in told)

    def test_a_complete_model_is_not_fitted_again(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """With the same samples and settings the folder stays as it is, byte for byte."""
        self.fit_node(chosen).fit(self.task(chosen, tmp_path, []))
        before = files_of(tmp_path / "model")
        self.fit_node(chosen).fit(self.task(chosen, tmp_path, []))
        assert files_of(tmp_path / "model") == before, "a complete model was changed"

    def test_stops_when_asked_and_goes_on(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """Asked to stop it returns; called again it completes the model."""
        told: list[FitEvent] = []
        task = self.task(chosen, tmp_path, told, should_stop=lambda: bool(told))
        self.fit_node(chosen).fit(task)
        self.fit_node(chosen).fit(self.task(chosen, tmp_path, told))
        done = files_of(tmp_path / "model")
        self.fit_node(chosen).fit(self.task(chosen, tmp_path, told))
        assert files_of(tmp_path / "model") == done

    def test_a_folder_of_something_else_stays(
        self, chosen: Mapping[str, Any], tmp_path: Path
    ) -> None:
        """What no fit has written is never replaced."""
        (tmp_path / "model").mkdir()
        (tmp_path / "model" / "thesis.txt").write_text("years of work")
        task = self.task(chosen, tmp_path, [])
        refusal_of(ModelError, lambda: self.fit_node(chosen).fit(task))
        assert (tmp_path / "model" / "thesis.txt").read_text() == "years of work"
