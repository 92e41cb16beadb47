"""Running a service on a socket until a signal stops it."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from dtl_engine.sdk import ModelError, ModelFamily, UsageError
from dtl_nodes.models.extras import require_extra
from dtl_nodes.models.inference.open_model import open_architecture, open_predictor
from dtl_nodes.models.serving.access import Access
from dtl_nodes.models.serving.limits import Limits
from dtl_nodes.models.serving.service import Service

if TYPE_CHECKING:
    import uvicorn


def require_server() -> None:
    """Refuse to begin where the libraries of servers are missing.

    Raises:
        UsageError: they are.
    """
    # The import name of python-multipart.
    require_extra("serve", "serving models", "fastapi", "uvicorn", "python_multipart")


def gpu_of(device: str) -> int | None:
    """Return the number of a GPU given as ``0`` or ``cuda:0``; ``None`` for ``cpu``.

    Raises:
        UsageError: it is none of these.
    """
    if device == "cpu":
        return None
    number = device.removeprefix("cuda:")
    if not number.isdecimal():
        raise UsageError(f"--device is 'cpu' or the number of a GPU, not {device!r}")
    return int(number)


def serve(
    model: Path,
    host: str,
    port: int,
    access: Access,
    limits: Limits,
    options: Mapping[str, Any],
    gpu: int | None,
) -> int:
    """Answer requests until SIGINT or SIGTERM; then finish those in flight.

    The socket is open while the model is still being loaded.

    Args:
        model: a checkpoint folder, a training folder or an ONNX file.
        host: the address to listen on.
        port: its port, 0 for any free one.
        access: who may ask.
        limits: what requests may ask for.
        options: threshold and tag of the confidence, see ``InferSettings.options``.
        gpu: number of the GPU; ``None``: the CPU.

    Returns:
        The exit code.

    Raises:
        UsageError: the model cannot be loaded, or the address cannot be had.
    """
    import uvicorn

    from dtl_nodes.models.serving.app import create_app

    try:
        architecture = open_architecture(model)
    except ModelError as error:
        raise UsageError(str(error)) from error
    # Any mode may be asked for, and some add up scores.
    is_semantic = architecture.config.family is ModelFamily.SEMANTIC
    options = {**options, "scores": is_semantic}
    service = Service(_name(model), limits)
    with _listening(host, port) as listening:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(service, access),
                http="h11",
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=ceil(limits.seconds),
            )
        )
        failed: list[ModelError] = []

        def load() -> None:
            try:
                predictor = open_predictor(model, options, gpu)
            except ModelError as error:
                failed.append(error)
                server.should_exit = True
                return
            for note in predictor.notes:
                click.echo(note, err=True)
            service.open(predictor, architecture.config, options)
            click.echo(f"ready, on {predictor.device}", err=True)

        with _stopping(server):
            shown = f"[{host}]" if ":" in host else host
            click.echo(f"serving {service.name} on http://{shown}:{listening.getsockname()[1]}/")
            threading.Thread(target=load, name="dtl-load", daemon=True).start()
            server.run(sockets=[listening])
            if not server.force_exit:
                service.close()
    if failed:
        raise UsageError(str(failed[0])) from failed[0]
    return 0


@contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[None]:
    """Have signals stop a server; being stopped like this is no failure.

    While it runs it has handlers of its own, and raises the signals that it took once more at its
    end: for handlers like these.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket on an address.

    Raises:
        UsageError: it cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        # asyncio and socket put the address into the text of the error once more.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror or str(error)
        hint = "; --port 0 takes a free one" if number == errno.EADDRINUSE else ""
        raise UsageError(f"cannot listen on {host}, port {port}: {reason}{hint}") from error


def _name(model: Path) -> str:
    """Return what people call a model; a number alone says nothing."""
    if model.is_file():
        return model.stem
    parts = [part for part in model.resolve().parts if part != "checkpoints"]
    return "/".join(parts[-2:] if parts[-1].isdigit() else parts[-1:])
