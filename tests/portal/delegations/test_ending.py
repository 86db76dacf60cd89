"""Endings: either side, at once, previewed; and everything that ends a loan without a press."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.models import DelegationCase, Standing
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    CLAIRE_TO_JONAS,
    JONAS,
    LOUIS,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    Character,
)
from tests.conftest import Browser
from tests.portal.delegations.lending import acts, change, delegation, end_it, offered_to

NOW = datetime.now(UTC)


async def test_what_is_lost_is_shown_before_it_ends(browser: Browser, database: Database) -> None:
    """The preview names the person, the rights and the cases, and ends nothing."""
    await browser.sign_in(CLAIRE)

    page = (await browser.get(f"/delegations/{CLAIRE_TO_AMIRA}/ending")).text

    assert "End the access of Amira Haddad?" in page
    assert "file documents, without asking first" in page
    assert "Noor, F. and two children" in page
    row = await delegation(database, CLAIRE_TO_AMIRA)
    assert row is not None
    assert row.ended_at is None


@pytest.mark.parametrize("ender", [CLAIRE, AMIRA])
async def test_either_side_ends_it_at_once(
    browser: Browser, database: Database, ender: Character
) -> None:
    """The next request of the delegate finds nothing; who ended it is written in the case."""
    await browser.sign_in(ender)

    assert (await end_it(browser, CLAIRE_TO_AMIRA)).status_code == 303

    await browser.sign_in(AMIRA)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404
    assert str(NOOR) not in (await browser.get("/cases")).text
    row = await delegation(database, CLAIRE_TO_AMIRA)
    assert row is not None
    assert row.ended_by == ender.id
    assert await acts(database) == [("delegation.ended", ender.name)]


async def test_ending_twice_is_ending_once(browser: Browser, database: Database) -> None:
    """A double press leaves one entry and the first moment."""
    await browser.sign_in(CLAIRE)
    page = await browser.get(f"/delegations/{CLAIRE_TO_AMIRA}/ending")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    for _ in range(2):
        await browser.post(f"/delegations/{CLAIRE_TO_AMIRA}/ending", data={"csrf": token})

    assert len(await acts(database)) == 1


@pytest.mark.parametrize("person", [JONAS, LOUIS, SAM, RENEE])
async def test_nobody_else_ends_it(browser: Browser, database: Database, person: Character) -> None:
    """Other delegates, other counsel and officers find no such delegation."""
    await browser.sign_in(CLAIRE)
    token = (await browser.get(f"/delegations/{CLAIRE_TO_AMIRA}/ending")).text
    await browser.sign_in(person)

    page = await browser.get(f"/delegations/{CLAIRE_TO_AMIRA}/ending")
    token = (await browser.get("/sign-in")).text.split('name="csrf" value="')[1].split('"')[0]
    pressed = await browser.post(f"/delegations/{CLAIRE_TO_AMIRA}/ending", data={"csrf": token})

    assert (page.status_code, pressed.status_code) == (404, 404)
    row = await delegation(database, CLAIRE_TO_AMIRA)
    assert row is not None
    assert row.ended_at is None


async def test_the_invited_cannot_withdraw_what_was_offered(browser: Browser) -> None:
    """Whoever has not accepted refuses; ending is for the two sides of a loan."""
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)

    assert (await browser.get(f"/delegations/{key}/ending")).status_code == 404


@pytest.mark.parametrize(
    "values",
    [
        {"ends_at": NOW - timedelta(seconds=1), "starts_at": NOW - timedelta(days=9)},
        {"starts_at": NOW + timedelta(hours=1)},
        {
            "last_used_at": NOW - timedelta(days=90, seconds=1),
            "accepted_at": NOW - timedelta(days=199),
            "starts_at": NOW - timedelta(days=200),
        },
        {"ended_at": NOW, "ended_by": CLAIRE.id},
    ],
    ids=["run out", "not begun", "idle for 90 days", "ended"],
)
async def test_a_loan_that_does_not_count_opens_nothing(
    browser: Browser, database: Database, values: dict[str, Any]
) -> None:
    """The database's clock decides, at every request; no job has to come first."""
    await browser.sign_in(AMIRA)
    before = await browser.get(f"/cases/{NOOR}")
    await change(database, CLAIRE_TO_AMIRA, **values)

    after = await browser.get(f"/cases/{NOOR}")

    assert (before.status_code, after.status_code) == (200, 404)


async def test_using_it_keeps_it(browser: Browser, database: Database) -> None:
    """89 days without use are not 90; people are warned two weeks before."""
    await change(
        database,
        CLAIRE_TO_AMIRA,
        starts_at=NOW - timedelta(days=200),
        accepted_at=NOW - timedelta(days=199),
        last_used_at=NOW - timedelta(days=89),
    )
    await browser.sign_in(CLAIRE)

    assert "if nobody uses it" in (await browser.get("/delegations")).text
    await browser.sign_in(AMIRA)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {"ended_how": "revoked by the client, r. 16", "ended_by": RENEE.id},
        {"suspended_at": NOW},
        {"ends_at": NOW - timedelta(seconds=1)},
    ],
    ids=["ended", "suspended", "run out"],
)
async def test_what_was_lent_ends_with_the_lenders_own(
    browser: Browser, database: Database, values: dict[str, Any]
) -> None:
    """When counsel is off the case, so are all who act for counsel, in the same moment."""
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Standing)
            .where(Standing.person_id == CLAIRE.id, Standing.case_id == NOOR)
            .values(**values)
        )
    for person in (CLAIRE, AMIRA, JONAS):
        await browser.sign_in(person)

        assert (await browser.get(f"/cases/{NOOR}")).status_code == 404


async def test_a_list_of_cases_is_that_list(browser: Browser, database: Database) -> None:
    """Jonas may see the one case that was named, not what Claire gets later; Amira sees both."""
    async with database.system_transaction() as session:
        session.add(
            Standing(
                case_id=OKAFOR,
                person_id=CLAIRE.id,
                role="counsel",
                began_how="by notice",
                recorded_by=RENEE.id,
            )
        )
    found: dict[str, tuple[int, int]] = {}
    for person in (AMIRA, JONAS):
        await browser.sign_in(person)
        one, two = [await browser.get(f"/cases/{case}") for case in (NOOR, OKAFOR)]
        found[person.name] = (one.status_code, two.status_code)

    assert found == {AMIRA.name: (200, 200), JONAS.name: (200, 404)}


async def test_a_named_case_that_is_not_the_lenders_gives_nothing(
    browser: Browser, database: Database
) -> None:
    """Even a row that names somebody else's case lends nothing: the view asks the lender's own."""
    async with database.system_transaction() as session:
        session.add(DelegationCase(delegation_id=CLAIRE_TO_JONAS, case_id=OKAFOR))
    await browser.sign_in(JONAS)

    assert (await browser.get(f"/cases/{OKAFOR}")).status_code == 404


async def test_what_is_over_is_kept_to_look_at(browser: Browser) -> None:
    """Ended loans leave the table and stay below, with who ended them."""
    await browser.sign_in(CLAIRE)
    await end_it(browser, CLAIRE_TO_AMIRA)

    page = (await browser.get("/delegations")).text

    assert f'id="d-{CLAIRE_TO_AMIRA}"' not in page
    assert "ended by Claire Tremblay" in page
