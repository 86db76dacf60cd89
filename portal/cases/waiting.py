"""What waits for me on any case: the short list above my cases; and who lent me those listed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from portal.approvals.listing import Waiting, sent_back, soonest_first, to_approve
from portal.cases.several import represented, represented_before
from portal.delegations.reviews.reviewing import due_for_review
from portal.delegations.states import lapsing
from portal.models import Answer, Calling, Delegation, Person
from portal.web.sessions import Me
from storage.bundle import bundle

MOST = 20

# Whose pages answer one question at a time.
PATIENT = {Calling.claimant, Calling.representative}


@dataclass(frozen=True)
class WaitsForMe:
    """All that waits for one person; lists are empty where nothing does."""

    to_approve: Sequence[Waiting]
    sent_back: Sequence[Waiting]
    offers: Sequence[Any]
    # How many loans nobody looked at for a quarter.
    reviews: int
    # Loans to me that end if I do not use them.
    lapsing: Sequence[Any]
    # By case: those who lent it to me, where I have no standing of my own.
    lenders: Mapping[UUID, Sequence[str]]
    # Of a claimant or representative: for whom I stand where, and for whom I lately did.
    represented: Sequence[Any] = ()
    before: Sequence[Any] = ()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(
            self.to_approve or self.sent_back or self.offers or self.reviews or self.lapsing
        )


async def read_waiting(
    session: AsyncSession, me: Me, *, cases: Collection[UUID], now: datetime
) -> WaitsForMe:
    """One question to the database, whatever the page lists."""
    lent = sa.func.portal_lenders(sa.cast(list(cases), ARRAY(sa.Uuid)))
    lenders = lent.table_valued(sa.column("case_id", sa.Uuid), sa.column("names"))
    patient = me.calling in PATIENT
    own = {"represented": represented(), "before": represented_before(now)} if patient else {}
    found = await bundle(
        session,
        **own,
        to_approve=to_approve().limit(MOST),
        sent_back=sent_back(me.id).limit(MOST),
        offers=_offers(me),
        reviews=due_for_review(me.id).limit(MOST),
        lapsing=_lapsing(me.id, now),
        lenders=sa.select(lenders.c.case_id, lenders.c.names),
    )
    return WaitsForMe(
        to_approve=soonest_first(found.to_approve, now),
        sent_back=soonest_first(found.sent_back, now),
        offers=found.offers,
        reviews=len(found.reviews),
        lapsing=found.lapsing,
        lenders={row.case_id: row.names for row in found.lenders},
        represented=found.represented if patient else (),
        before=found.before if patient else (),
    )


def _offers(me: Me) -> sa.Select[*tuple[Any, ...]]:
    """Offers that I can still answer and have not."""
    answered = sa.func.portal_answered(type_=sa.Uuid()).column_valued("answered")
    return (
        sa.select(Delegation.id, Person.name.label("grantor"))
        .join(Person, Person.id == Delegation.grantor_id)
        .where(sa.or_(Delegation.invited_email == me.email, Delegation.team_id.is_not(None)))
        .where(sa.or_(Delegation.team_id.is_not(None), Delegation.open_until > sa.func.now()))
        .where(Delegation.ended_at.is_(None), Delegation.ends_at > sa.func.now())
        .where(Delegation.id.not_in(sa.select(answered)))
        .where(sa.func.portal_may_answer(Delegation.id))
        .order_by(Delegation.offered_at)
        .limit(MOST)
    )


def _lapsing(me: UUID, now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Loans to me that count, and end within two weeks if I do nothing with them."""
    return (
        lapsing(now)
        .add_columns(Person.name.label("grantor"))
        .join(Person, Person.id == Delegation.grantor_id)
        .where(Answer.person_id == me)
        .order_by(sa.text("lapses_at"))
        .limit(MOST)
    )
