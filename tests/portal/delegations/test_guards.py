"""What the database itself refuses, whoever forgets to ask: answers, conflicts, narrowing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.delegations.ending import end
from portal.gate import Lacking, Right, open_case
from portal.models import Answer, Case, Delegation, Entry, Membership, Submission, Team
from portal.models.standing import authority
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    EVERYBODY,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    OKAFOR,
    Character,
    known,
    lend,
)

NOW = datetime.now(UTC)
TEAM = known("team of the guards")
TO_TEAM = known("loan to the team of the guards")


@pytest.mark.parametrize(("who", "may"), [(JONAS, True), (CLAIRE, False), (AMIRA, False)])
async def test_who_answers_an_offer_to_a_team(
    database: Database, who: Character, may: bool
) -> None:
    """Jonas is in the team; Claire is too, but lends; Amira has left."""
    async with database.system_transaction() as session:
        await a_team(session)
    if may:
        await answered(database, who)
        return

    with pytest.raises(ProgrammingError, match="row-level security"):
        await answered(database, who)


async def test_who_has_left_a_team_has_nothing_through_it(database: Database) -> None:
    """Also where an answer was left standing: the view asks for the place itself."""
    async with database.system_transaction() as session:
        await a_team(session)
        await session.flush()
        for one in (JONAS, AMIRA):
            said = {"accepted_at": NOW - timedelta(days=2), "undertaking": "2026-11"}
            session.add(Answer(delegation_id=TO_TEAM, person_id=one.id, **said))

    async with database.system_transaction() as session:
        through = sa.select(authority.c.person_id).where(authority.c.delegation_id == TO_TEAM)
        found = set(await session.scalars(through))

    assert found == {JONAS.id}


async def test_sides_that_are_heard_together_conflict(database: Database) -> None:
    """Marc stands against the Noors: he cannot take Louis's loan once the two cases are joined."""
    async with database.system_transaction() as session:
        loan = await lend(session, LOUIS, AMIRA)
    apart = await conflicts(database, loan, MARC)
    async with database.system_transaction() as session:
        await session.execute(sa.update(Case).where(Case.id == OKAFOR).values(joined_to=NOOR))

    assert not apart
    assert await conflicts(database, loan, MARC)


@pytest.mark.parametrize(
    "more",
    [
        {"rights": ["see", "read", "prepare", "file", "receive", "request"]},
        {"ends_at": NOW + timedelta(days=400)},
        {"starts_at": NOW - timedelta(days=60)},
        {"grantor_id": LOUIS.id},
        {"invited_email": JONAS.email},
    ],
    ids=["rights", "end", "start", "lender", "person"],
)
async def test_only_less_is_lent_unasked(database: Database, more: dict[str, Any]) -> None:
    """Whatever is more than Amira accepted does not take the place of it."""
    async with database.system_transaction() as session:
        old = await session.get_one(Delegation, CLAIRE_TO_AMIRA)
        kept = {column.name: getattr(old, column.name) for column in Delegation.__table__.columns}
        less = kept | {"id": uuid4(), "replaces_id": old.id, "rights": ["see"]}
        wider, narrower = Delegation(**less | more), Delegation(**less | {"id": uuid4()})
        session.add_all([wider, narrower])

    with pytest.raises(ProgrammingError, match="only less than was lent"):
        await narrowed(database, wider.id)
    await narrowed(database, narrower.id)


async def test_managing_is_not_lent_on(database: Database) -> None:
    """Amira manages Claire's access: she offers for Claire, but not that right itself."""
    async with database.system_transaction() as session:
        await lend(session, CLAIRE, AMIRA, rights=("see", "delegate"))
    await offered(database, AMIRA, rights=["see"])

    with pytest.raises(ProgrammingError, match="row-level security"):
        await offered(database, AMIRA, rights=["see", "delegate"])


async def test_each_ending_is_one_lenders(database: Database) -> None:
    """Amira manages for Claire and for Louis: ending Claire's loans leaves Louis's alone."""
    async with database.system_transaction() as session:
        for grantor in (CLAIRE, LOUIS):
            await lend(session, grantor, AMIRA, rights=("see", "delegate"))
        loan = await lend(session, LOUIS, JONAS)

    async with database.transaction(AMIRA.id) as session:
        by = Actor(AMIRA.id, AMIRA.name)
        ended = await end(session, [loan], ending_id=uuid4(), grantor=CLAIRE.id, by=by, now=NOW)

    assert not ended


async def test_who_acts_is_told_to_ones_own_side(database: Database) -> None:
    """Farida reads in the history that Claire lent access; Marc, against her, does not."""
    async with database.system_transaction() as session:
        facts = {"side": "person", "name": AMIRA.name}
        by = Actor(CLAIRE.id, CLAIRE.name)
        await record(session, NOOR, "delegation.accepted", by=by, **facts)

    assert await sees(database, FARIDA, Entry.act) == ["delegation.accepted"]
    assert await sees(database, MARC, Entry.act) == []


async def test_a_draft_is_not_the_cases(database: Database) -> None:
    """Claire's draft: Amira, who files for her, sees it; Farida, Marc and Jonas do not."""
    async with database.system_transaction() as session:
        draft = {"case_id": NOOR, "drafted_by": CLAIRE.id, "principal_id": CLAIRE.id}
        session.add(Submission(**draft))

    seen = {who.name: await sees(database, who, Submission.case_id) for who in EVERYBODY}

    assert {name for name, rows in seen.items() if rows} == {CLAIRE.name, AMIRA.name}


async def test_the_gate_opens_for_a_right(database: Database) -> None:
    """Jonas may see the case: asked whether he may read it, the gate says which right is missing."""
    async with database.transaction(JONAS.id) as session:
        await open_case(session, JONAS.id, NOOR, right=Right.see)

        with pytest.raises(Lacking) as refused:
            await open_case(session, JONAS.id, NOOR, right=Right.read)

    assert refused.value.right is Right.read


async def a_team(session: AsyncSession) -> None:
    """Claire, Jonas and, until yesterday, Amira; Claire lends to it."""
    session.add(Team(id=TEAM, code="T-GUARD", name="Intake", started_by=CLAIRE.id))
    await session.flush()
    for one in (CLAIRE, JONAS, AMIRA):
        left = {"ended_at": NOW - timedelta(days=1), "ended_by": one.id} if one is AMIRA else {}
        session.add(
            Membership(
                team_id=TEAM,
                person_id=one.id,
                invited_email=one.email,
                invited_by=CLAIRE.id,
                open_until=NOW,
                joined_at=NOW - timedelta(days=3),
                **left,
            )
        )
    session.add(
        Delegation(
            id=TO_TEAM,
            grantor_id=CLAIRE.id,
            team_id=TEAM,
            rights=["see"],
            all_cases=True,
            starts_at=NOW - timedelta(days=2),
            ends_at=NOW + timedelta(days=30),
            reason="x",
            offered_by=CLAIRE.id,
            open_until=NOW,
        )
    )


async def answered(database: Database, who: Character) -> None:
    """Written past the forms."""
    async with database.transaction(who.id) as session:
        row = {"delegation_id": TO_TEAM, "person_id": who.id, "accepted_at": NOW}
        await session.execute(sa.insert(Answer).inline().values(**row, undertaking="2026-11"))


async def offered(database: Database, by: Character, *, rights: list[str]) -> None:
    """In Claire's name, past the forms."""
    terms = {"rights": rights, "all_cases": True, "reason": "x", "open_until": NOW}
    whom = {"grantor_id": CLAIRE.id, "offered_by": by.id, "invited_email": JONAS.email}
    days = {"starts_at": NOW, "ends_at": NOW + timedelta(days=30)}
    async with database.transaction(by.id) as session:
        await session.execute(sa.insert(Delegation).inline().values(**terms, **whom, **days))


async def sees(database: Database, who: Character, what: Any) -> list[Any]:  # noqa: ANN401
    """What row-level security leaves of a column."""
    async with database.transaction(who.id) as session:
        return list(await session.scalars(sa.select(what)))


async def conflicts(database: Database, loan: UUID, who: Character) -> bool:
    """What accepting asks."""
    async with database.transaction(who.id) as session:
        return bool(await session.scalar(sa.select(sa.func.portal_conflicts(loan))))


async def narrowed(database: Database, loan: UUID) -> None:
    """As Claire does it."""
    async with database.transaction(CLAIRE.id) as session:
        await session.execute(sa.select(sa.func.portal_narrow(loan)))
