"""Clients of a service over the fake model; the module is imported only where FastAPI is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from dtl_nodes.models.serving.access import access_to
from dtl_nodes.models.serving.app import create_app
from dtl_nodes.models.serving.limits import Limits
from dtl_nodes.models.serving.service import Service
from tests.nodes.models.serving.fake import CONFIG, OPTIONS, FakePredictor, picture, png

LIMITS = Limits(image_bytes=4000, pixels=2000, json_bytes=3000, seconds=20, requests=12, batch=4)


def service_of(model: FakePredictor, limits: Limits = LIMITS) -> Service:
    """Return a service that is ready."""
    made = Service("lamps", limits)
    made.open(model, CONFIG, OPTIONS)
    return made


@contextmanager
def client_of(service: Service, *, token: str = "") -> Iterator[TestClient]:
    """Give a client of a service, which is closed at the end."""
    app = create_app(service, access_to("127.0.0.1", (), token))
    at = "http://127.0.0.1:5000"
    with TestClient(app, base_url=at, raise_server_exceptions=False) as client:
        yield client
    service.close()


def infer(client: TestClient, image: bytes | None = None, **parts: Any) -> Any:
    files = {name: (name, json.dumps(value)) for name, value in parts.items()}
    sent = {"image": ("x.png", png(picture()) if image is None else image), **files}
    return client.post("/model/inference", files=sent)


def error_of(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]
