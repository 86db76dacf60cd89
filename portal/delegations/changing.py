"""Changing a loan: less counts at once, anything else is a new offer and the old terms hold so long."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.delegations.answering import OfferOver, held
from portal.delegations.narrowing import (
    is_accepted,
    is_less,
    named_cases,
    narrow,
    withdraw_replacements,
)
from portal.delegations.offering import offer, require_same
from portal.delegations.terms import Terms, ordered
from portal.models import Delegation


@dataclass(frozen=True)
class Change:
    """Other terms beside those of a loan: what is added, what is taken away, what will happen."""

    old: Any
    # The cases that the loan names, where it does not lend all.
    before: Collection[UUID]
    terms: Terms
    accepted: bool

    @property
    def starts_at(self) -> datetime:
        """The old beginning, to the second, where its day stays."""
        return self._moment(self.old.starts_at, self.terms.first_day, self.terms.starts_at)

    @property
    def ends_at(self) -> datetime:
        """The old end, to the second, where its day stays."""
        return self._moment(self.old.ends_at, self.terms.last_day, self.terms.ends_at)

    @property
    def at_once(self) -> bool:
        """Whether it counts without being accepted: somebody has it, and it is nowhere more."""
        wanted = (self.terms.rights, self.terms.cases, self.starts_at, self.ends_at)
        return self.accepted and is_less(self.old, self.before, terms=wanted)

    @property
    def idle(self) -> bool:
        """Whether nothing is different."""
        cases = None if self.old.all_cases else set(self.before)
        wanted = None if self.terms.cases is None else set(self.terms.cases)
        kept = (self.starts_at, self.ends_at) == (self.old.starts_at, self.old.ends_at)
        same = self.old.rights == ordered(self.terms.rights) and cases == wanted
        return kept and same and self.terms.reason == self.old.reason

    @property
    def more_rights(self) -> Collection[str]:
        """What the delegate could do that was not lent before."""
        return self.terms.rights - set(self.old.rights)

    @property
    def fewer_rights(self) -> Collection[str]:
        """What the delegate could do no longer."""
        return set(self.old.rights) - self.terms.rights

    @property
    def more_cases(self) -> Collection[UUID]:
        """Cases that are named and were not covered before."""
        return set() if self.old.all_cases else set(self.terms.cases or ()) - set(self.before)

    @property
    def fewer_cases(self) -> Collection[UUID]:
        """Cases that were named and are left out."""
        return set() if self.terms.cases is None else set(self.before) - set(self.terms.cases)

    def offered(self, today: date) -> Terms:
        """The terms as they are offered: nothing begins in the past."""
        return replace(self.terms, first_day=max(self.terms.first_day, today))

    def _moment(self, before: datetime, day: date, otherwise: datetime) -> datetime:
        return before if before.astimezone(ZoneInfo(self.terms.zone)).date() == day else otherwise


async def change(
    session: AsyncSession,
    old_id: UUID,
    terms: Terms,
    *,
    new_id: UUID,
    by: Actor,
    own_address: str,
    now: datetime,
) -> bool:
    """Give a loan these terms; whether they count at once. The same form sent twice does it once.

    An offer that nobody has accepted is withdrawn, and made again with these terms.
    """
    old, _ = await held(session, old_id, None)
    if made := await session.get(Delegation, new_id):
        first_day = made.starts_at.astimezone(ZoneInfo(terms.zone)).date()
        await require_same(session, replace(terms, first_day=first_day), new_id)
        return made.replaces_id == old_id and old.ended_at is not None
    if old.ended_at is not None or old.ends_at <= now:
        raise OfferOver
    accepted = await is_accepted(session, old_id)
    changed = Change(old, await named_cases(session, old), terms, accepted)
    if changed.at_once:
        await narrow(
            session,
            old_id,
            new_id=new_id,
            rights=terms.rights,
            cases=terms.cases,
            starts_at=changed.starts_at,
            ends_at=changed.ends_at,
            reason=terms.reason,
            by=by,
            now=now,
        )
        return True
    await _offer_instead(session, changed, new_id=new_id, by=by, own_address=own_address, now=now)
    return False


async def _offer_instead(
    session: AsyncSession,
    changed: Change,
    *,
    new_id: UUID,
    by: Actor,
    own_address: str,
    now: datetime,
) -> None:
    """Offer the new terms; accepted ones hold until then, and an offer that nobody has is withdrawn."""
    old = changed.old
    await offer(
        session,
        changed.offered(changed.terms.today(now)),
        delegation_id=new_id,
        by=by,
        own_address=own_address,
        now=now,
        replaces=old.id if changed.accepted else old.replaces_id,
    )
    await withdraw_replacements(session, old.id, but=new_id, by=by, now=now)
    if not changed.accepted:
        await session.execute(
            sa.update(Delegation)
            .where(Delegation.id == old.id)
            .values(ended_at=now, ended_by=by.id)
            .execution_options(synchronize_session=False)
        )
