"""What the API description says of request bodies, which are read part by part."""

from __future__ import annotations

from typing import Any

_PARTS = {
    "annotation": "JSON: the annotation that the image has already; needs 'meta'",
    "meta": "JSON: the classes and tags of that annotation, as in a project's meta.json",
    "mode": "JSON: how the image is fed to the model, as the setting 'mode' of 'infer'",
}
_TEXTS = {name: {"type": "string", "description": text} for name, text in _PARTS.items()}
_FILES = {name: {**member, "format": "binary"} for name, member in _TEXTS.items()}
_IMAGE = {
    "image": {
        "type": "string",
        "format": "binary",
        "description": "bytes of a JPEG, PNG, BMP, TIFF or WebP file",
    }
}
_ERROR = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "error": {
                        "type": "object",
                        "properties": {
                            "code": {"type": "string"},
                            "message": {"type": "string"},
                        },
                    }
                },
            }
        }
    }
}
_RESPONSES = {
    status: {"description": text, **_ERROR}
    for status, text in {
        "400": "The request is wrong; the message says what to change.",
        "401": "The token is missing or wrong.",
        "403": "The host name or the origin of the request is not allowed.",
        "413": "The request is too large.",
        "500": "The server is at fault.",
        "503": "The model is being loaded, or the server is busy; try again.",
    }.items()
}


def _extra(content: dict[str, Any], result: str) -> dict[str, Any]:
    return {
        "requestBody": {"content": content},
        "responses": {"200": {"description": result}, **_RESPONSES},
    }


def _form(members: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": members}
    return {"schema": {**schema, "required": required} if required else schema}


_ASKED = {name: _TEXTS[name] for name in ("meta", "mode")}
_KIND = {"request_type": {"type": "string", "enum": ["inference", "get_out_meta"]}}

INFERENCE = _extra(
    {"multipart/form-data": _form({**_IMAGE, **_FILES}, ["image"])},
    "The annotation of the image: what was sent, and what the model found.",
)
OUT_META = _extra(
    {
        "application/x-www-form-urlencoded": _form(_ASKED, []),
        "application/json": _form(_ASKED, []),
    },
    "The classes and tags that such annotations declare, as in a project's meta.json.",
)
MESSAGE = _extra(
    {"multipart/form-data": _form({**_KIND, **_IMAGE, **_FILES}, [])},
    "The annotation, or 'out_meta', with 'success'.",
)
LOCKED: dict[int | str, dict[str, Any]] = {code: _RESPONSES[code] for code in ("401", "403")}
INFO_ERRORS = {**LOCKED, "503": _RESPONSES["503"]}
HEALTH_ERRORS: dict[int | str, dict[str, Any]] = {
    "403": _RESPONSES["403"],
    "503": {"description": "The model is being loaded."},
}
INFO = "Architecture, classes, input size, thresholds and limits."
HEALTH = "'status' is 'ok'; while the model is being loaded the answer is 503 with 'loading'."
METRICS = "Counters in the text form of Prometheus."
