"""Who may ask a server: by host name, by origin of the page that asks, by token.

A server on one's own machine is within reach of every web page that its browser shows. A page can
send requests there, which its browser marks with the page's origin; or it can have its own host
name lead there ("DNS rebinding"), which the Host header tells.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from dtl_engine.sdk import UsageError
from dtl_nodes.models.serving.refusal import Refusal

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

OPEN = frozenset({"/", "/docs", "/health", "/openapi.json"})
"""What needs no token: pages that hold no data of anybody, and the answer to health checks."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    ``hosts`` are the names by which the server may be called, ``None``: any. ``origins`` are the
    host names of pages of other servers that may ask. ``token``, where there is one, must come with
    each request that gets data.
    """

    hosts: frozenset[str] | None = LOOPBACK
    origins: frozenset[str] = frozenset()
    token: str = ""

    def check(self, path: str, headers: Mapping[str, str]) -> None:
        """Let a request pass.

        Args:
            path: what it asks for.
            headers: by name in lower case.

        Raises:
            Refusal: it may not.
        """
        host = headers.get("host", "")
        if self.hosts is not None and _name(f"//{host}") not in self.hosts:
            message = f"this server is not called {host!r}; --name adds names"
            raise Refusal(403, "forbidden_host", message)
        origin = headers.get("origin", "")
        if origin and urlsplit(origin).netloc != host and _name(origin) not in self.origins:
            message = f"pages of {origin!r} may not ask this server; --name adds host names"
            raise Refusal(403, "forbidden_origin", message)
        if self.token and path not in OPEN:
            scheme, _, given = headers.get("authorization", "").partition(" ")
            # Compared in constant time: how long it takes tells nothing of the token.
            is_right = hmac.compare_digest(given.strip().encode(), self.token.encode())
            if scheme.lower() != "bearer" or not is_right:
                message = "send the token of the server: 'Authorization: Bearer TOKEN'"
                raise Refusal(401, "no_token", message)


def access_to(host: str, names: tuple[str, ...], token: str) -> Access:
    """Return who may ask a server that listens on ``host``.

    Where others can reach it, only the token stands between them and the model: by which names
    they call it is not known here.

    Args:
        host: the address that it listens on.
        names: further host names, as of a proxy.
        token: what requests must bring; may be empty.

    Raises:
        UsageError: headers cannot carry the token as it is, or others could ask without one.
    """
    if not all("!" <= character <= "~" for character in token):
        # What was given is not shown: logs are read by others.
        raise UsageError("a token is made of letters, digits and signs of ASCII, without blanks")
    further = frozenset(name.lower() for name in names)
    if is_loopback(host):
        return Access(LOOPBACK | further | {host.lower()}, further, token)
    if not token:
        message = f"other machines can reach '{host}': give --token, or listen on 127.0.0.1"
        raise UsageError(message)
    return Access(None, further, token)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK


def _name(address: str) -> str:
    """Return the host name in an address, in lower case; empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
