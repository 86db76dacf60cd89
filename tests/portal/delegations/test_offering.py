"""Offering: through the form, checked first, never more than one's own, the same to every address."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from httpx2 import Response
from sqlalchemy import event

from portal.models import DelegationCase, Invitation, Membership, Standing, Team
from storage.database import Database
from tests import cast
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
)
from tests.conftest import Browser
from tests.portal.delegations.lending import (
    acts,
    change,
    delegation,
    invitations,
    lend,
    offered_to,
)
from tests.portal.registry.pressing import form_on


async def test_answers_are_checked_before_anything_is_offered(
    browser: Browser, database: Database
) -> None:
    """The first press shows what would be lent, in words, and offers nothing yet."""
    await browser.sign_in(CLAIRE)
    key = uuid4()

    page = await lend(browser, step="check", key=str(key))

    assert page.status_code == 200
    assert "Check before you offer it" in page.text
    assert "file documents, without asking first" in page.text
    assert "Noor, F. and two children" in page.text
    assert await delegation(database, key) is None


async def test_an_offer_waits_and_gives_nothing_yet(browser: Browser, database: Database) -> None:
    """An offer is a row, its cases and an invitation; until it is accepted nobody sees more."""
    key = await offered_to(browser, SAM)

    row = await delegation(database, key)
    assert row is not None
    assert (row.invited_email, row.team_id, row.ended_at) == (SAM.email, None, None)
    assert row.rights == ["see", "read", "prepare", "file"]
    async with database.system_transaction() as session:
        cases = list(
            await session.scalars(sa.select(DelegationCase.case_id).filter_by(delegation_id=key))
        )
    assert cases == [NOOR]
    assert [one.email for one in await invitations(database)] == [SAM.email]
    await browser.sign_in(SAM)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404
    assert await acts(database) == []


async def test_a_known_address_and_a_new_one_get_the_same_answer(browser: Browser) -> None:
    """Nothing tells the lender whether an address has an account before it accepts."""
    await browser.sign_in(CLAIRE)
    seen: dict[str, str] = {}
    for email in (SAM.email, "new@example.org"):
        key = uuid4()
        answer = await lend(browser, email=email, key=str(key))
        told = await browser.get(answer.headers["location"])
        one = await browser.get(f"/delegations/{key}")
        banner = re.findall(r"<p class=.govuk-notification-banner__heading.*?</p>", told.text)
        row = re.findall(
            rf'<tr class="govuk-table__row" role="row" id="d-{key}">.*?</tr>', told.text, re.S
        )
        seen[email] = re.sub(
            rf"{re.escape(email)}|{key}|name=.csrf. value=.[^>]+",
            "",
            "".join([str(answer.status_code), *banner, *row, one.text]),
        )

    assert "offer goes to" in seen[SAM.email]
    assert "invited; the offer ends" in seen[SAM.email]
    assert seen[SAM.email] == seen["new@example.org"]


async def test_the_form_sent_twice_offers_once(browser: Browser, database: Database) -> None:
    """A double press makes one offer and one mail; the same form with other terms does nothing."""
    await browser.sign_in(CLAIRE)
    key = str(uuid4())
    first = await lend(browser, key=key)
    again = await lend(browser, key=key)
    other = await lend(browser, key=key, email="other@example.org")

    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 422)
    assert "This form has already offered something else" in other.text
    assert len(await invitations(database)) == 1


async def test_nobody_lends_to_himself(browser: Browser) -> None:
    """One's own address is refused at the field, and what was typed is kept."""
    await browser.sign_in(CLAIRE)

    page = await lend(browser, email=" Claire@Example.org ")

    assert page.status_code == 422
    assert "This is your own address" in page.text
    assert "works in my office" in page.text


async def test_two_years_are_the_most(browser: Browser) -> None:
    """A later day is refused with the reason."""
    await browser.sign_in(CLAIRE)

    page = await lend(browser, **{"ends-year": "2031"})

    assert page.status_code == 422
    assert "Access can be lent for two years at most" in page.text


async def test_somebody_elses_case_cannot_be_lent(browser: Browser, database: Database) -> None:
    """Claire cannot lend a case of Louis's, whatever she sends."""
    await browser.sign_in(CLAIRE)
    key = uuid4()

    page = await lend(browser, cases=[str(OKAFOR)], key=str(key))

    assert page.status_code == 422
    assert "no longer yours to lend" in page.text
    assert await delegation(database, key) is None


async def test_a_right_that_is_not_lent_here_is_refused(browser: Browser) -> None:
    """Neither the right to lend on nor the registry's can be ticked by hand."""
    await browser.sign_in(CLAIRE)
    for right in ("administer", "nonsense"):
        page = await lend(browser, rights=[right])

        assert page.status_code == 422
        assert "You cannot lend more than you may do yourself" in page.text


async def test_what_is_lent_is_not_lent_on(browser: Browser) -> None:
    """A delegate, a claimant and an officer have nothing to lend: no chains."""
    for person in (AMIRA, FARIDA, RENEE, SAM):
        await browser.sign_in(person)
        page = await browser.get("/delegations/new")

        assert page.status_code == 403
        assert "You have nothing to lend" in page.text


async def test_counsel_of_both_sides_may_lend(browser: Browser) -> None:
    """The Minister’s counsel lends as counsel of record does."""
    await browser.sign_in(MARC)

    assert (await lend(browser)).status_code == 303


async def test_cases_are_found_without_javascript(browser: Browser, database: Database) -> None:
    """With many cases a search lists some; what was ticked and typed stays."""
    await many_cases(database, count=40)
    await browser.sign_in(CLAIRE)

    page = await lend(browser, step="find", find="Case 31", reason="kept words")

    assert "Case 31" in page.text
    assert "Case 30" not in page.text
    assert "Noor, F. and two children" in page.text
    assert 'value="kept words"' in page.text


async def test_hundreds_of_cases_are_chosen_a_page_at_a_time(
    browser: Browser, database: Database
) -> None:
    """Of 400 cases 25 are listed; pressed again, others are; what was ticked stays ticked."""
    await many_cases(database, count=400)
    await browser.sign_in(CLAIRE)
    ticked: list[str] = []
    for _ in range(3):
        page = await lend(browser, step="find", find="", cases=ticked)
        boxes = re.findall(r'name="cases"\s+value="([^"]+)"', page.text)
        kept = re.findall(r'name="cases"\s+value="([^"]+)"\s+type="checkbox" checked', page.text)

        assert set(kept) == set(ticked)
        assert len(boxes) == len(ticked) + 25
        ticked = boxes
    key = uuid4()

    assert (await lend(browser, cases=ticked, key=str(key))).status_code == 303
    async with database.system_transaction() as session:
        count = sa.select(sa.func.count()).where(DelegationCase.delegation_id == key)
        assert await session.scalar(count) == 75


async def test_each_right_says_what_it_allows_and_what_not(browser: Browser) -> None:
    """Seeing is always part of it; with it alone no document can be opened."""
    await browser.sign_in(CLAIRE)
    page = (await browser.get("/delegations/new")).text

    for words in (
        "With that alone no document and no notice can be opened",
        "Files nothing: you look at them and file them yourself",
        "File in your name without asking you first",
        "Does not say for you that you have received it",
        "Cannot lend this right itself",
    ):
        assert words in page


async def test_managing_access_is_lent_over_all_cases_only(
    browser: Browser, database: Database
) -> None:
    """The right to lend and end in one's name is for all cases, or not lent."""
    await browser.sign_in(CLAIRE)
    some = await lend(browser, rights=["delegate"])
    key = uuid4()
    every = await lend(browser, rights=["delegate"], scope="all", cases=[], key=str(key))

    assert some.status_code == 422
    assert "Who manages access does so for all of your cases" in some.text
    assert every.status_code == 303
    row = await delegation(database, key)
    assert row is not None
    assert row.rights == ["see", "delegate"]


async def test_a_loan_may_begin_later(browser: Browser, database: Database) -> None:
    """The first day may be to come; a past one is refused."""
    key = await offered_to(browser, SAM, begins_in=10)
    row = await delegation(database, key)
    past = await lend(browser, begins_in=-1)

    assert row is not None
    assert row.starts_at > row.offered_at
    assert past.status_code == 422
    assert "The first day cannot be in the past" in past.text


async def test_a_team_is_found_by_its_code(browser: Browser, database: Database) -> None:
    """The check says who the team is, how many, and that whoever joins later can accept too."""
    team = await a_team(database)
    await browser.sign_in(CLAIRE)
    key = uuid4()

    wrong = await lend(browser, whom="code", code="T-AAAA-AAAA")
    checked = await lend(browser, whom="code", code=" t-7k2m-9qxd ", step="check")
    lent = await lend(browser, whom="code", code="T-7K2M-9QXD", key=str(key))

    assert wrong.status_code == 422
    assert "Enter the team’s code" in wrong.text
    assert "Clinic intake" in checked.text
    assert "2 people are in it now" in checked.text
    assert "Whoever joins the team later can accept this too" in checked.text
    assert lent.status_code == 303
    row = await delegation(database, key)
    assert row is not None
    assert (row.team_id, row.invited_email) == (team, None)
    assert await invitations(database) == []
    # The next time it is one of the teams to choose from.
    assert f'value="{team}"' in (await browser.get("/delegations/new")).text
    again = await lend(browser, whom=str(team))
    assert again.status_code == 303


async def test_a_strangers_team_is_not_chosen_by_hand(browser: Browser, database: Database) -> None:
    """A team is known by its code, or from before; its id alone opens nothing."""
    team = await a_team(database)
    await browser.sign_in(CLAIRE)

    page = await lend(browser, whom=str(team))

    assert page.status_code == 422
    assert "Choose a person or a team" in page.text
    assert "Clinic intake" not in page.text


async def test_who_manages_access_lends_in_the_principals_name(
    browser: Browser, database: Database
) -> None:
    """Amira manages Claire's access: she offers for Claire, but not that right itself."""
    async with database.system_transaction() as session:
        await cast.lend(session, CLAIRE, AMIRA, rights=("see", "read", "delegate"))
    await browser.sign_in(AMIRA)
    form = await browser.get("/delegations/new")
    key = uuid4()

    checked = await lend(browser, rights=["read"], step="check")
    lent = await lend(browser, rights=["read"], key=str(key))
    forged = await lend(browser, rights=["delegate"], scope="all")

    assert "In the name of Claire Tremblay" in form.text
    assert 'value="delegate"' not in form.text
    assert "In the name of" in checked.text
    assert lent.status_code == 303
    assert forged.status_code == 422
    row = await delegation(database, key)
    assert row is not None
    assert (row.grantor_id, row.offered_by) == (CLAIRE.id, AMIRA.id)


async def test_in_whose_name_is_asked_where_there_is_a_choice(
    browser: Browser, database: Database
) -> None:
    """Louis has cases of his own and manages Claire's: he is asked; nobody else is."""
    async with database.system_transaction() as session:
        await cast.lend(session, CLAIRE, LOUIS, rights=("see", "delegate"))
    await browser.sign_in(LOUIS)

    asked = await browser.get("/delegations/new")
    claires = await browser.get(f"/delegations/new?principal={CLAIRE.id}")
    his = await browser.get(f"/delegations/new?principal={LOUIS.id}")
    nobodys = await browser.get(f"/delegations/new?principal={MARC.id}")

    assert "In whose name do you lend access?" in asked.text
    assert "Noor, F." in claires.text
    assert "Abebe, T." not in claires.text
    assert "Abebe, T." in his.text
    assert "Noor, F." not in his.text
    assert "In whose name do you lend access?" in nobodys.text


async def test_what_was_meant_in_anothers_name_is_never_lent_in_ones_own(
    browser: Browser, database: Database
) -> None:
    """Claire takes the right to manage back while Louis fills the form: his own cases stay his."""
    async with database.system_transaction() as session:
        loan = await cast.lend(session, CLAIRE, LOUIS, rights=("see", "delegate"))
    await browser.sign_in(LOUIS)
    before = await browser.get(f"/delegations/new?principal={CLAIRE.id}")
    await change(database, loan, ended_at=datetime.now(UTC), ended_by=CLAIRE.id)
    key = uuid4()

    done = await lend(
        browser, rights=[], scope="all", key=str(key), principal=str(CLAIRE.id), cases=[]
    )

    assert before.status_code == 200
    assert done.status_code == 403
    assert await delegation(database, key) is None


async def test_an_invitation_is_mailed_again(browser: Browser, database: Database) -> None:
    """Resending mails once in ten minutes, and the offer waits for another week."""
    key = await offered_to(browser, SAM)
    assert (await resend(browser, key)).status_code == 303
    assert len(await invitations(database)) == 1
    week_ago = datetime.now(UTC) - timedelta(days=8)
    await change(database, key, offered_at=week_ago, open_until=week_ago + timedelta(days=7))
    await age_invitations(database, timedelta(days=8))

    assert (await resend(browser, key)).status_code == 303

    row = await delegation(database, key)
    assert row is not None
    assert row.open_until > datetime.now(UTC) + timedelta(days=6)
    assert len(await invitations(database)) == 2


async def test_only_who_lends_mails_again_and_only_while_it_waits(browser: Browser) -> None:
    """To whom it is offered, and a stranger, it does not exist; an accepted one is over."""
    key = await offered_to(browser, SAM)
    for person in (SAM, LOUIS):
        await browser.sign_in(person)
        assert (await resend(browser, key)).status_code == 404
    await browser.sign_in(CLAIRE)

    assert (await resend(browser, CLAIRE_TO_AMIRA)).status_code == 409


async def test_invitations_have_a_limit(browser: Browser, database: Database) -> None:
    """Thirty in an hour, two hundred in a day, whoever they are to; then a clear sentence."""
    await browser.sign_in(CLAIRE)
    await invited(database, 29, ago=timedelta(minutes=5))
    assert (await lend(browser)).status_code == 303
    key = uuid4()

    known = await lend(browser, email=SAM.email, key=str(key))
    new = await lend(browser, email="other@example.org")

    assert (known.status_code, new.status_code) == (429, 429)
    assert "Too many invitations" in known.text
    assert await delegation(database, key) is None
    await age_invitations(database, timedelta(hours=2))
    assert (await lend(browser)).status_code == 303
    await invited(database, 169, ago=timedelta(hours=3))
    assert (await lend(browser)).status_code == 429


async def test_a_known_address_costs_what_a_new_one_costs(browser: Browser) -> None:
    """The same statements, so that not even the time tells."""
    await browser.sign_in(CLAIRE)
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(browser.portal.database.engine.sync_engine, "before_cursor_execute", count)
    made: list[list[str]] = []
    for email in ("warm@example.org", SAM.email, "new@example.org"):
        statements.clear()
        assert (await lend(browser, email=email)).status_code == 303
        made.append(list(statements))

    assert made[1] == made[2]


async def resend(browser: Browser, key: object) -> Response:
    """Press *Send again*."""
    token = form_on(await browser.get("/delegations/new"), "").values["csrf"]
    return await browser.post(f"/delegations/{key}/resending", data={"csrf": token})


async def invited(database: Database, count: int, *, ago: timedelta) -> None:
    """Claire invited so many addresses, that long ago."""
    then = datetime.now(UTC) - ago
    async with database.system_transaction() as session:
        session.add_all(
            [
                Invitation(
                    token_hash=uuid4().bytes,
                    email=f"{uuid4()}@example.org",
                    invited_by=CLAIRE.id,
                    invited_at=then,
                    ends_at=then + timedelta(days=7),
                )
                for _ in range(count)
            ]
        )


async def age_invitations(database: Database, by: timedelta) -> None:
    """Every invitation so far was made that much earlier."""
    async with database.system_transaction() as session:
        await session.execute(sa.update(Invitation).values(invited_at=Invitation.invited_at - by))


async def a_team(database: Database) -> UUID:
    """Amira and Jonas are the clinic's intake team."""
    key, now = uuid4(), datetime.now(UTC)
    async with database.system_transaction() as session:
        session.add(Team(id=key, code="T-7K2M-9QXD", name="Clinic intake", started_by=AMIRA.id))
        await session.flush()
        for person in (AMIRA, JONAS):
            session.add(
                Membership(
                    team_id=key,
                    person_id=person.id,
                    invited_email=person.email,
                    invited_by=AMIRA.id,
                    open_until=now,
                    joined_at=now,
                )
            )
    return key


async def many_cases(database: Database, *, count: int) -> None:
    """Claire becomes counsel in many more cases."""
    async with database.system_transaction() as session:
        for number in range(count):
            case = uuid4()
            await session.execute(
                sa.text(
                    'insert into "case" (id, division, office, title, language, opened_by)'
                    " values (:id, 'rpd', 'toronto', :title, 'en', :by)"
                ),
                {"id": case, "title": f"Case {number}", "by": RENEE.id},
            )
            session.add(
                Standing(
                    case_id=case,
                    person_id=CLAIRE.id,
                    role="counsel",
                    began_how="by notice",
                    recorded_by=RENEE.id,
                )
            )
