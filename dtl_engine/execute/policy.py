"""Failure policy: what the data causes sets an image aside, what code causes stops the run."""

from __future__ import annotations

import errno

from dtl_engine.compile.graph import CompiledNode
from dtl_engine.errors import DataError, DtlError, RunFailed
from dtl_engine.execute.reports import Failure
from dtl_engine.model.sample import Origin


class SampleFailed(DtlError):
    """The data made a node fail; raised from the ``DataError`` that says why."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.message)


def judged(error: Exception, node: CompiledNode, origin: Origin, sample: str) -> DtlError:
    """Return what becomes of an error that ``node`` raised: a failed sample or a failed run."""
    if isinstance(error, (SampleFailed, RunFailed)):
        return error
    if isinstance(error, DataError):
        return SampleFailed(
            Failure(
                code=error.code,
                message=error.message,
                origin=str(origin),
                sample=sample,
                node=node.id,
                action=node.action,
                location=node.location,
                path=error.path,
            )
        )
    if isinstance(error, OSError):
        return machine_failed(error, sample)
    return RunFailed(
        f"{node.location}: action '{node.action}' failed on sample {sample}: "
        f"{type(error).__name__}: {error}"
    )


def machine_failed(error: OSError, where: str) -> RunFailed:
    """Return the end of the run for an error of the system, such as a full disk."""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    help = "; free some space and run again" if is_full else ""
    return RunFailed(f"{error.filename or where}: {error.strerror or error}{help}")
