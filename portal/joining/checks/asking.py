"""Asking when the hearing is: a file number as people type it, and the code of the letter."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Case, Hearing, InvitationLetter, Party

_NUMBER = re.compile(r"([A-Z]+\d)-?(\d+)((?:/\d{1,5})*)")


@dataclass(frozen=True)
class Sitting:
    """All that the hearing check says: when, and where or how."""

    starts_at: datetime
    zone: str
    mode: str
    place: str | None


class NothingFits(Exception):
    """No letter that works has this code and this number; which of the two is wrong is not said."""


def file_numbers(typed: str) -> list[str]:
    """The numbers that somebody means: "tc6 01482/83" is TC6-01482 and TC6-01483.

    Other numbers are asked about as they are: file numbers are never checked strictly.
    """
    plain = "".join(unicodedata.normalize("NFKC", typed).upper().split())
    plain = re.sub(r"[‐‑‒–—−_.]", "-", plain)[:60]
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return [plain]
    stem, first, more = found.groups()
    others = [first[: -len(one)] + one for one in more.split("/") if one and len(one) <= len(first)]
    return [f"{stem}-{one}" for one in (first, *others)]


async def find_sitting(
    session: AsyncSession, numbers: list[str], check_hash: bytes, *, now: datetime
) -> Sitting | None:
    """The next hearing of the case; None while none is fixed. Raises NothingFits.

    One statement, found by the code's hash: whether a file number exists changes nothing about it.
    """
    over = Hearing.ends_at <= now
    of_case = sa.exists().where(
        Party.case_id == InvitationLetter.case_id, Party.file_number.in_(numbers)
    )
    row = (
        await session.execute(
            sa.select(Hearing.starts_at, Hearing.zone, Hearing.mode, Hearing.place)
            .select_from(InvitationLetter)
            .join(Case, Case.id == InvitationLetter.case_id)
            .outerjoin(
                Hearing,
                sa.and_(Hearing.case_id == Case.id, Hearing.cancelled_at.is_(None), sa.not_(over)),
            )
            .where(InvitationLetter.check_hash == check_hash, of_case)
            .where(InvitationLetter.ended_at.is_(None), Case.closed_at.is_(None))
            .order_by(Hearing.starts_at)
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        raise NothingFits
    return Sitting(*row) if row.starts_at else None
