"""The text that Prometheus reads."""

from __future__ import annotations

from dtl_nodes.models.serving.metrics import Metrics


def test_all_figures() -> None:
    metrics = Metrics()
    metrics.request("/model/inference", 200, 0.02)
    metrics.request("/model/inference", 200, 70.0)
    metrics.request("/health", 503, 0.001)
    metrics.batch(3, 0.25)
    lines = metrics.text(ready=True, active=2).splitlines()
    for line in (
        "# TYPE dtl_requests_total counter",
        'dtl_requests_total{path="/health",status="503"} 1',
        'dtl_requests_total{path="/model/inference",status="200"} 2',
        'dtl_request_seconds_bucket{le="0.01"} 1',
        'dtl_request_seconds_bucket{le="60.0"} 2',
        'dtl_request_seconds_bucket{le="+Inf"} 3',
        "dtl_request_seconds_count 3",
        "dtl_request_seconds_sum 70.021000",
        'dtl_model_call_images_bucket{le="2"} 0',
        'dtl_model_call_images_bucket{le="4"} 1',
        'dtl_model_call_seconds_bucket{le="0.25"} 1',
        "dtl_active_requests 2",
        "dtl_ready 1",
    ):
        assert line in lines
    assert len(lines) == len(set(lines))
