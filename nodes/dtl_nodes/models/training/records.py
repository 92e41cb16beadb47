"""What a training writes about itself: ``metrics.csv``, TensorBoard event files, curves."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_nodes.models.training.events import SetName

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

METRICS_TABLE = "metrics.csv"
EVENTS = "events"

HEAD = ("set", "epoch", "step", "metric", "value")
"""One row per number: sets have different metrics, and new ones may come with new versions."""

Curves = dict[tuple[str, str], list[tuple[float, float]]]
"""Set and metric -> (epoch, value), in order."""


class Records:
    """The records of one training; after a kill they go on where the saved state was."""

    def __init__(self, folder: Path, table_bytes: int = 0, step: int = 0) -> None:
        """Open the records.

        Args:
            folder: of the training.
            table_bytes: how much of ``metrics.csv`` belongs to the state that the training goes on
                from; what follows is cut off. 0: it begins.
            step: the step that comes next, from 0.
        """
        path = folder / METRICS_TABLE
        if not table_bytes:
            path.write_text(",".join(HEAD) + "\n", encoding="utf-8")
        else:
            with path.open("r+b") as file:
                file.truncate(table_bytes)
        self.curves = read_curves(path)
        self._table = path.open("a", encoding="utf-8", newline="")
        self._rows = csv.writer(self._table, lineterminator="\n")
        self._writer = _open_writer(folder / EVENTS, step)

    @property
    def has_tensorboard(self) -> bool:
        """Whether TensorBoard files are written: the package may be missing."""
        return self._writer is not None

    def add(self, name: SetName, epoch: float, step: int, metrics: Mapping[str, float]) -> None:
        """Take what was measured after a step (its number from 0)."""
        for metric, value in metrics.items():
            # repr keeps every digit: a table that is read again gives the same curves.
            self._rows.writerow((name, repr(epoch), step, metric, repr(float(value))))
            self.curves[name, metric].append((epoch, float(value)))
            if self._writer is not None:
                self._writer.add_scalar(f"{metric}/{name}", value, step)

    def add_picture(self, step: int, pixels: Any) -> None:
        """Show sample predictions, (H, W, 3) uint8 RGB, in TensorBoard too."""
        if self._writer is not None:
            self._writer.add_image("samples", pixels, step, dataformats="HWC")

    def flush(self) -> int:
        """Bring everything to the disk and return the length of the table in bytes."""
        self._table.flush()
        if self._writer is not None:
            self._writer.flush()
        return self._table.tell()

    def close(self) -> None:
        """Close the files."""
        self._table.close()
        if self._writer is not None:
            self._writer.close()


def read_curves(path: Path) -> Curves:
    """Read the curves of ``metrics.csv``."""
    curves: Curves = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            point = (float(row["epoch"]), float(row["value"]))
            curves[row["set"], row["metric"]].append(point)
    return curves


def _open_writer(folder: Path, step: int) -> SummaryWriter | None:
    """Open TensorBoard's writer; what it wrote of later steps before a kill is purged."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    # TensorBoard's own flag for a run that is restarted: it then hides what comes later.
    return SummaryWriter(str(folder), purge_step=step or None)
