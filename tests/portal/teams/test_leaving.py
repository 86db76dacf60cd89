"""Leaving: the person's part in every loan of the team ends at once, with an entry on each case."""

from uuid import UUID

import sqlalchemy as sa

from portal.models import Answer, Entry, Membership
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, JONAS, LOUIS, MARC, NOOR, OKAFOR, RENEE, SAM
from tests.conftest import Browser
from tests.portal.delegations.lending import acts, answer_of
from tests.portal.registry.pressing import arrive, form_on, press
from tests.portal.teams.gathering import (
    accept_loan,
    answer,
    gathered,
    invite,
    leave,
    lent_to,
    place_of,
)


async def endings(database: Database, case: UUID) -> list[Entry]:
    """The entries that say a loan ended on this case."""
    async with database.system_transaction() as session:
        rows = await session.scalars(
            sa.select(Entry)
            .where(Entry.case_id == case, Entry.act == "delegation.ended")
            .order_by(Entry.number)
        )
        return list(rows)


async def test_what_leaving_takes_is_shown_first(browser: Browser, database: Database) -> None:
    """Sam sees the lender and the case; looking ends nothing."""
    team = await gathered(browser, LOUIS, SAM)
    loan = await lent_to(database, CLAIRE, team)
    await accept_loan(browser, SAM, loan)

    page = await browser.get(f"/memberships/{await place_of(database, team, SAM)}/ending")

    assert "Leave the team Intake?" in page.text
    assert "Claire Tremblay" in page.text
    assert "Noor, F. and two children" in page.text
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


async def test_sam_leaves_and_sees_nothing_more(browser: Browser, database: Database) -> None:
    """The next request finds neither case nor team; the entry is Sam's own."""
    team = await gathered(browser, LOUIS, SAM)
    loan = await lent_to(database, CLAIRE, team)
    await accept_loan(browser, SAM, loan)

    place = await place_of(database, team, SAM)
    done = await arrive(browser, await leave(browser, place))

    assert "You have left the team." in done.text
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404
    assert (await browser.get(f"/teams/{team}")).status_code == 404
    mine = await answer_of(database, loan, SAM)
    assert mine is not None
    assert mine.ended_by == SAM.id
    (entry,) = await endings(database, NOOR)
    assert entry.actor_name == SAM.name
    assert entry.facts == {
        "delegation_id": str(loan),
        "delegations": [str(loan)],
        "name": SAM.name,
        "side": "person",
    }


async def test_a_leader_removes_somebody_from_cases_he_does_not_see(
    browser: Browser, database: Database
) -> None:
    """Louis accepted nothing, so no case is named to him; Sam's access ends, signed by Louis."""
    team = await gathered(browser, LOUIS, SAM)
    loan = await lent_to(database, CLAIRE, team)
    await accept_loan(browser, SAM, loan)
    await browser.sign_in(LOUIS)
    place = await place_of(database, team, SAM)
    page = await browser.get(f"/memberships/{place}/ending")

    done = await arrive(browser, await leave(browser, place))

    assert "Remove Sam Stranger from the team Intake?" in page.text
    assert "Claire Tremblay" in page.text
    assert "Noor, F." not in page.text
    assert "Sam Stranger is no longer in the team." in done.text
    assert [entry.actor_name for entry in await endings(database, NOOR)] == [LOUIS.name]
    await browser.sign_in(SAM)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404


async def test_one_entry_on_each_case_of_several_loans(
    browser: Browser, database: Database
) -> None:
    """Claire and Louis lent the team; who leaves loses both, and each case says so once."""
    team = await gathered(browser, JONAS, SAM)
    loans = [
        await lent_to(database, CLAIRE, team),
        await lent_to(database, CLAIRE, team, case=None),
        await lent_to(database, LOUIS, team, case=OKAFOR),
    ]
    for loan in loans:
        await accept_loan(browser, SAM, loan)

    await leave(browser, await place_of(database, team, SAM))

    (noor,) = await endings(database, NOOR)
    (okafor,) = await endings(database, OKAFOR)
    assert sorted(noor.facts["delegations"]) == sorted(str(loan) for loan in loans[:2])
    assert okafor.facts["delegations"] == [str(loans[2])]


async def test_the_others_keep_theirs(browser: Browser, database: Database) -> None:
    """Sam goes; Louis reads on."""
    team = await gathered(browser, LOUIS, SAM)
    loan = await lent_to(database, CLAIRE, team)
    for person in (LOUIS, SAM):
        await accept_loan(browser, person, loan)
    await leave(browser, await place_of(database, team, SAM))

    await browser.sign_in(LOUIS)

    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


async def test_who_comes_back_accepts_anew(browser: Browser, database: Database) -> None:
    """Invited again Sam sees nothing until he accepts again; both times stay told."""
    team = await gathered(browser, LOUIS, SAM)
    loan = await lent_to(database, CLAIRE, team)
    await accept_loan(browser, SAM, loan)
    await leave(browser, await place_of(database, team, SAM))
    await browser.sign_in(LOUIS)
    await invite(browser, team, SAM.email)
    await browser.sign_in(SAM)
    page = await arrive(browser, await answer(browser))
    assert "accept or refuse" in page.text
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404

    assert (await accept_loan(browser, SAM, loan)).status_code == 303

    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200
    assert [act for act, who in await acts(database) if who == SAM.name] == [
        "delegation.accepted",
        "delegation.ended",
        "delegation.accepted",
    ]
    async with database.system_transaction() as session:
        rows = await session.scalars(
            sa.select(Answer).where(Answer.person_id == SAM.id).order_by(Answer.number)
        )
        assert [(row.number, row.ended_at is None) for row in rows] == [(1, False), (2, True)]


async def test_the_past_tells_both_times(browser: Browser, database: Database) -> None:
    """Asked about any moment, Sam could read while he was in the team, and not in between."""
    team = await gathered(browser, LOUIS, SAM)
    loan = await lent_to(database, CLAIRE, team)
    await accept_loan(browser, SAM, loan)
    await leave(browser, await place_of(database, team, SAM))
    await browser.sign_in(LOUIS)
    await invite(browser, team, SAM.email)
    await browser.sign_in(SAM)
    await answer(browser)
    await accept_loan(browser, SAM, loan)
    async with database.system_transaction() as session:
        rows = await session.scalars(
            sa.select(Answer).where(Answer.person_id == SAM.id).order_by(Answer.number)
        )
        first, second = rows.all()

    async with database.transaction(RENEE.id) as session:
        asked = [
            (
                await session.execute(
                    sa.text('select "right" from portal_authority_at(:who, :case, :at)'),
                    {"who": SAM.id, "case": NOOR, "at": moment},
                )
            ).all()
            for moment in (first.accepted_at, first.ended_at, second.accepted_at)
        ]

    assert [len(rows) for rows in asked] == [2, 0, 2]


async def test_what_the_lender_ended_is_not_got_back_by_returning(
    browser: Browser, database: Database
) -> None:
    """Claire took Sam out of her loan; leaving and returning does not offer it to him again."""
    team = await gathered(browser, LOUIS, SAM)
    loan = await lent_to(database, CLAIRE, team)
    await accept_loan(browser, SAM, loan)
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Answer)
            .where(Answer.delegation_id == loan)
            .values(ended_at=sa.func.now(), ended_by=CLAIRE.id)
        )
    await leave(browser, await place_of(database, team, SAM))
    await browser.sign_in(LOUIS)
    await invite(browser, team, SAM.email)
    await browser.sign_in(SAM)
    page = await arrive(browser, await answer(browser))

    again = await accept_loan(browser, SAM, loan)

    assert again.status_code == 409
    assert "accept or refuse" not in page.text


async def test_the_last_who_leads_names_another_first(browser: Browser, database: Database) -> None:
    """Louis cannot leave Sam without anybody who leads; then he can."""
    team = await gathered(browser, LOUIS, SAM)
    await browser.sign_in(LOUIS)
    mine, his = [await place_of(database, team, one) for one in (LOUIS, SAM)]
    page = await browser.get(f"/memberships/{mine}/ending")
    assert "You are the only one who leads this team." in page.text
    token = form_on(await browser.get(f"/teams/{team}"), "/lead").values["csrf"]
    refused = await browser.post(f"/memberships/{mine}/ending", data={"csrf": token})
    assert refused.status_code == 409

    await arrive(
        browser,
        await press(
            browser, await browser.get(f"/teams/{team}"), action=f"/memberships/{his}/lead"
        ),
    )
    left = await arrive(browser, await leave(browser, mine))

    assert "You have left the team." in left.text
    await browser.sign_in(SAM)
    assert "leads the team" in (await browser.get(f"/teams/{team}")).text


async def test_with_the_last_of_its_people_the_invitations_end(
    browser: Browser, database: Database
) -> None:
    """Nobody joins a team that has nobody in it."""
    team = await gathered(browser, LOUIS)
    await browser.sign_in(LOUIS)
    await invite(browser, team, SAM.email)

    await arrive(browser, await leave(browser, await place_of(database, team, LOUIS)))

    await browser.sign_in(SAM)
    assert "You are in no team." in (await browser.get("/teams")).text
    async with database.system_transaction() as session:
        left = await session.scalars(sa.select(Membership).where(Membership.ended_at.is_(None)))
        assert left.all() == []


async def test_leaving_twice_is_leaving_once(browser: Browser, database: Database) -> None:
    """A double press leaves one entry."""
    team = await gathered(browser, LOUIS, SAM)
    await accept_loan(browser, SAM, await lent_to(database, CLAIRE, team))
    place = await place_of(database, team, SAM)
    page = await browser.get(f"/memberships/{place}/ending")

    for _ in range(2):
        done = await press(browser, page, action=f"/memberships/{place}/ending")
        assert done.status_code == 303

    assert len(await endings(database, NOOR)) == 1


async def test_nobody_joins_both_sides_through_a_team(browser: Browser, database: Database) -> None:
    """Marc, who acts for the Minister, may be in the team; what Claire lent it he cannot accept."""
    team = await gathered(browser, LOUIS, MARC)
    loan = await lent_to(database, CLAIRE, team)

    refused = await accept_loan(browser, MARC, loan)

    assert refused.status_code == 409
    assert "Nobody can act on both sides" in refused.text


async def test_the_minister_is_not_told_who_left(browser: Browser, database: Database) -> None:
    """The entry carries the side; the other side's history does not show it."""
    team = await gathered(browser, LOUIS, SAM)
    await accept_loan(browser, SAM, await lent_to(database, CLAIRE, team))
    await leave(browser, await place_of(database, team, SAM))

    histories: list[str] = []
    for person in (AMIRA, MARC):
        await browser.sign_in(person)
        histories.append((await browser.get(f"/cases/{NOOR}/history")).text)

    assert [SAM.name in page for page in histories] == [True, False]
