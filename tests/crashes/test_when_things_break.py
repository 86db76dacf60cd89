"""The rows of "When things break" that concern documents, each by its name: what must come of it."""

import asyncio
import resource
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.app import create_app
from portal.audit import Actor, verify
from portal.delegations.ending import end
from portal.documents.judging import judge
from portal.documents.sweeping import ORPHANS_AFTER, sweep
from portal.models import Document, DocumentState
from portal.parts import Parts
from portal.proving import reconcile_once
from portal.worker import tasks_for
from storage.objects import new_key, put
from storage.scanner import Clamd, Scanner, ScannerUnavailable, Signatures, Verdict
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, NOOR, RENEE
from tests.conftest import Browser
from tests.crashes.life import TUS, Story, live
from tests.crashes.losing import lost_at_commit
from tests.crashes.parts import draft, open_browser
from tests.portal.documents.conftest import (
    acts,
    begin,
    describe,
    documents,
    file,
    file_one,
    hang_up,
    judge_all,
    send,
    stored,
    submissions,
)
from tests.samples import pdf
from tests.uploads import at_once
from tests.wires import Talk, peer
from tests.wires import hang_up as reset


@pytest.fixture
def scanner(clamd_socket: Path) -> Scanner:
    """A real clamd."""
    return Clamd(clamd_socket)


@pytest.fixture
async def claire(browser: Browser) -> Browser:
    """Counsel at her browser."""
    return await browser.sign_in(CLAIRE)


async def ready(browser: Browser) -> str:
    """A draft that needs nothing but to be filed."""
    address = await begin(browser)
    assert (await send(browser, address, "a.pdf", pdf())).status_code == 200
    await describe(browser, address)
    return address


def place(portal: Parts, document: Document) -> Path:
    """Where the directory store keeps its bytes."""
    return portal.settings.state / "objects" / "objects" / document.object_key


async def test_kill_9_or_power_cut_before_the_transaction(claire: Browser) -> None:
    """Nothing filed, no receipt; the orphan is swept after 48 hours, never earlier."""
    portal = claire.portal
    put(portal.store, new_key(), b"stored, and then the power went")
    now = datetime.now(UTC).replace(minute=0)

    early = await sweep(portal, now=now + ORPHANS_AFTER - timedelta(hours=1))
    between = stored(claire)
    late = await sweep(portal, now=now + ORPHANS_AFTER + timedelta(hours=1))

    assert (early.orphans, len(between), late.orphans, stored(claire)) == (0, 1, 1, [])
    assert await documents(portal.database) == []


def losing_answers(app: ASGIApp) -> ASGIApp:
    """A line that breaks whenever something is answered."""

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            raise ConnectionResetError

        await app(scope, receive, sending)

    return broken


async def test_between_commit_and_answer(claire: Browser) -> None:
    """Filed once; the same key again gives the same receipt."""
    portal, address = claire.portal, await ready(claire)
    async with open_browser(portal, losing_answers(create_app(portal))) as cut_off:
        await cut_off.sign_in(CLAIRE)
        with pytest.raises(ConnectionResetError):
            await cut_off.post(f"{address}/filing")
    [before] = await submissions(portal.database)

    again = await claire.post(f"{address}/filing")

    [after] = await submissions(portal.database)
    assert again.headers["location"] == f"{address}/receipt"
    assert before.receipt is not None
    assert (after.receipt, after.filed_at) == (before.receipt, before.filed_at)
    assert len(await acts(portal.database, "submission.filed")) == 1


async def test_during_scan(claire: Browser) -> None:
    """Still held; the dead worker's job is done by another; one verdict."""
    await file_one(claire, "a.pdf", pdf())
    portal = claire.portal
    async with portal.database.login_transaction() as session:
        await session.execute(
            sa.text("update procrastinate_jobs set status = 'doing' where task_name = 'scan'")
        )
    [held] = await documents(portal.database)
    app = tasks_for(portal)
    async with app.open_async():
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)
        await app.run_worker_async(wait=False, install_signal_handlers=False)

    [judged] = await documents(portal.database)
    assert (held.state, judged.state) == (DocumentState.held, DocumentState.clean)
    assert len(await acts(portal.database, "document.judged")) == 1


async def test_clamd_down_restarting_reloading(claire: Browser, tmp_path: Path) -> None:
    """Filing is accepted and receipted, and unreadable; tried again, it gets its verdict."""
    down = replace(claire.portal, scanner=Clamd(tmp_path / "nobody listens here"))
    document = await file_one(claire, "a.pdf", pdf())

    with pytest.raises(ScannerUnavailable):
        await judge(down, document.id)
    meanwhile = await claire.get(f"/documents/{document.id}/file")
    [judged] = await judge_all(claire)

    assert meanwhile.status_code == 403
    assert judged.state == DocumentState.clean


def saying(reply: bytes | None) -> Talk:
    """A clamd that tells its version, and of every stream only this; None: nothing, for long."""

    def talk(call: socket.socket) -> None:
        asked = call.recv(65_536)
        if b"VERSION" in asked:
            call.sendall(b"ClamAV 1.4.6\n")
        elif reply == b"reset":
            reset(call)
        else:
            while not asked.endswith(bytes(4)):
                asked += call.recv(65_536)
            if reply is None:
                call.recv(1)  # until the other side gives up
            else:
                call.sendall(reply)

    return talk


@pytest.mark.parametrize(
    "reply",
    [None, b"", b"reset", b"INSTREAM: no memory ERROR\n", b"stream: OK indeed\n", b"stream: O"],
    ids=["time-out", "empty reply", "reset", "ERROR", "unknown words", "cut reply"],
)
async def test_clamd_slow_time_out_empty_reply_reset_error_unknown_words(
    claire: Browser, reply: bytes | None
) -> None:
    """Never clean: held, with its failure noted, until a scanner says more."""
    document = await file_one(claire, "a.pdf", pdf())
    with peer(saying(reply)) as port:
        bad = replace(claire.portal, scanner=Clamd(("127.0.0.1", port), deadline=0.5))
        with pytest.raises(ScannerUnavailable):
            await judge(bad, document.id)

    [held] = await documents(claire.portal.database)
    assert (held.state, held.scans_failed) == (DocumentState.held, 1)


async def test_clamd_limits(claire: Browser) -> None:
    """To the registry's desk, and the filer is told; never clean."""
    document = await file_one(claire, "a.pdf", pdf())
    limit = b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\n"
    with peer(saying(limit)) as port:
        await judge(replace(claire.portal, scanner=Clamd(("127.0.0.1", port))), document.id)

    [judged] = await documents(claire.portal.database)
    await claire.sign_in(RENEE, language="en")
    desk = (await claire.get("/registry")).text
    assert judged.state == DocumentState.unscannable
    assert "Documents that were not accepted" in desk
    kinds = [one["kind"] for one in await acts(claire.portal.database, "notice.issued")]
    assert "document_not_accepted" in kinds


class Dated(Clamd):
    """A clamd whose signatures are so old."""

    made_at: datetime | None = None

    def signatures(self) -> Signatures:
        """What is loaded."""
        return Signatures("ClamAV 1.4.6", "27800", self.made_at)


@pytest.mark.parametrize("days", [3, -3, None], ids=["stale", "of tomorrow", "undated"])
async def test_signatures_stale_or_undated(
    claire: Browser, clamd_socket: Path, days: int | None
) -> None:
    """Nothing becomes clean; receipts go on."""
    old = Dated(clamd_socket)
    old.made_at = None if days is None else datetime.now(UTC) - timedelta(days=days)
    settings = claire.portal.settings.model_copy(update={"demo": False})
    document = await file_one(claire, "a.pdf", pdf())

    with pytest.raises(ScannerUnavailable):
        await judge(replace(claire.portal, scanner=old, settings=settings), document.id)

    [held] = await documents(claire.portal.database)
    assert held.state == DocumentState.held
    assert [one.receipt is not None for one in await submissions(claire.portal.database)] == [True]


async def test_object_store_down(claire: Browser) -> None:
    """503 in plain words, the draft kept, no receipt; the same again works once it is back."""
    address = await ready(claire)
    folder = claire.portal.settings.state / "objects"
    folder.rename(folder.with_name("unplugged"))
    refused = await send(claire, address, "b.pdf", pdf())
    folder.with_name("unplugged").rename(folder)
    taken = await send(claire, address, "b.pdf", pdf())

    assert (refused.status_code, taken.status_code) == (503, 200)
    assert "We could not store this file just now." in refused.text
    assert [one.name for one in await documents(claire.portal.database)] == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize("kept", [0, 1, -1], ids=["none", "one byte", "all but one"])
async def test_store_returns_partial_or_wrong_bytes(claire: Browser, kept: int) -> None:
    """503, never a cut file nor another; and no entry says that it was read."""
    document = await file_one(claire, "a.pdf", pdf())
    await judge_all(claire)
    path = place(claire.portal, document)
    path.write_bytes(path.read_bytes()[:kept])

    cut = await claire.get(f"/documents/{document.id}/file")
    path.write_bytes(bytes(document.size))
    other = await claire.get(f"/documents/{document.id}/file")

    assert (cut.status_code, other.status_code) == (503, 503)
    assert await acts(claire.portal.database, "document.read") == []


@pytest.mark.parametrize("committed", [True, False])
async def test_database_down_fail_over_commit_unknown(claire: Browser, committed: bool) -> None:
    """503 and when to try again; then the key is looked up: filed once, whatever had happened."""
    address = await ready(claire)
    async with lost_at_commit(claire.portal, committed=committed):
        unknown = await claire.post(f"{address}/filing")
    again = await claire.post(f"{address}/filing")

    assert (unknown.status_code, again.status_code) == (503, 303)
    assert "retry-after" in unknown.headers
    assert len(await acts(claire.portal.database, "submission.filed")) == 1


async def test_disk_full_eio(claire: Browser) -> None:
    """No 2xx; reading goes on; it works again without repair."""
    document = await file_one(claire, "a.pdf", pdf())
    await judge_all(claire)
    address = await begin(claire)
    large = b"Testimony. " * 100_000
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, most))
    try:
        full = await send(claire, address, "large.txt", large)
        read = await claire.get(f"/documents/{document.id}/file")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    after = await send(claire, address, "large.txt", large)

    assert (full.status_code, read.status_code, after.status_code) == (503, 200, 200)
    assert len(await documents(claire.portal.database)) == len(stored(claire)) == 2


async def test_double_click_two_tabs_back(claire: Browser) -> None:
    """One filing, one receipt, however often and wherever the button is pressed."""
    address = await ready(claire)

    pressed = await asyncio.gather(*(claire.post(f"{address}/filing") for _ in range(4)))
    later = await claire.post(f"{address}/filing")

    assert {one.headers["location"] for one in (*pressed, later)} == {f"{address}/receipt"}
    assert len(await acts(claire.portal.database, "submission.filed")) == 1


async def test_same_key_with_other_bytes_is_refused(claire: Browser) -> None:
    """The first file stays as it came; what was sent under its id is not kept."""
    address, key = await begin(claire), str(uuid4())
    first = pdf()
    other = first[:-1] + b" "
    sent = [
        await claire.post(
            f"{address}/uploads", content=data, headers=at_once("a.pdf", len(data), key=key)
        )
        for data in (first, other)
    ]

    [document] = await documents(claire.portal.database)
    assert [one.status_code for one in sent] == [200, 409]
    assert document.sha256 == sha256(first).hexdigest()
    assert len(stored(claire)) == 1


async def test_same_bytes_new_key_already_filed_file_again(claire: Browser) -> None:
    """Said with moment and receipt before it is filed; filed again if that is wanted."""
    data = pdf()
    await file_one(claire, "a.pdf", data)
    [before] = await submissions(claire.portal.database)
    again = await begin(claire)
    await send(claire, again, "a.pdf", data)
    await describe(claire, again)

    check = await claire.get(f"{again}/check")
    filed = await claire.post(f"{again}/filing")

    assert "is on file already, to the last byte" in check.text
    assert before.receipt
    assert before.receipt in check.text
    assert filed.headers["location"] == f"{again}/receipt"
    assert len(await acts(claire.portal.database, "submission.filed")) == 2


async def test_browser_drops(claire: Browser) -> None:
    """It goes on at the offset where it stopped, or nothing of it is left; the draft is kept."""
    story = Story(1, await draft(claire.portal))
    address = f"/submissions/{story.draft}"
    await hang_up(claire, address, pdf()[:100], size=5_000)
    without_a_trace = stored(claire), await documents(claire.portal.database)
    said: list[str] = []

    await live(claire, story, said.append)

    [document] = await documents(claire.portal.database)
    assert without_a_trace == ([], [])
    assert said[0] == "kept"
    assert (document.id, document.sha256) == (story.document, story.sha256)
    gone = await claire.head(f"/uploads/{uuid4()}", headers=TUS)
    assert gone.status_code == 404


@pytest.mark.parametrize("days", [1, -1])
async def test_clock_a_day_wrong_on_one_host(
    claire: Browser, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """The receipt has the time of the database, whatever this host thinks."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(days=days)

    address = await ready(claire)
    for name, module in list(sys.modules.items()):
        ours = name.startswith(("portal.", "storage.", "notices."))
        if ours and getattr(module, "datetime", None) is datetime:
            monkeypatch.setattr(module, "datetime", Wrong)
    await file(claire, address)

    [submission] = await submissions(claire.portal.database)
    async with claire.portal.database.system_transaction() as session:
        now = await session.scalar(sa.select(sa.func.now()))
    assert now is not None
    assert submission.filed_at is not None
    assert timedelta(0) < now - submission.filed_at < timedelta(minutes=5)


async def test_two_workers_race(claire: Browser) -> None:
    """One verdict, one entry, whoever is first."""
    document = await file_one(claire, "a.pdf", pdf())

    await asyncio.gather(*(judge(claire.portal, document.id) for _ in range(4)))

    assert len(await acts(claire.portal.database, "document.judged")) == 1


class Slow(Clamd):
    """A real clamd; something happens while it scans."""

    meanwhile: Callable[[], None]

    def scan(self, pieces: Iterable[bytes], *, size: int) -> Verdict:
        """Judge a stream."""
        verdict = super().scan(pieces, size=size)
        self.meanwhile()
        return verdict


async def test_access_ends_mid_scan(claire: Browser, clamd_socket: Path) -> None:
    """The verdict is recorded; who sees it is asked of the present."""
    document = await file_one(claire, "a.pdf", pdf())
    portal, loop, slow = claire.portal, asyncio.get_running_loop(), Slow(clamd_socket)

    async def take_back() -> None:
        async with portal.database.transaction(CLAIRE.id) as session:
            by, lent = Actor(CLAIRE.id, CLAIRE.name), [CLAIRE_TO_AMIRA]
            now = datetime.now(UTC)
            await end(session, lent, ending_id=uuid4(), grantor=CLAIRE.id, by=by, now=now)

    slow.meanwhile = lambda: asyncio.run_coroutine_threadsafe(take_back(), loop).result()
    await judge(replace(portal, scanner=slow), document.id)

    [judged] = await documents(portal.database)
    answers: dict[str, int] = {}
    for person in (AMIRA, FARIDA):
        await claire.sign_in(person)
        answers[person.name] = (await claire.get(f"/documents/{document.id}/file")).status_code
    assert judged.state == DocumentState.clean
    assert answers == {AMIRA.name: 404, FARIDA.name: 200}


async def test_restore_from_backup(claire: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a store older than its database the missing objects are named; the chain still holds."""
    kept, lost = await file_one(claire, "a.pdf", pdf()), await file_one(claire, "b.pdf", pdf())
    portal = claire.portal
    place(portal, lost).unlink()
    settings = portal.settings.model_copy(
        update={"database_url": portal.database.url, "state": portal.settings.state}
    )

    answer = await reconcile_once(settings, whole=True)

    said = capsys.readouterr().out
    assert answer == 1
    assert lost.object_key in said
    assert kept.object_key not in said
    async with portal.database.system_transaction() as session:
        assert await verify(session, NOOR) is None
