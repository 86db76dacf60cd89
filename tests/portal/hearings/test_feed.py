"""The secret feed: what calendar programs read, and that it ends when access or the secret does."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.hearings.scheduling import Arrangement, cancel, move
from portal.models import Feed, Hearing, Person, Standing
from portal.registry.hearings.form import ARRANGED
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    EVERYBODY,
    FARIDA,
    HEARING,
    NOOR,
    RENEE,
    TORONTO,
    Character,
)
from tests.conftest import Browser
from tests.portal.delegations.lending import change
from tests.portal.hearings.readers import READERS, Seen

RENEE_ACTS = Actor(RENEE.id, RENEE.name)


async def subscribe(browser: Browser, person: Character) -> str:
    """Make an address as this person, then be nobody in particular; its path."""
    await browser.sign_in(person)
    page = (await browser.post("/hearings/feed", data={})).text
    found = re.search(r"http://localhost:8000(/calendar/[\w-]{43}\.ics)", page)
    assert found
    browser.cookies.clear()
    return found[1]


async def seen(browser: Browser, path: str, reader: str = "icalendar") -> list[Seen]:
    """What this program reads there."""
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "no-store"
    return READERS[reader](answer.content)


@pytest.mark.parametrize("person", [CLAIRE, AMIRA, FARIDA], ids=lambda one: one.name)
async def test_a_feed_says_when_and_nothing_else(browser: Browser, person: Character) -> None:
    """For counsel, delegate and claimant: no name, number, place, link or division."""
    async with browser.portal.database.system_transaction() as session:
        hearing = await session.get_one(Hearing, HEARING)
        hearing.place, hearing.link = "74 Example Street", "https://video.example.org/secret"
    path = await subscribe(browser, person)
    text = (await browser.get(path)).text
    read = await seen(browser, path)

    assert [one.uid for one in read] == [f"{HEARING}@dossier"]
    names = [part for one in EVERYBODY for part in one.name.split()]
    for word in (*names, "TC6", "Noor", "Example", "video.example", "RPD", "refugee"):
        assert word.casefold() not in text.casefold()


@pytest.mark.parametrize("reader", READERS)
async def test_a_move_and_a_cancellation_arrive(browser: Browser, reader: str) -> None:
    """The same UID, a SEQUENCE that rises, the new time; then CANCELLED."""
    path = await subscribe(browser, CLAIRE)
    [before] = await seen(browser, path, reader)
    async with browser.portal.database.transaction(RENEE.id) as session:
        hearing = await session.get_one(Hearing, HEARING)
        now, starts_at = hearing.scheduled_at, hearing.starts_at
        facts = {name: getattr(hearing, name) for name in ARRANGED}
        there = Arrangement(local_start=hearing.local_start + timedelta(days=1), **facts)
        await move(session, hearing, there, by=RENEE_ACTS, now=now)
    [moved] = await seen(browser, path, reader)
    async with browser.portal.database.transaction(RENEE.id) as session:
        hearing = await session.get_one(Hearing, HEARING)
        await cancel(session, hearing, why="adjourned", by=RENEE_ACTS, now=now)
    [gone] = await seen(browser, path, reader)

    assert before.uid == moved.uid == gone.uid
    assert before.sequence < moved.sequence < gone.sequence
    assert (before.starts, before.ends) == (starts_at, starts_at + timedelta(minutes=180))
    assert moved.starts.astimezone(TORONTO).replace(tzinfo=None) == there.local_start
    assert [one.status for one in (before, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


@pytest.mark.parametrize("reader", READERS)
async def test_the_hearings_of_an_ended_loan_are_gone(browser: Browser, reader: str) -> None:
    """Claire takes back what she lent: Amira's calendar is empty at its next look."""
    path = await subscribe(browser, AMIRA)
    before = await seen(browser, path, reader)
    await change(
        browser.portal.database, CLAIRE_TO_AMIRA, ended_at=sa.func.now(), ended_by=CLAIRE.id
    )

    assert [one.uid for one in before] == [f"{HEARING}@dossier"]
    assert await seen(browser, path, reader) == []


async def test_it_follows_authority_at_each_fetch(browser: Browser) -> None:
    """A delegate's feed is empty from the moment the principal stands there no more."""
    path = await subscribe(browser, AMIRA)
    assert len(await seen(browser, path)) == 1
    async with browser.portal.database.system_transaction() as session:
        now = sa.func.now()
        ended = {"ends_at": now, "ended_how": "revoked", "ended_by": RENEE.id}
        mine = (Standing.person_id == CLAIRE.id, Standing.case_id == NOOR)
        await session.execute(sa.update(Standing).where(*mine).values(**ended))

    assert await seen(browser, path) == []


async def test_a_revoked_address_is_nowhere_at_the_next_fetch(browser: Browser) -> None:
    """Ended by hand, or because a new one was made; like one that never was."""
    first = await subscribe(browser, CLAIRE)
    second = await subscribe(browser, CLAIRE)
    assert (await browser.get(first)).status_code == 404
    assert (await browser.get(second)).status_code == 200

    await browser.sign_in(CLAIRE)
    await browser.post("/hearings/feed/ending", data={})
    browser.cookies.clear()

    ended, never = await browser.get(second), await browser.get(f"/calendar/{'x' * 43}.ics")
    assert (ended.status_code, never.status_code) == (404, 404)
    # But for the address itself, and the secret of the form that leads out.
    texts = [re.sub(r'value="[^"]*"', "", one.text) for one in (ended, never)]
    assert texts[0] == texts[1].replace("x" * 43, second.split("/")[2][:43])


async def test_the_secret_is_kept_nowhere(browser: Browser) -> None:
    """Not in the database, and not on the page once it was shown."""
    path = await subscribe(browser, CLAIRE)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    await browser.sign_in(CLAIRE)

    page = (await browser.get("/hearings/feed")).text
    assert "An address is in use since" in page
    assert token not in page
    async with browser.portal.database.system_transaction() as session:
        kept = await session.scalar(sa.select(Feed.token_hash))
    assert kept is not None
    assert token.encode() not in kept


@pytest.mark.parametrize("reader", READERS)
async def test_its_words_are_in_the_readers_language(browser: Browser, reader: str) -> None:
    """The language of the account: a program sends no cookie."""
    async with browser.portal.database.system_transaction() as session:
        french = sa.update(Person).where(Person.id == CLAIRE.id).values(language="fr")
        await session.execute(french)
    path = await subscribe(browser, CLAIRE)
    [event] = await seen(browser, path, reader)

    assert event.summary == "Audience"
