"""Confirming a mail address: its owner opens the link and presses a button; a machine that looks does not."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Account, Invitation
from portal.people.inviting import InvitationOver
from portal.web.sessions import fingerprint


async def find_address(session: AsyncSession, token: str, *, lock: bool = False) -> Invitation:
    """The mail with this link, if its address waits to be confirmed; raises InvitationOver."""
    asked = (
        sa.select(Invitation)
        .join(
            Account,
            sa.and_(Account.person_id == Invitation.person_id, Account.email == Invitation.email),
        )
        .where(Invitation.token_hash == fingerprint(token), Invitation.used_at.is_(None))
        .where(Invitation.ends_at > sa.func.now(), Account.password_hash.is_not(None))
    )
    found = await session.scalar(asked.with_for_update(of=Invitation) if lock else asked)
    if found is None:
        raise InvitationOver
    return found


async def confirm_address(session: AsyncSession, token: str) -> None:
    """From now on mail says that something waits; paper is not needed besides."""
    found = await find_address(session, token, lock=True)
    found.used_at = sa.func.now()
    await session.execute(
        sa.update(Account)
        .where(Account.person_id == found.person_id, Account.email == found.email)
        .values(unconfirmed_since=None)
    )
