"""Failure policy: what the data causes sets an image aside, what code causes stops the run."""

from __future__ import annotations

import errno
from collections.abc import Callable

from dtl_engine.compile.graph import CompiledNode
from dtl_engine.errors import DataError, DtlError, RunFailed
from dtl_engine.execute.reports import Failure
from dtl_engine.model.sample import Origin


class SampleFailed(DtlError):
    """The data made a node fail; raised from the ``DataError`` that says why."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.message)


def guard(node: CompiledNode, origin: Origin, sample: str) -> Callable[[Exception], DtlError]:
    """Return how to tell what ``node`` raises on a sample, as a failure or the end of the run."""

    def translate(error: Exception) -> DtlError:
        if isinstance(error, DataError):
            failure = Failure(
                code=error.code,
                message=error.message,
                origin=str(origin),
                sample=sample,
                node=node.id,
                action=node.action,
                location=node.location,
                path=error.path,
            )
            return SampleFailed(failure)
        if isinstance(error, OSError):
            where = error.filename or sample
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            help = "; free some space and run again" if full else ""
            return RunFailed(f"{where}: {error.strerror or error}{help}")
        return RunFailed(
            f"{node.location}: action '{node.action}' failed on sample {sample}: "
            f"{type(error).__name__}: {error}"
        )

    return translate
