"""Mailing what is no notice: the job for invitations, and how one such mail is sent."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.channels import Accepted, Channel, Deferred, Undeliverable
from notices.facts import Language
from notices.pacing import domain_of, take_turn
from notices.suppressing import LISTED, suppress, suppressed
from notices.wishes import stop_link
from portal.models import Account, Invitation, Preference
from portal.parts import Parts
from portal.people.inviting import renew

PAGE = "mail/invitation.txt"
# To somebody who has an account by now, and typed the address: does it work, and is it theirs?
CONFIRMATION = "mail/confirmation.txt"


class MailDeferred(Exception):
    """The mail server does not take it now, or its turn has not come; the job is to be done again."""


async def mail(
    portal: Parts, about: UUID, address: str, *, language: Language, page: str, link: str
) -> bool:
    """Send one mail that leads to `link`; whether it was taken. Raises MailDeferred."""
    outcome = await send(portal, about, address, language=language, page=page, link=link)
    return isinstance(outcome, Accepted)


async def send(
    portal: Parts,
    about: UUID,
    address: str,
    *,
    language: Language,
    page: str,
    link: str,
    person_id: UUID | None = None,
    reminder: bool = False,
) -> Accepted | Undeliverable:
    """Send one mail that leads to `link`, once for what it is about; raises MailDeferred.

    It keeps to the list of addresses that do not work and to the pace of its domain, as notices
    do. `person_id`: whose wishes it follows; a `reminder` bears the link that stops reminders.
    """
    now = datetime.now(UTC)
    channel = portal.channel.leading_to(link, page=page)
    async with portal.database.system_transaction() as session:
        if await suppressed(session, address):
            return Undeliverable(LISTED)
        if not await _in_turn(session, portal, address, now):
            raise MailDeferred("its domain has had its share of this minute")
        if person_id:
            channel = await _as_wished(session, channel, person_id, reminder=reminder)
    outcome = await channel.send(
        address, language=language, message_id=channel.message_id(about), at=now
    )
    if isinstance(outcome, Deferred):
        raise MailDeferred(outcome.detail)
    if isinstance(outcome, Undeliverable):
        words = outcome.detail
        async with portal.database.system_transaction() as session:
            await suppress(
                session, address, why="refused", detail=words, since=now, person_id=person_id
            )
    return outcome


async def _as_wished(
    session: AsyncSession, channel: Channel, person_id: UUID, *, reminder: bool
) -> Channel:
    wishes = await session.get(Preference, person_id)
    stop = await stop_link(session, person_id) if reminder else None
    return channel.as_wished(neutral=bool(wishes and wishes.neutral_since), stop=stop)


async def _in_turn(session: AsyncSession, portal: Parts, address: str, now: datetime) -> bool:
    """Whether its domain takes one more mail now."""
    limit = portal.settings.mail_per_minute
    if not limit:
        return True
    return await take_turn(session, domain_of(address), now, per_minute=limit) is None


async def mail_invitation(portal: Parts, invitation_id: UUID) -> None:
    """Send the link that only this mail holds; raises MailDeferred to be called again later.

    The hash is committed before the mail goes out: a link that arrives works. A mail sent twice
    (the process died between) leaves the newest link working.
    """
    async with portal.database.system_transaction() as session:
        renewed = await renew(session, invitation_id)
        confirming = await session.scalar(_waits_for_confirmation(invitation_id))
    if renewed is None:
        return
    token, address = renewed
    page, path = (CONFIRMATION, "join/address") if confirming else (PAGE, "invitations")
    link = f"{portal.settings.public_url}/{path}/{token}"
    # Both languages are in the one mail: what the reader prefers is not known yet.
    arrived = await mail(portal, invitation_id, address, language="en", page=page, link=link)
    async with portal.database.system_transaction() as session:
        row = sa.update(Invitation).where(Invitation.id == invitation_id)
        went = "mailed_at" if arrived else "mail_failed_at"
        await session.execute(row.values({went: sa.func.now()}))


def _waits_for_confirmation(invitation_id: UUID) -> sa.Select[bool]:
    """Whether the address is that of an account made by letter, which its owner has to confirm."""
    return sa.select(
        sa.exists()
        .where(Invitation.id == invitation_id, Account.person_id == Invitation.person_id)
        .where(Account.email == Invitation.email, Account.unconfirmed_since.is_not(None))
    )
