"""The parts of a request: form or JSON members, read no further than the limits allow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import IO, Any

import orjson
from fastapi import Request
from starlette.datastructures import UploadFile

from dtl_engine.sdk import did_you_mean
from dtl_nodes.models.serving.limits import Limits
from dtl_nodes.models.serving.project_json import read_json
from dtl_nodes.models.serving.refusal import TOO_LARGE, Refusal

IMAGE = "image"
JSON_PARTS = ("annotation", "meta", "mode")


class Parts:
    """What was sent, by name; large parts lie in temporary files until they are read."""

    def __init__(self, values: Mapping[str, bytes | IO[bytes]]) -> None:
        self._values = values

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a part, ``None`` where it is missing or empty."""
        value = self._values.get(name)
        data = value if isinstance(value, bytes) or value is None else value.read()
        return data or None


@asynccontextmanager
async def read_parts(
    request: Request, limits: Limits, names: Collection[str]
) -> AsyncIterator[Parts]:
    """Give the parts of a request for as long as its temporary files last.

    Args:
        request: not read yet.
        limits: the sizes that are accepted.
        names: the parts that it may have.

    Raises:
        Refusal: a part is too large, unknown or there twice, or the request has another form.
    """
    if request.query_params:
        message = "arguments are sent in the body, as a form or JSON, not behind a '?'"
        raise Refusal(400, "bad_request", message)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        members = _members(await request.body())
        _check_names(members, names)
        yield Parts(members)
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        form = request.form(max_files=8, max_fields=8, max_part_size=limits.json_bytes)
        async with form as fields:
            _check_names([name for name, _ in fields.multi_items()], names)
            yield Parts({name: _part(name, value, limits) for name, value in fields.items()})
    elif await request.body():
        raise Refusal(400, "bad_request", "send a form (multipart/form-data) or JSON")
    else:
        yield Parts({})


def _check_names(given: Iterable[str], names: Collection[str]) -> None:
    """Refuse what would be left unread, and the result be another than was asked for."""
    seen: set[str] = set()
    for name in given:
        if name not in names:
            hint = did_you_mean(name[:80], names) or f"there are {', '.join(names)}"
            raise Refusal(400, "unknown_part", f"there is no argument {name!r:.80} ({hint})")
        if name in seen:
            raise Refusal(400, "bad_request", f"the part '{name}' was sent twice")
        seen.add(name)


def _members(body: bytes) -> dict[str, bytes]:
    """Return the members of a JSON object: texts as they are, values as JSON."""
    value: Any = read_json(body or b"{}", "request")
    if not isinstance(value, dict):
        raise Refusal(400, "bad_request", "the request is no JSON object")
    given = {name: member for name, member in value.items() if member is not None}
    return {
        name: member.encode() if isinstance(member, str) else orjson.dumps(member)
        for name, member in given.items()
    }


def _part(name: str, value: UploadFile | str, limits: Limits) -> bytes | IO[bytes]:
    if isinstance(value, str):
        return value.encode()
    limit = limits.image_bytes if name == IMAGE else limits.json_bytes
    if (value.size or 0) > limit:
        message = f"'{name}' has {value.size} bytes; {limit} are accepted"
        raise Refusal(413, TOO_LARGE, message)
    return value.file
