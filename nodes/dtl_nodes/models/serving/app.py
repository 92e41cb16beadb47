"""The HTTP interface of a service; the module is imported only where one is started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse

from dtl_nodes.models.serving import openapi
from dtl_nodes.models.serving.access import Access
from dtl_nodes.models.serving.answers import Asked
from dtl_nodes.models.serving.guard import Guard
from dtl_nodes.models.serving.metrics import CONTENT_TYPE
from dtl_nodes.models.serving.parts import IMAGE, JSON_PARTS, Parts, read_parts
from dtl_nodes.models.serving.patience import Patience
from dtl_nodes.models.serving.project_json import json_text
from dtl_nodes.models.serving.refusal import Refusal
from dtl_nodes.models.serving.service import Service

JSON = "application/json"
_PAGES = Path(__file__).parent / "pages"

ARGUMENTS = (IMAGE, *JSON_PARTS)
MESSAGE_ARGUMENTS = (
    *("request_type", *ARGUMENTS),
    *("image_hash", "src_node_token", "video", "api_token"),
)

Work = Callable[[Parts, Patience], bytes]
"""Takes what was sent and the time for it, and returns the JSON text of the answer."""


def create_app(service: Service, access: Access) -> FastAPI:
    """Return the application that answers requests for ``service``.

    Args:
        service: loading or ready; who starts the application closes it afterwards.
        access: who may ask.
    """
    app = FastAPI(
        title=f"dtl serve: {service.name}",
        description="Finds in images what a model has learned.",
        docs_url=None,
        redoc_url=None,
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
        def work(parts: Parts, patience: Patience) -> bytes:
            return service.annotation(_asked(parts), patience)

        return await _worked(service, request, work, ARGUMENTS)

    @app.post(
        "/model/get_out_meta",
        summary="Tell what annotated images declare",
        openapi_extra=openapi.OUT_META,
    )
    async def get_out_meta(request: Request) -> Response:
        def work(parts: Parts, patience: Patience) -> bytes:
            return json_text(service.out_meta(_asked(parts)), "meta")

        return await _worked(service, request, work, ARGUMENTS)

    @app.post(
        "/model/message",
        summary="Both of these, as messages to a deployed task",
        openapi_extra=openapi.MESSAGE,
    )
    async def message(request: Request) -> Response:
        try:
            work = partial(_replied, service)
            return await _worked(service, request, work, MESSAGE_ARGUMENTS)
        except Refusal as refusal:
            content = {"success": False, "error": refusal.message}
            return JSONResponse(content, refusal.status)

    @app.get(
        "/model/info",
        summary="Describe the model",
        response_description=openapi.INFO,
        responses=openapi.INFO_ERRORS,
    )
    async def info() -> Response:
        return JSONResponse(service.info())


def _add_other_routes(app: FastAPI, service: Service) -> None:
    """Add what is asked of the server itself, and its pages."""

    @app.get(
        "/health",
        summary="Tell whether the model is loaded",
        response_description=openapi.HEALTH,
        responses=openapi.HEALTH_ERRORS,
    )
    async def health() -> Response:
        return JSONResponse(service.health(), 200 if service.is_ready else 503)

    @app.get(
        "/metrics",
        summary="Tell what was done",
        response_description=openapi.METRICS,
        responses=openapi.LOCKED,
    )
    async def metrics() -> Response:
        text = service.metrics.text(ready=service.is_ready, active=service.active)
        return Response(text, media_type=CONTENT_TYPE)

    for path, name in (("/", "try.html"), ("/docs", "docs.html")):
        page = (_PAGES / name).read_text(encoding="utf-8")
        app.add_route(path, partial(_page, page), include_in_schema=False)


async def _page(text: str, request: Request) -> Response:
    return HTMLResponse(text)


async def _worked(
    service: Service, request: Request, work: Work, names: Collection[str]
) -> Response:
    """Read a request and have it answered by a thread of the service, all in its time."""
    patience = Patience(service.limits.seconds)
    future: Future[bytes] | None = None
    service.enter()
    try:
        async with asyncio.timeout(service.limits.seconds):
            async with read_parts(request, service.limits, names) as parts:
                future = service.submit(partial(work, parts), patience)
                return Response(await _answer(request, future), media_type=JSON)
    except TimeoutError as error:
        raise service.too_slow() from error
    except asyncio.CancelledError as error:
        raise service.closing() from error
    finally:
        patience.give_up()
        if future is None:
            service.leave()
        else:
            # Its thread may still be busy with what nobody waits for.
            future.add_done_callback(lambda _: service.leave())


async def _answer(request: Request, future: Future[bytes]) -> bytes:
    """Return the answer, unless the caller is gone before there is one."""
    answer = asyncio.wrap_future(future)
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise Refusal(499, "gone", "the caller has closed the connection")
        return answer.result()
    finally:
        answer.cancel()
        gone.cancel()


def _asked(parts: Parts) -> Asked:
    return Asked(**{name: parts.read(name) for name in ARGUMENTS})


def _replied(service: Service, parts: Parts, patience: Patience) -> bytes:
    """Return the reply to a message.

    Source: the messages of tasks that the original platform deployed.
    """
    kind = (parts.read("request_type") or b"inference").decode(errors="replace")
    if kind == "get_out_meta":
        found = {"out_meta": service.out_meta(_asked(parts)), "success": True}
        return json_text(found, "meta")
    if kind != "inference":
        message = f"request_type is 'inference' or 'get_out_meta', not {kind!r}"
        raise Refusal(400, "bad_request_type", message)
    for name in ("image_hash", "video"):
        if parts.read(name) is not None:
            message = f"'{name}' names data of a platform: send the bytes of the image as 'image'"
            raise Refusal(400, "no_image", message)
    return service.annotation(_asked(parts), patience, success=True)


async def _refused(request: Request, error: Any) -> Response:
    headers = {"Retry-After": "1"} if error.status == 503 else {}
    return JSONResponse(error.body, error.status, headers)


async def _failed(request: Request, error: Any) -> Response:
    """Answer what the framework itself refuses: unknown paths, wrong methods, broken forms."""
    method, path = request.method, request.url.path
    headers = error.headers or {}
    match error.status_code:
        case 404:
            refusal = Refusal(404, "not_found", f"there is no {path!r:.200}; see /docs")
        case 405:
            allowed = headers.get("Allow", "")
            message = f"{path} is asked by {allowed}, not by {method}"
            refusal = Refusal(405, "method_not_allowed", message)
        case status:
            refusal = Refusal(status, "bad_request", error.detail)
    return JSONResponse(refusal.body, refusal.status, headers)


async def _at_fault(request: Request, error: Exception) -> Response:
    refusal = Refusal(500, "internal", f"the server is at fault: {type(error).__name__}")
    return JSONResponse(refusal.body, refusal.status)
