"""Validating: metrics of the whole validation set, a checkpoint, curves and sample predictions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import write_file
from dtl_nodes.models.training.checkpoints import Checkpoints
from dtl_nodes.models.training.corrupted import Corrupted
from dtl_nodes.models.training.curves import CURVES, draw_curves
from dtl_nodes.models.training.events import MetricsEvent, TrainEvent, WarningEvent
from dtl_nodes.models.training.job import Job
from dtl_nodes.models.training.loader import MOST_TRIES
from dtl_nodes.models.training.page import TrainingPage
from dtl_nodes.models.training.records import Records
from dtl_nodes.models.training.samples import SAMPLES, choose_shown, draw_sheet
from dtl_nodes.models.training.sets import val_loader

if TYPE_CHECKING:
    import torch
    from lightning_fabric import Fabric

    from dtl_nodes.models.architectures.base import Architecture


class Validation:
    """Measures a network and writes down what came of it; of several processes only one does."""

    def __init__(
        self,
        job: Job,
        architecture: Architecture,
        fabric: Fabric,
        corrupted: Corrupted,
        tell: Callable[[TrainEvent], None],
    ) -> None:
        self._job = job
        self._architecture = architecture
        self._fabric = fabric
        self._corrupted = corrupted
        self._tell = tell
        self._loader = val_loader(job, architecture, pins=fabric.device.type == "cuda")
        self._shown = choose_shown(job.chosen.val)
        self.checkpoints = Checkpoints(job.folder, job.config, job.graph)
        self._page = TrainingPage(job)
        self._showing_due = 0.0

    def run(
        self,
        module: torch.nn.Module,
        records: Records,
        epochs: float,
        step: int,
        train_metrics: Mapping[str, float],
    ) -> dict[str, float]:
        """Validate, write a checkpoint and all that shows how the training goes.

        Args:
            module: the network itself, no wrapper of it.
            records: where metrics are written.
            epochs: how many are behind, with a fraction.
            step: how many steps are behind.
            train_metrics: those of the last training step.

        Returns:
            The metrics of the validation set.

        Raises:
            ModelError: the loss is missing or no number; no checkpoint is written then.
        """
        metrics = self._measure(module, epochs)
        records.add("val", epochs, step - 1, metrics)
        self._tell(MetricsEvent("val", epochs, metrics))
        about = {
            "step": step,
            "headline": self._architecture.headline,
            "train": dict(train_metrics),
            "device": self._job.devices.shown,
        }
        event = self.checkpoints.write(module.state_dict(), epochs, metrics, about)
        self._draw(module, records, event.subdir, step)
        self._tell(event)
        return metrics

    def close(self) -> None:
        """Let the processes go that load samples."""
        self._loader.close()

    def show(self, records: Records) -> None:
        """Draw the curves and write the page as they are now."""
        start = monotonic()
        draw_curves(self._job.folder / CURVES, records.curves)
        self._page.write(self.checkpoints, records.curves)
        self._showing_due = monotonic() + 20 * (monotonic() - start)

    def _measure(self, module: torch.nn.Module, epochs: float) -> dict[str, float]:
        import torch

        # In full precision, whatever the training uses: as the model is used later.
        with torch.no_grad():
            found = self._architecture.validate(module, self._batches(), self._job.settings)
        metrics = {name: float(value) for name, value in found.items()}
        loss = metrics.get("loss")
        if loss is None or not math.isfinite(loss):
            raise ModelError(
                f"the validation loss after {epochs:g} epochs is {loss}: the training has "
                "diverged; checkpoints before stay valid; try a lower 'lr'"
            )
        return metrics

    def _batches(self) -> Iterator[Any]:
        count = 0
        for loaded in self._loader.epoch(0):
            for warning in self._corrupted.count("val", loaded.failures):
                self._tell(WarningEvent(warning))
            if loaded.gave_up:
                raise ModelError(f"{MOST_TRIES} samples of the val set in turn cannot be used")
            if loaded.content is not None:
                count += 1
                yield self._fabric.to_device(loaded.content)
        if not count:
            raise ModelError("no sample of the val set has anything to be measured by")

    def _draw(self, module: torch.nn.Module, records: Records, subdir: str, step: int) -> None:
        """Draw sample predictions, and show how the training goes."""
        import cv2
        import torch

        was_training = module.training
        module.eval()
        with torch.no_grad():
            sheet = draw_sheet(
                self._architecture,
                module,
                self._job.first.source,
                self._shown,
                self._fabric.device,
            )
        module.train(was_training)
        if sheet is not None:
            folder = self._job.folder / SAMPLES
            folder.mkdir(exist_ok=True)
            data = cv2.imencode(".png", sheet[..., ::-1])[1].tobytes()
            write_file(folder / f"{subdir}.png", data)
            records.add_picture(step - 1, sheet)
        # Drawing takes longer the more metrics there are: at most a twentieth of the time.
        if monotonic() >= self._showing_due:
            self.show(records)
