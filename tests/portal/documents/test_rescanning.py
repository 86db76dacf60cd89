"""When the scanner has learnt more, what was clean is scanned again; nobody reads on what is not."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from portal.documents.rescanning import Rescanned, rescan
from portal.models import Document, DocumentState
from portal.parts import Parts
from portal.worker import tasks_for
from storage import private_clamd
from storage.scanner import Clamd, Signatures
from tests.cast import AMIRA, CLAIRE, FARIDA, RENEE, VICTOR, Character
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    acts,
    begin,
    documents,
    file_one,
    judge_all,
    send,
    submissions,
)
from tests.samples import TXT

# Nothing that any scanner knows, until one is told.
MALICE = TXT + b"This line is harmless today and will be a virus tomorrow.\n"
TOMORROW = "Dossier.Test.Tomorrow"


class Dated(Clamd):
    """A clamd whose signatures carry a version, as the official ones do and test ones do not."""

    def __init__(self, socket: Path, version: str) -> None:
        super().__init__(socket)
        self.version = version

    def signatures(self) -> Signatures:
        """Which version is loaded."""
        known = super().signatures()
        return Signatures(known.engine, self.version, known.made_at)


@pytest.fixture
def scanner(clamd_socket: Path) -> Clamd:
    """Today's."""
    return Dated(clamd_socket, "27800")


@pytest.fixture(scope="module")
def tomorrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A clamd that has one signature more."""
    folder = tmp_path_factory.mktemp("tomorrow")
    line = f"{TOMORROW}:0:*:{MALICE[len(TXT) :].strip().hex()}\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(private_clamd.TEST_SIGNATURES, "tomorrow.ndb", line)  # pyright: ignore[reportArgumentType]
        with private_clamd.private_clamd(folder, official=folder / "none") as socket:
            yield socket


@pytest.fixture
def later(portal: Parts, tomorrow: Path) -> Parts:
    """The same portal on the day after."""
    return replace(portal, scanner=Dated(tomorrow, "27801"))


async def readable(browser: Browser, name: str = "note.txt", data: bytes = MALICE) -> Document:
    """A document of Claire's that was found clean."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, name, data)
    judged = {one.id: one for one in await judge_all(browser)}
    assert judged[document.id].state == DocumentState.clean
    return judged[document.id]


async def open_as(browser: Browser, person: Character, document: Document) -> int:
    """Download it."""
    await browser.sign_in(person, language="en")
    return (await browser.get(f"/documents/{document.id}/file")).status_code


async def test_with_the_same_signatures_nothing_is_scanned_again(browser: Browser) -> None:
    """What was scanned with what is known now is as good as it can be."""
    await readable(browser)

    assert await rescan(browser.portal) == Rescanned()


async def test_what_stays_clean_stays_readable(browser: Browser, later: Parts) -> None:
    """Scanned again once, with its verdict and its time as they were."""
    before = await readable(browser, data=TXT)

    first, second = await rescan(later), await rescan(later)

    [after] = await documents(browser.portal.database)
    assert (first, second) == (Rescanned(scanned=1), Rescanned())
    assert before.scanned_with != after.scanned_with
    assert (after.state, after.judged_at) == ("clean", before.judged_at)
    assert await open_as(browser, AMIRA, after) == 200


async def test_found_infected_later_it_is_withdrawn_at_once(browser: Browser, later: Parts) -> None:
    """Nobody reads on; an entry, a notice to the filer, a line in the log, and only once."""
    document = await readable(browser)
    assert await open_as(browser, FARIDA, document) == 200

    with capture_logs() as logs:
        first, second = await rescan(later), await rescan(later)

    [after] = await documents(browser.portal.database)
    assert (first, second) == (Rescanned(scanned=1, infected=1), Rescanned())
    assert (after.state, after.finding) == ("infected", f"{TOMORROW}.UNOFFICIAL")
    assert after.readable_from == document.judged_at
    assert [await open_as(browser, one, after) for one in (CLAIRE, FARIDA, RENEE)] == [403] * 3
    [entry] = await acts(browser.portal.database, "document.found_infected")
    assert entry["documents"] == [str(document.id)]
    assert "document_not_accepted" in [
        one["kind"] for one in await acts(browser.portal.database, "notice.issued")
    ]
    assert [line["event"] for line in logs] == ["infected after it could be read"]
    assert str(document.name) not in str(logs)
    await browser.sign_in(CLAIRE)
    case = (await browser.get(f"/cases/{document.case_id}")).text
    assert "A virus was found in a document that could be opened until then" in case


async def test_its_readers_are_listed_to_the_registry(browser: Browser, later: Parts) -> None:
    """Counsel, the delegate and for whom, the claimant, the officer; each time, and nobody else."""
    document = await readable(browser)
    for person in (AMIRA, FARIDA, RENEE, FARIDA):
        assert await open_as(browser, person, document) == 200
    await rescan(later)
    await browser.sign_in(RENEE, language="en")

    desk = (await browser.get("/registry")).text
    page = (await browser.get(f"/registry/documents/{document.id}/readers")).text

    address = f"/registry/documents/{document.id}/readers"
    assert "Documents found infected after they could be opened" in desk
    assert address in desk
    readings = page.partition("<tbody")[2]
    assert [readings.count(one.name) for one in (AMIRA, FARIDA, RENEE)] == [1, 2, 1]
    assert CLAIRE.name in readings  # for whom Amira opened it
    assert "Call everybody on this list." in page
    for person, answer in ((VICTOR, 404), (CLAIRE, 404)):
        await browser.sign_in(person)
        assert (await browser.get(address)).status_code == answer


async def test_a_draft_file_is_judged_without_a_word(browser: Browser, later: Parts) -> None:
    """What is in a draft is nobody's business: state and reason, no entry and no notice."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "note.txt", MALICE)
    await judge_all(browser)

    await rescan(later)

    [document] = await documents(browser.portal.database)
    assert document.state == DocumentState.infected
    assert await acts(browser.portal.database, "document.found_infected") == []
    assert await acts(browser.portal.database, "notice.issued") == []


async def test_the_newest_come_first_and_only_so_many(browser: Browser, later: Parts) -> None:
    """A run takes its share of the hour; the next goes on with what is left."""
    old, new = await readable(browser, "old.txt"), await readable(browser, "new.txt")
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Document)
            .where(Document.id == old.id)
            .values(kept_at=Document.kept_at - timedelta(days=1))
        )
    slow = later.settings.model_copy(update={"rescan_rate": 12 * new.size})

    first = await rescan(replace(later, settings=slow))
    between = {one.name: one.state for one in await documents(browser.portal.database)}
    second = await rescan(replace(later, settings=slow))

    assert between == {"old.txt": "clean", "new.txt": "infected"}
    assert (first.scanned, second.scanned) == (1, 1)
    none = later.settings.model_copy(update={"rescan_rate": 0})
    assert await rescan(replace(later, settings=none)) == Rescanned()


async def test_what_the_store_has_lost_holds_up_nothing(browser: Browser, later: Parts) -> None:
    """Its bytes gone, a document keeps its verdict; those behind it are scanned all the same."""
    await readable(browser, "behind.txt")
    lost = await readable(browser, "lost.txt")
    browser.portal.store.delete(lost.object_key)

    done = await rescan(later)

    states = {one.name: one.state for one in await documents(browser.portal.database)}
    assert done == Rescanned(scanned=1, infected=1, failed=1)
    assert states == {"behind.txt": "infected", "lost.txt": "clean"}


async def test_a_scanner_that_is_away_changes_nothing(
    browser: Browser, portal: Parts, tmp_path: Path
) -> None:
    """What was clean stays so until a scanner says otherwise."""
    document = await readable(browser)

    done = await rescan(replace(portal, scanner=Clamd(tmp_path / "nobody listens here")))

    assert done == Rescanned()
    assert await open_as(browser, CLAIRE, document) == 200


async def test_two_workers_withdraw_once(browser: Browser, later: Parts) -> None:
    """Racing, they write one entry and one notice."""
    await readable(browser)

    await asyncio.gather(*(rescan(later) for _ in range(3)))

    assert len(await acts(browser.portal.database, "document.found_infected")) == 1


async def test_rescanning_waits_behind_everything_else(later: Parts) -> None:
    """The job is queued once, and whatever else there is to do comes first."""
    tasks: Any = tasks_for(later).tasks  # pyright: ignore

    for name in ("rescan", "reconcile"):
        assert (tasks[name].queueing_lock, tasks[name].lock) == (name, name)
        assert tasks[name].priority < tasks["scan"].priority


@pytest.mark.parametrize("state", ["held", "refused", "unscannable"])
async def test_a_verdict_is_taken_back_in_one_way_only(browser: Browser, state: str) -> None:
    """Clean becomes infected; nothing becomes anything else, whoever asks."""
    document = await readable(browser)
    to = {"state": state} if state != "held" else {"state": state, "judged_at": None}

    with pytest.raises(DBAPIError, match="a verdict is given once"):
        async with browser.portal.database.system_transaction() as session:
            await session.execute(
                sa.update(Document).where(Document.id == document.id).values(**to)
            )


async def test_nobody_calls_their_own_file_clean(browser: Browser) -> None:
    """Who may describe a draft's file may not judge it: the database says no."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "note.txt", MALICE)
    [document] = await documents(browser.portal.database)
    [submission] = await submissions(browser.portal.database)
    clean = {
        "state": "clean",
        "reason": "clean",
        "judged_at": sa.func.now(),
        "scanned_size": document.size,
        "scanned_with": "me",
    }

    with pytest.raises(DBAPIError, match="not given by people"):
        async with browser.portal.database.transaction(CLAIRE.id) as session:
            await session.execute(sa.update(Document).values(**clean))
    with pytest.raises(DBAPIError, match="not given by people"):
        async with browser.portal.database.transaction(CLAIRE.id) as session:
            session.add(
                Document(
                    case_id=document.case_id,
                    submission_id=submission.id,
                    name="other.txt",
                    size=document.size,
                    sha256=document.sha256,
                    media_type="text/plain",
                    object_key="ab/x",
                    kept_by=CLAIRE.id,
                    **clean,
                )
            )
