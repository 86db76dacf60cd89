"""What a page says of the one it is seen for, and of why it is seen at all."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from notices.model import Service
from portal.audit import Actor
from portal.delegations.narrowing import narrow
from portal.models import Right
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    FARIDA,
    HEARING,
    NOOR,
    RENEE,
    Character,
    lend,
)
from tests.conftest import Browser
from tests.portal.acting.lenders import two_lenders
from tests.portal.delegations.lending import change
from tests.portal.inbox.served import address, copy_of, entries, serve
from tests.staged import CLEAN, DRAFT, FILED, HELD, Template

NOTE = re.compile(r'<div class="dossier-acting" role="note">(.*?)</div>', re.DOTALL)
PAGES = {
    "case": f"/cases/{NOOR}",
    "history": f"/cases/{NOOR}/history",
    "document": f"/documents/{CLEAN}",
    "a file that cannot be opened": f"/documents/{HELD}/file",
    "draft": f"/submissions/{DRAFT}",
    "check": f"/submissions/{DRAFT}/check",
    "receipt": f"/submissions/{FILED}/receipt",
    "hearing": f"/hearings/{HEARING}",
    "notice": "/notices/",
}


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_reached_by_a_loan_says_for_whom(
    staged: Browser, full_case: Template, page: str
) -> None:
    """For whom, until when and what may be done stand on top; the reason stands below."""
    await staged.sign_in(AMIRA)
    path = PAGES[page] + (str(full_case.ids.amiras) if page == "notice" else "")

    text = (await staged.get(path)).text

    [note] = NOTE.findall(text)
    said = words(note)
    assert re.match(r"You are acting for Claire Tremblay until \d+ \w+ \d{4}\.", said), said
    assert "You may see, read, prepare, file, receive notices." in said
    assert 'href="#why"' in note
    assert text.count('id="why"') == 1
    reason = words(text[text.index('id="why"') :])
    assert "because Claire Tremblay, counsel of record since " in reason
    assert "lent you: see, read, prepare, file, receive notices – on " in reason


async def test_rights_that_end_sooner_are_said_with_their_own_day(
    staged: Browser, full_case: Template
) -> None:
    """Two loans of one principal that end on different days: no right is promised for too long."""
    del full_case
    async with staged.portal.database.system_transaction() as session:
        await lend(session, CLAIRE, AMIRA, rights=("see", "request"), cases=[NOOR], days=9)
    await staged.sign_in(AMIRA)

    [note] = NOTE.findall((await staged.get(f"/cases/{NOOR}")).text)

    assert "You may see, read, prepare, file, receive notices. Until" in words(note)
    assert "you may also make requests." in words(note)


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (CLAIRE, "You see this because you have been counsel of record since "),
        (FARIDA, "You see this because you have been party to the case since "),
        (RENEE, "You see this because you are posted to the registry of the RPD."),
    ],
    ids=lambda value: getattr(value, "email", ""),
)
async def test_who_has_a_place_of_ones_own_is_told_which(
    staged: Browser, person: Character, reason: str
) -> None:
    """The reason is on every page; nobody is said to be acted for."""
    await staged.sign_in(person)

    for path in (PAGES["case"], PAGES["document"], PAGES["hearing"]):
        text = (await staged.get(path)).text
        assert reason in words(text)
        assert 'role="note"' not in text


async def test_two_lenders_are_two_sentences(browser: Browser) -> None:
    """Each chain is told by itself, and both lenders stand at the top until one is chosen."""
    await two_lenders(browser.portal.database)
    await browser.sign_in(AMIRA)

    text = (await browser.get(f"/cases/{NOOR}")).text

    assert "This case was lent to you by Claire Tremblay, Louis Okafor." in words(text)
    assert words(text).count("You see this because") == 2


async def test_the_list_of_cases_says_whose_they_are(browser: Browser) -> None:
    """Beside a case that was lent stands by whom; beside one's own nothing does."""
    await two_lenders(browser.portal.database)

    await browser.sign_in(AMIRA)
    lent = words((await browser.get("/cases")).text)
    await browser.sign_in(CLAIRE)
    own = words((await browser.get("/cases")).text)

    assert "for Claire Tremblay, Louis Okafor" in lent
    assert "for Claire Tremblay" not in own


async def test_a_copy_is_opened_for_its_principal_when_the_loan_was_narrowed(
    browser: Browser,
) -> None:
    """The loan that brought the notice is over; the narrower one in its place says for whom."""
    database, now = browser.portal.database, datetime.now(UTC)
    await serve(browser.portal)
    await two_lenders(database)
    async with database.transaction(CLAIRE.id) as session:
        await narrow(
            session,
            CLAIRE_TO_AMIRA,
            new_id=uuid4(),
            rights=frozenset({Right.see, Right.read}),
            cases=None,
            ends_at=now + timedelta(days=30),
            by=Actor(CLAIRE.id, CLAIRE.name),
            now=now,
        )
    await browser.sign_in(AMIRA)

    page = await browser.get(await address(browser.portal, AMIRA))

    assert 'You are acting for <strong translate="no">Claire Tremblay</strong>' in page.text
    assert [entry[:3] for entry in await entries(browser.portal)] == [
        ("notice.opened", AMIRA.name, CLAIRE.name)
    ]


async def test_a_copy_whose_principal_lends_nothing_is_read_for_who_does(browser: Browser) -> None:
    """Claire's loan is over, Louis's is not: the copy is opened for Louis."""
    database, now = browser.portal.database, datetime.now(UTC)
    await serve(browser.portal)
    await two_lenders(database)
    await change(database, CLAIRE_TO_AMIRA, ended_at=now, ended_by=CLAIRE.id)
    await browser.sign_in(AMIRA)

    page = await browser.get(await address(browser.portal, AMIRA))

    assert 'You are acting for <strong translate="no">Louis Okafor</strong>' in page.text
    assert (await entries(browser.portal))[-1][:3] == ("notice.opened", AMIRA.name, "Louis Okafor")


async def test_who_reads_a_delegates_copy_is_told_for_whom_it_was_opened(
    browser: Browser,
) -> None:
    """The registry and the claimant read "opened by Amira for Claire"; it stays after the loan."""
    database = browser.portal.database
    await serve(browser.portal)
    await browser.sign_in(AMIRA)
    hers = await address(browser.portal, AMIRA)
    await browser.get(hers)
    await change(database, CLAIRE_TO_AMIRA, ended_at=datetime.now(UTC), ended_by=CLAIRE.id)

    for reader in (RENEE, FARIDA):
        await browser.sign_in(reader)
        for path in (hers, f"/cases/{NOOR}"):
            said = words((await browser.get(path)).text)
            assert "Opened by Amira Haddad for Claire Tremblay" in said
    assert (await copy_of(browser.portal, AMIRA)).principal_id == CLAIRE.id


async def test_for_whom_a_copy_is_is_written_by_the_database(browser: Browser) -> None:
    """Nobody can say that a copy was placed for somebody else."""
    await serve(browser.portal)

    async with browser.portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Service.person_id, Service.principal_name).order_by(Service.person_name)
        )

    assert [tuple(row) for row in rows] == [
        (AMIRA.id, CLAIRE.name),
        (CLAIRE.id, None),
        (FARIDA.id, None),
    ]


async def test_a_receipt_says_who_filed_for_whom(staged: Browser) -> None:
    """Amira's filing is Claire's: on the receipt, on the document, in the list and the history."""
    await staged.sign_in(CLAIRE)

    for page in ("receipt", "document"):
        said = words((await staged.get(PAGES[page])).text)
        assert "Filed by Amira Haddad for Claire Tremblay" in said
    assert "Amira Haddad for Claire Tremblay" in words((await staged.get(PAGES["case"])).text)
    said = words((await staged.get(PAGES["history"])).text)
    assert "Amira Haddad for Claire Tremblay filed 4 documents" in said
