"""Signing in: the same answer and the same cost whether the account or the password is wrong."""

from uuid import UUID

import sqlalchemy as sa
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy.ext.asyncio import AsyncSession

from notices.courier import Claim
from portal.models import Account
from portal.people.passwords import Passwords

# Tries per account from one address: guessing is slow, and nobody can lock somebody else out.
TRIES = RateLimitItemPerMinute(10, 15)
_limiter = MovingWindowRateLimiter(MemoryStorage())


class WrongCredentials(Exception):
    """The address or the password is wrong; which one is not said."""


class TooManyTries(Exception):
    """Too many wrong passwords for this account from this address."""


async def mark_bad_address(session: AsyncSession, claim: Claim, detail: str) -> None:
    """A notice's mail came back for good."""
    await mark_address(session, claim.person_id, claim.address, detail)


async def mark_address(session: AsyncSession, person_id: UUID, address: str, detail: str) -> None:
    """A mail came back for good: the registry must know before it trusts the address again.

    Only the address that one signs in with is marked here; every other one is on the list of
    `notices.suppressing` alone.
    """
    await session.execute(
        sa.update(Account)
        .where(Account.person_id == person_id, Account.email == address)
        .values(mail_failed_at=sa.func.now(), mail_failure=detail)
    )


async def find_account(session: AsyncSession, email: str) -> Account | None:
    """The account of this address. Only for the transaction that signs somebody in."""
    return await session.scalar(sa.select(Account).where(Account.email == email.strip().lower()))


async def check_password(
    account: Account | None, password: str, *, passwords: Passwords, address: str, email: str
) -> UUID:
    """The person whose password this is; raises WrongCredentials or TooManyTries.

    A second factor will be asked for here, between the password and the session.
    """
    key = (email.strip().lower(), address)
    if not await _limiter.test(TRIES, *key):
        raise TooManyTries
    kept = account.password_hash if account else None
    if not await passwords.matches(kept, password) or account is None:
        await _limiter.hit(TRIES, *key)
        raise WrongCredentials
    return account.person_id
