"""Counters of a server, in the text form of Prometheus.

Source: the Prometheus text exposition format, version 0.0.4.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
IMAGES = (1, 2, 4, 8, 16, 32, 64)


class Histogram:
    """How many values lie below each bound; not safe for threads."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def lines(self, name: str, label: str = "") -> Iterator[str]:
        """Yield the lines of the text form, those that tell the type left out.

        Args:
            name: of the metric.
            label: as ``path="/"``; may be empty.
        """
        total = 0
        for bound, count in zip((*self._bounds, "+Inf"), self._counts, strict=True):
            total += count
            yield f'{name}_bucket{{{label and f"{label},"}le="{bound}"}} {total}'
        braces = label and f"{{{label}}}"
        yield f"{name}_sum{braces} {self._sum:.6f}"
        yield f"{name}_count{braces} {total}"


class Metrics:
    """What a server has done so far; any thread may tell and ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._request_seconds: dict[str, Histogram] = {}
        self._model_seconds = Histogram(SECONDS)
        self._batch_images = Histogram(IMAGES)

    def request(self, path: str, status: int, seconds: float) -> None:
        """Count an answered request; ``path`` is one of the server's own."""
        with self._lock:
            self._requests[path, status] += 1
            self._request_seconds.setdefault(path, Histogram(SECONDS)).add(seconds)

    def batch(self, images: int, seconds: float) -> None:
        """Count a call of the model."""
        with self._lock:
            self._batch_images.add(images)
            self._model_seconds.add(seconds)

    def text(self, *, ready: bool, active: int) -> str:
        """Return all figures.

        Args:
            ready: whether the model is loaded.
            active: the requests being answered now.
        """
        with self._lock:
            lines = [*_head("dtl_requests_total", "counter", "Requests answered.")]
            for (path, status), count in sorted(self._requests.items()):
                lines.append(f'dtl_requests_total{{path="{path}",status="{status}"}} {count}')
            lines += _head("dtl_request_seconds", "histogram", "Time from request to answer.")
            for path, taken in sorted(self._request_seconds.items()):
                lines += taken.lines("dtl_request_seconds", f'path="{path}"')
            lines += _head("dtl_model_call_seconds", "histogram", "Time of calls of the model.")
            lines += self._model_seconds.lines("dtl_model_call_seconds")
            lines += _head("dtl_model_call_images", "histogram", "Images in calls of the model.")
            lines += self._batch_images.lines("dtl_model_call_images")
        lines += _head("dtl_active_requests", "gauge", "Requests being answered.")
        lines.append(f"dtl_active_requests {active}")
        lines += _head("dtl_ready", "gauge", "1 where the model is loaded.")
        lines.append(f"dtl_ready {int(ready)}")
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, text: str) -> tuple[str, str]:
    return f"# HELP {name} {text}", f"# TYPE {name} {kind}"
