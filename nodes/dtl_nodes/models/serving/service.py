"""A model that answers requests: loading, ready, closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.inference.predictor import Predictor
from dtl_nodes.models.serving.answers import Answers, Asked
from dtl_nodes.models.serving.batcher import Batcher, ClosedError
from dtl_nodes.models.serving.limits import Limits
from dtl_nodes.models.serving.metrics import Metrics
from dtl_nodes.models.serving.patience import Patience
from dtl_nodes.models.serving.refusal import Refusal

RETRY = "try again"


class Service:
    """Answers requests about one model, which may be loaded later than the service starts.

    Requests are worked on by threads of its own; the model is called by one of them.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.metrics = Metrics()
        # Twice a batch: while the model sees one, the images of the next are decoded.
        self._pool = ThreadPoolExecutor(2 * limits.batch, thread_name_prefix="dtl-request")
        self._lock = threading.Lock()
        self._active = 0
        self._config: ModelConfig | None = None
        self._options: Mapping[str, Any] = {}
        self._answers: Answers | None = None
        self._batcher: Batcher | None = None
        self._device = ""

    def open(self, predictor: Predictor, config: ModelConfig, options: Mapping[str, Any]) -> None:
        """Begin to answer.

        Args:
            predictor: the loaded model; nobody else calls it from now on.
            config: its configuration.
            options: with which it was opened, see ``InferSettings.options``.
        """
        limits = self.limits
        self._config, self._options = config, options
        self._device = predictor.device
        self._answers = Answers(predictor.spec, options, limits)
        wait_s = limits.wait_ms / 1000
        self._batcher = Batcher(
            predictor, most=limits.batch, wait_s=wait_s, told=self.metrics.batch
        )

    @property
    def is_ready(self) -> bool:
        """Whether the model is loaded."""
        return self._batcher is not None

    @property
    def active(self) -> int:
        """The requests that are being answered."""
        return self._active

    def health(self) -> dict[str, Any]:
        """Return the answer to health checks."""
        status = "ok" if self.is_ready else "loading"
        return {"status": status, "model": self.name, "device": self._device}

    def info(self) -> dict[str, Any]:
        """Return what is known of the model.

        Raises:
            Refusal: it is not loaded yet.
        """
        self._require_ready()
        config = self._config
        assert config is not None
        names = sorted(config.indices, key=config.indices.__getitem__)
        colors = {label.name: label for label in config.labels}
        return {
            "model": self.name,
            "architecture": dict(config.architecture),
            "predicts": str(config.family),
            "classes": [
                {"title": name, "shape": str(colors[name].kind), "color": colors[name].color}
                if name in colors
                else {"title": name}
                for name in names
            ],
            "input_size": config.settings.get("input_size"),
            "thresholds": {
                "min_confidence_threshold": self._options.get("min_confidence_threshold")
            },
            "confidence_tag_name": self._options.get("confidence_tag_name"),
            "device": self._device,
            "limits": asdict(self.limits),
        }

    def out_meta(self, asked: Asked) -> dict[str, Any]:
        """Return what annotations declare after the model, see ``Answers.out_meta``."""
        self._require_ready()
        assert self._answers is not None
        return self._answers.out_meta(asked)

    def annotation(self, asked: Asked, patience: Patience, **more: Any) -> bytes:
        """Return the annotation of an image, see ``Answers.annotation``.

        Args:
            asked: the request.
            patience: how long somebody waits.
            more: members to add.

        Raises:
            Refusal: it cannot be answered, and why.
        """
        self._require_ready()
        assert self._answers is not None
        assert self._batcher is not None
        try:
            return self._answers.annotation(asked, self._batcher.shared(patience), patience, **more)
        except TimeoutError as error:
            raise self.too_slow() from error
        except ClosedError as error:
            raise self.closing() from error

    def closing(self) -> Refusal:
        """Return the refusal of a request while the server ends."""
        return Refusal(503, "closing", "the server is being stopped")

    def too_slow(self) -> Refusal:
        """Return the refusal of a request whose time is over."""
        message = f"the request was not answered in {self.limits.seconds:g} seconds"
        return Refusal(503, "too_slow", message)

    def enter(self) -> None:
        """Accept a request; ``leave`` is called when it is over.

        Raises:
            Refusal: the model is not loaded, or there are as many requests as are accepted.
        """
        self._require_ready()
        with self._lock:
            if self._active >= self.limits.requests:
                message = f"{self._active} requests are being answered; {RETRY} later"
                raise Refusal(503, "busy", message)
            self._active += 1

    def leave(self) -> None:
        """Make room for another request."""
        with self._lock:
            self._active -= 1

    def submit(self, work: Callable[[Patience], Any], patience: Patience) -> Future[Any]:
        """Have work done by a thread of the service.

        Args:
            work: takes ``patience``.
            patience: how long somebody waits; work whose turn comes later is not begun.

        Raises:
            Refusal: the service is closed.
        """
        try:
            return self._pool.submit(self._work, work, patience)
        except RuntimeError as error:
            raise self.closing() from error

    def close(self) -> None:
        """Finish what was begun, and take nothing on any more."""
        self._pool.shutdown(wait=True)
        if self._batcher is not None:
            self._batcher.close()

    def _work(self, work: Callable[[Patience], Any], patience: Patience) -> Any:
        if not patience.left_s:
            raise self.too_slow()
        return work(patience)

    def _require_ready(self) -> None:
        if not self.is_ready:
            raise Refusal(503, "loading", f"the model is being loaded; {RETRY} soon")
