"""Invitations: the link lives in the mail alone, works once, for a week, and tells nobody anything."""

import email
import re
from email.policy import default
from uuid import UUID, uuid4

import sqlalchemy as sa
from httpx2 import Response

from notices.channels import CaughtMail
from portal.models import Account, Calling, Person
from portal.parts import Parts
from portal.people.inviting import invite
from portal.people.mailing import mail_invitation
from portal.web.sessions import fingerprint
from storage.database import Database
from tests.cast import CLAIRE, NOOR, RENEE, SAM
from tests.conftest import Browser
from tests.portal.delegations.lending import answer, end_it, invitations, lend
from tests.portal.registry.pressing import form_on

NEW = "new@example.org"
GOOD = "seven quiet horses cross the ice"


async def mailed(portal: Parts) -> list[str]:
    """Do the jobs that mail invitations; the text of each mail."""
    for one in await invitations(portal.database):
        await mail_invitation(portal, one.id)
    assert isinstance(portal.channel, CaughtMail)
    found: list[str] = []
    for file in sorted(portal.channel.folder.glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        found.append(f"{message['Subject']}\n{message.get_content()}")
    return found


async def link_from(portal: Parts) -> str:
    """The path of the link in the only mail."""
    [text] = await mailed(portal)
    found = re.search(r"http://localhost:8000(/invitations/\S+)", text)
    assert found
    return found[1]


async def offered(browser: Browser, address: str = NEW) -> None:
    """Claire offers something to this address."""
    await browser.sign_in(CLAIRE)
    assert (await lend(browser, email=address)).status_code == 303
    browser.cookies.clear()


async def join(browser: Browser, path: str, **typed: str) -> Response:
    """Fill in the page behind the link and send it."""
    page = await browser.get(path)
    sent = {"name": "Nadia New", "language": "fr", "password": GOOD, "again": GOOD} | typed
    return await browser.post(path, data=sent | {"csrf": form_on(page).values["csrf"]})


async def test_somebody_new_joins_reads_and_accepts(browser: Browser, portal: Parts) -> None:
    """From the mail to the case: a name, a password, the offer, the promise."""
    await offered(browser)
    path = await link_from(portal)

    joined = await join(browser, path)
    offer = joined.headers["location"]
    page = await browser.get(offer)
    accepted = await answer(browser, offer + "/acceptance", undertaken="y")

    assert joined.status_code == 303
    assert "Claire Tremblay" in page.text
    assert accepted.status_code == 303
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200
    async with portal.database.system_transaction() as session:
        person = await session.scalar(
            sa.select(Person).join(Account, Account.person_id == Person.id).filter_by(email=NEW)
        )
    assert person is not None
    assert (person.name, person.language, person.calling) == ("Nadia New", "fr", Calling.delegate)


async def test_the_link_is_in_the_mail_and_nowhere_else(browser: Browser, portal: Parts) -> None:
    """The database holds its hash, the job only an id, the page nothing."""
    await offered(browser)
    async with portal.database.login_transaction() as session:
        jobs = str((await session.execute(sa.text("select * from procrastinate_jobs"))).all())
    path = await link_from(portal)
    token = path.removeprefix("/invitations/")

    [row] = await invitations(portal.database)
    assert row.token_hash == fingerprint(token)
    assert token not in jobs
    assert str(row.id) in jobs
    async with portal.database.login_transaction() as session:
        rows = await session.execute(sa.text("select invitation::text from invitation"))
        assert token not in str(rows.all())


async def test_the_mail_is_the_same_for_every_address(browser: Browser, portal: Parts) -> None:
    """Known or new: the same words in both languages, and no fact of any case."""
    await offered(browser)
    await offered(browser, SAM.email)

    first, second = [re.sub(r"/invitations/\S+", "", text) for text in await mailed(portal)]

    assert first == second
    assert "You are invited to Dossier" in first
    assert "Vous êtes invité à Dossier" in first
    for secret in ("Claire", "Tremblay", "Noor", "TC6", "RPD", "counsel", "conseil"):
        assert secret not in first


async def test_a_link_works_once(browser: Browser, portal: Parts) -> None:
    """After it was used the same link says what to do instead."""
    await offered(browser)
    path = await link_from(portal)
    await join(browser, path)
    browser.cookies.clear()

    again = await browser.get(path)

    assert again.status_code == 404
    assert "This link no longer works" in again.text


async def test_a_link_is_over_after_a_week(browser: Browser, portal: Parts) -> None:
    """Too old, and one that never was, get the same page."""
    await offered(browser)
    path = await link_from(portal)
    async with portal.database.system_transaction() as session:
        await session.execute(sa.text("update invitation set ends_at = now()"))

    late = await browser.get(path)
    never = await browser.get("/invitations/never-was")

    assert (late.status_code, never.status_code) == (404, 404)
    assert "This link no longer works" in late.text
    assert await joined_anyway(browser, path) == 404


async def joined_anyway(browser: Browser, path: str) -> int:
    """What somebody gets who had the form open all the while."""
    page = await browser.get("/sign-in")
    sent = {"name": "X Y", "language": "en", "password": GOOD, "again": GOOD}
    answered = await browser.post(path, data=sent | {"csrf": form_on(page).values["csrf"]})
    return answered.status_code


async def test_who_has_an_account_signs_in(browser: Browser, portal: Parts) -> None:
    """The link never gives a second account, and never changes a password."""
    await offered(browser, SAM.email)
    path = await link_from(portal)

    page = await browser.get(path)

    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=/delegations"
    assert await joined_anyway(browser, path) == 303
    async with portal.database.system_transaction() as session:
        count = await session.scalar(sa.select(sa.func.count()).where(Account.email == SAM.email))
    assert count == 1


async def test_a_weak_password_is_refused_in_words(browser: Browser, portal: Parts) -> None:
    """Too short, made of one's own name, or typed two ways: said at the field, nothing is lost."""
    await offered(browser)
    path = await link_from(portal)
    for typed, words in (
        ({"password": "short", "again": "short"}, "Use at least 15 characters"),
        ({"password": "nadianadianadianadia", "again": "nadianadianadianadia"}, "easy to guess"),
        ({"again": "another thing entirely"}, "The two passwords are not the same"),
        ({"name": " "}, "Enter your first name and your last name"),
        ({"language": "de"}, "Choose English or French"),
    ):
        page = await join(browser, path, **typed)

        assert page.status_code == 422
        assert words in page.text
    assert (await join(browser, path)).status_code == 303


async def test_a_person_the_registry_knows_keeps_the_name(browser: Browser, portal: Parts) -> None:
    """Invited by the registry as somebody it recorded, nobody can join under another name."""
    known = UUID("5b6e9b5e-6c1c-4c53-8c1f-6d1b6d2b7a01")
    async with portal.database.system_transaction() as session:
        session.add(Person(id=known, name="Omar Recorded", calling="claimant"))
        now = await session.scalar(sa.select(sa.func.now()))
        await session.flush()
        assert now is not None
        await invite(session, email=NEW, invited_by=RENEE.id, now=now, person_id=known)
    path = await link_from(portal)
    page = await browser.get(path)

    joined = await join(browser, path, name="Somebody Else")

    assert "Omar Recorded" in page.text
    assert joined.headers["location"] == "/"
    async with portal.database.system_transaction() as session:
        person = await session.get_one(Person, known)
        account = await session.get_one(Account, known)
    assert (person.name, person.language, account.email) == ("Omar Recorded", "fr", NEW)


async def test_what_was_withdrawn_before_the_mail_is_not_mailed(
    browser: Browser, portal: Parts
) -> None:
    """An address gets no link to an offer that has ended; another offer for it still brings one."""
    await browser.sign_in(CLAIRE)
    key = uuid4()
    await lend(browser, email=NEW, key=str(key))
    await end_it(browser, key)

    assert await mailed(portal) == []

    await offered(browser)

    assert await mailed(portal) != []


async def test_a_mail_is_sent_once(browser: Browser, portal: Parts) -> None:
    """A job done twice sends one mail, and the link in it goes on working."""
    await offered(browser)
    path = await link_from(portal)
    await mailed(portal)

    assert (await browser.get(path)).status_code == 200


async def test_an_address_that_refuses_mail_is_shown_to_the_lender(
    browser: Browser, database: Database
) -> None:
    """The lender is told to check the address."""
    await offered(browser)
    async with database.system_transaction() as session:
        await session.execute(sa.text("update invitation set mail_failed_at = now()"))
    await browser.sign_in(CLAIRE)

    assert "could not be delivered" in (await browser.get("/delegations")).text
