"""Covering: a colleague stands in while counsel is away; opened, pressed, accepted by counsel only."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from portal.models import Delegation
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, FARIDA, JONAS, LOUIS, MARC, NOOR, RENEE, SAM
from tests.conftest import Browser
from tests.portal.delegations.lending import acts, answer, delegation, invitations
from tests.portal.registry.pressing import form_on

PATH = "/delegations/cover"


async def cover(browser: Browser, email: str, **typed: str) -> UUID:
    """Claire opens the page, types an address and presses; the id of the offer."""
    await browser.sign_in(CLAIRE)
    form = form_on(await browser.get(PATH), PATH).values
    asked = await browser.post(PATH, data=form | {"email": email} | typed)
    assert asked.status_code == 303, asked.text
    return UUID(form["key"])


async def test_a_cover_takes_two_clicks(browser: Browser, database: Database) -> None:
    """Open and press: from today for two weeks, everything but lending, on all cases."""
    key = await cover(browser, LOUIS.email)

    row = await delegation(database, key)
    assert row is not None
    assert (row.kind, row.all_cases, row.invited_email) == ("cover", True, LOUIS.email)
    assert row.rights == ["see", "read", "prepare", "file", "receive", "request"]
    assert (row.ends_at - row.starts_at).days == 13
    assert [one.email for one in await invitations(database)] == [LOUIS.email]


async def test_the_page_says_that_nobody_outside_is_told(
    browser: Browser, database: Database
) -> None:
    """And nobody is: until it is accepted no case's history has a word of it."""
    await browser.sign_in(CLAIRE)
    assert "Nobody outside is told." in (await browser.get(PATH)).text

    await cover(browser, LOUIS.email)

    assert await acts(database) == []


async def test_another_counsel_accepts_and_covers(browser: Browser, database: Database) -> None:
    """From then on it is a loan like any other."""
    key = await cover(browser, LOUIS.email)
    await browser.sign_in(LOUIS)

    done = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")

    assert done.status_code == 303
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200
    assert await acts(database) == [("delegation.accepted", LOUIS.name)]


async def test_only_counsel_can_cover(browser: Browser, database: Database) -> None:
    """Jonas works in the office and is no counsel: refused with the reason, nothing is lent."""
    key = await cover(browser, JONAS.email)
    await browser.sign_in(JONAS)

    refused = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")

    assert refused.status_code == 409
    assert "Only counsel can cover for counsel" in refused.text
    assert await acts(database) == []


async def test_the_other_side_cannot_cover(browser: Browser, database: Database) -> None:
    """Marc is the Minister’s counsel in the same case; the refusal names neither case nor side."""
    key = await cover(browser, MARC.email)
    await browser.sign_in(MARC)

    refused = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")

    assert refused.status_code == 409
    assert "Nobody can act on both sides" in refused.text
    assert "Noor" not in refused.text
    assert await acts(database) == []


async def test_who_covered_last_is_proposed(browser: Browser) -> None:
    """The next time nothing has to be typed."""
    await cover(browser, LOUIS.email)

    form = form_on(await browser.get(PATH), PATH).values

    assert form["email"] == LOUIS.email


async def test_pressed_twice_it_is_asked_once(browser: Browser, database: Database) -> None:
    """One offer, one mail."""
    await browser.sign_in(CLAIRE)
    form = form_on(await browser.get(PATH), PATH).values | {"email": LOUIS.email}
    for _ in range(2):
        assert (await browser.post(PATH, data=form)).status_code == 303

    async with database.system_transaction() as session:
        count = sa.select(sa.func.count()).where(Delegation.kind == "cover")
        assert await session.scalar(count) == 1
    assert len(await invitations(database)) == 1


async def test_what_does_not_fit_is_said_at_its_field(browser: Browser, database: Database) -> None:
    """No address, one's own, days the wrong way round or in the past; nothing is offered."""
    await browser.sign_in(CLAIRE)
    form = form_on(await browser.get(PATH), PATH).values
    last_year = str(datetime.now(UTC).year - 1)
    for typed, words in (
        ({"email": ""}, "Enter the e-mail address of your colleague"),
        ({"email": CLAIRE.email}, "This is your own address"),
        ({"ends-year": last_year}, "The last day must not be before the first day"),
        ({"starts-year": last_year}, "The first day cannot be in the past"),
    ):
        page = await browser.post(PATH, data=form | {"email": LOUIS.email} | typed)

        assert page.status_code == 422
        assert words in page.text
    assert await invitations(database) == []


async def test_a_key_used_for_something_else_does_nothing(
    browser: Browser, database: Database
) -> None:
    """The form of a cover pressed again with another address says so."""
    await browser.sign_in(CLAIRE)
    key = str(uuid4())
    form = form_on(await browser.get(PATH), PATH).values | {"email": LOUIS.email, "key": key}
    await browser.post(PATH, data=form)

    other = await browser.post(PATH, data=form | {"email": SAM.email})

    assert other.status_code == 422
    assert "This form has already offered something else" in other.text
    assert len(await invitations(database)) == 1


async def test_who_has_nothing_to_lend_needs_no_cover(browser: Browser) -> None:
    """A delegate, a claimant, an officer and counsel without a case are told so."""
    for person in (AMIRA, FARIDA, RENEE, SAM):
        await browser.sign_in(person)

        assert (await browser.get(PATH)).status_code == 403


async def test_the_reason_is_said_in_the_readers_language(browser: Browser) -> None:
    """The fixed sentence of a cover is translated; nobody typed it."""
    key = await cover(browser, LOUIS.email)
    await browser.sign_in(LOUIS)

    page = await browser.get(f"/delegations/{key}")

    assert "Covers for me while I am away" in page.text
