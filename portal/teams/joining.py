"""Joining: starting a team, inviting an address into it, and the two answers to that."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from notices.address import NotAnAddress, one_address
from notices.issuing import ALPHABET
from portal.audit import Actor
from portal.delegations.offering import SOON
from portal.delegations.terms import NOT_AN_ADDRESS
from portal.gate import Unknown, find
from portal.models import Membership, Team
from portal.people.inviting import LASTS, invite
from portal.web.language import N_

IN_THE_TEAM = N_("This address belongs to somebody who is in the team already")


class CannotInvite(Exception):
    """Nobody can be invited like this; `text` is a marked sentence that says why."""

    def __init__(self, text: str) -> None:
        """`text`: for the person who invites."""
        super().__init__(text)
        self.text = text


class PlaceOver(Exception):
    """The invitation was withdrawn or answered, or waited for too long."""


async def start(
    session: AsyncSession,
    name: str,
    *,
    team_id: UUID,
    by: Actor,
    own_address: str,
    now: datetime,
) -> None:
    """Start a team, led by whoever starts it. The same form sent twice starts one."""
    if not await _insert(session, team_id, name, by=by):
        return
    await session.execute(
        sa.insert(Membership)
        .inline()
        .values(
            id=uuid4(),
            team_id=team_id,
            person_id=by.id,
            invited_email=own_address,
            invited_by=by.id,
            open_until=now,
            joined_at=now,
            leads_since=now,
        )
    )


def new_code() -> str:
    """T-9QX4-7KMP: no letter or digit that is taken for another."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"T-{letters[:4]}-{letters[4:]}"


async def invite_into(
    session: AsyncSession,
    team_id: UUID,
    *,
    email: str,
    place: UUID,
    by: Actor,
    now: datetime,
) -> None:
    """Invite an address, with the same mail whether or not it has an account.

    The same form sent twice invites once; who is invited already is only reminded.
    """
    await _require_leader(session, team_id)
    try:
        one_address(email)
    except NotAnAddress as error:
        raise CannotInvite(NOT_AN_ADDRESS) from error
    there = await session.scalar(
        sa.select(Membership)
        .where(Membership.team_id == team_id, Membership.invited_email == email)
        .where(Membership.declined_at.is_(None), Membership.ended_at.is_(None))
        .order_by(Membership.joined_at.nulls_last())
        .limit(1)
    )
    if there is None:
        await _invite(session, team_id, email, place=place, by=by, now=now)
    elif there.joined_at is not None:
        raise CannotInvite(IN_THE_TEAM)
    else:
        await _remind(session, there, by=by, now=now)


async def invite_again(session: AsyncSession, place: UUID, *, by: Actor, now: datetime) -> UUID:
    """Mail an invitation once more; it waits for another seven days. Returns the team's id."""
    row = await find(session, Membership, place)
    await _require_leader(session, row.team_id)
    if row.joined_at or row.declined_at or row.ended_at:
        raise PlaceOver
    await _remind(session, row, by=by, now=now)
    return row.team_id


async def join(session: AsyncSession, place: UUID, *, by: Actor, now: datetime) -> UUID:
    """Join the team that invited me; what is lent to it is asked separately. Returns its id."""
    row = await _addressed(session, place)
    mine = await session.scalars(sa.select(sa.func.portal_teams(type_=sa.Uuid())))
    if row.team_id not in mine.all():
        await _answer(session, place, person_id=by.id, joined_at=now)
    return row.team_id


async def refuse(session: AsyncSession, place: UUID, *, now: datetime) -> None:
    """Say no to a team; whether the address has an account stays unknown to it. Twice is once."""
    row = await _addressed(session, place)
    if row.declined_at is None:
        await _answer(session, place, declined_at=now)


async def _insert(session: AsyncSession, team_id: UUID, name: str, *, by: Actor) -> bool:
    """Write the team under a code that nobody has; False where this form's team is there already."""
    row = sa.insert(Team).inline().values(id=team_id, name=name, started_by=by.id)
    while True:
        try:
            async with session.begin_nested():
                await session.execute(row.values(code=new_code()))
        except IntegrityError as taken:
            if "team_pkey" in str(taken.orig):
                return False
            if "team_code_unique" not in str(taken.orig):
                raise
            continue
        return True


async def _require_leader(session: AsyncSession, team_id: UUID) -> None:
    if not await session.scalar(sa.select(sa.func.portal_leads(team_id))):
        raise Unknown


async def _invite(
    session: AsyncSession, team_id: UUID, email: str, *, place: UUID, by: Actor, now: datetime
) -> None:
    made = await session.scalar(
        insert(Membership)
        .values(
            id=place,
            team_id=team_id,
            invited_email=email,
            invited_by=by.id,
            open_until=now + LASTS,
        )
        .on_conflict_do_nothing(index_elements=[Membership.id])
        .returning(Membership.id)
    )
    if made and by.id:
        await invite(session, email=email, invited_by=by.id, now=now)


async def _remind(session: AsyncSession, row: Membership, *, by: Actor, now: datetime) -> None:
    """Mail it again, but not for every press of the button."""
    if by.id is None or row.open_until > now + LASTS - SOON:
        return
    row.open_until = now + LASTS
    await session.flush()
    await invite(session, email=row.invited_email, invited_by=by.id, now=now)


async def _addressed(session: AsyncSession, place: UUID) -> Membership:
    """An invitation to my address; raises Unknown for those of others."""
    row = await session.scalar(
        sa.select(Membership)
        .where(Membership.id == place)
        .where(Membership.invited_email == sa.func.portal_address())
    )
    if row is None:
        raise Unknown
    return row


async def _answer(session: AsyncSession, place: UUID, **said: datetime | UUID | None) -> None:
    """Row-level security leaves what is open, mine and in time."""
    done = await session.scalar(
        sa.update(Membership)
        .where(Membership.id == place)
        .values(said)
        .returning(Membership.id)
        .execution_options(synchronize_session=False)
    )
    if done is None:
        raise PlaceOver
