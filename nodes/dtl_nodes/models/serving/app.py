"""The HTTP interface of a service; the module is imported only where one is started."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse

from dtl_nodes.models.serving import openapi
from dtl_nodes.models.serving.access import Access
from dtl_nodes.models.serving.answers import Asked
from dtl_nodes.models.serving.guard import Guard
from dtl_nodes.models.serving.metrics import CONTENT_TYPE
from dtl_nodes.models.serving.parts import IMAGE, JSON_PARTS, Parts, read_parts
from dtl_nodes.models.serving.refusal import Refusal
from dtl_nodes.models.serving.service import Service

JSON = "application/json"
_PAGES = Path(__file__).parent / "pages"

Work = Callable[[Parts, float], bytes]
"""Takes what was sent and the deadline, and returns the JSON text of the answer."""


def create_app(service: Service, access: Access) -> FastAPI:
    """Return the application that answers requests for ``service``.

    Args:
        service: loading or ready; it is closed when the application ends.
        access: who may ask.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(service.close)

    app = FastAPI(
        title=f"dtl serve: {service.name}",
        description="Finds in images what a model has learned.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    _add_model_routes(app, service)
    _add_other_routes(app, service)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(Exception, _at_fault)
    paths = frozenset(path for route in app.routes if (path := getattr(route, "path", "")))
    app.add_middleware(
        Guard,
        access=access,
        limits=service.limits,
        metrics=service.metrics,
        paths=paths,
    )
    return app


def _add_model_routes(app: FastAPI, service: Service) -> None:
    """Add what a caller asks of the model."""

    @app.post("/model/inference", summary="Annotate an image", openapi_extra=openapi.INFERENCE)
    async def inference(request: Request) -> Response:
        def work(parts: Parts, deadline: float) -> bytes:
            return service.annotation(_asked(parts), deadline)

        return await _worked(service, request, work)

    @app.post(
        "/model/get_out_meta",
        summary="Tell what annotated images declare",
        openapi_extra=openapi.OUT_META,
    )
    async def get_out_meta(request: Request) -> Response:
        def work(parts: Parts, deadline: float) -> bytes:
            return orjson.dumps(service.out_meta(_asked(parts)))

        return await _worked(service, request, work)

    @app.post(
        "/model/message",
        summary="Both of these, as messages to a deployed task",
        openapi_extra=openapi.MESSAGE,
    )
    async def message(request: Request) -> Response:
        try:
            return await _worked(service, request, partial(_replied, service))
        except Refusal as refusal:
            content = {"success": False, "error": refusal.message}
            return JSONResponse(content, refusal.status)

    @app.get("/model/info", summary="Describe the model", response_description=openapi.INFO)
    async def info() -> Response:
        return JSONResponse(service.info())


def _add_other_routes(app: FastAPI, service: Service) -> None:
    """Add what is asked of the server itself, and its pages."""

    @app.get(
        "/health",
        summary="Tell whether the model is loaded",
        response_description=openapi.HEALTH,
    )
    async def health() -> Response:
        return JSONResponse(service.health(), 200 if service.is_ready else 503)

    @app.get("/metrics", summary="Tell what was done", response_description=openapi.METRICS)
    async def metrics() -> Response:
        text = service.metrics.text(ready=service.is_ready, active=service.active)
        return Response(text, media_type=CONTENT_TYPE)

    for path, name in (("/", "try.html"), ("/docs", "docs.html")):
        page = (_PAGES / name).read_text(encoding="utf-8")
        app.add_route(path, partial(_page, page), include_in_schema=False)


async def _page(text: str, request: Request) -> Response:
    return HTMLResponse(text)


async def _worked(service: Service, request: Request, work: Work) -> Response:
    """Read a request and have it answered by a thread of the service, all before its deadline."""
    deadline = time.monotonic() + service.limits.seconds
    try:
        async with asyncio.timeout(service.limits.seconds):
            async with read_parts(request, service.limits) as parts:
                future = service.submit(partial(work, parts), deadline)
                return Response(await asyncio.wrap_future(future), media_type=JSON)
    except TimeoutError as error:
        raise service.too_slow() from error


def _asked(parts: Parts) -> Asked:
    return Asked(**{name: parts.read(name) for name in (IMAGE, *JSON_PARTS)})


def _replied(service: Service, parts: Parts, deadline: float) -> bytes:
    """Return the reply to a message.

    Source: the messages of tasks that the original platform deployed.
    """
    kind = (parts.read("request_type") or b"inference").decode(errors="replace")
    if kind == "get_out_meta":
        return orjson.dumps({"out_meta": service.out_meta(_asked(parts)), "success": True})
    if kind != "inference":
        message = f"request_type is 'inference' or 'get_out_meta', not {kind!r}"
        raise Refusal(400, "bad_request_type", message)
    for name in ("image_hash", "video"):
        if parts.read(name) is not None:
            message = f"'{name}' names data of a platform: send the bytes of the image as 'image'"
            raise Refusal(400, "no_image", message)
    return service.annotation(_asked(parts), deadline, success=True)


async def _refused(request: Request, error: Any) -> Response:
    headers = {"Retry-After": "1"} if error.status == 503 else {}
    return JSONResponse(error.body, error.status, headers)


async def _failed(request: Request, error: Any) -> Response:
    """Answer what the framework itself refuses: unknown paths, wrong methods, broken forms."""
    codes: Mapping[int, str] = {404: "not_found", 405: "method_not_allowed"}
    refusal = Refusal(error.status_code, codes.get(error.status_code, "bad_request"), error.detail)
    return JSONResponse(refusal.body, refusal.status, error.headers)


async def _at_fault(request: Request, error: Exception) -> Response:
    refusal = Refusal(500, "internal", f"the server is at fault: {type(error).__name__}")
    return JSONResponse(refusal.body, refusal.status)
