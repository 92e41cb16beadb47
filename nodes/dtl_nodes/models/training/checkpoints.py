"""The checkpoints of one training, listed in ``checkpoints.json``."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_nodes.models.checkpoint import CHECKPOINTS, INDEX, write_checkpoint, write_file
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.training.events import CheckpointEvent

if TYPE_CHECKING:
    import torch


class Checkpoints:
    """Numbered checkpoints with the best and the last of them."""

    def __init__(self, folder: Path, config: ModelConfig, graph: bytes) -> None:
        """Start without checkpoints; ``folder`` is that of the training."""
        self._folder = folder
        self._config = config
        self._graph = graph
        self.entries: list[dict[str, Any]] = []
        self.best_loss = math.inf

    def write(
        self,
        state: Mapping[str, torch.Tensor],
        epoch: float,
        metrics: Mapping[str, float],
        about: Mapping[str, Any],
    ) -> CheckpointEvent:
        """Write the next checkpoint.

        Args:
            state: parameters and buffers.
            epoch: how many are behind.
            metrics: those of the validation, ``loss`` among them.
            about: what else ``metrics.json`` is to say.
        """
        number = len(self.entries)
        is_best = metrics["loss"] < self.best_loss or not self.entries
        if is_best:
            self.best_loss = metrics["loss"]
        subdir = f"{number:08d}"
        told = {"epoch": epoch, "best": is_best, "val": dict(metrics), **about}
        place = self._folder / CHECKPOINTS / subdir
        write_checkpoint(place, self._config, state, told, self._graph)
        size = sum(file.stat().st_size for file in place.iterdir())
        self.entries.append(
            {
                "id": number,
                "subdir": subdir,
                "epoch": epoch,
                "sizeb": size,
                "best_now": is_best,
                "metrics": dict(metrics),
            }
        )
        self._write_index()
        return CheckpointEvent(number, subdir, size, is_best, epoch, dict(metrics))

    def keep_best_and_last(self) -> None:
        """Delete all others."""
        kept = {self.best["id"], self.entries[-1]["id"]}
        self.entries = [entry for entry in self.entries if entry["id"] in kept]
        self._write_index()
        self._delete_unlisted()

    def state(self) -> dict[str, Any]:
        """Return what ``restore`` needs."""
        return {"entries": self.entries, "best_loss": self.best_loss}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state; checkpoints that came after it are deleted."""
        self.entries = list(state["entries"])
        self.best_loss = float(state["best_loss"])
        if self.entries:
            self._write_index()
        else:
            (self._folder / INDEX).unlink(missing_ok=True)
        self._delete_unlisted()

    @property
    def best(self) -> dict[str, Any]:
        """The entry of the best one; there must be one."""
        return next(entry for entry in reversed(self.entries) if entry["best_now"])

    def _write_index(self) -> None:
        content = {
            "best": f"{CHECKPOINTS}/{self.best['subdir']}",
            "last": f"{CHECKPOINTS}/{self.entries[-1]['subdir']}",
            "checkpoints": self.entries,
        }
        write_file(self._folder / INDEX, (json.dumps(content, indent=2) + "\n").encode())

    def _delete_unlisted(self) -> None:
        listed = {entry["subdir"] for entry in self.entries}
        folder = self._folder / CHECKPOINTS
        for place in folder.iterdir() if folder.is_dir() else ():
            if place.name not in listed:
                shutil.rmtree(place)
