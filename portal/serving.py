"""Serving pages: uvicorn on the address that settings name, with the worker beside it or not."""

import socket
from functools import partial

import uvicorn

from portal.app import create_app
from portal.parts import Parts
from portal.running import running_parts
from portal.settings import Settings
from portal.worker import working


def serve_portal(settings: Settings) -> None:
    """Serve until told to stop; requests in hand are finished."""
    with running_parts(settings) as portal:
        server(portal).run()


def server(portal: Parts) -> uvicorn.Server:
    """The web server for these parts."""
    settings = portal.settings
    beside = partial(working, portal) if settings.embedded_worker else None
    return uvicorn.Server(
        uvicorn.Config(
            create_app(portal, beside=beside),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(map(str, settings.trusted_proxies)),
            timeout_keep_alive=30,
            timeout_graceful_shutdown=30,
        )
    )


class PortTaken(Exception):
    """Another program listens on the port."""


def require_free_port(host: str, port: int) -> None:
    """Raise PortTaken with the sentence that says what to do, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} is taken by another program. Choose one: PORT={port + 1} make run"
            ) from error
