"""Why a request gets no result, as the caller sees it."""

from __future__ import annotations

from typing import Any

from dtl_engine.sdk import AnnotationError, DataError, ImageError, ModelError, SchemaError

TOO_LARGE = "too_large"


class Refusal(Exception):
    """An answer that is no result.

    ``status`` is that of HTTP: 4xx for what the caller can change, 5xx for what the caller cannot.
    ``code`` is stable.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(message)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON value of the answer."""
        return {"error": {"code": self.code, "message": self.message}}


def refusal_of(error: DataError | SchemaError | ModelError) -> Refusal:
    """Return what to answer where an engine's error ends a request."""
    match error:
        case DataError(code="F607"):
            return Refusal(413, TOO_LARGE, error.message)
        case ImageError():
            return Refusal(400, "bad_image", error.message)
        case AnnotationError():
            return Refusal(400, "bad_annotation", error.message)
        case DataError():
            return Refusal(400, "bad_data", error.message)
        case SchemaError():
            hint = f" ({error.help})" if error.help else ""
            return Refusal(400, "bad_mode", f"{error.message}{hint}")
    return Refusal(500, "model_failed", str(error))
