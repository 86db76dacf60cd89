"""Inviting somebody without an account: a single-use link that only the mail to them holds."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Account, Calling, Delegation, Invitation, Membership, Person
from portal.web.sessions import fingerprint
from storage.jobs import defer

LASTS = timedelta(days=7)
# What one person may have us mail to addresses of his or her choice, in an hour and in a day.
AN_HOUR, A_DAY = 30, 200


class InvitationOver(Exception):
    """No invitation has this link: it was used, is too old, a newer mail replaced it, or never was."""


class TooManyInvitations(Exception):
    """One person invited so many addresses that no more mail goes out for now."""


class HasAccount(Exception):
    """The address has a password already: its owner signs in, and needs no invitation."""


async def invite(
    session: AsyncSession,
    *,
    email: str,
    invited_by: UUID,
    now: datetime,
    person_id: UUID | None = None,
) -> UUID:
    """Invite an address; the job that sends the mail makes the link. Returns the invitation's id.

    No token exists before the mail is made, so none can be read from a page, a job or a backup.
    `person_id`: somebody the tribunal knows already, who gets a way in. The same is done, at the
    same cost, whether or not the address has an account. Raises TooManyInvitations.
    """
    if person_id is None:
        await _require_few(session, invited_by, now=now)
    invitation_id = uuid4()
    await session.execute(
        sa.insert(Invitation).values(
            id=invitation_id,
            # Nothing has this hash; `renew` gives the row one that a mail's link fits.
            token_hash=fingerprint(secrets.token_urlsafe(32)),
            email=email.strip().lower(),
            person_id=person_id,
            invited_by=invited_by,
            invited_at=now,
            ends_at=now + LASTS,
        )
    )
    await defer(session, "invite", invitation=str(invitation_id), lock=f"invite {invitation_id}")
    return invitation_id


async def renew(session: AsyncSession, invitation_id: UUID) -> tuple[str, str] | None:
    """A fresh token for an invitation still unsent, and its address; an older link stops working.

    For the job that sends the mail. None: sent, used or over, or what it was for has ended.
    """
    token = secrets.token_urlsafe(32)
    email = await session.scalar(
        sa.update(Invitation)
        .where(Invitation.id == invitation_id, *_open())
        .where(Invitation.mailed_at.is_(None), Invitation.mail_failed_at.is_(None), _meant())
        .values(token_hash=fingerprint(token))
        .returning(Invitation.email)
    )
    return (token, email) if email else None


async def open_invitation(session: AsyncSession, token: str, *, lock: bool = False) -> Invitation:
    """The invitation that this link opens; raises InvitationOver or HasAccount.

    Only for transactions that have not taken a role: nobody is signed in yet.
    """
    select = sa.select(Invitation).where(Invitation.token_hash == fingerprint(token), *_open())
    found = await session.scalar(select.with_for_update() if lock else select)
    if found is None:
        raise InvitationOver
    account = await _account(session, found)
    if account and account.password_hash:
        raise HasAccount
    return found


async def known_name(session: AsyncSession, invitation: Invitation) -> str | None:
    """What the tribunal calls the person it invited, if it knows him or her."""
    if invitation.person_id is None:
        return None
    return await session.scalar(sa.select(Person.name).where(Person.id == invitation.person_id))


async def join(
    session: AsyncSession, token: str, *, name: str, language: str, password_hash: str
) -> UUID:
    """Use the invitation, once: the person and the account it was for."""
    invitation = await open_invitation(session, token, lock=True)
    account = await _account(session, invitation)
    person_id = account.person_id if account else invitation.person_id
    if person_id is None:
        person_id = uuid4()
        session.add(
            Person(id=person_id, name=name, calling=Calling.delegate.value, language=language)
        )
        await session.flush()
    else:
        chosen = sa.update(Person).where(Person.id == person_id).values(language=language)
        await session.execute(chosen)
    if account is None:
        account = Account(person_id=person_id)
        session.add(account)
    account.email, account.password_hash = invitation.email, password_hash
    invitation.person_id, invitation.used_at = person_id, sa.func.now()
    return person_id


async def _require_few(session: AsyncSession, inviter: UUID, *, now: datetime) -> None:
    # One invitation of a person at a time: two that count at once would both find room.
    await session.execute(
        sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(inviter), 0)))
    )
    made = sa.func.count()
    lately = await session.execute(
        sa.select(made, made.filter(Invitation.invited_at > now - timedelta(hours=1))).where(
            Invitation.invited_by == inviter, Invitation.invited_at > now - timedelta(days=1)
        )
    )
    in_a_day, in_an_hour = lately.one()
    if in_a_day >= A_DAY or in_an_hour >= AN_HOUR:
        raise TooManyInvitations


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return Invitation.used_at.is_(None), Invitation.ends_at > sa.func.now()


def _meant() -> sa.ColumnElement[bool]:
    """Whether the tribunal invited somebody it knows, or something still waits for this address."""
    offered = sa.exists().where(
        Delegation.invited_email == Invitation.email,
        Delegation.ended_at.is_(None),
        Delegation.ends_at > sa.func.now(),
    )
    asked = sa.exists().where(
        Membership.invited_email == Invitation.email,
        Membership.ended_at.is_(None),
        Membership.declined_at.is_(None),
    )
    return sa.or_(Invitation.person_id.is_not(None), offered, asked)


async def _account(session: AsyncSession, invitation: Invitation) -> Account | None:
    """The account of the address or of the person; with a password it needs no invitation."""
    return await session.scalar(
        sa.select(Account)
        .where(sa.or_(Account.email == invitation.email, Account.person_id == invitation.person_id))
        .order_by(Account.password_hash.nulls_last())
        .limit(1)
    )
