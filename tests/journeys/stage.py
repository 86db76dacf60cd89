"""A small stage for the page's own script: real templates and headers, answers as each act needs."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from jinja2 import Template
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from portal.documents.resuming import tus
from portal.web import static
from portal.web.formatting import Formatting
from portal.web.headers import SecurityHeaders
from portal.web.templates import environment

PAGE = """{% extends "base.html" %}{% block title %}Stage{% endblock %}{% block main %}
{% from "components/upload.html" import uploader with context %}
{% from "components/table.html" import table with context %}
{% from "components/button.html" import post_button with context %}
{{ uploader("/form", "/files", max_size=5000, limit="5 kB") }}
{% call table("Files", ["File", "What it is", "State", ""], id="files") %}{% endcall %}
{{ post_button("Press", "/pressed") }}
<div id="followed" hx-get="/followed" hx-trigger="every 100ms" hx-swap="outerMorph">waiting</div>
{% endblock %}"""
ROW = Markup(
    "<tr><th>{}</th><td data-announce>{}</td>"
    "<td><button type='button' data-retry hidden>Again</button></td></tr>"
)


class Stage:
    """What arrived, and what is answered to it."""

    def __init__(self, *, idle_seconds: int = 3600) -> None:
        """Everything is received until `answers` says otherwise for a file name."""
        self.received: list[tuple[str, int, str]] = []
        self.pressed = 0
        self.followed = 0
        self.stayed = 0
        self.answers: dict[str, list[Response]] = {}
        self._idle = idle_seconds

    def app(self) -> SecurityHeaders:
        """The stage as it is served, under the portal's own headers."""
        routes = [
            Route("/", self._page),
            Route("/static/{path:path}", static.serve),
            Route("/files", self._file, methods=["POST"]),
            Route("/files", self._begun),
            Route("/pressed", self._press, methods=["POST"]),
            Route("/followed", self._follow),
            Route("/session", self._stay, methods=["HEAD"]),
        ]
        return SecurityHeaders(Starlette(routes=routes), https=False)

    async def _page(self, _: Request) -> Response:
        page: Template = environment("en").from_string(PAGE)
        known = {"lang": "en", "path": "/", "tribunal": "Tribunal", "nav": (), "in_error": False}
        field = Markup('<input type="hidden" name="csrf" value="token">')
        return HTMLResponse(
            page.render(
                known,
                me={"name": "A. Haddad"},
                f=Formatting("en", "America/Toronto"),
                csrf_field=lambda: field,
                idle_seconds=self._idle,
                in_error=False,
            )
        )

    async def _file(self, request: Request) -> Response:
        name = tus.announced(request.headers).name
        body = await request.body()
        self.received.append((name, len(body), request.headers["x-csrf-token"]))
        prepared = self.answers.get(name, [])
        return prepared.pop(0) if prepared else row(name, "Received")

    async def _begun(self, _: Request) -> Response:
        return HTMLResponse("")

    async def _press(self, request: Request) -> Response:
        await request.body()
        self.pressed += 1
        return Response(status_code=204)

    async def _follow(self, _: Request) -> Response:
        self.followed += 1
        if self.followed == 1:
            return HTMLResponse("<h1>Gateway</h1>", 503)
        return HTMLResponse('<div id="followed">arrived</div>')

    async def _stay(self, _: Request) -> Response:
        self.stayed += 1
        return Response(status_code=204)


def row(name: str, words: str, *, status: int = 200) -> Response:
    """The server's row for a file, with the button that a refusal offers."""
    return HTMLResponse(ROW.format(name, words), status)


@contextmanager
def served(stage: Stage) -> Generator[str]:
    """The stage's address while it plays."""
    server = uvicorn.Server(uvicorn.Config(stage.app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(5)
