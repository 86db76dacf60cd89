"""What the database itself refuses about delegations, whoever asks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.models import Answer, Delegation, DelegationCase
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
    SAM,
    Character,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def row(**other: Any) -> dict[str, Any]:
    """An offer of Claire's, some of it changed."""
    return {
        "id": uuid4(),
        "grantor_id": CLAIRE.id,
        "invited_email": SAM.email,
        "rights": ["see"],
        "all_cases": True,
        "starts_at": NOW,
        "ends_at": NOW + timedelta(days=30),
        "reason": "x",
        "offered_by": CLAIRE.id,
        "open_until": NOW + timedelta(days=7),
    } | other


def offered(key: UUID) -> dict[str, Any]:
    """An offer of Claire's to Sam that is open today."""
    now = datetime.now(UTC)
    days = {"starts_at": now, "ends_at": now + timedelta(days=30)}
    return row(id=key, open_until=now + timedelta(days=7), **days)


def accepted(key: UUID, person: Character) -> sa.Insert:
    """This person's acceptance, as whoever writes it would have it."""
    said = {"accepted_at": datetime.now(UTC), "undertaking": "2026-11"}
    return sa.insert(Answer).inline().values(delegation_id=key, person_id=person.id, **said)


@pytest.mark.parametrize(
    ("other", "constraint"),
    [
        ({"rights": ["see", "administer"]}, "rights_lendable"),
        ({"rights": ["read"]}, "rights_include_see"),
        ({"rights": []}, "rights_include_see"),
        ({"ends_at": NOW}, "ends_after_start"),
        ({"ends_at": NOW + timedelta(days=732)}, "two_years_at_most"),
        ({"invited_email": None}, "lent_to_somebody"),
        ({"rights": ["see", "delegate"], "all_cases": False}, "managed_whole"),
        ({"kind": "gift"}, "kind_known"),
        ({"reviewed_at": NOW}, "review_recorded"),
        ({"ended_at": NOW}, "ending_recorded"),
    ],
)
async def test_terms_that_cannot_be(
    database: Database, other: dict[str, Any], constraint: str
) -> None:
    """Each rule is a constraint: also a job, a script or a mistake of ours is refused."""
    with pytest.raises(DBAPIError, match=constraint):
        async with database.system_transaction() as session:
            await session.execute(sa.insert(Delegation).values(**row(**other)))


@pytest.mark.parametrize(
    ("person", "other"),
    [
        (LOUIS, {"offered_by": LOUIS.id}),
        (AMIRA, {"offered_by": AMIRA.id}),
        (CLAIRE, {"ended_at": NOW, "ended_by": CLAIRE.id}),
        (SAM, {"grantor_id": SAM.id, "offered_by": SAM.id}),
        (AMIRA, {"grantor_id": AMIRA.id, "offered_by": AMIRA.id}),
    ],
    ids=["in another's name", "as a delegate", "ended already", "without cases", "lent on"],
)
async def test_offers_that_nobody_may_make(
    database: Database, person: Character, other: dict[str, Any]
) -> None:
    """One offers in one's own name, out of a standing, to an address; policies see to it."""
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(person.id) as session:
            await session.execute(sa.insert(Delegation).inline().values(**row(**other)))


@pytest.mark.parametrize(
    ("person", "case"), [(JONAS, OKAFOR), (JONAS, NOOR), (CLAIRE, OKAFOR), (CLAIRE, NOOR)]
)
async def test_no_case_is_added_to_a_loan_that_was_accepted(
    database: Database, person: Character, case: UUID
) -> None:
    """Neither side widens what the other agreed to."""
    with pytest.raises(DBAPIError, match=r"row-level security|delegation_case_pkey"):
        async with database.transaction(person.id) as session:
            await session.execute(
                sa.insert(DelegationCase).values(delegation_id=CLAIRE_TO_JONAS, case_id=case)
            )


@pytest.mark.parametrize("person", [CLAIRE, AMIRA])
@pytest.mark.parametrize(
    "change",
    [
        {"rights": ["see", "file"]},
        {"ends_at": NOW + timedelta(days=600)},
        {"all_cases": True},
        {"grantor_id": LOUIS.id},
        {"invited_email": "other@example.org"},
    ],
    ids=["rights", "end", "cases", "grantor", "address"],
)
async def test_terms_never_change(
    database: Database, person: Character, change: dict[str, Any]
) -> None:
    """What was offered is what is lent: no column of the terms can be updated by people."""
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction(person.id) as session:
            await session.execute(
                sa.update(Delegation).where(Delegation.id == CLAIRE_TO_AMIRA).values(**change)
            )


@pytest.mark.parametrize(
    ("writer", "person"),
    [(CLAIRE, SAM), (CLAIRE, CLAIRE), (SAM, AMIRA), (LOUIS, LOUIS), (AMIRA, AMIRA)],
    ids=["for the invited", "one's own", "for another", "a stranger", "another delegate"],
)
async def test_only_the_invited_person_accepts(
    database: Database, writer: Character, person: Character
) -> None:
    """The lender cannot accept in somebody's place, nor the invited person put another there."""
    key = uuid4()
    async with database.transaction(CLAIRE.id) as session:
        await session.execute(sa.insert(Delegation).inline().values(**offered(key)))
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(writer.id) as session:
            await session.execute(accepted(key, person))


async def test_the_invited_person_accepts_once(database: Database) -> None:
    """An answer is given once; another to the same offer is no second one."""
    key = uuid4()
    async with database.transaction(CLAIRE.id) as session:
        await session.execute(sa.insert(Delegation).inline().values(**offered(key)))
    async with database.transaction(SAM.id) as session:
        await session.execute(accepted(key, SAM))
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(SAM.id) as session:
            await session.execute(accepted(key, SAM))


@pytest.mark.parametrize(
    "values",
    [{"accepted_at": None}, {"accepted_at": NOW, "declined_at": NOW}, {"ended_at": NOW}],
    ids=["no answer", "yes and no", "ended by nobody"],
)
async def test_answers_that_cannot_be(database: Database, values: dict[str, Any]) -> None:
    """An answer is yes or no, and its ending has somebody who ended it."""
    row = {"delegation_id": CLAIRE_TO_AMIRA, "person_id": SAM.id, "accepted_at": NOW}
    with pytest.raises(DBAPIError, match=r"answered_once|undertaken|ending_recorded"):
        async with database.system_transaction() as session:
            await session.execute(sa.insert(Answer).values(row | {"undertaking": "1"} | values))


async def test_what_has_ended_does_not_come_back(database: Database) -> None:
    """An ending is final, for both sides and for every job; the delegate finds nothing to change."""
    ended = sa.update(Delegation).where(Delegation.id == CLAIRE_TO_AMIRA)
    async with database.transaction(CLAIRE.id) as session:
        await session.execute(ended.values(ended_at=NOW, ended_by=CLAIRE.id))
    with pytest.raises(DBAPIError, match="what ended stays ended"):
        async with database.transaction(CLAIRE.id) as session:
            await session.execute(ended.values(ended_at=None, ended_by=None))
    async with database.transaction(AMIRA.id) as session:
        changed = ended.values(ended_at=None, ended_by=None).returning(Delegation.id)
        assert (await session.execute(changed)).all() == []
