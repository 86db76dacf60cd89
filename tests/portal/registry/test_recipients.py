"""Who receives a notice: the constellations a case can have, and what each person is told is why."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from portal.models import Account, Case, Delegation, Party, Standing
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
    VICTOR,
    Character,
    known,
)

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
    assert "Laila Noor" not in {one.name for one in recipients([laila])}


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
