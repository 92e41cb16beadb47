"""The HTTP interface over a fake model: limits, many requests at once, loading, the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpx2")
pytest.importorskip("python_multipart")

from starlette.testclient import TestClient

from dtl_nodes.models.serving.patience import Patience
from dtl_nodes.models.serving.service import Service
from tests.nodes.models.serving.clients import LIMITS, client_of, error_of, infer, service_of
from tests.nodes.models.serving.fake import CONFIG, OPTIONS, FakePredictor, picture, png


@pytest.fixture
def model() -> FakePredictor:
    return FakePredictor()


@pytest.fixture
def client(model: FakePredictor) -> Iterator[TestClient]:
    with client_of(service_of(model)) as made:
        yield made
        model.gate.set()


def test_sizes_are_refused_before_decoding(client: TestClient, model: FakePredictor) -> None:
    noise = png(picture(size=(50, 41)))
    assert len(noise) < LIMITS.image_bytes
    assert error_of(infer(client, noise)) == (413, "too_large")
    assert error_of(infer(client, b"x" * 4001)) == (413, "too_large")
    assert error_of(infer(client, meta="x" * 3001)) == (413, "too_large")
    assert error_of(infer(client, b"x" * (LIMITS.body_bytes + 1))) == (413, "too_large")
    windows = {"name": "sliding_window_det", "window": {"width": 10**6, "height": 10**6}}
    assert error_of(infer(client, mode=windows)) == (413, "too_large")
    assert model.calls == []


def test_a_body_that_hides_its_length(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(LIMITS.body_bytes // 2**16 + 2):
            yield b"x" * 2**16

    answer = client.post(
        "/model/get_out_meta", content=chunks(), headers={"content-type": "application/json"}
    )
    assert error_of(answer) == (413, "too_large")


def test_too_many_windows(model: FakePredictor) -> None:
    service = service_of(model, replace(LIMITS, windows=20))
    with client_of(service) as client:
        tiny = {"name": "sliding_window_det", "window": {"width": 4, "height": 4}}
        assert error_of(infer(client, mode=tiny)) == (413, "too_large")
        few = {"name": "sliding_window_det", "window": {"width": 10, "height": 10}}
        assert infer(client, mode=few).status_code == 200


def test_a_fault_of_the_server_is_no_fault_of_the_caller(client: TestClient) -> None:
    assert error_of(infer(client, png(picture(first=(255, 0, 0))))) == (500, "internal")
    assert infer(client).status_code == 200


def test_concurrent_requests_share_calls_and_get_what_single_ones_get(
    client: TestClient, model: FakePredictor
) -> None:
    pictures = [png(picture((number, 1, number + 9, 7))) for number in range(2, 12)]
    alone = [infer(client, data).json() for data in pictures]
    model.calls.clear()
    model.entered.clear()
    model.gate.clear()
    with ThreadPoolExecutor(11) as pool:
        held = pool.submit(infer, client)
        assert model.entered.wait(30)
        together = [pool.submit(infer, client, data) for data in pictures]
        batcher = client.app.state.service._batcher
        while batcher._queue.qsize() < 2:
            threading.Event().wait(0.001)
        model.gate.set()
        assert [each.result(30).json() for each in together] == alone
        assert held.result(30).status_code == 200
    assert len(model.threads) == 1
    assert sum(model.calls) == 11
    assert max(model.calls) > 1


def test_large_images_wait_until_there_is_room_for_them(model: FakePredictor) -> None:
    service = service_of(model)
    large = png(picture(size=(50, 40)))
    assert LIMITS.pixels_at_once == 2 * 50 * 40
    with client_of(service) as client, ThreadPoolExecutor(5) as pool:
        model.gate.clear()
        asked = [pool.submit(infer, client, large)]
        assert model.entered.wait(30)
        asked += [pool.submit(infer, client, large) for _ in range(4)]
        while service.active < 5 or service._batcher._queue.qsize() < 1:
            threading.Event().wait(0.001)
        model.gate.set()
        assert {each.result(30).status_code for each in asked} == {200}
    assert sum(model.calls) == 5
    assert max(model.calls) <= 2


def test_more_requests_than_are_accepted(model: FakePredictor) -> None:
    service = service_of(model, replace(LIMITS, requests=1))
    with client_of(service) as client, ThreadPoolExecutor(1) as pool:
        model.gate.clear()
        held = pool.submit(infer, client)
        assert model.entered.wait(30)
        answer = infer(client)
        assert error_of(answer) == (503, "busy")
        assert answer.headers["retry-after"] == "1"
        model.gate.set()
        assert held.result(30).status_code == 200
        assert infer(client).status_code == 200


def test_requests_that_take_too_long(model: FakePredictor) -> None:
    service = service_of(model, replace(LIMITS, seconds=0.05))
    with client_of(service) as client:
        model.gate.clear()
        assert error_of(infer(client)) == (503, "too_slow")
        model.gate.set()


def test_while_the_model_is_being_loaded(model: FakePredictor) -> None:
    service = Service("lamps", LIMITS)
    with client_of(service) as client:
        assert error_of(infer(client)) == (503, "loading")
        assert error_of(client.get("/model/info")) == (503, "loading")
        health = client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "loading")
        service.open(model, CONFIG, OPTIONS)
        assert infer(client).status_code == 200
        assert client.get("/health").json() == {"status": "ok", "model": "lamps", "device": "cpu"}


def test_metrics(client: TestClient) -> None:
    infer(client)
    client.get("/nothing/of/this")
    lines = client.get("/metrics").text.splitlines()
    assert 'dtl_requests_total{path="/model/inference",status="200"} 1' in lines
    assert 'dtl_requests_total{path="other",status="404"} 1' in lines
    assert "dtl_model_call_images_count 1" in lines
    assert "dtl_ready 1" in lines


def test_who_may_ask(model: FakePredictor) -> None:
    service = service_of(model)
    with client_of(service, token="sesame") as client:
        assert error_of(client.get("/model/info")) == (401, "no_token")
        assert client.get("/model/info", headers={"host": "evil.example"}).status_code == 403
        assert client.get("/health").status_code == 200
        allowed = {"authorization": "Bearer sesame"}
        assert client.get("/model/info", headers=allowed).status_code == 200
        foreign = {**allowed, "origin": "http://evil.example"}
        assert error_of(client.get("/model/info", headers=foreign)) == (403, "forbidden_origin")


def test_the_end(model: FakePredictor) -> None:
    service = service_of(model)
    with client_of(service) as client, ThreadPoolExecutor(1) as pool:
        model.gate.clear()
        held = pool.submit(infer, client)
        assert model.entered.wait(30)
        threading.Timer(0.05, model.gate.set).start()
        assert held.result(30).status_code == 200
    # It was closed with the client.
    with pytest.raises(Exception, match="stopped"):
        service.submit(lambda patience: None, Patience(9))
