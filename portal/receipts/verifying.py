"""Verifying: whether a file is, to the last byte, what was received under a receipt's number."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.rules import rules

_NUMBER = re.compile(r"R([A-Z0-9]{4})([0-9]{2})")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_HOLDS = sa.text("select filed_at, office, what from receipt_holds(:number, :fingerprint)")


@dataclass(frozen=True)
class Received:
    """What was received under a number: a file, or all that the receipt lists."""

    number: str
    what: str
    at: datetime
    # The clock by which it is judged whether papers come in time.
    zone: str


async def find_received(session: AsyncSession, number: str, fingerprint: str) -> Received | None:
    """What was received under this number with this SHA-256.

    None says only that the two do not belong together: no such receipt looks the same.
    """
    asked = {"number": number, "fingerprint": fingerprint}
    found = (await session.execute(_HOLDS, asked)).one_or_none()
    if found is None:
        return None
    return Received(number, found.what, found.filed_at, rules.offices[found.office].zone)


def as_number(typed: str) -> str | None:
    """A receipt's number, however it was typed: "r 7k2m 45" → "R-7K2M-45"."""
    found = _NUMBER.fullmatch(re.sub(r"[\W_]+", "", typed).upper())
    return f"R-{found[1]}-{found[2]}" if found else None


def as_fingerprint(typed: str) -> str | None:
    """A SHA-256 in hexadecimal, however it was typed or pasted."""
    plain = re.sub(r"[\s\u200b:-]+", "", typed).lower()
    return plain if _FINGERPRINT.fullmatch(plain) else None
