"""Who receives a notice: the constellations a case can have, and what each person is told is why."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from notices.model import Service
from portal.models import Account, Answer, Case, Delegation, Membership, Party, Standing, Team
from portal.parts import Parts
from portal.registry.recipients import (
    COUNSEL,
    DELEGATE,
    MINISTER,
    PARTY,
    PARTY_COPY,
    REPRESENTATIVE,
    REPRESENTATIVE_COPY,
    Reached,
    fingerprint,
    recipients,
    still_reaches,
    who_receives,
)
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    DINA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    SAM,
    VICTOR,
    Character,
    known,
)
from tests.portal.inbox.served import serve

NOW = datetime.now(UTC)


async def reached(database: Database, officer: Character = RENEE) -> list[Reached]:
    """Who would receive a notice in the Noors' case, asked as an officer."""
    async with database.transaction(officer.id) as session:
        case = await session.get_one(Case, NOOR)
        return await who_receives(session, case, now=NOW)


async def change(database: Database, *statements: sa.Executable) -> None:
    """Set the stage differently, as the owner of the tables."""
    async with database.login_transaction() as session:
        for statement in statements:
            await session.execute(statement)


def without(*people: Character) -> sa.Update:
    """The standings of these people have ended."""
    ids = [person.id for person in people]
    return (
        sa.update(Standing)
        .where(Standing.case_id == NOOR, Standing.person_id.in_(ids))
        .values(ended_how="ended", ended_by=RENEE.id, ends_at=NOW)
    )


def in_division(code: str) -> list[sa.Executable]:
    """The case belongs to another division, and Renée works there."""
    return [
        sa.update(Case).where(Case.id == NOOR).values(division=code),
        sa.text(f"update posting set division = '{code}' where person_id = '{RENEE.id}'"),
    ]


@dataclass(frozen=True)
class Constellation:
    """People and rules of a case, and who is then served and who gets a copy."""

    name: str
    division: str
    gone: tuple[Character, ...]
    expected: tuple[tuple[str, str], ...]


MINISTERS = (MARC.name, MINISTER)
CONSTELLATIONS = [
    Constellation(
        "counsel of record, in the RPD",
        "rpd",
        (),
        (
            (CLAIRE.name, COUNSEL),
            MINISTERS,
            (DINA.name, REPRESENTATIVE_COPY),
            (FARIDA.name, PARTY_COPY),
            (AMIRA.name, DELEGATE),
        ),
    ),
    Constellation(
        "counsel of record, in the IAD: the representative is served too",
        "iad",
        (),
        (
            (CLAIRE.name, COUNSEL),
            (DINA.name, REPRESENTATIVE),
            MINISTERS,
            (FARIDA.name, PARTY_COPY),
            (AMIRA.name, DELEGATE),
        ),
    ),
    Constellation(
        "nobody represents: the person is served; a minor of the family is not written to",
        "rpd",
        (CLAIRE, DINA, MARC),
        ((FARIDA.name, PARTY),),
    ),
    Constellation(
        "a representative without counsel stands where counsel would",
        "rpd",
        (CLAIRE, MARC),
        ((DINA.name, REPRESENTATIVE), (FARIDA.name, PARTY)),
    ),
    Constellation(
        "a representative alone is served for the child",
        "rad",
        (CLAIRE, FARIDA, MARC),
        ((DINA.name, REPRESENTATIVE), (FARIDA.name, PARTY)),
    ),
    Constellation(
        "counsel alone",
        "id",
        (FARIDA, DINA, MARC),
        ((CLAIRE.name, COUNSEL), (AMIRA.name, DELEGATE)),
    ),
]


@pytest.mark.parametrize("one", CONSTELLATIONS, ids=lambda one: one.name)
async def test_who_receives_and_why(database: Database, one: Constellation) -> None:
    """Service before copies, each with its reason."""
    child = sa.update(Party).where(Party.name == "Laila Noor").values(born_on=date(2015, 5, 5))
    await change(database, child, *in_division(one.division), without(*one.gone))

    found = await reached(database)

    assert tuple((r.name, r.why) for r in found) == one.expected
    assert all((r.capacity == "copy") == r.why.endswith("a copy") for r in found)


async def test_who_only_sees_gets_nothing(database: Database) -> None:
    """Jonas was lent `see`; registry officers and strangers are on no list either."""
    names = {one.name for one in await reached(database)}

    assert not names & {JONAS.name, RENEE.name, VICTOR.name, LOUIS.name}


async def test_a_delegation_that_ended_reaches_nobody(database: Database) -> None:
    """Asked of authority at this moment: Amira's loan is over, so is her copy."""
    await change(
        database,
        sa.update(Delegation)
        .where(Delegation.id == CLAIRE_TO_AMIRA)
        .values(ended_at=NOW, ended_by=CLAIRE.id),
    )

    assert AMIRA.name not in {one.name for one in await reached(database)}


async def test_a_copy_names_whose_delegate_it_goes_to(database: Database) -> None:
    """Amira's copy carries the loan it came by, so that it is seen to end with it."""
    amira = next(one for one in await reached(database) if one.name == AMIRA.name)

    assert (amira.principal, amira.delegation_id) == (CLAIRE.name, CLAIRE_TO_AMIRA)


async def test_an_adult_without_an_account_needs_a_letter(database: Database) -> None:
    """Without counsel, a party who cannot come in here is listed, and reached by paper alone."""
    await change(database, without(CLAIRE))

    laila = next(one for one in await reached(database) if one.name == "Laila Noor")

    assert laila.letter
    assert laila.person_id is None
    (served,) = recipients([laila])
    assert (served.person_id, served.party_id) == (None, laila.party_id)
    assert served.party_id is not None
    assert served.address is None


async def test_an_address_that_failed_gets_no_mail(database: Database) -> None:
    """The inbox still fills; no mail goes to an address that came back, and a letter is due."""
    await change(
        database,
        sa.update(Account).where(Account.person_id == FARIDA.id).values(mail_failed_at=NOW),
        sa.delete(Account).where(Account.person_id == DINA.id),
    )

    found = {one.name: one for one in await reached(database)}

    assert (found[FARIDA.name].address, found[FARIDA.name].letter) == (None, True)
    assert (found[DINA.name].address, found[DINA.name].letter) == (None, True)
    assert (found[CLAIRE.name].address, found[CLAIRE.name].letter) == (CLAIRE.email, False)
    assert found[CLAIRE.name].masked == "c…\N{WORD JOINER}@example.org"


async def test_each_reads_in_ones_own_language(database: Database) -> None:
    """The mail that something waits is in the person's language, not the case's."""
    languages = {one.name: one.language for one in await reached(database)}

    assert (languages[CLAIRE.name], languages[FARIDA.name]) == ("en", "fr")


async def test_somebody_reached_twice_is_served_once(database: Database) -> None:
    """A representative who is also a delegate is served; no copy comes besides."""
    await change(
        database,
        sa.insert(Standing).values(
            id=known("Amira represents"),
            case_id=NOOR,
            person_id=AMIRA.id,
            role="designated_representative",
            began_how="named",
            recorded_by=RENEE.id,
        ),
        *in_division("iad"),
    )

    amiras = [one for one in await reached(database) if one.name == AMIRA.name]

    assert [one.why for one in amiras] == [REPRESENTATIVE]


async def test_the_fingerprint_changes_with_people_reasons_and_ways(database: Database) -> None:
    """What an officer saw is recognised; any change in it is too."""
    seen = fingerprint(await reached(database))
    assert seen == fingerprint(await reached(database))

    await change(
        database,
        sa.update(Account).where(Account.person_id == FARIDA.id).values(mail_failed_at=NOW),
    )

    assert seen != fingerprint(await reached(database))


async def test_another_divisions_officer_is_told_nobody(database: Database) -> None:
    """Row-level security answers, not the page: Victor asks about the Noors and gets nothing."""
    async with database.transaction(VICTOR.id) as session:
        noors = Case(id=NOOR, division="rpd", office="toronto", title="", language="en")

        assert await who_receives(session, noors, now=NOW) == []


async def lent_to_a_team(database: Database, *, ended: bool) -> None:
    """Claire lends `receive` to a team of Sam's, who accepted, and has left it or not."""
    team, key = known("intake team"), known("loan to the team")
    left = {"ended_at": NOW, "ended_by": SAM.id} if ended else {}
    async with database.system_transaction() as session:
        session.add(Team(id=team, code="CLINIC", name="Intake team", started_by=SAM.id))
        await session.flush()
        session.add(
            Membership(
                team_id=team,
                person_id=SAM.id,
                invited_email=SAM.email,
                invited_by=SAM.id,
                open_until=NOW,
                joined_at=NOW - timedelta(days=9),
                leads_since=NOW - timedelta(days=9),
                **left,
            )
        )
        session.add(
            Delegation(
                id=key,
                grantor_id=CLAIRE.id,
                team_id=team,
                rights=["see", "read", "receive"],
                all_cases=True,
                starts_at=NOW - timedelta(days=8),
                ends_at=NOW + timedelta(days=90),
                reason="intake",
                offered_by=CLAIRE.id,
                open_until=NOW,
            )
        )
        await session.flush()
        session.add(
            Answer(
                delegation_id=key,
                person_id=SAM.id,
                accepted_at=NOW - timedelta(days=8),
                undertaking="2026-11",
            )
        )


async def test_a_member_of_a_team_gets_a_copy(database: Database) -> None:
    """What is lent to the team with `receive` reaches each member who accepted."""
    await lent_to_a_team(database, ended=False)

    [sam] = [one for one in await reached(database) if one.person_id == SAM.id]
    assert (sam.capacity, sam.why, sam.principal) == ("copy", DELEGATE, CLAIRE.name)


async def test_who_left_the_team_gets_nothing(database: Database) -> None:
    """Though the answer to the loan still stands."""
    await lent_to_a_team(database, ended=True)

    assert SAM.id not in {one.person_id for one in await reached(database)}


async def test_a_mail_goes_to_whom_the_notice_still_reaches(portal: Parts) -> None:
    """Amira's mail is withdrawn once her loan ended; Farida's and Claire's are sent."""
    await serve(portal)
    services = sa.select(Service.person_id, Service.id)
    async with portal.database.system_transaction() as session:
        copies = {row.person_id: row.id for row in await session.execute(services)}
        everybody = [await still_reaches(session, one) for one in copies.values()]
        loan = sa.update(Delegation).where(Delegation.id == CLAIRE_TO_AMIRA)
        await session.execute(loan.values(ended_at=sa.func.now(), ended_by=CLAIRE.id))
        amiras = await still_reaches(session, copies[AMIRA.id])
        claires = await still_reaches(session, copies[CLAIRE.id])
        await session.execute(without(CLAIRE).values(ends_at=sa.func.now()))
        former = await still_reaches(session, copies[CLAIRE.id])
        faridas = await still_reaches(session, copies[FARIDA.id])

    assert all(everybody)
    assert (amiras, claires, former, faridas) == (False, True, False, True)
