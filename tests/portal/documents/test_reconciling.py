"""Every row has its object, whole, and every object its row; what is not so reaches the registry."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from structlog.testing import capture_logs

from portal.documents.reconciling import SHARES, UNNAMED_AFTER, Reconciled, reconcile
from portal.documents.sweeping import ORPHANS_AFTER, sweep
from portal.models import Amiss, Document, Finding, Share
from portal.parts import Parts
from portal.watch import Watch
from storage.directory import DirectoryStore
from storage.objects import StoreUnavailable, new_key, put
from tests.cast import CLAIRE, RENEE, VICTOR
from tests.conftest import Browser
from tests.portal.documents.conftest import file_one
from tests.samples import pdf

NOW = datetime.now(UTC)


async def filed(browser: Browser) -> Document:
    """One document of Claire's."""
    await browser.sign_in(CLAIRE)
    return await file_one(browser, "affidavit.pdf", pdf())


def place(portal: Parts, key: str) -> Path:
    """Where the directory store keeps an object."""
    return portal.settings.state / "objects" / "objects" / key


def age(path: Path, by: timedelta) -> None:
    """Make a file look as if it had been written so long ago."""
    written = (NOW - by).timestamp()
    os.utime(path, (written, written))


def flip(path: Path) -> None:
    """Change one bit, and nothing else."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


async def look(portal: Parts, *, days: int = 1, now: datetime | None = None) -> Reconciled:
    """One night."""
    return await reconcile(portal.database, portal.store, days=days, now=now)


async def findings(portal: Parts) -> list[Finding]:
    """Every finding there ever was."""
    async with portal.database.system_transaction() as session:
        found = await session.scalars(sa.select(Finding).order_by(Finding.found_at))
        return list(found)


async def test_what_agrees_is_no_finding(browser: Browser) -> None:
    """A whole object with its row, and one that is still on its way in."""
    await filed(browser)
    put(browser.portal.store, new_key(), b"its row comes in a moment")

    done = await look(browser.portal)

    assert (done.objects, done.rows, done.read, done.amiss) == (2, 1, 1, {})
    assert await findings(browser.portal) == []


async def test_a_lost_object_is_found_once_and_resolved_when_it_is_back(browser: Browser) -> None:
    """Found every night, written once; brought back from the backup, it is well."""
    document = await filed(browser)
    path = place(browser.portal, document.object_key)
    data = path.read_bytes()
    path.unlink()

    with capture_logs() as logs:
        first, second = await look(browser.portal), await look(browser.portal)
    [found] = await findings(browser.portal)
    path.write_bytes(data)
    third = await look(browser.portal)
    [mended] = await findings(browser.portal)

    assert first.amiss == second.amiss == {document.object_key: Amiss.missing}
    assert [line["log_level"] for line in logs] == ["error"]
    assert (found.case_id, found.resolved_at) == (document.case_id, None)
    assert third.amiss == {}
    assert (mended.id, mended.resolved_at is not None) == (found.id, True)


async def test_a_flipped_bit_is_found_by_reading(browser: Browser) -> None:
    """The size is right: only its turn to be read shows it, and then it is read every night."""
    document = await filed(browser)
    share = document.object_key[:2]
    others = {one: NOW - timedelta(days=3) for one in SHARES if one != share}
    async with browser.portal.database.system_transaction() as session:
        session.add(Share(name=share, read_at=NOW - timedelta(days=1)))
        session.add_all(Share(name=name, read_at=at) for name, at in others.items())
    flip(place(browser.portal, document.object_key))

    not_its_turn = await look(browser.portal, days=30, now=NOW)
    its_turn = await look(browser.portal, days=30, now=NOW + timedelta(days=29))
    night_after = await look(browser.portal, days=30, now=NOW + timedelta(days=30))

    assert (not_its_turn.read, not_its_turn.amiss) == (0, {})
    assert its_turn.amiss == night_after.amiss == {document.object_key: Amiss.wrong_bytes}
    assert len(await findings(browser.portal)) == 1


async def test_a_cut_object_is_found_the_same_night(browser: Browser) -> None:
    """Its size alone shows it; that it then is lost altogether is another finding."""
    document = await filed(browser)
    path = place(browser.portal, document.object_key)
    path.write_bytes(path.read_bytes()[:-1])
    async with browser.portal.database.system_transaction() as session:
        session.add_all(Share(name=name, read_at=NOW) for name in SHARES)

    cut = await look(browser.portal, days=256, now=NOW)
    path.unlink()
    lost = await look(browser.portal, days=256, now=NOW)

    assert cut.amiss == {document.object_key: Amiss.wrong_bytes}
    assert lost.amiss == {document.object_key: Amiss.missing}
    assert [(one.kind, one.resolved_at is None) for one in await findings(browser.portal)] == [
        ("wrong_bytes", False),
        ("missing", True),
    ]


async def test_orphans_are_the_sweeps_until_it_leaves_them(browser: Browser) -> None:
    """Up to fifty hours nothing is said; what the sweep does not take is named to the registry."""
    stray, young, left = "ab/holiday.jpg", new_key(), new_key()
    for key, hours in ((young, 49), (left, 51)):
        put(browser.portal.store, key, b"left behind")
        age(place(browser.portal, key), timedelta(hours=hours))
    place(browser.portal, stray).write_bytes(b"put here by hand")
    age(place(browser.portal, stray), UNNAMED_AFTER + timedelta(minutes=1))

    before = await look(browser.portal, now=NOW)
    swept = await sweep(browser.portal, now=NOW.replace(minute=0) + timedelta(hours=1))
    after = await look(browser.portal, now=NOW)

    assert before.amiss == {stray: Amiss.unnamed, left: Amiss.unnamed}
    assert swept.orphans == 2
    assert after.amiss == {stray: Amiss.unnamed}
    assert place(browser.portal, stray).exists()


async def test_a_removed_file_needs_no_object(browser: Browser) -> None:
    """Between the deletion of bytes and row a crash is nothing amiss; the object has its row."""
    document = await filed(browser)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Document).values(removed_at=NOW - ORPHANS_AFTER, removed_by=CLAIRE.id)
        )
    age(place(browser.portal, document.object_key), timedelta(days=9))

    with_object = await look(browser.portal)
    place(browser.portal, document.object_key).unlink()
    without = await look(browser.portal)

    assert (with_object.amiss, without.amiss) == ({}, {})


async def test_everything_is_read_within_the_days_that_are_set(browser: Browser) -> None:
    """A share a night, each once; after nights without a look, what is late is read as well."""
    read: list[int] = []
    for night in range(3):
        await look(browser.portal, days=3, now=NOW + timedelta(days=night))
        async with browser.portal.database.system_transaction() as session:
            counted = sa.select(sa.func.count()).select_from(Share)
            read.append(await session.scalar(counted) or 0)
    later = NOW + timedelta(days=9)
    await look(browser.portal, days=3, now=later)

    async with browser.portal.database.system_transaction() as session:
        moments = set(await session.scalars(sa.select(Share.read_at)))
    assert read == [86, 172, 256]
    assert moments == {later}


async def test_whole_reads_all_at_once(browser: Browser) -> None:
    """Asked for everything, nothing waits for its turn."""
    document = await filed(browser)
    await reconcile(browser.portal.database, browser.portal.store, days=256, whole=True)
    flip(place(browser.portal, document.object_key))

    done = await reconcile(browser.portal.database, browser.portal.store, days=256, whole=True)

    assert done.amiss == {document.object_key: Amiss.wrong_bytes}


class Unreadable(DirectoryStore):
    """A store whose objects give errors; it can be written to as before, or is down as a whole."""

    down = False

    def read(self, key: str) -> Iterator[bytes]:
        """Fail, as a bad sector does."""
        raise StoreUnavailable(key)

    def check(self) -> None:
        """Answer for the whole store."""
        if self.down:
            raise StoreUnavailable


async def test_a_store_that_is_away_is_no_loss(browser: Browser) -> None:
    """One object that gives errors is amiss; if none can be asked, nothing is written down."""
    document = await filed(browser)
    store = Unreadable(browser.portal.settings.state / "objects")
    portal = replace(browser.portal, store=store)
    store.down = True

    with pytest.raises(StoreUnavailable):
        await look(portal)
    nothing = await findings(portal)
    store.down = False
    done = await look(portal)

    assert nothing == []
    assert done.amiss == {document.object_key: Amiss.wrong_bytes}


async def test_the_desk_says_what_is_wrong_and_what_to_do(browser: Browser) -> None:
    """In one's own divisions; what belongs to no case every officer sees; no file name anywhere."""
    document = await filed(browser)
    place(browser.portal, document.object_key).unlink()
    stray = place(browser.portal, "ab/holiday.jpg")
    stray.write_bytes(b"put here by hand")
    age(stray, timedelta(days=3))
    await look(browser.portal)
    await browser.sign_in(RENEE, language="en")
    mine = (await browser.get("/registry")).text
    await browser.sign_in(VICTOR)
    others = (await browser.get("/registry")).text

    assert "Stored files that do not agree with the register" in mine
    assert "Not in the store" in mine
    assert "Have the object brought back from the backup" in mine
    assert document.object_key in mine
    assert "affidavit.pdf" not in mine
    assert document.object_key not in others
    assert "ab/holiday.jpg" in mine
    assert "Belongs to nothing" in others


async def test_people_write_no_findings(browser: Browser) -> None:
    """Not even an officer: the database takes them from the portal's own jobs only."""
    portal = browser.portal
    with pytest.raises(ProgrammingError):
        async with portal.database.transaction(RENEE.id) as session:
            session.add(Finding(kind=Amiss.unnamed, object_key="ab/x"))
    with pytest.raises(ProgrammingError):
        async with portal.database.transaction(RENEE.id) as session:
            await session.execute(sa.update(Finding).values(resolved_at=sa.func.now()))


async def test_what_is_amiss_and_what_waits_too_long_is_an_alarm(browser: Browser) -> None:
    """A warning on every page of the staff, a line in the log when it begins, and one at its end."""
    document = await filed(browser)
    portal = browser.portal
    watch = Watch(None, accept_test=True, database=portal.database)
    await watch.look()
    calm = list(watch.warnings)
    place(portal, document.object_key).unlink()
    await look(portal)
    async with portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Document).values(kept_at=sa.func.now() - timedelta(minutes=6))
        )

    with capture_logs() as logs:
        await watch.look()
        await watch.look()
    portal.watch.warnings = watch.warnings
    await browser.sign_in(RENEE, language="en")
    staff = (await browser.get("/cases")).text
    await browser.sign_in(CLAIRE)
    counsel = (await browser.get("/cases")).text
    ready = await browser.get("/readyz")

    assert len(calm) == 1
    assert [line["log_level"] for line in logs] == ["error", "error"]
    assert "Files that have waited longer than five minutes for their check: 1." in staff
    assert "Stored files that are missing, changed, or known to no document: 1." in staff
    assert "five minutes" not in counsel
    assert ready.status_code == 200


async def test_a_database_that_is_away_does_not_end_the_watch(browser: Browser) -> None:
    """It says what it knows of the scanner and looks again a minute later."""
    database = browser.portal.database
    watch = Watch(None, database=database)
    async with database.login_transaction() as session:
        await session.execute(sa.text("alter table finding rename to lost"))

    await watch.look()

    assert len(watch.warnings) == 1
