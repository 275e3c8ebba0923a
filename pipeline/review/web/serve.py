"""The page on a socket of this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import uvicorn

from pipeline.errors import InputError
from pipeline.review.web.app import make_app
from pipeline.review.web.session import Session


def bind(address: str, port: int) -> socket.socket:
    """A socket that listens, so that who comes early waits; port 0 takes any that is free.

    Raises InputError (E594).
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only what it knows to be TCP.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":  # there it would share the port with whoever has it
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((address, port))
        found.listen()
    except (OSError, OverflowError) as error:
        found.close()
        raise InputError.because(
            code="E594",
            what=f"port {port} of {address} cannot be used: {error}.",
            remedy="Choose another with --port; 0 takes any that is free.",
        ) from error
    return found


def serve(session: Session, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until interrupted. Nothing is logged: addresses hold what people searched for."""
    settings = uvicorn.Config(
        make_app(session),
        access_log=False,
        log_level="warning",
        lifespan="off",
        ws="none",
        server_header=False,
        # The word of a proxy on where a request comes from is not taken.
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    ready()
    uvicorn.Server(settings).run(sockets=[listening])
