"""What stands before every request: access, size, headers of answers, counting."""

from __future__ import annotations

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dtl_nodes.models.serving.access import Access
from dtl_nodes.models.serving.limits import Limits
from dtl_nodes.models.serving.metrics import Metrics
from dtl_nodes.models.serving.refusal import TOO_LARGE, Refusal

# Pages are one file each: nothing is loaded from anywhere, and nothing is sent elsewhere.
PAGE_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets through what may pass, and refuses bodies that are larger than all parts may be."""

    def __init__(
        self, app: ASGIApp, access: Access, limits: Limits, metrics: Metrics, paths: frozenset[str]
    ) -> None:
        self._app = app
        self._access = access
        self._limit = limits.body_bytes
        self._metrics = metrics
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.monotonic()
        path = scope["path"]

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
                # Unknown paths are one: the counters are not for callers to fill.
                known = path if path in self._paths else "other"
                self._metrics.request(known, message["status"], time.monotonic() - start)
            await send(message)

        headers = Headers(scope=scope)
        try:
            self._access.check(path, headers)
            self._check_size(int(length) if (length := _digits(headers)) else 0)
        except Refusal as refusal:
            bearer = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
            answer = JSONResponse(refusal.body, refusal.status, bearer)
            await answer(scope, receive, send_marked)
            return
        await self._app(scope, self._counting(receive), send_marked)

    def _counting(self, receive: Receive) -> Receive:
        """Count what is received, as the length that headers tell need not be true."""
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            self._check_size(received)
            return message

        return receive_counted

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            message = f"the request has more than the {self._limit} bytes that are accepted"
            raise Refusal(413, TOO_LARGE, message)


def _digits(headers: Headers) -> str:
    length = headers.get("content-length", "")
    return length if length.isdecimal() else ""
