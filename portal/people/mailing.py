"""Mailing what is no notice: the job for invitations, and how one such mail is sent."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from notices.channels import Accepted, Deferred, Undeliverable
from notices.facts import Language
from portal.models import Invitation
from portal.parts import Parts
from portal.people.inviting import renew

PAGE = "mail/invitation.txt"


class MailDeferred(Exception):
    """The mail server does not take it now; the job is to be done again."""


async def mail(
    portal: Parts, about: UUID, address: str, *, language: Language, page: str, link: str
) -> bool:
    """Send one mail that leads to `link`; whether it was taken. Raises MailDeferred."""
    outcome = await send(portal, about, address, language=language, page=page, link=link)
    return isinstance(outcome, Accepted)


async def send(
    portal: Parts, about: UUID, address: str, *, language: Language, page: str, link: str
) -> Accepted | Undeliverable:
    """Send one mail that leads to `link`, once for what it is about; raises MailDeferred."""
    channel = portal.channel.leading_to(link, page=page)
    outcome = await channel.send(
        address,
        language=language,
        message_id=channel.message_id(about),
        at=datetime.now(UTC),
    )
    if isinstance(outcome, Deferred):
        raise MailDeferred(outcome.detail)
    return outcome


async def mail_invitation(portal: Parts, invitation_id: UUID) -> None:
    """Send the link that only this mail holds; raises MailDeferred to be called again later.

    The hash is committed before the mail goes out: a link that arrives works. A mail sent twice
    (the process died between) leaves the newest link working.
    """
    async with portal.database.system_transaction() as session:
        renewed = await renew(session, invitation_id)
    if renewed is None:
        return
    token, address = renewed
    link = f"{portal.settings.public_url}/invitations/{token}"
    # Both languages are in the one mail: what the reader prefers is not known yet.
    arrived = await mail(portal, invitation_id, address, language="en", page=PAGE, link=link)
    async with portal.database.system_transaction() as session:
        row = sa.update(Invitation).where(Invitation.id == invitation_id)
        went = "mailed_at" if arrived else "mail_failed_at"
        await session.execute(row.values({went: sa.func.now()}))
