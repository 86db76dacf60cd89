"""The ZIP over a real connection: cut in the middle, taken up again, or cut by us."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from http.client import HTTPConnection, IncompleteRead

import pytest
import uvicorn

from portal.app import create_app
from portal.parts import Parts
from tests.cast import CLAIRE, NOOR
from tests.conftest import Browser
from tests.portal.records.shelf import shelve

COPY = f"/cases/{NOOR}/copy.zip"
LARGE = bytes(range(256)) * 40_000


@asynccontextmanager
async def served(portal: Parts) -> AsyncGenerator[int]:
    """The portal on a port of its own."""
    config = uvicorn.Config(create_app(portal), port=0, log_level="critical")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    yield int(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    await running


def asked(port: int, cookie: str, *, most: int | None = None, **headers: str) -> tuple[bytes, str]:
    """What came, hung up after so many bytes; and the tag."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as wire:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        wire.request("GET", COPY, headers={"cookie": cookie, **names})
        answer = wire.getresponse()
        return answer.read(most), answer.headers["etag"]


def cookie_of(browser: Browser) -> str:
    """As the browser sends it."""
    return "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)


async def test_a_broken_download_goes_on_where_it_stopped(browser: Browser) -> None:
    """Hung up three times on the way, it is byte for byte the whole."""
    await shelve(browser.portal, ("a.mp4", LARGE), ("b.mp4", LARGE[::-1]), media_type="video/mp4")
    cookie = cookie_of(await browser.sign_in(CLAIRE))

    async with served(browser.portal) as port:
        whole, etag = await asyncio.to_thread(asked, port, cookie)
        came = b""
        for most in (100, 9_000_000, 4_000_000, None):
            part, _ = await asyncio.to_thread(
                asked, port, cookie, most=most, range=f"bytes={len(came)}-", if_range=etag
            )
            came += part

    assert len(whole) > 2 * len(LARGE)
    assert came == whole


async def test_wrong_bytes_cut_the_connection(browser: Browser) -> None:
    """The browser sees a broken download, never a file that is complete and wrong."""
    (film,) = await shelve(browser.portal, ("a.mp4", LARGE), media_type="video/mp4")
    objects = browser.portal.settings.state / "objects" / "objects"
    (objects / film.object_key).write_bytes(LARGE[:-1] + b"!")
    cookie = cookie_of(await browser.sign_in(CLAIRE))

    async with served(browser.portal) as port:
        with pytest.raises(IncompleteRead) as cut:
            await asyncio.to_thread(asked, port, cookie)

    assert b"PK\5\6" not in cut.value.partial
    assert LARGE[-1000:-1] + b"!" not in cut.value.partial
