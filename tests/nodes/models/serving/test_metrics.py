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
        'dtl_request_seconds_bucket{path="/health",le="0.01"} 1',
        'dtl_request_seconds_bucket{path="/model/inference",le="60.0"} 1',
        'dtl_request_seconds_bucket{path="/model/inference",le="+Inf"} 2',
        'dtl_request_seconds_count{path="/model/inference"} 2',
        'dtl_request_seconds_sum{path="/model/inference"} 70.020000',
        'dtl_model_call_images_bucket{le="2"} 0',
        'dtl_model_call_images_bucket{le="4"} 1',
        'dtl_model_call_seconds_bucket{le="0.25"} 1',
        "dtl_active_requests 2",
        "dtl_ready 1",
    ):
        assert line in lines
    assert len(lines) == len(set(lines))
    described = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert described == [line.split()[2] for line in lines if line.startswith("# TYPE")]
