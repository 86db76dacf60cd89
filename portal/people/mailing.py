"""The job that mails an invitation: makes its link, sends it, and records how that went."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from notices.channels import Accepted, Deferred, Outcome
from portal.models import Invitation
from portal.parts import Parts
from portal.people.inviting import renew

PAGE = "mail/invitation.txt"


class MailDeferred(Exception):
    """The mail server does not take it now; the job is to be done again."""


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
    channel = portal.channel.leading_to(link, page=PAGE)
    # Both languages are in the one mail: what the reader prefers is not known yet.
    outcome = await channel.send(
        address,
        language="en",
        message_id=channel.message_id(invitation_id),
        at=datetime.now(UTC),
    )
    if isinstance(outcome, Deferred):
        raise MailDeferred(outcome.detail)
    async with portal.database.system_transaction() as session:
        await session.execute(_outcome(invitation_id, outcome))


def _outcome(invitation_id: UUID, outcome: Outcome) -> sa.Update:
    row = sa.update(Invitation).where(Invitation.id == invitation_id)
    if isinstance(outcome, Accepted):
        return row.values(mailed_at=sa.func.now())
    return row.values(mail_failed_at=sa.func.now())
