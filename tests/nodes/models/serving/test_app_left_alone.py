"""The HTTP interface over a fake model: callers that go, or send no more, and the forced end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpx2")
pytest.importorskip("python_multipart")

import httpx2

from dtl_nodes.models.serving.access import access_to
from dtl_nodes.models.serving.app import create_app
from dtl_nodes.models.serving.service import Service
from tests.nodes.models.serving.clients import LIMITS, service_of
from tests.nodes.models.serving.fake import FakePredictor, picture, png

Message = dict[str, Any]
Then = Callable[[], Coroutine[Any, Any, Message]]
WINDOWS = {"name": "sliding_window_det", "window": {"width": 10, "height": 10}}


@pytest.fixture
def model() -> Iterator[FakePredictor]:
    made = FakePredictor()
    yield made
    made.gate.set()


def request() -> tuple[Message, bytes]:
    """Return the scope and the body of a request for many windows."""
    parts = {"image": ("x.png", png(picture())), "mode": ("mode", json.dumps(WINDOWS))}
    made = httpx2.Request("POST", "http://127.0.0.1:5000/model/inference", files=parts)
    headers = [(name.lower(), value) for name, value in made.headers.raw]
    path = "/model/inference"
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode()}
    more = {"query_string": b"", "headers": headers, "http_version": "1.1", "scheme": "http"}
    return {**scope, **more, "root_path": "", "server": ("127.0.0.1", 5000)}, made.read()


async def ask(service: Service, then: Then, *, all_of_it: bool = True) -> tuple[int, str]:
    """Send a request and then what ``then`` says; return status and code of the answer."""
    scope, body = request()
    sent: list[Message] = []
    first = {"type": "http.request", "body": body[: None if all_of_it else 100]}
    waiting = [{**first, "more_body": not all_of_it}]

    async def receive() -> Message:
        return waiting.pop() if waiting else await then()

    async def send(message: Message) -> None:
        sent.append(message)

    await create_app(service, access_to("127.0.0.1", (), ""))(scope, receive, send)
    answer = json.loads(sent[1]["body"])
    return sent[0]["status"], answer.get("error", {}).get("code", "")


async def nothing() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def test_a_caller_who_goes_is_not_worked_for(model: FakePredictor) -> None:
    service = service_of(model)
    model.gate.clear()

    async def gone() -> Message:
        await asyncio.to_thread(model.entered.wait, 30)
        return {"type": "http.disconnect"}

    assert asyncio.run(ask(service, gone)) == (499, "gone")
    assert service.active == 1
    model.gate.set()
    service.close()
    assert service.active == 0
    # The other windows were never shown to the model.
    assert model.calls == [LIMITS.batch]


def test_requests_count_from_their_first_byte(model: FakePredictor) -> None:
    service = service_of(model, replace(LIMITS, requests=1))

    async def both() -> tuple[int, str]:
        held = asyncio.ensure_future(ask(service, nothing, all_of_it=False))
        while not service.active:
            await asyncio.sleep(0)
        second = await ask(service, nothing)
        held.cancel()
        assert await held == (503, "closing")
        return second

    assert asyncio.run(both()) == (503, "busy")
    assert service.active == 0
    assert asyncio.run(ask(service, nothing)) == (200, "")


def test_what_cannot_be_answered_is_not_read() -> None:
    async def unread() -> Message:
        raise AssertionError("it was read")

    service = Service("lamps", LIMITS)
    assert asyncio.run(ask(service, unread, all_of_it=False)) == (503, "loading")


def test_a_sender_who_stops_is_not_waited_for(model: FakePredictor) -> None:
    service = service_of(model, replace(LIMITS, seconds=0.02))
    assert asyncio.run(ask(service, nothing, all_of_it=False)) == (503, "too_slow")
    assert service.active == 0


def test_the_end_that_does_not_wait_answers_all_the_same(model: FakePredictor) -> None:
    service = service_of(model)
    model.gate.clear()

    async def stopped() -> tuple[int, str]:
        held = asyncio.ensure_future(ask(service, nothing))
        await asyncio.to_thread(model.entered.wait, 30)
        held.cancel()
        return await held

    assert asyncio.run(stopped()) == (503, "closing")
