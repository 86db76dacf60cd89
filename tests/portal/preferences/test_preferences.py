"""The page of preferences, and the link in a reminder that stops reminders."""

from typing import Any

import pytest
import sqlalchemy as sa

from notices.wishes import stop_link
from portal.models import Account, Person, Preference, StopLink
from storage.database import Database
from tests.cast import CLAIRE, FARIDA, LOUIS, RENEE, Character
from tests.conftest import Browser

USUAL = {"rhythm": "at-once", "language": "en", "zone": "America/Toronto", "reminders": "y"}


async def kept(database: Database, person: Character) -> Preference | None:
    """What this person chose."""
    async with database.system_transaction() as session:
        return await session.get(Preference, person.id)


async def keep(browser: Browser, person: Character, **change: Any) -> int:
    """Choose, and press the button."""
    await browser.sign_in(person)
    form = {name: value for name, value in (USUAL | change).items() if value}
    return (await browser.post("/preferences", data=form)).status_code


@pytest.mark.parametrize("person", [CLAIRE, FARIDA, LOUIS, RENEE], ids=lambda one: one.name)
async def test_everybody_has_the_page_from_every_page(browser: Browser, person: Character) -> None:
    """Claimant, counsel, officer: the same page, one press away, and it says what it cannot do."""
    await browser.sign_in(person)

    start = await browser.get("/cases", follow_redirects=True)
    page = await browser.get("/preferences")

    assert 'href="/preferences"' in start.text
    assert "Notices cannot be switched off" in page.text
    assert person.email in page.text


async def test_what_is_chosen_is_kept_and_shown(browser: Browser, database: Database) -> None:
    """Daily, neutral, a second address, no reminders, French, Vancouver."""
    status = await keep(
        browser,
        FARIDA,
        rhythm="daily",
        neutral="y",
        second_address=" Other@Example.org ",
        reminders="",
        language="fr",
        zone="America/Vancouver",
    )

    chosen = await kept(database, FARIDA)
    assert status == 303
    assert chosen is not None
    assert chosen.digest_since is not None
    assert chosen.neutral_since is not None
    assert chosen.second_address == "other@example.org"
    assert chosen.reminders_stopped_by == "page"
    async with database.system_transaction() as session:
        person = await session.get_one(Person, FARIDA.id)
    assert (person.language, person.zone) == ("fr", "America/Vancouver")
    page = await browser.get("/preferences")
    assert "Vos préférences sont enregistrées." in page.text
    assert 'value="other@example.org"' in page.text


async def test_since_when_it_holds_stays(browser: Browser, database: Database) -> None:
    """Keeping the page again, unchanged, is no new choice; undoing is one."""
    await keep(browser, CLAIRE, rhythm="daily", reminders="")
    before = await kept(database, CLAIRE)
    await keep(browser, CLAIRE, rhythm="daily", reminders="")
    again = await kept(database, CLAIRE)
    await keep(browser, CLAIRE)
    undone = await kept(database, CLAIRE)

    assert before
    assert again
    assert undone
    assert again.digest_since == before.digest_since
    assert again.reminders_stopped_at == before.reminders_stopped_at
    assert (undone.digest_since, undone.reminders_stopped_at) == (None, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"second_address": "a@b.ca, c@evil.example"}, "Enter one e-mail address"),
        ({"second_address": "a@b.ca\r\nBcc: c@evil.example"}, "Enter one e-mail address"),
        ({"second_address": CLAIRE.email.upper()}, "the address you sign in with"),
        ({"zone": "Mars/Olympus"}, "Choose a time zone"),
        ({"rhythm": "never"}, "Choose when we e-mail you"),
        ({"language": "de"}, "Choose English or French"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    browser: Browser, database: Database, change: dict[str, str], words: str
) -> None:
    """Nothing is kept of it; "never" is no choice that there is."""
    await browser.sign_in(CLAIRE)

    answer = await browser.post("/preferences", data=USUAL | change)

    assert answer.status_code == 422
    assert words in answer.text
    assert await kept(database, CLAIRE) is None


async def test_an_address_that_fails_is_said_to_whose_it_is(
    browser: Browser, database: Database
) -> None:
    """With what happens now, and what to do."""
    async with database.system_transaction() as session:
        failed = {"mail_failed_at": sa.func.now(), "mail_failure": "550"}
        await session.execute(
            sa.update(Account).where(Account.person_id == CLAIRE.id).values(failed)
        )
    await browser.sign_in(CLAIRE)

    assert "Nothing more is sent there." in (await browser.get("/preferences")).text


async def link_of(database: Database, person: Character) -> str:
    """The path of a link from a reminder to this person."""
    async with database.system_transaction() as session:
        return f"/reminders/{await stop_link(session, person.id)}"


async def test_looking_at_the_link_stops_nothing_and_names_nobody(
    browser: Browser, database: Database
) -> None:
    """Programs that look into mails follow links."""
    page = await browser.get(await link_of(database, CLAIRE))

    assert page.status_code == 200
    assert await kept(database, CLAIRE) is None
    assert not [word for word in (CLAIRE.name, CLAIRE.email) if word in page.text]


async def test_the_button_stops_reminders_without_signing_in(
    browser: Browser, database: Database
) -> None:
    """Pressed twice, it was pressed once; the page of preferences shows it and undoes it."""
    path = await link_of(database, CLAIRE)

    first, second = await browser.post(path), await browser.post(path)

    assert "Reminders are stopped" in first.text + second.text
    stopped = await kept(database, CLAIRE)
    assert stopped is not None
    assert stopped.reminders_stopped_by == "link"
    await keep(browser, CLAIRE)
    undone = await kept(database, CLAIRE)
    assert undone is not None
    assert undone.reminders_stopped_at is None


async def test_a_mail_program_stops_them_in_one_press(browser: Browser, database: Database) -> None:
    """RFC 8058: a post from nowhere with no cookie, which is answered without a redirect."""
    path = await link_of(database, CLAIRE)
    browser.headers.pop("sec-fetch-site")

    answer = await browser.post(path, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert (await kept(database, CLAIRE)) is not None
    async with database.system_transaction() as session:
        assert (await session.scalars(sa.select(StopLink.used_at))).one() is not None


async def test_a_made_up_link_stops_nobodys(browser: Browser, database: Database) -> None:
    """Nothing is there, by either way."""
    assert (await browser.get("/reminders/made-up")).status_code == 404
    assert (await browser.post("/reminders/made-up")).status_code == 404
