"""One thread that calls the model, with images of several requests at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from dtl_engine.sdk import ModelSpec, Pixels
from dtl_nodes.models.inference.predictor import Prediction, Predictor
from dtl_nodes.models.serving.patience import Patience

Told = Callable[[int, float], None]
"""Takes the number of images of a call of the model and the seconds that it took."""


class ClosedError(Exception):
    """The model takes no more images."""


@dataclass(slots=True)
class _Waiting:
    """An image that waits for its turn."""

    pixels: Pixels
    patience: Patience
    answer: Future[Prediction] = field(default_factory=Future)


class Batcher:
    """Calls a predictor from one thread of its own, so that any thread may ask it.

    Images that wait at one time go into one call, up to ``most``; the first one waits for others
    for ``wait_s`` seconds. Where a call with several images fails each gets a call of its own, so
    that nobody suffers from the image of somebody else.
    """

    def __init__(self, predictor: Predictor, *, most: int, wait_s: float, told: Told) -> None:
        self._predictor = predictor
        self._most = most
        self._wait_s = wait_s
        self._told = told
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="dtl-model", daemon=True)
        self._thread.start()

    def shared(self, patience: Patience) -> Predictor:
        """Return the predictor for one request.

        Args:
            patience: of the request; images that wait longer raise ``TimeoutError``.
        """
        return _Shared(self, self._predictor, patience)

    def predict(self, images: Sequence[Pixels], patience: Patience) -> list[Prediction]:
        """Return a prediction for each image, once their turn has come.

        Raises:
            TimeoutError: nobody waits for that long.
            ClosedError: the model takes no more images.
        """
        waiting = [_Waiting(pixels, patience) for pixels in images]
        with self._lock:
            if self._is_closed:
                raise ClosedError
            for each in waiting:
                self._queue.put(each)
        try:
            return [each.answer.result(timeout=patience.left_s) for each in waiting]
        finally:
            for each in waiting:
                each.answer.cancel()

    def close(self) -> None:
        """Finish the images that wait, and stop; more are refused."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, is_last = self._gathered(first)
            self._answer([each for each in batch if _is_wanted(each)])
            if is_last:
                return

    def _gathered(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Return a batch, and whether nothing comes after it."""
        batch = [first]
        until = time.monotonic() + self._wait_s
        while len(batch) < self._most:
            try:
                found = self._queue.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
            if found is None:
                return batch, True
            batch.append(found)
        return batch, False

    def _answer(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        start = time.monotonic()
        try:
            found = self._predictor.predict([each.pixels for each in batch])
            pairs = list(zip(batch, found, strict=True))
        except Exception as error:  # noqa: BLE001 - it is raised where the image came from
            if len(batch) == 1:
                batch[0].answer.set_exception(error)
                return
            for each in batch:
                self._answer([each])
            return
        self._told(len(batch), time.monotonic() - start)
        for each, prediction in pairs:
            each.answer.set_result(prediction)


def _is_wanted(each: _Waiting) -> bool:
    """Whether somebody still waits for an image."""
    if not each.answer.set_running_or_notify_cancel():
        return False
    if each.patience.left_s:
        return True
    each.answer.set_exception(TimeoutError())
    return False


@dataclass(frozen=True, slots=True)
class _Shared:
    """A predictor as one of several requests sees it."""

    batcher: Batcher
    predictor: Predictor
    patience: Patience

    @property
    def spec(self) -> ModelSpec:
        return self.predictor.spec

    @property
    def device(self) -> str:
        return self.predictor.device

    @property
    def notes(self) -> tuple[str, ...]:
        return self.predictor.notes

    def predict(self, images: Sequence[Pixels]) -> list[Prediction]:
        return self.batcher.predict(images, self.patience)
