"""Sending files as browsers do, with JavaScript and without, and looking at what was kept."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.app import create_app
from portal.documents.judging import judge
from portal.models import Document, Submission
from storage.database import Database
from storage.scanner import Clamd, Scanner
from tests.cast import NOOR
from tests.conftest import Browser
from tests.uploads import at_once


@pytest.fixture
def scanner(clamd_socket: Path) -> Scanner:
    """A real clamd."""
    return Clamd(clamd_socket)


async def begin(browser: Browser, case: UUID = NOOR) -> str:
    """Start a draft; returns its address."""
    answer = await browser.post(f"/cases/{case}/submissions")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def send(browser: Browser, draft: str, name: str, data: bytes) -> Response:
    """Send one file as the page's script does."""
    headers = at_once(name, len(data))
    return await browser.post(f"{draft}/uploads", content=data, headers=headers)


async def send_form(browser: Browser, draft: str, files: Mapping[str, bytes]) -> Response:
    """Send files as a form without JavaScript does, the token first."""
    page = (await browser.get(draft)).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    parts = [("file", (name, data)) for name, data in files.items()]
    return await browser.post(f"{draft}/documents", files=[("csrf", (None, token[1])), *parts])


async def describe(browser: Browser, draft: str, kind: str = "affidavit") -> Response:
    """Say of every file what it is, and go on to the check."""
    page = (await browser.get(draft)).text
    names = re.findall(r'name="(type-[^"]+)"', page)
    return await browser.post(
        f"{draft}/descriptions", data={**dict.fromkeys(names, kind), "then": "check"}
    )


async def file(browser: Browser, draft: str) -> str:
    """Press the last button; returns the receipt's number."""
    page = (await browser.get(f"{draft}/check")).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    answer = await browser.post(f"{draft}/filing", data={"seen": seen[1]})
    assert answer.status_code == 303, answer.text
    page = (await browser.get(answer.headers["location"])).text
    number = re.search(r"R-[A-Z0-9]{4}-[0-9]{2}", page)
    assert number is not None
    return number[0]


async def file_one(browser: Browser, name: str, data: bytes) -> Document:
    """Begin, send, describe and file one file."""
    draft = await begin(browser)
    assert (await send(browser, draft, name, data)).status_code == 200
    await describe(browser, draft)
    await file(browser, draft)
    return (await documents(browser.portal.database))[-1]


async def documents(database: Database) -> list[Document]:
    """Every document there is, in the order in which they were kept."""
    async with database.system_transaction() as session:
        return list(await session.scalars(sa.select(Document).order_by(Document.kept_at)))


async def submissions(database: Database) -> list[Submission]:
    """Every submission there is."""
    async with database.system_transaction() as session:
        return list(await session.scalars(sa.select(Submission).order_by(Submission.drafted_at)))


async def acts(database: Database, act: str) -> list[dict[str, object]]:
    """The facts of every entry of this act."""
    async with database.system_transaction() as session:
        rows = await session.execute(
            sa.text("select facts from entry where act = :act order by number"), {"act": act}
        )
        return [row.facts for row in rows]


async def judge_all(browser: Browser) -> list[Document]:
    """Do the scan jobs; returns every document as it is then."""
    for document in await documents(browser.portal.database):
        await judge(browser.portal, document.id)
    return await documents(browser.portal.database)


def stored(browser: Browser) -> list[str]:
    """The keys of all objects in the store."""
    return [one.key for one in browser.portal.store.inventory()]


async def pieces_with(data: bytes, between: Callable[[], Awaitable[None]]) -> AsyncGenerator[bytes]:
    """A body in two pieces, with something happening between them."""
    yield data[: len(data) // 2]
    await between()
    yield data[len(data) // 2 :]


async def send_while(
    browser: Browser, draft: str, data: bytes, between: Callable[[], Awaitable[None]]
) -> Response:
    """Send one file as the page's script does; something happens on the way."""
    headers = at_once("slow.pdf", len(data))
    body = pieces_with(data, between)
    return await browser.post(f"{draft}/uploads", content=body, headers=headers)


async def hang_up(browser: Browser, draft: str, data: bytes, *, size: int) -> None:
    """Announce so many bytes, send some, and go."""
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": data, "more_body": True},
        {"type": "http.disconnect"},
    ]
    cookies = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
    headers = {
        "host": "localhost:8000",
        "cookie": cookies,
        "sec-fetch-site": "same-origin",
        **at_once("cut.pdf", size),
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"{draft}/uploads",
        "raw_path": f"{draft}/uploads".encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 8000),
    }

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send_nowhere(message: MutableMapping[str, Any]) -> None:
        pass

    await create_app(browser.portal)(scope, receive, send_nowhere)
