"""Benches: loaded models, one for each node that takes batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from dtl_engine.errors import DataError, DtlError, RunFailed
from dtl_engine.execute.stations import Batching
from dtl_engine.model.sample import Sample


@dataclass(frozen=True, slots=True)
class Request:
    """A sample that waits for a batch."""

    station: Batching
    sample: Sample


class Bench:
    """Where batches are worked on, by one thread at a time; the model is loaded for the first."""

    def __init__(self, station: Batching) -> None:
        self.station = station
        self.remarks: tuple[str, ...] = ()
        """What there is to tell of the model, once it is loaded."""
        self._lock = Lock()
        self._resource: Any = None

    def apply(self, samples: Sequence[Sample]) -> Sequence[Sample | DataError]:
        """Return a result for each sample.

        Raises:
            RunFailed: the model cannot be loaded, or the code failed.
        """
        station = self.station
        try:
            with self._lock:
                if self._resource is None:
                    self._resource = station.node.open(station.model, station.spec)
                    self.remarks = tuple(station.node.remarks(self._resource))
                return station.node.apply_batch(samples, self._resource, station.schema)
        except Exception as error:
            told = str(error) if isinstance(error, DtlError) else f"{type(error).__name__}: {error}"
            raise RunFailed(
                f"{station.compiled.location}: action '{station.compiled.action}' failed: {told}"
            ) from error
