"""Endings: either side, at once, previewed; and everything that ends a loan without a press."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from portal.audit import verify
from portal.models import (
    Answer,
    Delegation,
    DelegationCase,
    Entry,
    Membership,
    Standing,
    Suspension,
    Team,
)
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
    known,
    lend,
)
from tests.conftest import Browser
from tests.portal.delegations.lending import (
    acts,
    answer_of,
    change,
    delegation,
    end_it,
    offered_to,
)
from tests.portal.registry.pressing import form_on

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
    gave_back = await answer_of(database, CLAIRE_TO_AMIRA, AMIRA)
    assert row is not None
    assert gave_back is not None
    assert (row.ended_by or gave_back.ended_by) == ender.id
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
        {"ended_how": "revoked by the client", "ended_by": RENEE.id, "ends_at": NOW},
        {},
        {"ends_at": NOW - timedelta(seconds=1)},
    ],
    ids=["ended", "suspended", "run out"],
)
async def test_what_was_lent_ends_with_the_lenders_own(
    browser: Browser, database: Database, values: dict[str, Any]
) -> None:
    """When counsel is off the case, so are all who act for counsel, in the same moment."""
    async with database.system_transaction() as session:
        if values:
            await session.execute(
                sa.update(Standing)
                .where(Standing.person_id == CLAIRE.id, Standing.case_id == NOOR)
                .values(**values)
            )
        else:
            suspended = {"case_id": NOOR, "began_by": RENEE.id, "why": "by the law society"}
            session.add(Suspension(standing_id=known(f"standing {CLAIRE.email}"), **suspended))
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


async def end_all(browser: Browser, **whom: str) -> str:
    """Claire ends everything of somebody; the page of the statement."""
    await browser.sign_in(CLAIRE)
    page = await browser.get("/delegations/ending", params=whom)
    done = await browser.post("/delegations/ending", data=form_on(page, "/ending").values)
    assert done.status_code == 303, done.text
    return (await browser.get(done.headers["location"])).text


async def test_everything_of_everybody_ends_at_once(browser: Browser, database: Database) -> None:
    """One entry on the case names both; the statement shows its number and hash, which hold."""
    page = await end_all(browser, everybody="y")

    async with database.system_transaction() as session:
        entry = await session.scalar(sa.select(Entry).where(Entry.act == "delegation.ended"))
        assert entry is not None
        assert await verify(session, NOOR) is None
    assert entry.facts["name"] == "Amira Haddad, Jonas Roy"
    assert entry.hash.hex() in page.replace("<wbr>", "")
    for name in ("Amira Haddad", "Jonas Roy", "Noor, F. and two children"):
        assert name in page
    assert len(await acts(database)) == 1
    for person in (AMIRA, JONAS):
        await browser.sign_in(person)
        assert (await browser.get(f"/cases/{NOOR}")).status_code == 404


async def test_everything_of_a_person_leaves_the_others(browser: Browser) -> None:
    """Amira's loans end, whatever they are; Jonas keeps his."""
    await end_all(browser, person=str(AMIRA.id))

    await browser.sign_in(AMIRA)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404
    await browser.sign_in(JONAS)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


async def test_who_keeps_access_is_said_before(browser: Browser, database: Database) -> None:
    """Amira also acts for Farida's other counsel: ending Claire's loan leaves her that."""
    async with database.system_transaction() as session:
        session.add(
            Standing(
                case_id=NOOR,
                person_id=LOUIS.id,
                role="counsel",
                began_how="by notice",
                recorded_by=RENEE.id,
            )
        )
        await lend(session, LOUIS, AMIRA, rights=("see",))
    await browser.sign_in(CLAIRE)

    page = (await browser.get(f"/delegations/ending?person={AMIRA.id}")).text

    assert "Who keeps access some other way" in page
    assert "Louis Okafor" in page


async def test_the_statement_is_on_paper_too(browser: Browser) -> None:
    """A tagged PDF for those who manage the loans, and for nobody else."""
    await browser.sign_in(CLAIRE)
    page = await browser.get("/delegations/ending?everybody=y")
    done = await browser.post("/delegations/ending", data=form_on(page, "/ending").values)
    where = done.headers["location"]

    paper = await browser.get(f"{where}.pdf")
    await browser.sign_in(AMIRA)
    hers = await browser.get(f"{where}.pdf")

    assert paper.content.startswith(b"%PDF")
    assert hers.status_code == 404


async def test_one_of_a_team_leaves_and_the_others_stay(
    browser: Browser, database: Database
) -> None:
    """Claire ends Jonas's part in what she lent to a team; Sam keeps his, and the loan stands."""
    key = await lent_to_team(database, JONAS, SAM)
    await browser.sign_in(CLAIRE)
    page = await browser.get(f"/delegations/{key}/ending?person={JONAS.id}")
    done = await browser.post(
        f"/delegations/{key}/ending", data=form_on(page, f"{key}/ending").values
    )

    jonas, sam = [await answer_of(database, key, person) for person in (JONAS, SAM)]
    assert "End the access of Jonas Roy?" in page.text
    assert "/delegations/endings/" in done.headers["location"]
    assert jonas is not None
    assert sam is not None
    assert (jonas.ended_by, sam.ended_by) == (CLAIRE.id, None)
    assert "1 of 2 accepted" in (await browser.get("/delegations")).text


async def test_everything_of_a_team_ends_together(browser: Browser, database: Database) -> None:
    """From one loan of a team a link leads to all that Claire lent to it, and to nothing else."""
    key = await lent_to_team(database, JONAS, SAM)
    await browser.sign_in(CLAIRE)
    page = await browser.get(f"/delegations/{key}/ending")
    (link,) = re.findall(r'href="(/delegations/ending\?[^"]*team=[^"]*)"', page.text)

    preview = await browser.get(unescape(link))
    await browser.post("/delegations/ending", data=form_on(preview, "/ending").values)

    assert "End everything of Intake team?" in preview.text
    ended, kept = [await delegation(database, one) for one in (key, CLAIRE_TO_JONAS)]
    assert ended is not None
    assert kept is not None
    assert (ended.ended_by, kept.ended_by) == (CLAIRE.id, None)


async def test_everything_of_an_address_ends_together(browser: Browser, database: Database) -> None:
    """From an offer that waits a link leads to all that Claire offered to the same address."""
    offers = [await offered_to(browser, SAM), await offered_to(browser, SAM)]
    page = await browser.get(f"/delegations/{offers[0]}/ending")
    (link,) = re.findall(r'href="(/delegations/ending\?[^"]*address=[^"]*)"', page.text)

    preview = await browser.get(unescape(link))
    await browser.post("/delegations/ending", data=form_on(preview, "/ending").values)

    assert f"End everything of {SAM.email}?" in preview.text
    rows = [await delegation(database, one) for one in (*offers, CLAIRE_TO_JONAS)]
    assert [row.ended_by if row else row for row in rows] == [CLAIRE.id, CLAIRE.id, None]


async def lent_to_team(database: Database, *people: Character) -> UUID:
    """Claire lent the Noor case to a team that these people are in; all of them accepted."""
    now, team, key = datetime.now(UTC), uuid4(), uuid4()
    async with database.system_transaction() as session:
        session.add(Team(id=team, code="INTAKE", name="Intake team", started_by=people[0].id))
        await session.flush()
        for one in people:
            asked = {"invited_email": one.email, "invited_by": people[0].id, "joined_at": now}
            session.add(Membership(team_id=team, person_id=one.id, open_until=now, **asked))
        session.add(
            Delegation(
                id=key,
                grantor_id=CLAIRE.id,
                team_id=team,
                rights=["see", "read"],
                all_cases=True,
                starts_at=now - timedelta(days=1),
                ends_at=now + timedelta(days=30),
                reason="intake",
                offered_by=CLAIRE.id,
                open_until=now + timedelta(days=30),
            )
        )
        await session.flush()
        said = {"accepted_at": now - timedelta(hours=1), "undertaking": "2026-11"}
        session.add_all([Answer(delegation_id=key, person_id=one.id, **said) for one in people])
    return key


async def test_a_manager_ends_in_the_principals_name(browser: Browser, database: Database) -> None:
    """Louis manages Claire's access: he ends Amira's, and the entry says for whom."""
    async with database.system_transaction() as session:
        await lend(session, CLAIRE, LOUIS, rights=("see", "delegate"))
    await browser.sign_in(LOUIS)
    assert "In the name of Claire Tremblay" in (await browser.get("/delegations")).text

    assert (await end_it(browser, CLAIRE_TO_AMIRA)).status_code == 303

    async with database.system_transaction() as session:
        entry = await session.scalar(sa.select(Entry).where(Entry.act == "delegation.ended"))
    assert entry is not None
    assert (entry.actor_name, entry.principal_name) == (LOUIS.name, CLAIRE.name)


async def test_nobody_ends_in_anothers_name(browser: Browser) -> None:
    """Who does not manage access for Claire finds nothing to end in her name."""
    await browser.sign_in(AMIRA)

    page = await browser.get(f"/delegations/ending?everybody=y&principal={CLAIRE.id}")

    assert page.status_code == 404
