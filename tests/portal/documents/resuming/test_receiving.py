"""What must hold when things break while a file comes in pieces."""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, MutableMapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.app import create_app
from portal.documents.resuming.unfinished import KEPT_FOR
from portal.documents.sweeping import ORPHANS_AFTER, sweep
from portal.settings import Settings
from storage.directory import DirectoryPartial
from storage.objects import PIECE, StoreUnavailable
from tests import samples
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    begin,
    describe,
    documents,
    file,
    pieces_with,
    send,
    stored,
)
from tests.portal.documents.resuming.test_protocol import (
    DATA,
    HALF,
    announce,
    head,
    incoming,
    patch,
)
from tests.portal.documents.test_arriving import EXE, text_of
from tests.uploads import beginning, piece


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small limits."""
    return settings.model_copy(update={"max_files": 3, "max_submission": 4 * PIECE})


async def test_what_came_before_the_line_broke_is_kept(browser: Browser) -> None:
    """Half a piece arrives, then the line drops: that half is stored, and the rest goes on."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await cut_off(browser, upload, DATA[:HALF])

    asked = await head(browser, upload)
    last = await patch(browser, upload, HALF, DATA[HALF:])

    assert asked.headers["upload-offset"] == str(HALF)
    assert last.status_code == 204
    [kept] = await documents(browser.portal.database)
    assert b"".join(browser.portal.store.read(kept.object_key)) == DATA


async def test_a_piece_with_a_sum_is_kept_whole_or_not_at_all(browser: Browser) -> None:
    """What cannot be checked because the line broke is not stored."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)

    await cut_off(browser, upload, DATA[:HALF], **{"upload-checksum": "sha1 AAAA"})

    assert (await head(browser, upload)).headers["upload-offset"] == "0"


async def test_of_two_at_the_same_offset_one_goes_on(browser: Browser) -> None:
    """Two tabs, or a dead line beside a new one: no byte is mixed, and the second is told."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    meanwhile: list[int] = []

    async def somebody_else() -> None:
        meanwhile.append((await patch(browser, upload, 0, DATA)).status_code)

    body = pieces_with(bytes(len(DATA)), somebody_else)
    answer = await browser.patch(upload, content=body, headers=piece(0))

    assert (meanwhile, answer.status_code) == ([204], 409)
    [kept] = await documents(browser.portal.database)
    assert b"".join(browser.portal.store.read(kept.object_key)) == DATA


async def test_a_session_that_ends_costs_no_byte(browser: Browser) -> None:
    """Signed out on the way: the row says to sign in again, and the same upload goes on."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await patch(browser, upload, 0, DATA[:HALF])
    await _system(browser, "update session set ended_at = now()")

    refused = await browser.patch(upload, content=DATA[HALF:], headers=piece(HALF, row=True))
    await browser.sign_in(CLAIRE)
    asked = await head(browser, upload)
    last = await patch(browser, upload, HALF, DATA[HALF:])

    assert refused.status_code == 401
    assert "Sign in again in another tab." in text_of(refused.text)
    assert "data-retry" in refused.text
    assert asked.headers["upload-offset"] == str(HALF)
    assert last.status_code == 204


async def test_a_session_that_ends_during_the_last_piece_costs_no_byte(browser: Browser) -> None:
    """Everything is there and nobody signed in: signed in again, asking is enough."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)

    async def sign_out() -> None:
        await _system(browser, "update session set ended_at = now()")

    refused = await browser.patch(upload, content=pieces_with(DATA, sign_out), headers=piece(0))
    before = await documents(browser.portal.database)
    await browser.sign_in(CLAIRE)
    asked = await head(browser, upload)

    assert (refused.status_code, before) == (401, [])
    assert asked.headers["upload-offset"] == str(len(DATA))
    assert len(await documents(browser.portal.database)) == 1


async def test_nobody_else_goes_on_with_mine(browser: Browser) -> None:
    """Amira files for Claire and sees her draft; what Claire began to send is not there for her."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    for person in (AMIRA, FARIDA):
        await browser.sign_in(person)

        assert (await head(browser, upload)).status_code == 404
        assert (await patch(browser, upload, 0, DATA)).status_code == 404
        ended = await browser.delete(upload, headers={"tus-resumable": "1.0.0"})
        assert ended.status_code == 404
    assert await documents(browser.portal.database) == []


async def test_access_that_ends_on_the_way_keeps_nothing(browser: Browser) -> None:
    """The loan ends before the last byte: no document, and the upload is not there any more."""
    await browser.sign_in(AMIRA)
    upload = await announce(browser)

    async def revoke() -> None:
        ended = "update delegation set ended_at = now(), ended_by = :by where id = :id"
        await _system(browser, ended, id=CLAIRE_TO_AMIRA, by=CLAIRE.id)

    answer = await browser.patch(upload, content=pieces_with(DATA, revoke), headers=piece(0))

    assert answer.status_code == 404
    assert await documents(browser.portal.database) == []
    assert (await head(browser, upload)).status_code == 404


async def test_a_file_that_lies_is_refused_by_its_first_bytes(browser: Browser) -> None:
    """Nobody sends two hours of a program that is called a PDF; nothing of it is left."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser, "letter.pdf", 3 * PIECE)

    answer = await browser.patch(upload, content=EXE, headers=piece(0, row=True))

    assert answer.status_code == 422
    assert "is not what its name says" in text_of(answer.text)
    assert (await head(browser, upload)).status_code == 404
    assert (incoming(browser), stored(browser)) == ([], [])


async def test_a_file_that_turns_out_wrong_leaves_nothing(browser: Browser) -> None:
    """What only the whole file shows is refused with the last byte, as in one piece."""
    await browser.sign_in(CLAIRE)
    locked = samples.xls(locked=True)
    upload = await announce(browser, "locked.xls", len(locked))
    await patch(browser, upload, 0, locked[:100])

    answer = await browser.patch(upload, content=locked[100:], headers=piece(100, row=True))

    assert answer.status_code == 422
    assert "opens only with a password" in text_of(answer.text)
    assert (incoming(browser), stored(browser)) == ([], [])
    assert (await head(browser, upload)).status_code == 404


async def test_what_is_on_its_way_takes_room(browser: Browser) -> None:
    """Begun files count as files and as bytes, so that nobody sends what cannot be kept."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.txt", b"a")
    tries = [("b.pdf", PIECE), ("c.pdf", 3 * PIECE), ("c.pdf", 2 * PIECE), ("d.pdf", 1)]

    answers = [
        await browser.post(f"{draft}/uploads", headers=beginning(name, size))
        for name, size in tries
    ]

    assert [one.status_code for one in answers] == [201, 413, 201, 409]


async def test_a_draft_that_was_filed_takes_no_more(browser: Browser) -> None:
    """Filed meanwhile: refused before a byte is read."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    begun = await browser.post(f"{draft}/uploads", headers=beginning("a.pdf", len(DATA)))
    await send(browser, draft, "b.pdf", DATA)
    await describe(browser, draft)
    await file(browser, draft)

    answer = await browser.patch(
        begun.headers["location"], content=DATA, headers=piece(0, row=True)
    )

    assert answer.status_code == 409
    assert "have been filed meanwhile" in text_of(answer.text)
    assert len(await documents(browser.portal.database)) == 1


async def test_the_store_down_says_so_and_goes_on_later(browser: Browser) -> None:
    """No store: 503 in plain words, what has come is kept, the same piece goes through later."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await patch(browser, upload, 0, DATA[:HALF])
    folder = browser.portal.settings.state / "objects" / "incoming"
    folder.rename(folder.with_name("away"))
    folder.touch()

    down = await browser.patch(upload, content=DATA[HALF:], headers=piece(HALF, row=True))
    folder.unlink()
    folder.with_name("away").rename(folder)
    again = await patch(browser, upload, HALF, DATA[HALF:])

    assert (down.status_code, again.status_code) == (503, 204)
    assert "What has arrived is kept." in text_of(down.text)


async def test_a_crash_before_the_row_is_mended_by_asking(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All bytes are an object and no document yet: whoever asks how far it is, finds it kept."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    finish = DirectoryPartial.finish

    def crash(self: DirectoryPartial) -> None:
        finish(self)
        raise StoreUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(DirectoryPartial, "finish", crash)
        last = await patch(browser, upload, 0, DATA)
    asked = await head(browser, upload)

    assert (last.status_code, asked.status_code) == (503, 200)
    assert asked.headers["upload-offset"] == str(len(DATA))
    assert len(await documents(browser.portal.database)) == 1


async def test_ended_and_finished_at_once_never_loses_a_document(browser: Browser) -> None:
    """A row whose bytes were removed cannot come to be: kept, or given up."""
    await browser.sign_in(CLAIRE)
    for _ in range(6):
        upload = await announce(browser)
        await asyncio.gather(
            patch(browser, upload, 0, DATA),
            browser.delete(upload, headers={"tus-resumable": "1.0.0"}),
        )

        for kept in await documents(browser.portal.database):
            assert b"".join(browser.portal.store.read(kept.object_key)) == DATA


async def test_the_page_lists_what_was_begun(browser: Browser) -> None:
    """Name, size and how much is here, to whoever began it, in this draft."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    begun = await browser.post(f"{draft}/uploads", headers=beginning("half <b>.pdf", len(DATA)))
    await patch(browser, begun.headers["location"], 0, DATA[:HALF])

    rows = (await browser.get(f"{draft}/uploads")).text
    await browser.sign_in(CLAIRE, language="fr")
    lignes = (await browser.get(f"{draft}/uploads")).text
    await browser.sign_in(AMIRA)
    hers = (await browser.get(f"{draft}/uploads")).text

    assert "half &lt;b&gt;.pdf" in rows
    assert "49% is here." in text_of(rows) or "50% is here." in text_of(rows)
    assert f'data-unfinished="{begun.headers["location"]}"' in rows
    assert f'data-bytes="{len(DATA)}"' in rows
    assert "%" in lignes
    assert hers.strip() == ""


async def test_what_nobody_goes_on_with_ends_after_a_week(browser: Browser) -> None:
    """A week after its last byte it is removed; a draft that waits for it is kept so long."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await patch(browser, upload, 0, DATA[:HALF])
    [name] = incoming(browser)
    path = browser.portal.settings.state / "objects" / "incoming" / name
    now = datetime.now(UTC).replace(minute=0)
    _age(path, now - KEPT_FOR)

    await sweep(browser.portal, now=now + ORPHANS_AFTER + timedelta(hours=1))
    before = await head(browser, upload)
    await sweep(browser.portal, now=now + KEPT_FOR + timedelta(hours=2))

    assert before.headers["upload-offset"] == str(HALF)
    assert (incoming(browser), (await head(browser, upload)).status_code) == ([], 404)


async def test_slow_uploads_hold_neither_threads_nor_bytes(browser: Browser) -> None:
    """Three lines that bring a little now and then: no thread waits for the next byte."""
    await browser.sign_in(CLAIRE)
    uploads = [await announce(browser, f"{n}.mp3", PIECE) for n in range(3)]
    threads = threading.active_count()
    go = asyncio.Event()

    async def slowly() -> AsyncGenerator[bytes]:
        yield samples.MP3[:20] + bytes(PIECE // 8)
        await go.wait()

    sending = [
        asyncio.create_task(browser.patch(one, content=slowly(), headers=piece(0)))
        for one in uploads
    ]
    await asyncio.sleep(0.3)
    waiting = threading.active_count()
    go.set()
    answers = await asyncio.gather(*sending)

    assert {one.headers["upload-offset"] for one in answers} == {str(20 + PIECE // 8)}
    assert waiting - threads <= 6


async def cut_off(browser: Browser, upload: str, data: bytes, **more: str) -> None:
    """Send some bytes of a piece, and go."""
    headers = piece(0) | more
    messages = [{"type": "http.request", "body": data, "more_body": True}]
    await _spoken(browser, upload, headers, messages)


async def _spoken(
    browser: Browser, path: str, headers: dict[str, str], messages: list[dict[str, Any]]
) -> None:
    cookies = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
    said = {"host": "localhost:8000", "cookie": cookies, "sec-fetch-site": "same-origin"} | headers
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in said.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 8000),
    }

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def nowhere(message: MutableMapping[str, Any]) -> None:
        pass

    await create_app(browser.portal)(scope, receive, nowhere)


async def _system(browser: Browser, statement: str, **values: Any) -> None:
    async with browser.portal.database.system_transaction() as session:
        await session.execute(sa.text(statement), values)


def _age(path: Path, written: datetime) -> None:
    os.utime(path, (written.timestamp(), written.timestamp()))
